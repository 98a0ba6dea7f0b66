/**
 * Which rows that a comparison finds are quiet: by the rules that WordPress handed over (PROTOCOL.md section 2.1), applied to the rows
 * themselves instead of statements. Pure.
 */
import { decodeRow, encodeRow, type Column, type Difference } from '@holdfast/protocol';
import type { TableLayout } from '../ports/database.ts';
import { columnIndex, columnText } from '../plan/row-columns.ts';

type Sides = Pick<Difference, 'left' | 'right'>;

/** The part of `quiet` that is understood; what is of another shape makes nothing quiet. */
export class QuietRules {
	readonly #rules: Readonly<Record<string, unknown>>;
	readonly #prefix: string;

	/** @param rules member `quiet` of `site.php`, unchecked: a plugin's filter has made it. */
	constructor(rules: unknown, prefix: string) {
		this.#rules = isRecord(rules) ? rules : {};
		this.#prefix = prefix;
	}

	/** Says of differing rows of a table whether they are quiet; null where no rule speaks of it. */
	of(layout: TableLayout): ((row: Sides) => boolean) | null {
		const rule = layout.name.startsWith(this.#prefix) ? this.#rule(layout.name.slice(this.#prefix.length).replace(/^\d+_/, '')) : undefined;
		if (rule === true) {
			return () => true;
		}
		// A row without a key has no columns to look at here.
		if (!isRecord(rule) || layout.key.kind === 'row') {
			return null;
		}
		const tests = Object.entries(rule).map(([column, listed]) => {
			const patterns = Array.isArray(listed) ? listed.filter((one) => typeof one === 'string') : [];
			return column === 'only' ? setsOnly(layout, patterns) : allMatch(layout, column, patterns);
		});
		return (row) => tests.some((test) => test(row));
	}

	/** By its name, else the first pattern that matches. */
	#rule(name: string): unknown {
		for (const own of [name, name.toLowerCase()]) {
			if (Object.hasOwn(this.#rules, own)) {
				return this.#rules[own];
			}
		}
		const pattern = Object.keys(this.#rules).find((one) => /[*?[]/.test(one) && fnmatch(one).test(latin1(name)));
		return pattern === undefined ? undefined : this.#rules[pattern];
	}
}

/** The column has a value that matches, before and after. */
function allMatch(layout: TableLayout, column: string, patterns: readonly string[]): (row: Sides) => boolean {
	const index = columnIndex(layout, column);
	const tests = patterns.map(fnmatch);
	const matches = (row: Uint8Array | null): boolean => {
		const value = row === null ? null : columnText(row, index);
		return value !== null && tests.some((test) => test.test(value));
	};
	return ({ left, right }) => (left === null || matches(left)) && (right === null || matches(right));
}

/** The row was there before, and nothing else of it is different. */
function setsOnly(layout: TableLayout, columns: readonly string[]): (row: Sides) => boolean {
	const stored = layout.columns.filter((column) => !column.generated).map(({ name }) => name.toLowerCase());
	const others = stored.flatMap((name, i) => (columns.includes(name) ? [] : [i]));
	return ({ left, right }) => {
		if (left === null || right === null) {
			return false;
		}
		const [before, after] = [decodeRow(left), decodeRow(right)];
		return others.every((i) => sameColumn(before[i], after[i]));
	};
}

const sameColumn = (a: Column | undefined, b: Column | undefined): boolean => a !== undefined && b !== undefined && encodeRow([a]).equals(encodeRow([b]));

/** PHP's fnmatch() with FNM_NOESCAPE, on bytes as latin1. */
function fnmatch(pattern: string): RegExp {
	const source = latin1(pattern).replace(/\[(!|\^)?(\]?[^\]]*)\]|[\s\S]/g, (one, not: string | undefined, letters: string | undefined) => {
		if (letters !== undefined) {
			return `[${not === undefined ? '' : '^'}${letters.replace(/[\\\]^]/g, '\\$&')}]`;
		}
		return one === '*' ? '[\\s\\S]*' : one === '?' ? '[\\s\\S]' : one.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
	});
	return new RegExp(`^${source}$`);
}

const latin1 = (text: string): string => Buffer.from(text).toString('latin1');
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
