import type { Activity, ErrorView, Job, Plan, PluginStatus, Point, RestoreResult, Status, Step, Timeline } from './wire.ts';

/* Answers of a site, for tests and for looking at the page. Every function takes what shall be different. */

export const noon = Date.UTC(2026, 10, 22, 13, 3, 22);
const minute = 60_000;

export function hashOf(seq: number): string {
	return seq.toString(16).padStart(64, '0');
}

export function status(changed: Partial<Status> = {}): Status {
	return {
		version: '0.1.0',
		protocol: 1,
		pid: 4711,
		now: noon + 12_000,
		state: 'protected',
		site: { id: 'ab'.repeat(16), home: 'https://example.org' },
		endpoint: {
			url: 'https://backup.example.net',
			host: 'backup.example.net',
			sameMachine: false,
			latencyMs: 18,
			reachable: true,
			fingerprint: null,
		},
		head: { seq: 812, hash: hashOf(812) },
		protectedUntil: noon,
		firstRestorable: { seq: 3, at: Date.UTC(2026, 10, 3, 9) },
		waiting: { changes: 0, oldestMs: 0 },
		pending: [],
		storedBytes: 1_900_000_000,
		siteBytes: 2_600_000_000,
		proof: { at: Date.UTC(2026, 10, 22, 2, 10), equal: true, rows: 1_204_112, files: 12_907 },
		nextSweepAt: Date.UTC(2026, 10, 23, 1),
		jobs: [],
		undo: null,
		copied: null,
		problems: [],
		shop: false,
		leftOut: [],
		...changed,
	};
}

export function plugin(changed: Partial<PluginStatus> = {}): PluginStatus {
	return {
		agent: { running: true, why: null, code: null, command: null, version: '0.1.0', expectedVersion: '0.1.0' },
		capture: { ok: true, problem: null },
		status: status(),
		...changed,
	};
}

export const agentAway = (): PluginStatus =>
	plugin({
		agent: {
			running: false,
			why: 'No Node.js of version 22.15 or newer was found on this server.',
			code: 'NODE_MISSING',
			command: 'holdfast run --site /var/www/example',
			version: null,
			expectedVersion: '0.1.0',
		},
		status: null,
	});

export function error(changed: Partial<ErrorView> = {}): ErrorView {
	return {
		code: 'ENDPOINT_UNREACHABLE',
		message: 'The endpoint backup.example.net does not answer.',
		changed: 'Nothing on the site was changed.',
		hint: 'Changes are kept here and sent as soon as it answers. Check that the endpoint runs.',
		retry: 'later',
		reference: '9f31c0de',
		...changed,
	};
}

export function activity(changed: Partial<Activity> = {}): Activity {
	return {
		verb: 'updated',
		object: { type: 'page', id: 12, title: 'Shipping and returns' },
		sentence: 'Page “Shipping and returns” edited',
		actor: { type: 'user', id: 2, login: 'tom', name: 'Tom' },
		via: 'wp-admin',
		at: noon,
		quiet: false,
		...changed,
	};
}

export function point(seq: number, changed: Partial<Point> = {}): Point {
	return {
		seq,
		hash: hashOf(seq),
		at: noon - (812 - seq) * 7 * minute,
		receivedAt: noon - (812 - seq) * 7 * minute + 400,
		status: 'complete',
		missing: [],
		name: null,
		pinned: false,
		duringUpdate: false,
		kind: 'changes',
		by: null,
		activities: [activity()],
		counts: { rows: 2, files: 0, deletedRows: 0, deletedFiles: 0, other: 0, quiet: 0 },
		title: 'Page “Shipping and returns” edited',
		...changed,
	};
}

export function timeline(points: Point[], changed: Partial<Timeline> = {}): Timeline {
	return { points, more: false, head: { seq: 812, hash: hashOf(812) }, firstRestorable: 3, ...changed };
}

export function step(id: string, changed: Partial<Step> = {}): Step {
	return { id, label: id, state: 'waiting', done: 0, total: null, unit: 'rows', ...changed };
}

export function job(changed: Partial<Job> = {}): Job {
	return {
		id: 'job-1',
		kind: 'restore',
		state: 'running',
		steps: [],
		progress: 0.64,
		bytesPerSecond: 31_000_000,
		msLeft: 40_000,
		cancellable: true,
		startedAt: noon,
		endedAt: null,
		...changed,
	};
}

export function plan(changed: Partial<Plan> = {}): Plan {
	return {
		id: 'plan-1',
		point: { seq: 809, at: noon - 21 * minute, title: 'Before update of Checkout Blocks' },
		parts: ['everything'],
		createdAt: noon,
		compared: { rows: 1_204_139, files: 12_914 },
		empty: false,
		kinds: [
			{
				kind: 'options',
				label: 'settings',
				insert: 0,
				change: 41,
				delete: 0,
				samples: [{ label: 'checkout_blocks_settings', change: 'change' }],
			},
			{
				kind: 'comments',
				label: 'comments',
				insert: 0,
				change: 0,
				delete: 2,
				samples: [{ label: 'Comment by Lena on “Hello”', change: 'delete' }],
			},
		],
		tables: [
			{ table: 'wp_options', insert: 0, change: 41, delete: 0, schema: 'same' },
			{ table: 'wp_comments', insert: 0, change: 0, delete: 2, schema: 'same' },
			{ table: 'wp_shop_stock', insert: 120, change: 0, delete: 0, schema: 'create' },
		],
		files: {
			write: 303,
			remove: 9,
			attributes: 0,
			bytes: 4_200_000,
			samples: [
				{ path: 'plugins/checkout-blocks/checkout-blocks.php', change: 'write' },
				{ path: 'plugins/checkout-blocks/new.php', change: 'remove' },
			],
		},
		kept: [
			{ what: 'Your account and session', why: 'so that you stay signed in' },
			{ what: 'wp-config.php', why: 'never replaced unless chosen by name' },
		],
		dependencies: [],
		keep: { orders: null, stock: 'now', accounts: 'now', added: [], newer: { orders: 0, customers: 0 } },
		stock: [],
		warnings: [
			{ code: 'PLUGIN_TESTED', message: 'Checkout Blocks 9.1 was tested with WordPress up to 7.0; this site runs 7.1.4.' },
		],
		fetchBytes: 4_200_000,
		needBytes: 9_000_000,
		freeBytes: 38_000_000_000,
		windowMs: 4_000,
		...changed,
	};
}

export function result(changed: Partial<RestoreResult> = {}): RestoreResult {
	return {
		id: 'restore-1',
		plan: 'plan-1',
		point: { seq: 809, at: noon, title: 'Before update of Checkout Blocks' },
		undoPoint: 813,
		equal: true,
		compared: { rows: 1_204, files: 12_907 },
		differing: [],
		kept: [
			{ what: 'Your account', why: 'so that you stay signed in' },
			{ what: 'Your session', why: 'so that you stay signed in' },
		],
		folded: 0,
		answers: [
			{ url: 'https://example.org/', ok: true, status: 200 },
			{ url: 'https://example.org/wp-login.php', ok: true, status: 200 },
			{ url: 'https://example.org/wp-json/', ok: true, status: 200 },
		],
		windowMs: 3_100,
		finishedAt: noon + 30_000,
		...changed,
	};
}
