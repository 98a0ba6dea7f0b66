/** Names of tables as WordPress's own code calls them: without the prefix, users and usermeta by these names wherever they lie. Pure. */

/** @property usersTable of CUSTOM_USER_TABLE where set. */
export type SiteNames = { prefix: string; usersTable: string; usermetaTable: string };

export function plainName(table: string, { prefix, usersTable, usermetaTable }: SiteNames): string {
	if (table === usersTable) { return 'users'; }
	if (table === usermetaTable) { return 'usermeta'; }
	return table.startsWith(prefix) ? table.slice(prefix.length) : table;
}

export function fullName(plain: string, { prefix, usersTable, usermetaTable }: SiteNames): string {
	return plain === 'users' ? usersTable : plain === 'usermeta' ? usermetaTable : prefix + plain;
}
