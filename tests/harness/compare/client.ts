import { execa } from 'execa';
import type { SiteDatabase } from '../../../dev/site/site.ts';
import { requireProgram } from '../../../dev/system/programs.ts';

/** One session of the system's own client, reading bytes as they are stored and times as UTC. */
const session = `SET NAMES binary; SET SESSION time_zone = '+00:00'; SET SESSION sql_quote_show_create = 1;`;

const options = (db: SiteDatabase): string[] => [
	'--no-defaults',
	'--protocol=socket',
	`--socket=${db.socket}`,
	`--user=${db.user}`,
	'--default-character-set=binary',
	'--batch',
	'--skip-column-names',
	'--quick',
	db.name,
];

/** What the statement prints, cells split, still escaped as the client does. */
export async function ask(db: SiteDatabase, statement: string): Promise<string[][]> {
	const { stdout } = await execa(requireProgram('mariadb'), options(db), {
		input: session + statement,
		env: { MYSQL_PWD: db.password },
	});
	return stdout === '' ? [] : stdout.split('\n').map((line) => line.split('\t'));
}

/** Sends what the statement prints into a file, its lines sorted as bytes. */
export async function askSorted(db: SiteDatabase, statement: string, file: string): Promise<void> {
	const client = execa(requireProgram('mariadb'), options(db), {
		input: session + statement,
		env: { MYSQL_PWD: db.password },
		buffer: { stdout: false },
	});
	// A client that fails makes the pipe fail, so that half a table never passes for a whole one.
	await client.pipe('sort', ['--buffer-size=64M'], { env: { LC_ALL: 'C' }, stdout: { file }, buffer: { stdout: false } });
}

export const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
