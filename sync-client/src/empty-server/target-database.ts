/** The database of an empty server: must be empty before, and is emptied again where an earlier run was cut off. */
import { HoldfastError } from '../errors.ts';
import type { Database, TableInfo } from '../ports/database.ts';
import { addressesOf } from '../settings/db-host.ts';
import type { ConnectInfo } from '../settings/connect-options.ts';

/** As wp-config.php has them. @property host in the notation of DB_HOST. */
export type DatabaseSettings = { host: string; name: string; user: string; password: string; tls: boolean };

export const waysTo = ({ host, user, password, name, tls }: DatabaseSettings): ConnectInfo[] =>
	addressesOf(host).map((address) => ({ ...address, user, password, database: name, tls, compress: false }));

const named = 5;

const quoted = (name: string): string => '`' + name.replaceAll('`', '``') + '`';

async function everyTable(database: Database): Promise<Pick<TableInfo, 'name' | 'kind'>[]> {
	// No prefix: everything is ours, but what looks like a site of its own is listed apart.
	const { tables, neighbours } = await database.listTables({ prefix: '' });
	const known = new Set(tables.map((table) => table.name));
	const hidden = neighbours.flatMap((one) => one.tables).filter((name) => !known.has(name));
	return [...tables, ...hidden.map((name) => ({ name, kind: 'table' as const }))];
}

/** @throws RESTORE_TARGET_NOT_EMPTY naming what is there */
export async function mustBeEmptyDatabase(database: Database, name: string): Promise<void> {
	const tables = await everyTable(database);
	if (tables.length === 0) { return; }
	const names = tables.slice(0, named).map((table) => table.name).join(', ');
	throw new HoldfastError('RESTORE_TARGET_NOT_EMPTY', `The database ${name} is not empty: it has ${tables.length} ${tables.length === 1 ? 'table' : 'tables'} (${names}${tables.length > named ? ', …' : ''}).`);
}

/** Drops every table and view. Only where the marker says that there was nothing before. */
export async function emptyDatabase(database: Database): Promise<void> {
	const writer = await database.openWriter();
	try {
		for (const { name, kind } of await everyTable(database)) {
			// A table without an engine may be a view that the listing could not tell.
			await writer.execute(`DROP ${kind === 'view' ? 'VIEW' : 'TABLE'} IF EXISTS ${quoted(name)}`);
		}
	} finally {
		await writer.close();
	}
}

/** Whether this user may make tables, triggers and views there. @throws DB_NOT_ALLOWED, DB_READ_ONLY */
export async function mustBeWritable(database: Database): Promise<void> {
	const writer = await database.openWriter();
	const probe = quoted('holdfast_restore_probe');
	try {
		await writer.execute(`CREATE TABLE ${probe} (id int NOT NULL PRIMARY KEY)`);
		await writer.execute(`DROP TABLE ${probe}`);
	} finally {
		await writer.close();
	}
}
