/**
 * For tests: a small site beside a model of it, and what can happen to both. The model is plain values; a restore copies those of the
 * chosen parts from the point, an undo those of its restore from before it.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Part } from '@holdfast/protocol';
import type { TestServer } from '../../adapters/mysql/testing/server.ts';
import { TestSite } from '../../sweep/testing/test-site.ts';
import { restorerOf, shell, silent } from './test-restorer.ts';

const parts = ['everything', 'database', 'uploads', 'themes', 'table:wp_rows', 'table:wp_bag'] as const satisfies readonly Part[];
type ModelPart = (typeof parts)[number];
const folders = { uploads: 'wp-content/uploads', themes: 'wp-content/themes' } as const;
type Folder = keyof typeof folders;

/** Rows by id, `text unique`; rows of a table without a key, sorted; files by path. */
type State = { rows: Record<number, string>; bag: string[]; uploads: Record<string, string>; themes: Record<string, string> };

export type Event =
	| { is: 'row'; id: number; text: string | null }
	| { is: 'swap' }
	| { is: 'bag'; text: string; way: 'in' | 'out' }
	| { is: 'file'; folder: Folder; path: string; content: string | null }
	| { is: 'point' }
	| { is: 'restore'; point: number; part: ModelPart }
	| { is: 'undo' };

const word = fc.constantFrom('', 'a', 'b', 'ä', 'NULL', '\\n');
const change: fc.Arbitrary<Event> = fc.oneof(
	fc.record({ is: fc.constant('row' as const), id: fc.integer({ min: 1, max: 4 }), text: fc.option(word) }),
	fc.record({ is: fc.constant('swap' as const) }),
	fc.record({ is: fc.constant('bag' as const), text: word, way: fc.constantFrom('in' as const, 'out' as const) }),
	fc.record({ is: fc.constant('file' as const), folder: fc.constantFrom('uploads' as const, 'themes' as const), path: fc.constantFrom('a', 'b', 'd/a', 'd/e/b'), content: fc.option(fc.constantFrom('', 'x', 'long '.repeat(99))) }),
);
const big: fc.Arbitrary<Event> = fc.oneof(
	fc.record({ is: fc.constant('point' as const) }),
	fc.record({ is: fc.constant('restore' as const), point: fc.nat(), part: fc.constantFrom(...parts) }),
	fc.record({ is: fc.constant('undo' as const) }),
);
/** Changes, and now and then a point, a restore or an undo. */
export const histories = fc.array(fc.oneof({ weight: 3, arbitrary: change }, { weight: 2, arbitrary: big }), { minLength: 4, maxLength: 22 });

const copy = (state: State): State => structuredClone(state);

function copyPart(part: ModelPart, from: State, to: State): void {
	const { rows, bag, uploads, themes } = copy(from);
	const isIn = (...names: ModelPart[]): boolean => names.includes(part);
	if (isIn('everything', 'database', 'table:wp_rows')) { to.rows = rows; }
	if (isIn('everything', 'database', 'table:wp_bag')) { to.bag = bag; }
	if (isIn('everything', 'uploads')) { to.uploads = uploads; }
	if (isIn('everything', 'themes')) { to.themes = themes; }
}

export class History {
	readonly #site: TestSite;
	readonly #home: string;
	readonly #state: State = { rows: { 1: 'a' }, bag: ['a', 'a'], uploads: { a: 'x' }, themes: {} };
	readonly #points: { seq: number; state: State }[] = [];
	readonly #restores: { id: string; part: ModelPart; before: State; isUndone: boolean }[] = [];
	/** How often something was compared with the model after a restore or undo. */
	compared = 0;

	private constructor(site: TestSite, home: string) {
		this.#site = site;
		this.#home = home;
	}

	static async begin(server: TestServer, home: string): Promise<History> {
		const site = await TestSite.open(server, home);
		await site.world.sql(`CREATE TABLE wp_rows (id int NOT NULL PRIMARY KEY, t varchar(20) NOT NULL, u int NOT NULL, UNIQUE KEY u (u)); CREATE TABLE wp_bag (t varchar(20) NOT NULL);
			INSERT INTO wp_rows VALUES (1, 'a', 1); INSERT INTO wp_bag VALUES ('a'), ('a');`);
		site.put('wp-content/uploads/a', 'x');
		const history = new History(site, home);
		history.#points.push({ seq: (await site.firstBackup()).seq, state: copy(history.#state) });
		return history;
	}

	async play(event: Event): Promise<void> {
		const { sql } = this.#site.world;
		const state = this.#state;
		switch (event.is) {
			case 'row':
				state.rows = changed(state.rows, String(event.id), event.text);
				await sql(event.text === null ? `DELETE FROM wp_rows WHERE id = ${event.id}` : `REPLACE INTO wp_rows VALUES (${event.id}, ${quoted(event.text)}, ${event.id})`);
				return;
			case 'swap': {
				const [one, two] = [state.rows[1], state.rows[2]];
				if (one === undefined || two === undefined) { return; }
				[state.rows[1], state.rows[2]] = [two, one];
				await sql(`DELETE FROM wp_rows WHERE id IN (1, 2); INSERT INTO wp_rows VALUES (1, ${quoted(two)}, 1), (2, ${quoted(one)}, 2)`);
				return;
			}
			case 'bag': {
				const at = state.bag.indexOf(event.text);
				if (event.way === 'in') { state.bag.push(event.text); } else if (at >= 0) { state.bag.splice(at, 1); }
				await sql(event.way === 'in' ? `INSERT INTO wp_bag VALUES (${quoted(event.text)})` : `DELETE FROM wp_bag WHERE t = BINARY ${quoted(event.text)} LIMIT 1`);
				return;
			}
			case 'file': {
				const path = join(this.#site.root, folders[event.folder], event.path);
				state[event.folder] = changed(state[event.folder], event.path, event.content);
				if (event.content === null) { rmSync(path, { force: true }); return; }
				mkdirSync(join(path, '..'), { recursive: true });
				writeFileSync(path, event.content);
				return;
			}
			case 'point':
				this.#points.push({ seq: await this.#record(), state: copy(state) });
				return;
			case 'restore': {
				const point = this.#points[event.point % this.#points.length]!;
				const { planner, restorer } = restorerOf(this.#site, this.#home);
				await this.#record();
				const { id } = await planner.plan({ point: { seq: point.seq, at: 1, title: 'a point' }, parts: [event.part], by: shell });
				return this.#restored(event.part, point.state, await restorer.restore(id, shell, silent()));
			}
			case 'undo': {
				const last = this.#restores.findLast((one) => !one.isUndone);
				if (last === undefined) { return; }
				last.isUndone = true;
				await this.#record();
				return this.#restored(last.part, last.before, await restorerOf(this.#site, this.#home).restorer.undo(null, shell, silent()));
			}
		}
	}

	async #restored(part: ModelPart, from: State, result: { id: string; equal: boolean; differing: unknown[]; undoPoint: number | null }): Promise<void> {
		if (!result.equal || result.differing.length > 0) { throw new Error(`Not equal: ${JSON.stringify(result.differing)}`); }
		const before = copy(this.#state);
		copyPart(part, from, this.#state);
		this.#restores.push({ id: result.id, part, before, isUndone: false });
		// The moment before a restore is a point like any other.
		this.#points.push({ seq: result.undoPoint!, state: before });
		await this.compare();
	}

	/** @throws where the site is not what the model is */
	async compare(): Promise<void> {
		const [found, expected] = [JSON.stringify(await this.#look(), null, 1), JSON.stringify(sorted(this.#state), null, 1)];
		if (found !== expected) { throw new Error(`The site is\n${found}\nthe model is\n${expected}`); }
		this.compared++;
	}

	/** Everything, as a sweep would find it: no capture names the changes here, also those of parts that a restore is not about. */
	async #record(): Promise<number> {
		const extra = await this.#site.everything();
		for await (const { keys } of (await this.#site.world.states.now()).range(Buffer.of(0x30), null)) { keys.forEach((key) => extra.addFileKey(key)); }
		return (await this.#site.world.collector.collectOnce({ extra, largeFiles: 'now', always: 'point' })).position.seq;
	}

	async #look(): Promise<State> {
		const out = await this.#site.world.sql("SELECT 'row', id, HEX(t) FROM wp_rows UNION ALL SELECT 'bag', 0, HEX(t) FROM wp_bag");
		const lines = out.split('\n').filter((line) => line !== '').map((line) => line.split('\t'));
		const text = (hex: string): string => Buffer.from(hex, 'hex').toString('utf8');
		return sorted({
			rows: Object.fromEntries(lines.filter(([what]) => what === 'row').map(([, id, hex]) => [Number(id), text(hex!)])), bag: lines.filter(([what]) => what === 'bag').map(([, , hex]) => text(hex!)),
			uploads: this.#files('uploads'), themes: this.#files('themes'),
		});
	}

	#files(folder: Folder): Record<string, string> {
		const at = join(this.#site.root, folders[folder]);
		const files = readdirSync(at, { recursive: true, withFileTypes: true }).filter((one) => !one.isDirectory());
		return Object.fromEntries(files.map((one) => join(one.parentPath, one.name)).map((path) => [path.slice(at.length + 1), readFileSync(path, 'utf8')]));
	}

	end(): Promise<void> { return this.#site.close(); }
}

/** With this value, or without it. */
const changed = (values: Record<string, string>, name: string, value: string | null): Record<string, string> =>
	Object.fromEntries([...Object.entries(values).filter(([other]) => other !== name), ...(value === null ? [] : [[name, value]])]);

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\')}'`;
const byName = <Value>(values: Record<string, Value>): Record<string, Value> => Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
const sorted = ({ rows, bag, uploads, themes }: State): State => ({ rows, bag: [...bag].sort(), uploads: byName(uploads), themes: byName(themes) });
