#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { localHost } from './adapters/dataDirectory.ts';
import { check } from './cli/check.ts';
import { pair } from './cli/pair.ts';
import { type Printer, printFailure, printer } from './cli/print.ts';
import { reindex } from './cli/reindex.ts';
import { serve } from './cli/serve.ts';
import { CommandError } from './commandErrors.ts';
import type { Host } from './ports/dataDirectory.ts';
import { version } from './version.ts';

/* `holdfast-endpoint`: verbs, options and exit codes are described in endpoint/README.md. */

const exitCodes = `
Exit codes: 0 done · 1 unexpected · 2 command not understood · 3 damage found · 4 refused · 5 data directory in use`;

const program = new Command('holdfast-endpoint')
	.description('The backup endpoint of Holdfast: keeps the backups of WordPress sites.')
	.version(version)
	.addHelpText('after', exitCodes)
	.exitOverride();

const verb = (name: string, description: string): Command =>
	program
		.command(name)
		.description(description)
		.requiredOption('--data <dir>', 'the data directory of the endpoint')
		.option('--json', 'print one JSON object per result')
		.addHelpText('after', exitCodes)
		.exitOverride();

verb('serve', 'run the endpoint until SIGTERM')
	.option('--listen <host:port>', 'where to listen; port 0 takes a free one', '127.0.0.1:7468')
	.option('--public-url <url>', 'how sites reach it, when that differs (a proxy in front)')
	.option('--tls-cert <file>', 'certificate chain, PEM')
	.option('--tls-key <file>', 'private key, PEM')
	.option('--allow-plain-http', 'listen without TLS beyond loopback, in a network that you trust')
	.option('--free-bytes-min <bytes>', 'refuse writes while less than this would be left (default 256 MiB)')
	.option('--new-master-key', 'make a new master key although sites were paired under one that is lost')
	.action((options) => run(options, serve));

verb('pair', 'print a code with which a site connects; also while the server runs')
	.option('--site <id>', 'let another writer take over this site')
	.option('--url <url>', 'how the site reaches the endpoint (default: as serve recorded it)')
	.option('--fingerprint <hex>', 'SHA-256 of the certificate at that address')
	.action((options) => run(options, pair));

verb('reindex', 'rebuild the catalog from the objects; the server must be stopped').action((options) => run(options, reindex));

verb('check', 'read every object and name what is damaged; changes nothing').action((options) => run(options, check));

type Verb<T> = (options: T, print: Printer, machine: Host) => Promise<void>;

async function run<T extends { json?: boolean }>(options: T, command: Verb<T>): Promise<void> {
	try {
		await command(options, printer(options.json === true), localHost);
	} catch (error) {
		printFailure(error, options.json === true);
	}
}

try {
	await program.parseAsync();
} catch (error) {
	if (!(error instanceof CommanderError)) throw error;
	/* Commander has said what is wrong, or printed the help that was asked for. */
	process.exitCode = error.exitCode === 0 ? 0 : new CommandError('USAGE').exit;
}
