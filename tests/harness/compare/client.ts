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

/** What each statement prints, cells split, still escaped as the client does. One client for all of them: starting one costs more than the work. */
export async function ask(db: SiteDatabase, ...statements: string[]): Promise<string[][][]> {
	const { stdout } = await execa(requireProgram('mariadb'), options(db), {
		input: session + marked(statements),
		env: { MYSQL_PWD: db.password },
	});
	const answers: string[][][] = [];
	for (const line of stdout === '' ? [] : stdout.split('\n')) {
		if (line === marker) {
			answers.push([]);
		} else {
			answers.at(-1)?.push(line.split('\t'));
		}
	}
	return answers;
}

/** Sends what the statements print into a file, one after the other, the marker line before each. */
export async function askIntoFile(db: SiteDatabase, statements: readonly string[], file: string): Promise<void> {
	await execa(requireProgram('mariadb'), options(db), {
		input: session + marked(statements),
		env: { MYSQL_PWD: db.password },
		stdout: { file },
		buffer: { stdout: false },
	});
}

/** A line that no row looks like: values are numbers, times, NULL, or letters and digits. */
export const marker = '=';

const marked = (statements: readonly string[]): string => statements.map((statement) => `SELECT '${marker}';\n${statement}\n`).join('');

export const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
