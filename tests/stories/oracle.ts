import { encodeRow } from '../../sync-client/src/ports/row-batch.ts';
import { Announced } from '../../sync-client/src/intents/announced.ts';
import { Ledger } from '../../sync-client/src/intents/ledger.ts';
import type { Equality } from '../../sync-client/src/intents/named.ts';
import type { Intent } from '../../sync-client/src/intents/request-log.ts';
import type { TestSite } from '../harness/index.ts';
import type { LogFile } from './log-reader.ts';

/** What capture has named of what has changed, a row counted once for each look. */
export type Tally = {
	changes: number;
	exactly: number;
	byRange: number;
	byTable: number;
	/** By table how many were not named exactly. */
	wide: Map<string, number>;
	missed: string[];
};

const noChanges = (): Tally => ({ changes: 0, exactly: 0, byRange: 0, byTable: 0, wide: new Map(), missed: [] });

type Change = { table: string; key: string };
type Coverage = 'exactly' | 'byRange' | 'byTable' | 'missed';

/** How rows of a table are named: columns of the primary key, else of the first unique key without NULL; none: by the table only. */
type KeyColumns = ReadonlyMap<string, readonly string[]>;

/**
 * The server's own word on which rows changed: triggers on every table write each key, old and new, into a table of their own, in the
 * same transaction. What capture wrote meanwhile has to name all of them. Shares with the product only the reader of its log
 * and the rule of overlapping look-ups.
 *
 * Capture names tables with triggers as a whole, so it is made to know every table before they are made.
 */
export class Oracle {
	readonly tally: Tally = noChanges();
	readonly #site: TestSite;
	readonly #keys: KeyColumns;
	#looks = 0;

	private constructor(site: TestSite, keys: KeyColumns) {
		this.#site = site;
		this.#keys = keys;
	}

	static async watch(site: TestSite): Promise<Oracle> {
		const keys = await keyColumns(site);
		await site.php(`foreach ( json_decode( $args[0] ) as list( $table, $column ) ) { $GLOBALS['wpdb']->query( "UPDATE \`$table\` SET \`$column\` = \`$column\` WHERE \`$column\` = 'none'" ); }`, [
			JSON.stringify(await firstColumns(site)),
		]);
		// What is written to a table without transactions stays when the transaction is rolled back.
		const log = (name: string, engine: string): string => `CREATE TABLE ${name} (what VARCHAR(64) NOT NULL, k TEXT NOT NULL) ENGINE=${engine}`;
		const statements = [log('oracle_changes', 'InnoDB'), log('oracle_kept', 'Aria TRANSACTIONAL=0'), ...(await triggers(site, keys))];
		await site.sql(`DELIMITER ;;\n${statements.join(';;\n')};;`);
		return new Oracle(site, keys);
	}

	/** Takes the triggers away: what is restored is compared without them. */
	async end(): Promise<void> {
		const found = await this.#site.sql("SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() AND TRIGGER_NAME LIKE 'oracle\\_%'");
		await this.#site.sql([...found.map(([name]) => `DROP TRIGGER \`${name}\``), 'DROP TABLE oracle_changes, oracle_kept'].join(';\n'));
	}

	/**
	 * Compares what has changed since the last look with what was announced.
	 * @param read the intent log, and the same `again`; it is read after the changes, since every one of them was announced before it was made
	 */
	async look(read: (again: boolean) => Promise<readonly LogFile[]>): Promise<void> {
		this.#looks++;
		const taken = await this.#site.sql('DELETE FROM oracle_changes RETURNING what, k; DELETE FROM oracle_kept RETURNING what, k');
		const changes = [...new Map(taken.map(([table, key]) => [`${table} ${key}`, { table: table!, key: key! }])).values()];
		const left = await this.#judge(changes, await read(false), false);
		// A row that met a condition may have been changed since: then that was announced meanwhile.
		await this.#judge(left, left.length > 0 ? await read(true) : [], true);
	}

	/** @returns what was not covered, unless it is the `last` time that it is asked for */
	async #judge(changes: readonly Change[], files: readonly LogFile[], isLast: boolean): Promise<Change[]> {
		if (changes.length === 0) {
			return [];
		}
		const ledger = ledgerOf(files);
		const intents = groupBy([...ledger.requests.values()].flatMap((request) => [...request.intents.values()]), ({ table }) => table);
		const { loud, quiet } = ledger.named();
		const announced = new Announced();
		announced.named.add(loud).add(quiet);
		const met = await this.#meeting([...new Set(changes.map(({ table }) => table))], intents);
		return changes.filter((change) => {
			const coverage = coverageOf(change, intents.get(change.table) ?? [], met.has(`${change.table} ${change.key}`), announced);
			if (coverage === 'missed' && !isLast) {
				return true;
			}
			this.#count(change, coverage);
			return false;
		});
	}

	#count({ table, key }: Change, coverage: Coverage): void {
		this.tally.changes++;
		if (coverage === 'missed') {
			this.tally.missed.push(`${table} ${textsOf(key)?.map(String).join(' ') ?? ''}, look ${this.#looks}`);
		} else {
			this.tally[coverage]++;
		}
		if (coverage === 'byRange' || coverage === 'byTable') {
			this.tally.wide.set(table, (this.tally.wide.get(table) ?? 0) + 1);
		}
	}

	/** Rows that now meet a condition of an intent, as `table key`. */
	async #meeting(tables: readonly string[], intents: ReadonlyMap<string, readonly Intent[]>): Promise<Set<string>> {
		const queries = tables.flatMap((table) => {
			const conditions = new Set((intents.get(table) ?? []).flatMap(({ scope }) => scope.conditions.map(conjunction)));
			const columns = this.#keys.get(table) ?? [];
			return conditions.size === 0 || columns.length === 0 ? [] : [`SELECT '${table}', ${keyOf('', columns)} FROM \`${table}\` WHERE ${[...conditions].join(' OR ')}`];
		});
		const rows = queries.length === 0 ? [] : await this.#site.sql(queries.join(';\n'));
		return new Set(rows.map(([table, key]) => `${table} ${key}`));
	}
}

function coverageOf({ table, key }: Change, intents: readonly Intent[], meetsCondition: boolean, announced: Announced): Coverage {
	const texts = textsOf(key);
	const tuple = texts === null ? null : encodeRow(texts);
	const isNamed = tuple !== null && intents.some(({ scope, created }) => [...scope.keys, ...(created ?? [])].some((one) => one.equals(tuple)));
	if (isNamed || meetsCondition) {
		return 'exactly';
	}
	if (announced.named.tables.get(table)?.whole === true) {
		return 'byTable';
	}
	return tuple !== null && isInRange(announced, table, tuple) ? 'byRange' : 'missed';
}

const textsOf = (key: string): Buffer[] | null => (key === '' ? null : key.split(',').map((hex) => Buffer.from(hex, 'hex')));

function isInRange(announced: Announced, table: string, tuple: Buffer): boolean {
	const ranges = new Announced();
	announced.named.tables.get(table)?.ranges.forEach((range) => { ranges.named.rows(table).addRange(range); });
	return ranges.explainsRow(table, tuple);
}

function ledgerOf(files: readonly LogFile[]): Ledger {
	const { machine, boot } = files[0]?.header ?? { machine: '', boot: '' };
	const ledger = new Ledger({ machine, boot, nowUs: 0 });
	ledger.beginRead();
	for (const { name, header, lines } of files) {
		ledger.begin(name, header);
		lines.forEach((line) => { ledger.take(name, line); });
	}
	ledger.endRead();
	return ledger;
}

async function keyColumns(site: TestSite): Promise<KeyColumns> {
	const columns = await site.sql(`
		SELECT TABLE_NAME, INDEX_NAME, COLUMN_NAME FROM information_schema.STATISTICS s
		WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME LIKE 'wp\\_%' AND NON_UNIQUE = 0 AND SUB_PART IS NULL AND NOT EXISTS (
			SELECT 1 FROM information_schema.STATISTICS n
			WHERE n.TABLE_SCHEMA = s.TABLE_SCHEMA AND n.TABLE_NAME = s.TABLE_NAME AND n.INDEX_NAME = s.INDEX_NAME AND (n.NULLABLE = 'YES' OR n.SUB_PART IS NOT NULL))
		ORDER BY TABLE_NAME, INDEX_NAME <> 'PRIMARY', INDEX_NAME, SEQ_IN_INDEX`);
	const keys = new Map<string, string[]>();
	const chosen = new Map<string, string>();
	for (const [table, index, column] of columns) {
		if ((chosen.get(table!) ?? index) === index) {
			chosen.set(table!, index!);
			keys.set(table!, [...(keys.get(table!) ?? []), column!]);
		}
	}
	return keys;
}

const firstColumns = async (site: TestSite): Promise<[string, string][]> =>
	(await site.sql("SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS JOIN information_schema.TABLES USING (TABLE_SCHEMA, TABLE_NAME) WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' AND TABLE_NAME LIKE 'wp\\_%' AND ORDINAL_POSITION = 1")) as [string, string][];

/** For each table three triggers. An UPDATE that changes nothing is none. */
async function triggers(site: TestSite, keys: KeyColumns): Promise<string[]> {
	const columns = await site.sql("SELECT TABLE_NAME, COLUMN_NAME, ENGINE FROM information_schema.COLUMNS JOIN information_schema.TABLES USING (TABLE_SCHEMA, TABLE_NAME) WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' AND TABLE_NAME LIKE 'wp\\_%'");
	return [...groupBy(columns, ([table]) => table!)].flatMap(([table, all]) => {
		const names = keys.get(table) ?? [];
		const log = all[0]![2] === 'InnoDB' ? 'oracle_changes' : 'oracle_kept';
		const row = (side: 'NEW' | 'OLD'): string => `('${table}', ${keyOf(`${side}.`, names)})`;
		const write = (...rows: string[]): string => `INSERT INTO ${log} (what, k) VALUES ${rows.join()}`;
		const isSame = all.map(([, column]) => `CAST(OLD.\`${column}\` AS BINARY) <=> CAST(NEW.\`${column}\` AS BINARY)`).join(' AND ');
		const trigger = (when: string, body: string): string => `CREATE TRIGGER \`oracle_${table}_${when}\` AFTER ${when} ON \`${table}\` FOR EACH ROW ${body}`;
		return [
			trigger('INSERT', write(row('NEW'))),
			trigger('UPDATE', `IF NOT (${isSame}) THEN ${write(row('OLD'), row('NEW'))}; END IF`),
			trigger('DELETE', write(row('OLD'))),
		];
	});
}

function groupBy<One>(all: Iterable<One>, name: (one: One) => string): Map<string, One[]> {
	const groups = new Map<string, One[]>();
	for (const one of all) {
		groups.set(name(one), [...(groups.get(name(one)) ?? []), one]);
	}
	return groups;
}

/** The text of a key: the bytes of its columns in hex. */
const keyOf = (side: string, columns: readonly string[]): string =>
	columns.length === 0 ? "''" : `CONCAT_WS(',', ${columns.map((name) => `HEX(CAST(${side}\`${name}\` AS BINARY))`).join()})`;

function conjunction(equalities: readonly Equality[]): string {
	const terms = equalities.map(({ column, value }) =>
		value === null ? `\`${column}\` IS NULL` : `\`${column}\` = ${value.kind === 'number' ? value.bytes.toString('latin1') : `_utf8mb4 X'${value.bytes.toString('hex')}'`}`);
	return `(${terms.join(' AND ')})`;
}
