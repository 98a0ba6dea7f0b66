/**
 * A restored database under another address or prefix:
 *
 *     triggers and views away ──> rows rewritten, table by table ──> tables renamed, what is named after the prefix ──> views, triggers made again
 *
 * Triggers must not see what is no change of the site's. Cut off in between, the tables are filled again from the start.
 */
import { HoldfastError } from '../errors.ts';
import type { Progress } from '../jobs/jobs.ts';
import type { Database, Definition, TableInfo, TableScope, Writer } from '../ports/database.ts';
import { batchOf, pickColumns, rowAt, rowCount, sliceBatch, type RowBatch } from '../ports/row-batch.ts';
import { isRewritten, isTooWide, rewriteRow } from '../rewrite/rewrite-row.ts';
import { UrlRewriter, type UrlChange } from '../rewrite/url-rewriter.ts';
import { withSnapshot } from '../sweep/with-snapshot.ts';
import type { SiteFact } from './backup.ts';

const page = { limitRows: 2_000, limitBytes: 4 * 1024 * 1024 };
/** Changed rows of a table without key and transactions that are held: they are written when it was read through. */
const heldBytesMax = 64 * 1024 * 1024;

export type Rewritten = {
	from: string;
	to: string;
	/** Of every table in which something was replaced. */
	tables: { table: string; rows: number; replaced: number }[];
	prefix: { from: string; to: string; tables: number; rows: number } | null;
	/** What could not be done as it should. */
	notes: string[];
};

export type RewriteSite = { database: Database; fact: SiteFact; url: string | null; prefix: string | null; scope: TableScope; progress: Progress };

/** From the backup's addresses to the new one; null where it stays the same. */
export function addressChange({ home, siteurl }: Pick<SiteFact, 'home' | 'siteurl'>, url: string | null): UrlRewriter | null {
	const changes = addressChanges({ home, siteurl }, url);
	return changes.length === 0 ? null : new UrlRewriter(changes);
}

export function addressChanges({ home, siteurl }: Pick<SiteFact, 'home' | 'siteurl'>, url: string | null): UrlChange[] {
	if (url === null || home === '') { return []; }
	const tidy = (text: string): string => text.replace(/\/+$/, '');
	const changes: UrlChange[] = [{ from: tidy(home), to: tidy(url) }];
	// WordPress itself may lie below the site's address, or at another one.
	if (siteurl !== '' && tidy(siteurl) !== tidy(home) && !tidy(siteurl).startsWith(`${tidy(home)}/`)) {
		const path = new URL(siteurl).pathname.replace(/\/+$/, '');
		changes.push({ from: tidy(siteurl), to: tidy(url) + path });
	}
	return changes.filter(({ from, to }) => from !== to);
}

/** Null where neither address nor prefix is another. */
export async function rewriteSite({ database, fact, url, prefix, scope, progress }: RewriteSite): Promise<Rewritten | null> {
	const rewriter = addressChange(fact, url);
	const isOtherPrefix = prefix !== null && prefix !== fact.prefix;
	if (rewriter === null && !isOtherPrefix) { return null; }
	const { tables } = await database.listTables(scope);
	const base = tables.filter((table) => table.kind === 'table');
	const definitions = await database.listDefinitions(scope);
	const rewritten: Rewritten = { from: fact.home, to: url ?? fact.home, tables: [], prefix: null, notes: [] };
	const writer = await database.openWriter();
	try {
		for (const { kind, name } of definitions) { await writer.execute(`DROP ${kind === 'view' ? 'VIEW' : 'TRIGGER'} IF EXISTS ${quoted(name)}`); }
		if (rewriter !== null) {
			progress.step('rewrite', `Replacing ${fact.home} by ${url!}`, 'tables', base.length);
			for (const [i, table] of base.entries()) {
				await rewriteTable(database, writer, table, rewriter, rewritten, progress.signal);
				progress.moved(i + 1);
			}
		}
		const renames = isOtherPrefix ? await rename(writer, fact.prefix, prefix, base, rewritten) : new Map<string, string>();
		await makeAgain(writer, definitions, fact.prefix, prefix ?? fact.prefix, renames, rewritten);
	} finally {
		await writer.close();
	}
	return rewritten;
}

async function rewriteTable(database: Database, writer: Writer, table: TableInfo, rewriter: UrlRewriter, into: Rewritten, signal: AbortSignal): Promise<void> {
	const layout = await database.readSchema(table.name);
	const stored = layout.columns.filter((column) => column.read !== 'none');
	const isText = stored.map(isRewritten);
	if (stored.some(isTooWide)) { into.notes.push(`${table.name}: columns in UTF-16 or UTF-32 were not searched.`); }
	if (!isText.includes(true)) { return; }
	const counts = { rows: 0, replaced: 0 };
	const write = async (changes: Changes): Promise<void> => {
		if (changes.now.length === 0) { return; }
		const before = batchOf(changes.before);
		const keys = layout.key.kind === 'row' ? { deleteRows: before } : { deleteKeys: pickColumns(before, layout.key.columns.map((column) => column.rowIndex)) };
		const { warnings } = await writer.applyRows(layout, { ...keys, insertRows: batchOf(changes.now) });
		for (const warning of warnings) { into.notes.push(`${table.name}: the server changed a value while storing it: ${warning}`); }
		counts.rows += changes.now.length;
		counts.replaced += changes.replaced;
	};
	await withSnapshot(database, async (snapshot) => {
		if (layout.key.kind !== 'row') {
			const keyIndexes = layout.key.columns.map((column) => column.rowIndex);
			for (let after: Buffer | null = null; ;) {
				signal.throwIfAborted();
				const { rows, more } = await snapshot.readRange(layout, { afterKey: after }, page);
				const count = rowCount(rows);
				if (count > 0) { after = Buffer.from(pickColumns(sliceBatch(rows, count - 1, count), keyIndexes).bytes); }
				await write(changedIn(rows, isText, rewriter));
				if (!more || count === 0) { return; }
			}
		}
		// Without a key and without transactions, rows that are written would be read again.
		const held: Changes = { before: [], now: [], replaced: 0 };
		let heldBytes = 0;
		for await (const rows of snapshot.readAll(layout)) {
			signal.throwIfAborted();
			const changes = changedIn(rows, isText, rewriter);
			if (layout.transactional) { await write(changes); continue; }
			held.before.push(...changes.before.map((row) => Buffer.from(row)));
			held.now.push(...changes.now);
			held.replaced += changes.replaced;
			heldBytes += changes.now.reduce((sum, row) => sum + row.length, 0);
			if (heldBytes > heldBytesMax) { throw new HoldfastError('DB_STATEMENT', `${table.name} has neither a key nor transactions, and more rows to be changed than fit into memory.`, { hint: 'Give this table a primary key on the site, or restore under the same address.' }); }
		}
		await write(held);
	});
	if (counts.rows > 0) { into.tables.push({ table: table.name, ...counts }); }
}

type Changes = { before: Uint8Array[]; now: Uint8Array[]; replaced: number };

function changedIn(rows: RowBatch, isText: readonly boolean[], rewriter: UrlRewriter): Changes {
	const changes: Changes = { before: [], now: [], replaced: 0 };
	for (let i = 0; i < rowCount(rows); i++) {
		const changed = rewriteRow(rows.bytes, rows.offsets[i]!, rows.offsets[i + 1]!, isText, rewriter);
		if (changed === null) { continue; }
		changes.before.push(rowAt(rows, i));
		changes.now.push(changed.row);
		changes.replaced += changed.count;
	}
	return changes;
}

/** The tables, the roles' option and the users' settings that are named after the prefix. @returns new names by old ones */
async function rename(writer: Writer, from: string, to: string, base: readonly TableInfo[], into: Rewritten): Promise<Map<string, string>> {
	const renames = new Map(base.filter((table) => table.name.startsWith(from)).map((table) => [table.name, to + table.name.slice(from.length)]));
	if (renames.size === 0) { return renames; }
	const like = sqlText(`${from.replace(/[\\%_]/g, (letter) => `\\${letter}`)}%`);
	let rows = 0;
	const update = async (table: string, column: string, where: string): Promise<void> => {
		if (!renames.has(from + table)) { return; }
		rows += (await writer.execute(`UPDATE ${quoted(from + table)} SET ${column} = CONCAT(${sqlText(to)}, SUBSTRING(${column}, ${from.length + 1})) WHERE ${where}`)).affectedRows;
	};
	await update('options', 'option_name', `option_name = ${sqlText(`${from}user_roles`)}`);
	await update('usermeta', 'meta_key', `meta_key LIKE ${like}`);
	await writer.execute(`RENAME TABLE ${[...renames].map(([old, now]) => `${quoted(old)} TO ${quoted(now)}`).join(', ')}`);
	into.prefix = { from, to, tables: renames.size, rows };
	return renames;
}

/** Views and triggers, over the tables' new names. Views may stand on views: those that fail are tried again as long as others succeed. */
async function makeAgain(writer: Writer, definitions: readonly Definition[], from: string, to: string, renames: ReadonlyMap<string, string>, into: Rewritten): Promise<void> {
	const names = new Map(renames);
	if (from !== to) { for (const { kind, name } of definitions) { if (kind === 'view' && name.startsWith(from)) { names.set(name, to + name.slice(from.length)); } } }
	let waiting = [...definitions].sort((a, b) => (a.kind === b.kind ? 0 : a.kind === 'view' ? -1 : 1));
	for (let before = -1; waiting.length !== before && waiting.length > 0;) {
		before = waiting.length;
		const failed: Definition[] = [];
		const why: string[] = [];
		for (const one of waiting) {
			const create = withNames(one.create.toString('latin1'), names);
			try {
				await writer.execute(Buffer.from(create, 'latin1'), { sqlMode: one.sqlMode, characterSet: one.characterSet, collation: one.collation });
			} catch (error) {
				failed.push(one);
				why.push(`${one.kind} ${one.name} could not be made again: ${(error as Error).message}`);
			}
		}
		waiting = failed;
		if (waiting.length === before) { into.notes.push(...why); }
	}
}

/** A statement with other names of tables, quoted or bare (triggers are kept as somebody wrote them); texts in it stay. */
export const withNames = (statement: string, names: ReadonlyMap<string, string>): string =>
	statement.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`((?:[^`]|``)+)`|[A-Za-z0-9_$]+/gs, (all, name: string | undefined) => {
		const now = names.get(name ?? all);
		return now === undefined ? all : quoted(now);
	});

const quoted = (name: string): string => '`' + name.replaceAll('`', '``') + '`';
const sqlText = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

