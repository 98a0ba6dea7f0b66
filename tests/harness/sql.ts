import { execa } from 'execa';
import { clientOptions, type MariaDbAddress } from '../../dev/services/mariadb.ts';
import type { SiteDatabase } from '../../dev/site/site.ts';
import { requireProgram } from '../../dev/system/programs.ts';

export async function rootSql(address: MariaDbAddress, statements: string | Uint8Array, database?: string): Promise<void> {
	await execa(requireProgram('mariadb'), [...clientOptions(address), ...(database === undefined ? [] : [database])], {
		input: statements,
		env: { MYSQL_PWD: address.rootPassword },
	});
}

export const siteClientOptions = (db: SiteDatabase): string[] => [
	'--no-defaults',
	'--protocol=socket',
	`--socket=${db.socket}`,
	`--user=${db.user}`,
];

/** Rows as the client prints them: one array of texts per row, NULL as null. */
export async function siteSql(db: SiteDatabase, statements: string): Promise<(string | null)[][]> {
	const { stdout } = await execa(
		requireProgram('mariadb'),
		[...siteClientOptions(db), '--default-character-set=utf8mb4', '--batch', '--skip-column-names', db.name],
		{
			input: statements,
			env: { MYSQL_PWD: db.password },
		},
	);
	return stdout === '' ? [] : stdout.split('\n').map((line) => line.split('\t').map(unescaped));
}

const escapes: Record<string, string> = { n: '\n', t: '\t', 0: '\0', '\\': '\\' };

function unescaped(cell: string): string | null {
	return cell === 'NULL' ? null : cell.replaceAll(/\\([nt0\\])/g, (_all, letter: string) => escapes[letter] as string);
}
