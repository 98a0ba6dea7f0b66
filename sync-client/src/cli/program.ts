import { Command, InvalidArgumentError, Option } from 'commander';
import type { ErrorView, Job, Part, Plan, Point, RestoreResult, SweepResult } from '@holdfast/protocol';
import { errorView, HoldfastError } from '../errors.ts';
import type { ControlClient } from '../control/client.ts';
import type { EmptyServer, OntoOptions } from './empty-server.ts';
import { addCancel } from './cancel-command.ts';
import { addKeyAndRelease, restoreOntoEmpty, withEmptyServer } from './empty-server-commands.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import * as output from './output.ts';

const jobPollMs = 200;

/** Where the site is: a state folder, or a WordPress folder whose loader names it. */
export type SiteOptions = { state?: string; wp?: string };

/** What the commands stand on; main.ts gives the real ones. */
export type CliEdges = {
	/** The running agent of this site, or one started for the duration of `use` where none runs. */
	withAgent<Reply>(site: SiteOptions, use: (client: ControlClient) => Promise<Reply>): Promise<Reply>;
	/** Runs the agent until it is told to stop. Resolves with the exit code. */
	run(site: SiteOptions): Promise<number>;
	/** Ends the running agent and waits for it. Rejects with AGENT_NOT_RUNNING. */
	stop(site: SiteOptions): Promise<void>;
	/** What needs no site: onto an empty server, and its recovery key. */
	emptyServer: EmptyServer;
	print(line: string): void;
	printError(line: string): void;
	/** Redraws one line where the terminal can; nothing elsewhere. */
	redraw(line: string | null): void;
	sleep(ms: number): Promise<void>;
	version: string;
};

export type Common = SiteOptions & { json?: boolean };

/** The command line `holdfast …`. Each command resolves to an exit code through `finish`. */
export function buildProgram(edges: CliEdges, finish: (code: number) => void): Command {
	const program = new Command('holdfast')
		.description('The agent of Holdfast, real-time backup for WordPress.')
		.version(edges.version)
		.exitOverride()
		.configureOutput({ writeOut: (text) => edges.print(text.trimEnd()), writeErr: (text) => edges.printError(text.trimEnd()) });

	/** A command with the options that all have; its errors become text or JSON and an exit code. */
	const command = (name: string, description: string) =>
		program.command(name).description(description)
			.option('--state <dir>', 'the state folder of the site')
			.option('--wp <dir>', 'the WordPress folder; its must-use loader names the state folder')
			.option('--json', 'print one JSON object instead of text')
			.addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 not understood, 3 differs, 4 not connected, 5 no agent, 6 another agent, 7 copied site, 8 target not empty, 9 recovery key refused.');

	const act = <Options extends Common>(work: (options: Options) => Promise<number>) => async (...given: unknown[]): Promise<void> => {
		// commander passes (arguments…, options, command).
		const options = given[given.length - 2] as Options;
		try {
			finish(await work(options));
		} catch (error) {
			const view: ErrorView = errorView(error);
			if (options.json) {
				edges.print(JSON.stringify({ error: view }));
			} else {
				edges.printError(output.errorText(view));
			}
			finish(exitCodeOf(view.code));
		}
	};
	const show = (options: Common, value: unknown, text: string) => edges.print(options.json ? JSON.stringify(value) : text);

	const ended = async (client: ControlClient, started: Job, options: Common): Promise<Job> => {
		let job = started;
		while (job.state === 'running') {
			if (!options.json) {
				edges.redraw(output.progressLine(job));
			}
			await edges.sleep(jobPollMs);
			job = await client.job(job.id);
		}
		edges.redraw(null);
		if (job.error) {
			throw HoldfastError.fromView(job.error);
		}
		return job;
	};

	command('run', 'Run the agent beside the site until it is stopped.')
		.action(act(async (options: Common) => edges.run(options)));

	command('status', 'Show what is protected, up to when, and what is wrong.')
		.action(act(async (options: Common) => edges.withAgent(options, async (client) => {
			const status = await client.status();
			show(options, status, output.statusText(status));
			return status.state === 'notConnected' ? exitCodes.notConnected : status.state === 'copied' ? exitCodes.copied : exitCodes.ok;
		})));

	command('connect <code>', 'Pair this site with an endpoint by its pairing code and begin the first backup.')
		.option('--sealed', 'the endpoint does not get the key: it can neither read the backup nor recover a lost recovery key')
		.option('--test', 'only test the connection; nothing is paired')
		.action(async (code: string, given: Common & { sealed?: boolean; test?: boolean }, self: Command) =>
			act(async (options: Common & { sealed?: boolean; test?: boolean }) => edges.withAgent(options, async (client) => {
				if (options.test) {
					const test = await client.connectTest(code);
					show(options, test, test.checks.map((check) => `${check.ok ? 'ok    ' : 'FAILED'}  ${check.message}`).join('\n'));
					return test.checks.every((check) => check.ok) ? exitCodes.ok : exitCodes.failed;
				}
				const reply = await client.connect(code, options.sealed ?? false);
				show(options, reply, `Connected to ${reply.endpoint.url}.\nRecovery key (keep it somewhere else; with it the backup can be opened when this server is gone):\n${reply.recoveryKey}`);
				return exitCodes.ok;
			}))(given, self));

	command('backup', 'Record the present now, as a point of its own.')
		.option('--name <name>', 'give the point a name; it is kept')
		.action(act(async (options: Common & { name?: string }) => edges.withAgent(options, async (client) => {
			const job = await ended(client, await client.backup(options.name ?? null, options.name !== undefined), options);
			const point = job.result as Point;
			show(options, point, `Recorded: ${output.pointLine(point)}`);
			return exitCodes.ok;
		})));

	command('timeline', 'List the points that can be restored, newest first.')
		.option('--limit <n>', 'how many', wholeNumber, 50)
		.option('--before <point>', 'only points below this number', wholeNumber)
		.action(act(async (options: Common & { limit: number; before?: number }) => edges.withAgent(options, async (client) => {
			const timeline = await client.timeline(options.before ?? null, options.limit);
			show(options, timeline, timeline.points.map(output.pointLine).join('\n') || 'No point can be restored yet: the first backup is not complete.');
			return exitCodes.ok;
		})));

	const withTarget = (made: Command) => made
		.addOption(new Option('--point <number>', 'the point to go back to').argParser(wholeNumber))
		.addOption(new Option('--at <time>', 'the last point at or before this time (ISO 8601)').argParser(momentArgument).conflicts('point'))
		.option('--part <part...>', 'everything, database, plugins, themes, uploads, content, root, table:NAME, post:ID, user:ID, menu:ID, option:NAME, plugin:SLUG, theme:SLUG, plugin-options:SLUG, theme-options:SLUG, path:PATH')
		.option('--no-keep-orders', 'orders, customers, payments and scheduled work go back too; without it they stay as they are now where the site has a shop')
		.addOption(new Option('--stock <how>', 'stock of products where newer orders are kept').choices(['now', 'then-less-sold']).default('now'))
		.addOption(new Option('--accounts <how>', 'passwords, application passwords and sessions').choices(['now', 'then']).default('now'))
		.option('--keep-added <table...>', 'tables of which rows that were added since stay');
	type Target = Common & { point?: number; at?: number; part?: string[]; keepOrders: boolean; stock: 'now' | 'then-less-sold'; accounts: 'now' | 'then'; keepAdded?: string[] };

	const planned = async (client: ControlClient, options: Target): Promise<Plan> => {
		const job = await client.plan({
			...(options.point === undefined ? {} : { point: options.point }),
			...(options.at === undefined ? {} : { at: options.at }),
			parts: (options.part ?? []) as Part[],
			keep: {
				...(options.keepOrders ? {} : { orders: false }), stock: options.stock === 'now' ? 'now' : 'thenLessSold', accounts: options.accounts,
				...(options.keepAdded === undefined ? {} : { added: options.keepAdded }),
			},
		});
		return (await ended(client, job, options)).result as Plan;
	};

	withTarget(command('plan', 'Show what a restore would do. Nothing is changed.'))
		.action(act(async (options: Target) => edges.withAgent(options, async (client) => {
			const plan = await planned(client, options);
			show(options, plan, output.planText(plan));
			return exitCodes.ok;
		})));

	withEmptyServer(withTarget(command('restore', 'Make the site equal to a point; the present is recorded first, so it can be undone. With --to: bring it up on an empty server.')))
		.option('--plan <id>', 'do exactly this plan, shown before by `plan`')
		.option('--dry-run', 'only show the plan')
		.action(act(async (options: Target & { plan?: string; dryRun?: boolean } & Partial<OntoOptions>) => options.to !== undefined ? restoreOntoEmpty(edges, options as Target & OntoOptions, show) : edges.withAgent(options, async (client) => {
			const plan = options.plan === undefined ? await planned(client, options) : await client.planById(options.plan);
			if (options.dryRun || plan.empty) {
				show(options, plan, output.planText(plan));
				return exitCodes.ok;
			}
			if (!options.json) {
				edges.print(output.planText(plan));
			}
			const result = (await ended(client, await client.restore(plan.id), options)).result as RestoreResult;
			show(options, result, output.restoreText(result));
			return output.isGood(result) ? exitCodes.ok : exitCodes.differs;
		})));

	addKeyAndRelease({ edges, command, act, show });

	command('undo', 'Undo a restore: go back to the present that was recorded before it.')
		.option('--restore <id>', 'which restore; the last one where not given')
		.action(act(async (options: Common & { restore?: string }) => edges.withAgent(options, async (client) => {
			const result = (await ended(client, await client.undo(options.restore ?? null), options)).result as RestoreResult;
			show(options, result, output.restoreText(result));
			return output.isGood(result) ? exitCodes.ok : exitCodes.differs;
		})));

	addCancel({ edges, command, act, show });

	command('verify', 'Compare every row and file of the site with the backup. Nothing is changed.')
		.option('--point <number>', 'compare with this point instead of the present', wholeNumber)
		.action(act(async (options: Common & { point?: number }) => edges.withAgent(options, async (client) => {
			const result = (await ended(client, await client.verify(options.point ?? null), options)).result as SweepResult;
			show(options, result, output.sweepText(result));
			return result.equal ? exitCodes.ok : exitCodes.differs;
		})));

	command('stop', 'End the running agent once its commit is through.')
		.action(act(async (options: Common) => {
			await edges.stop(options);
			show(options, { stopped: true }, 'The agent has stopped. The site is not protected until it runs again.');
			return exitCodes.ok;
		}));

	command('sweep', 'Compare the whole site with the backup now, and record what no intent had named.')
		.action(act(async (options: Common) => edges.withAgent(options, async (client) => {
			const result = (await ended(client, await client.sweep(), options)).result as SweepResult;
			show(options, result, output.sweepText(result));
			return exitCodes.ok;
		})));

	return program;
}

function wholeNumber(text: string): number {
	const value = Number(text);
	if (!Number.isSafeInteger(value) || value < 1) {
		throw new InvalidArgumentError('It must be a whole number above 0.');
	}
	return value;
}

function momentArgument(text: string): number {
	const value = Date.parse(text);
	if (Number.isNaN(value)) {
		throw new InvalidArgumentError('It must be a time such as 2026-11-22T14:03:22Z.');
	}
	return value;
}
