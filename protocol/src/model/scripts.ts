/**
 * What requests do, as scripts of steps, for the model of the collect protocol (architecture.md section 5.2).
 *
 *     w  line: intent n names a scope        r  line: the row that intent n made       c  line: intents ≤ n are closed       e  line: end
 *     exec  server: writes a key             draw, insert  server: draws the next id, then makes the row       end  server: COMMIT or ROLLBACK
 *
 * In autocommit exec and insert commit at once; in a transaction they hold until `end`. Between draw and insert others can draw and commit.
 */

export type Cell = 'a' | 'b';
export type Scope = Cell | 'new';

export type Step =
	| { readonly line: 'w'; readonly n: number; readonly scope: Scope }
	| { readonly line: 'r' | 'c'; readonly n: number }
	| { readonly line: 'e' }
	| { readonly server: 'exec'; readonly cell: Cell }
	| { readonly server: 'draw' | 'insert' | 'end' };

export interface Script {
	readonly transaction: boolean;
	readonly steps: readonly Step[];
}

const w = (n: number, scope: Scope): Step => ({ line: 'w', n, scope });
const r = (n: number): Step => ({ line: 'r', n });
const c = (n: number): Step => ({ line: 'c', n });
const e: Step = { line: 'e' };
const exec = (cell: Cell): Step => ({ server: 'exec', cell });
const draw: Step = { server: 'draw' };
const insert: Step = { server: 'insert' };
const end: Step = { server: 'end' };

export const scripts = {
	autoA: { transaction: false, steps: [w(1, 'a'), exec('a'), e] },
	autoAB: { transaction: false, steps: [w(1, 'a'), exec('a'), c(1), w(2, 'b'), exec('b'), e] },
	txA: { transaction: true, steps: [w(1, 'a'), exec('a'), end, c(1), e] },
	txAB: { transaction: true, steps: [w(1, 'a'), exec('a'), w(2, 'b'), exec('b'), end, c(2), e] },
	txBA: { transaction: true, steps: [w(1, 'b'), exec('b'), w(2, 'a'), exec('a'), end, c(2), e] },
	autoNew: { transaction: false, steps: [w(1, 'new'), draw, insert, r(1), e] },
	autoNewA: { transaction: false, steps: [w(1, 'new'), draw, insert, r(1), c(1), w(2, 'a'), exec('a'), e] },
	txNew: { transaction: true, steps: [w(1, 'new'), draw, insert, r(1), end, c(1), e] },
} as const satisfies Record<string, Script>;

export type ScriptName = keyof typeof scripts;
