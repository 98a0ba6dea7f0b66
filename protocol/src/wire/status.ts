import { Type, type Static } from 'typebox';
import { ErrorViewSchema } from './error.ts';
import { JobSchema } from './job.ts';
import { PositionViewSchema } from './position.ts';

/* What the header of the page shows: PROTOCOL.md section 8, ui.md "States". */

export const StatusSchema = Type.Object({
	version: Type.String(),
	protocol: Type.Integer(),
	pid: Type.Integer(),
	now: Type.Integer(),
	state: Type.Union([
		/** Site or endpoint are being asked for the first time since the agent began. */
		Type.Literal('starting'), Type.Literal('notConnected'), Type.Literal('copied'), Type.Literal('firstBackup'), Type.Literal('protected'),
		Type.Literal('behind'), Type.Literal('failing'), Type.Literal('restoring'),
	]),
	site: Type.Union([Type.Object({ id: Type.String(), home: Type.String() }), Type.Null()]),
	endpoint: Type.Union([Type.Object({
		url: Type.String(), host: Type.String(), sameMachine: Type.Boolean(), latencyMs: Type.Union([Type.Integer(), Type.Null()]),
		reachable: Type.Boolean(), fingerprint: Type.Union([Type.String(), Type.Null()]),
	}), Type.Null()]),
	head: Type.Union([PositionViewSchema, Type.Null()]),
	/** The last moment that can be restored, ms since 1970 on the database's clock: everything known before it is at the endpoint. */
	protectedUntil: Type.Union([Type.Integer(), Type.Null()]),
	firstRestorable: Type.Union([Type.Object({ seq: Type.Integer(), at: Type.Integer() }), Type.Null()]),
	waiting: Type.Object({ changes: Type.Integer(), oldestMs: Type.Integer() }),
	pending: Type.Array(Type.String()),
	storedBytes: Type.Union([Type.Integer(), Type.Null()]),
	siteBytes: Type.Union([Type.Integer(), Type.Null()]),
	/** The last time site and backup were proven equal, or what differed. */
	proof: Type.Union([Type.Object({ at: Type.Integer(), equal: Type.Boolean(), rows: Type.Integer(), files: Type.Integer() }), Type.Null()]),
	nextSweepAt: Type.Union([Type.Integer(), Type.Null()]),
	/** Running jobs: first backup, restore, … */
	jobs: Type.Array(JobSchema),
	/** The last restore that can be undone. */
	undo: Type.Union([Type.Object({ restore: Type.String(), point: Type.Integer(), at: Type.Integer() }), Type.Null()]),
	/** What was copied, for the question of state `copied`. */
	copied: Type.Union([Type.Object({ from: Type.String(), changed: Type.Array(Type.String()) }), Type.Null()]),
	/** What is wrong now, in the order of weight. */
	problems: Type.Array(ErrorViewSchema),
	/** Whether the site has a shop: then Keep newer orders is a choice. */
	shop: Type.Boolean(),
	/** What is not backed up and why, in words. */
	leftOut: Type.Array(Type.Object({ what: Type.String(), why: Type.String() })),
});
export type Status = Static<typeof StatusSchema>;

export const ConnectRequestSchema = Type.Object({ code: Type.String({ maxLength: 4096 }), sealed: Type.Optional(Type.Boolean()) });
export type ConnectRequest = Static<typeof ConnectRequestSchema>;

export const ConnectTestSchema = Type.Object({
	checks: Type.Array(Type.Object({ id: Type.String(), ok: Type.Boolean(), message: Type.String() })),
	endpoint: Type.Union([Type.Object({ url: Type.String(), name: Type.String(), version: Type.String(), sameMachine: Type.Boolean() }), Type.Null()]),
	scope: Type.Object({
		tables: Type.Integer(), rows: Type.Integer(), files: Type.Integer(), bytes: Type.Integer(),
		leftOut: Type.Array(Type.Object({ what: Type.String(), why: Type.String() })),
	}),
});
export type ConnectTest = Static<typeof ConnectTestSchema>;

export const ConnectReplySchema = Type.Object({
	siteId: Type.String(),
	recoveryKey: Type.String(),
	endpoint: Type.Object({ url: Type.String(), name: Type.String(), version: Type.String() }),
});
export type ConnectReply = Static<typeof ConnectReplySchema>;

/** What the plugin answers on `/status`, also when the agent does not. PROTOCOL.md section 9. */
export const PluginStatusSchema = Type.Object({
	agent: Type.Object({
		running: Type.Boolean(), why: Type.Union([Type.String(), Type.Null()]), code: Type.Union([Type.String(), Type.Null()]),
		command: Type.Union([Type.String(), Type.Null()]),
		/** A systemd unit that runs the agent, where PHP may not. */
		service: Type.Optional(Type.Union([Type.String(), Type.Null()])), version: Type.Union([Type.String(), Type.Null()]), expectedVersion: Type.String(),
	}),
	capture: Type.Object({ ok: Type.Boolean(), problem: Type.Union([Type.String(), Type.Null()]) }),
	status: Type.Union([StatusSchema, Type.Null()]),
});
export type PluginStatus = Static<typeof PluginStatusSchema>;
