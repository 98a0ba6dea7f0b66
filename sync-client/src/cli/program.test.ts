import { describe, expect, test } from '@jest/globals';
import type { Job, Plan, Status } from '@holdfast/protocol';
import type { ControlClient } from '../control/client.ts';
import { HoldfastError } from '../errors.ts';
import { emptyServer } from './empty-server.ts';
import { buildProgram, type CliEdges } from './program.ts';

const job = (result: unknown): Job => ({
	id: 'ab', kind: 'plan', state: 'done', steps: [], progress: 1, bytesPerSecond: null, msLeft: null, cancellable: false, startedAt: 0, endedAt: 1, result,
});

/** Runs one command line against a client that has only the given calls. */
async function run(args: string[], client: Partial<ControlClient>) {
	const out: string[] = [];
	const errors: string[] = [];
	let code: number | null = null;
	const edges: CliEdges = {
		withAgent: (_site, use) => use(client as ControlClient),
		run: async () => 0,
		stop: async () => {},
		emptyServer: emptyServer({ adapters: null as never, workingFolder: '/', env: {}, sleep: async () => {} }),
		print: (line) => out.push(line),
		printError: (line) => errors.push(line),
		redraw: () => {},
		sleep: async () => {},
		version: '0.0.0',
	};
	await buildProgram(edges, (ended) => { code = ended; }).parseAsync(['node', 'holdfast', ...args]).catch((error: { exitCode?: number }) => {
		code = error.exitCode ?? 99;
	});
	return { code, out: out.join('\n'), errors: errors.join('\n') };
}

const plan = { id: 'cd', parts: ['everything'], empty: true, compared: { rows: 2, files: 1 }, point: { seq: 4, at: 0, title: 'x' } } as Plan;

describe('holdfast', () => {
	test('restore without parts asks the agent with no part, which refuses; the refusal is an exit code and a hint', async () => {
		const ended = await run(['restore', '--point', '4'], {
			plan: async (request) => {
				expect(request).toEqual({ point: 4, parts: [] });
				throw new HoldfastError('POINT_UNKNOWN', 'Nothing was chosen.');
			},
		});
		expect(ended.code).toBe(1);
		expect(ended.errors).toContain('Nothing on the site was changed.');
	});

	test('a plan of single things says what changes, and what comes back with them', async () => {
		const of = 'post:1' as const;
		const single = {
			...plan, parts: [of], empty: false, tables: [], files: { write: 0, remove: 0, attributes: 0, bytes: 0, samples: [] }, kept: [], warnings: [], windowMs: 0, fetchBytes: 0, needBytes: 0, freeBytes: 1,
			kinds: [{ kind: 'posts', label: 'Posts', insert: 0, change: 1, delete: 0, samples: [{ label: 'Hello', change: 'change' as const, from: 'Helo', to: 'Hello' }] }],
			dependencies: [{ of, kind: 'attachment' as const, id: 4, label: 'Sea', restored: true }, { of, kind: 'attachment' as const, id: 5, label: 'Boat', restored: true }, { of, kind: 'user' as const, id: 2, label: 'ben', restored: false }],
		} as unknown as Plan;
		const { out } = await run(['plan', '--point', '4', '--part', of], { plan: async () => job(single) });
		expect(out).toMatch(/^Plan cd: post:1 back to /);
		expect(out).toContain('    ~ Hello: “Helo” → “Hello”');
		expect(out).toContain('  Restores 2 attachments that post:1 uses: Sea (4), Boat (5)');
		expect(out).toContain('  Not restored, but used by post:1 and gone: 1 user: ben (2)');
	});

	test('--dry-run shows the plan and restores nothing', async () => {
		const ended = await run(['restore', '--point', '4', '--part', 'everything', '--dry-run', '--json'], { plan: async () => job(plan) });
		expect(ended.code).toBe(0);
		expect(JSON.parse(ended.out)).toMatchObject({ id: 'cd' });
	});

	test('errors are JSON with --json', async () => {
		const ended = await run(['status', '--json'], {
			status: async () => { throw new HoldfastError('AGENT_NOT_RUNNING', 'No agent.'); },
		});
		expect(ended.code).toBe(5);
		expect(JSON.parse(ended.out)).toMatchObject({ error: { code: 'AGENT_NOT_RUNNING', retry: 'later' } });
	});

	test.each([['--point', '0'], ['--point', 'x'], ['--at', 'yesterday']])('%s %s is refused before anything is asked', async (...args) => {
		expect((await run(['plan', ...args], {})).code).not.toBe(0);
	});

	test.each([
		[['restore', '--to', '/x', '--state', '/y'], /--state mean a site/],
		[['restore', '--to', '/x'], /database is needed/],
		[['restore', '--to', '/x', '--db', 'mysql://u:secret@h/n'], /does not belong on the command line/],
		[['restore', '--to', '/x', '--db', 'postgres://u@h/n'], /has the form mysql/],
		[['restore', '--to', '/x', '--db', 'mysql://u@h/n'], /password is needed/],
		[['restore', '--to', '/x', '--db', 'mysql://u@h/n', '--part', 'plugins'], /everything is restored/],
		[['restore', '--to', '/x', '--db', 'mysql://u@h/n', '--prefix', 'a-b'], /letters, digits and underscores/],
		[['key', 'check'], /recovery key .* are needed/],
		[['key', 'turn'], /no command/],
	])('%j is refused as not understood, with a reason', async (args, why) => {
		const ended = await run(args, {});
		expect(ended.code).toBe(2);
		expect(ended.errors).toMatch(why);
		expect(ended.errors).not.toContain('secret');
	});

	test('cancel ends with what became of the restore', async () => {
		const running = { ...job(undefined), kind: 'restore' as const, state: 'running' as const };
		const status = async () => ({ jobs: [{ ...running, id: 'aa', kind: 'sweep' }, running] }) as unknown as Status;
		const done = await run(['cancel'], { status, cancel: async (id) => ({ ...running, id }), job: async (id) => ({ ...running, id, state: 'cancelled' }) });
		expect(done).toMatchObject({ code: 0, out: expect.stringContaining('Nothing on the site was changed') });
		const late = await run(['cancel'], { status, cancel: async () => { throw new HoldfastError('JOB_TOO_LATE', 'Too late.'); } });
		expect(late).toMatchObject({ code: 1, errors: expect.stringContaining('JOB_TOO_LATE') });
		const over = await run(['cancel'], { status, cancel: async (id) => ({ ...running, id, state: 'done' }) });
		expect(over).toMatchObject({ code: 1, errors: expect.stringContaining('The site was restored.') });
		expect(await run(['cancel'], { status: async () => ({ jobs: [] }) as unknown as Status })).toMatchObject({ code: 1, errors: expect.stringContaining('No restore is running') });
	});

	test('verify that finds a difference ends with 3', async () => {
		const ended = await run(['verify'], {
			verify: async () => job({ equal: false, compared: { rows: 1, files: 1 }, differing: [{ what: 'wp_posts ID=1', why: 'differs' }], durationMs: 5 }),
		});
		expect(ended.code).toBe(3);
		expect(ended.out).toContain('wp_posts ID=1');
	});
});
