import { expect, test } from '@jest/globals';
import { encodeRow } from '../../sync-client/src/ports/row-batch.ts';
import { parseLine, type LogLine, type Scope } from '../../sync-client/src/intents/log-line.ts';
import type { Equality } from '../../sync-client/src/intents/named.ts';
import type { TestSite } from '../harness/index.ts';

/** A changed row by the text of its key's columns. */
type Change = { table: string; key: string[] };

/** What capture has named of what has changed. */
export type Tally = { changes: number; exactly: number; byRangeOrTable: number; missed: string[] };

/**
 * The server's own word on which rows changed: triggers on every table write each key, old and new, into a table of their own, in the
 * same transaction. What capture wrote meanwhile has to name all of them. Shares nothing with capture but the reader of its log.
 * Capture names tables with triggers as a whole, so the site has to know its schema before they are made.
 */
export class Oracle {
	readonly tally: Tally = { changes: 0, exactly: 0, byRangeOrTable: 0, missed: [] };
	readonly #site: TestSite;
	readonly #keys: ReadonlyMap<string, string[]>;
	#before: Named[] = [];
	#looks = 0;

	private constructor(site: TestSite, keys: ReadonlyMap<string, string[]>) {
		this.#site = site;
		this.#keys = keys;
	}

	static async watch(site: TestSite): Promise<Oracle> {
		const columns = await site.sql(`
			SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.STATISTICS
			WHERE TABLE_SCHEMA = DATABASE() AND INDEX_NAME = 'PRIMARY' AND TABLE_NAME LIKE 'wp\\_%' ORDER BY TABLE_NAME, SEQ_IN_INDEX`);
		const keys = new Map<string, string[]>();
		columns.forEach(([table, column]) => keys.set(table!, [...(keys.get(table!) ?? []), column!]));
		const statements = ['CREATE TABLE oracle_changes (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, what VARCHAR(64) NOT NULL, k TEXT NOT NULL) ENGINE=InnoDB'];
		for (const [table, names] of keys) {
			const row = (side: 'NEW' | 'OLD'): string => `('${table}', CONCAT_WS(',', ${names.map((name) => `HEX(CONCAT(${side}.\`${name}\`))`).join()}))`;
			const trigger = (when: string, ...rows: string[]): string =>
				`CREATE TRIGGER oracle_${table}_${when} AFTER ${when} ON \`${table}\` FOR EACH ROW INSERT INTO oracle_changes (what, k) VALUES ${rows.join()}`;
			statements.push(trigger('INSERT', row('NEW')), trigger('UPDATE', row('OLD'), row('NEW')), trigger('DELETE', row('OLD')));
		}
		await site.sql(`${statements.join(';\n')};`);
		return new Oracle(site, keys);
	}

	/** @param logs the lines of each file since the last look, without guard and header */
	async look(logs: readonly (readonly string[])[]): Promise<void> {
		// A request that goes on beside the test may be announced in this look and do it behind it.
		this.#looks++;
		const named = [...this.#before, ...logs.flatMap(intentsOf)];
		this.#before = logs.flatMap(intentsOf);
		const found = await this.#site.sql('SELECT DISTINCT what, k FROM oracle_changes ORDER BY what, k');
		if (found.length === 0) {
			return;
		}
		await this.#site.sql('DELETE FROM oracle_changes');
		for (const [table, key] of found) {
			const change: Change = { table: table!, key: key!.split(',').map((hex) => Buffer.from(hex, 'hex').toString('utf8')) };
			this.tally.changes++;
			const intents = named.filter((intent) => intent.table === change.table);
			if (await this.#isExact(change, intents)) {
				this.tally.exactly++;
			} else if (intents.some(({ scope, created }) => scope.whole || scope.schema || scope.range !== null || (scope.fresh > 0 && created === null))) {
				this.tally.byRangeOrTable++;
			} else {
				this.tally.missed.push(`${change.table} ${change.key.join(' ')}, look ${this.#looks}`);
			}
		}
	}

	async #isExact({ table, key }: Change, intents: readonly Named[]): Promise<boolean> {
		const tuple = encodeRow(key.map((text) => Buffer.from(text)));
		if (intents.some(({ scope, created }) => [...scope.keys, ...(created ?? [])].some((one) => one.equals(tuple)))) {
			return true;
		}
		const conditions = intents.flatMap(({ scope }) => scope.conditions);
		if (conditions.length === 0) {
			return false;
		}
		const isRow = this.#keys.get(table)!.map((column, i) => `\`${column}\` = ${literal(key[i]!)}`).join(' AND ');
		const rows = await this.#site.sql(`SELECT 1 FROM \`${table}\` WHERE ${isRow} AND (${conditions.map(conjunction).join(' OR ')})`);
		return rows.length > 0;
	}
}

type Named = { table: string; scope: Scope; created: Buffer[] | null };

function intentsOf(lines: readonly string[]): Named[] {
	const intents = new Map<number, Named>();
	for (const line of lines.map((text) => parseLine(Buffer.from(text))).filter((one): one is LogLine => one !== null)) {
		if (line.type === 'intent') {
			intents.set(line.n, { table: line.table, scope: line.scope, created: null });
		}
		if (line.type === 'created') {
			const intent = intents.get(line.n)!;
			intent.created = [...(intent.created ?? []), ...line.keys];
		}
	}
	return [...intents.values()];
}

const literal = (text: string): string => (/^-?\d+$/.test(text) ? `'${text}'` : `_utf8mb4 X'${Buffer.from(text).toString('hex')}'`);

function conjunction(equalities: readonly Equality[]): string {
	const terms = equalities.map(({ column, value }) => {
		const bytes = value === null ? '' : value.bytes.toString('utf8');
		return value === null ? `\`${column}\` IS NULL` : `\`${column}\` = ${value.kind === 'number' ? bytes : `_utf8mb4 X'${value.bytes.toString('hex')}'`}`;
	});
	return `(${terms.join(' AND ')})`;
}

/** The last test of a suite. @param share how many of the changes are to be named exactly */
export function expectAllNamed(oracle: () => Oracle, share: number): void {
	test('every row that changed in all of this was named beforehand', () => {
		const { changes, exactly, byRangeOrTable, missed } = oracle().tally;
		process.stdout.write(`  rows changed: ${changes}, named exactly ${exactly}, by range or table ${byRangeOrTable}, missed ${missed.length}\n`);
		expect(missed).toEqual([]);
		expect(changes).toBeGreaterThan(300);
		expect(exactly / changes).toBeGreaterThanOrEqual(share);
	});
}
