/** Lists what a site has in its database: tables, views, triggers, and which of them belong to another site. */
import type { Definition, TableInfo, TableListing, TableScope } from '../../ports/database.ts';
import { divideTables } from '../../settings/table-scope.ts';
import { isTransactional } from './layout.ts';
import { identifier } from './sql-writer.ts';
import type { Wire } from './wire.ts';

export async function listTables(wire: Wire, scope: TableScope, foldsCase: boolean): Promise<TableListing> {
	// No LIKE: `_` is its wildcard and every prefix has one. Names are compared here.
	const rows = await wire.text(
		`SELECT TABLE_NAME, TABLE_TYPE, ENGINE, TABLE_ROWS, DATA_LENGTH + INDEX_LENGTH, AUTO_INCREMENT, TABLE_COMMENT
     FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE IN ('BASE TABLE', 'VIEW', 'SYSTEM VERSIONED') ORDER BY TABLE_NAME`,
		'Listing the tables',
	);
	const divided = divideTables(
		scope,
		rows.map((row) => row[0]!),
		foldsCase,
	);
	const own = new Set([...divided.own, ...divided.shared]);
	const shared = new Set(divided.shared);
	return { tables: rows.filter((row) => own.has(row[0]!)).map((row) => tableInfo(row, shared)), neighbours: divided.neighbours };
}

function tableInfo(
	[name, type, engine, rowsEstimate, bytesEstimate, next, comment]: (string | null)[],
	shared: ReadonlySet<string>,
): TableInfo {
	const kind = type === 'VIEW' ? 'view' : 'table';
	return {
		name: name!,
		kind,
		engine: engine ?? null,
		// A table that the server cannot open has no engine, and the reason stands in its comment.
		broken: kind === 'table' && engine === null ? (comment ?? 'the server cannot open it') : null,
		transactional: isTransactional(engine ?? ''),
		rowsEstimate: Number(rowsEstimate ?? 0),
		bytesEstimate: Number(bytesEstimate ?? 0),
		nextAutoIncrement: next === null || next === undefined ? null : BigInt(next),
		shared: shared.has(name!),
	};
}

/** @param tables names of the site's own tables and views. */
export async function listDefinitions(wire: Wire, tables: readonly TableInfo[]): Promise<Definition[]> {
	const views = tables.filter((table) => table.kind === 'view');
	const definitions: Definition[] = [];
	for (const view of views) definitions.push(await viewDefinition(wire, view.name));
	const own = new Set(tables.map((table) => table.name));
	const triggers = await wire.text(
		'SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE, DEFINER FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() ORDER BY EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, ACTION_ORDER',
		'Listing the triggers',
	);
	for (const [name, table, definer] of triggers) {
		if (own.has(table!)) definitions.push(await triggerDefinition(wire, name!, table!, definer!));
	}
	return definitions;
}

async function viewDefinition(wire: Wire, name: string): Promise<Definition> {
	const [row] = await wire.bytes(`SHOW CREATE VIEW ${identifier(name)}`, `Reading view ${name}`);
	const [, create, characterSet, collation] = row!;
	const definer = /DEFINER=`((?:[^`]|``)*)`@`((?:[^`]|``)*)`/.exec(create!.toString('utf8'));
	return {
		kind: 'view',
		name,
		table: null,
		create: create!,
		sqlMode: '',
		definer: definer === null ? '' : `${definer[1]!}@${definer[2]!}`,
		characterSet: characterSet!.toString(),
		collation: collation!.toString(),
	};
}

async function triggerDefinition(wire: Wire, name: string, table: string, definer: string): Promise<Definition> {
	const [row] = await wire.bytes(`SHOW CREATE TRIGGER ${identifier(name)}`, `Reading trigger ${name}`);
	const [, sqlMode, create, characterSet, collation] = row!;
	return {
		kind: 'trigger',
		name,
		table,
		create: create!,
		definer,
		sqlMode: sqlMode!.toString(),
		characterSet: characterSet!.toString(),
		collation: collation!.toString(),
	};
}
