/** The commands that need no site, and the options of `restore` that go with `--to`. */
import type { Command } from 'commander';
import { HoldfastError } from '../errors.ts';
import type { BackupOptions, OntoOptions } from './empty-server.ts';
import { exitCodes } from './exit-codes.ts';
import * as output from './output.ts';
import type { CliEdges, Common } from './program.ts';

type Show = (options: Common, value: unknown, text: string) => void;

/** What program.ts makes commands of. */
export type Frame = {
	edges: CliEdges;
	command(name: string, description: string): Command;
	act<Options extends Common>(work: (options: Options) => Promise<number>): (...given: unknown[]) => Promise<void>;
	show: Show;
};

/** `restore --to`. */
export async function restoreOntoEmpty(edges: CliEdges, options: Common & OntoOptions & { plan?: string; dryRun?: boolean }, show: Show): Promise<number> {
	const misplaced = (['state', 'wp', 'plan'] as const).filter((name) => options[name] !== undefined);
	if (misplaced.length > 0) { throw new HoldfastError('RESTORE_OPTIONS', `--to restores onto an empty server: --${misplaced.join(' and --')} mean a site that is there.`); }
	if (options.dryRun === true) {
		const plan = await edges.emptyServer.plan(options);
		show(options, plan, output.ontoPlanText(plan));
		return exitCodes.ok;
	}
	const result = await edges.emptyServer.restore(options, (job) => { if (!options.json) { edges.redraw(output.progressLine(job)); } }).finally(() => edges.redraw(null));
	show(options, result, output.ontoText(result));
	return result.equal ? exitCodes.ok : exitCodes.differs;
}

export function addKeyAndRelease({ edges, command, act, show }: Frame): void {
	withBackup(command('key', 'With the word check: say what a recovery key opens at an endpoint, before it is needed. Nothing is changed.').argument('<check>', 'the word check'))
		.action(async (word: string, given: Common & BackupOptions, self: Command) => act(async (options: Common & BackupOptions) => {
			if (word !== 'check') { throw new HoldfastError('RESTORE_OPTIONS', `“holdfast key ${word}” is no command; there is: holdfast key check.`); }
			const check = await edges.emptyServer.checkKey(options);
			show(options, check, output.keyText(check));
			return exitCodes.ok;
		})(given, self));

	command('release', 'Let a copy run its jobs and send its mail and webhooks, which it holds since it was restored under another address.')
		.requiredOption('--to <dir>', 'the folder of the copy')
		.action(act(async (options: Common & { to: string }) => {
			const file = await edges.emptyServer.release(options.to);
			show(options, { released: true, file }, `Removed ${file}: scheduled jobs, mail and webhooks of this copy go on.`);
			return exitCodes.ok;
		}));
}

function withBackup(made: Command): Command {
	return made
		.option('--endpoint <url>', 'the address of the endpoint')
		.option('--fingerprint <hex>', 'SHA-256 of its certificate, where no authority vouches for it')
		.option('--recovery-key-file <file>', 'a file that holds the recovery key');
}

/** `restore`, with what it needs onto an empty server. */
export function withEmptyServer(made: Command): Command {
	return withBackup(made)
		.option('--to <dir>', 'onto an empty server: the folder, empty or not there yet')
		.option('--db <url>', 'the empty database: mysql://user@host:port/name, or …/name?socket=PATH')
		.option('--db-host <host>', 'the same in parts: as DB_HOST in wp-config.php')
		.option('--db-name <name>', 'as DB_NAME')
		.option('--db-user <user>', 'as DB_USER')
		.option('--db-password-file <file>', `a file that holds the password; else the environment variable HOLDFAST_DB_PASSWORD`)
		.option('--db-tls', 'reach the database over TLS')
		.option('--core <dir>', 'a plain WordPress folder of the backup’s version; else it is fetched from wordpress.org')
		.option('--url <url>', 'bring it up under another address: a copy whose jobs, mail and webhooks are held')
		.option('--prefix <prefix>', 'under another table prefix');
}
