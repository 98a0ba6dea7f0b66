import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { repoRoot } from '../../dev/paths.ts';
import type { TestSite } from '../harness/index.ts';

const statementsFile = join(repoRoot, 'tests/php/integration/random-statements.php');
const writer = join(import.meta.dirname, 'php/random-writer.php');

const lookMs = 500;

export interface Writers {
	/** Processes that run to their end, and those that are killed while they write. */
	readonly ending: number;
	readonly killed: number;
	/** Of each process. */
	readonly statements: number;
	readonly seed: number;
	/** Whether they alter, empty and rename tables, too: triggers do not see that. */
	readonly ddl?: boolean;
}

/** Puts the tables of the random statements, and a queue, into a site. */
export async function makeRandomTables(site: TestSite): Promise<void> {
	await site.php(`
		require $args[0];
		foreach ( holdfast_random_tables() as $table ) { $GLOBALS['wpdb']->query( $table ); }
		$GLOBALS['wpdb']->query( "CREATE TABLE wp_q (id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, claim int NOT NULL, state varchar(20) NOT NULL, KEY claim (claim, state)) ENGINE=InnoDB" );`, [statementsFile]);
}

/** Calls `look` over and over while something is done. */
export async function whileLooking<Result>(look: () => Promise<unknown>, work: Promise<Result>): Promise<Result> {
	let on = true;
	const looking = (async () => {
		for (; on; await sleep(lookMs)) {
			await look();
		}
	})();
	try {
		return await work;
	} finally {
		on = false;
		await looking;
	}
}

/** Processes of WordPress that write at random, all at once, to the same rows. Resolves with how many of them were killed. */
export async function writeAtOnce(site: TestSite, { ending, killed, statements, seed, ddl = false }: Writers): Promise<number> {
	const one = async (n: number, killAfterMs: number): Promise<void> => {
		await site.phpFile(writer, [statementsFile, String(seed + n), String(statements), String(killAfterMs), ddl ? 'ddl' : '']);
	};
	const ends = await Promise.allSettled([
		...Array.from({ length: ending }, async (_, n) => await one(n, 0)),
		...Array.from({ length: killed }, async (_, n) => await one(ending + n, 500 + n * 300)),
	]);
	const failed = ends.slice(0, ending).find((end) => end.status === 'rejected');
	if (failed !== undefined) {
		throw new Error('A process that writes did not reach its end.', { cause: failed.reason });
	}
	return ends.slice(ending).filter((end) => end.status === 'rejected').length;
}
