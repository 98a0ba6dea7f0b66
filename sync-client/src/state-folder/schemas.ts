import { BindingSchema } from '@holdfast/protocol';
import { Type, type Static } from 'typebox';

/* What the guarded files of the state folder hold: PROTOCOL.md section 1. Unknown members are kept out of the way, not refused. */

const Hex = (bytes: number) => Type.String({ pattern: `^[0-9a-f]{${bytes * 2}}$` });

/** `pairing.php`: what this site is to its endpoint. */
export const PairingSchema = Type.Object({
	v: Type.Literal(1),
	url: Type.String(),
	/** SHA-256 of the endpoint's certificate; null where it is a public one or plain HTTP on loopback. */
	fingerprint: Type.Union([Hex(32), Type.Null()]),
	siteId: Hex(16),
	writer: Hex(16),
	token: Hex(32),
	rootKey: Hex(32),
	sealed: Type.Boolean(),
	recoveryShown: Type.Boolean(),
	home: Type.String(),
	binding: BindingSchema,
	endpoint: Type.Object({ name: Type.String(), version: Type.String(), sameMachine: Type.Boolean() }),
	pairedAt: Type.Integer(),
});
export type Pairing = Static<typeof PairingSchema>;

/** `control.php`: how to reach the control API. */
export const ControlSchema = Type.Object({
	v: Type.Literal(1),
	socket: Type.Union([Type.String(), Type.Null()]),
	port: Type.Union([Type.Integer(), Type.Null()]),
	secret: Type.String(),
	pid: Type.Integer(),
	version: Type.String(),
	startedAt: Type.Integer(),
	/** The folder that it was written into, by device and inode: in a copy of the folder it says nothing. */
	folder: Type.Optional(Type.String()),
});
export type Control = Static<typeof ControlSchema>;

/** `seen.php`: up to where nothing was missed. */
export const SeenSchema = Type.Object({
	v: Type.Literal(1),
	/** Boot of the machine, and when the database's process began: a change of either may have swallowed intents. */
	boot: Type.Union([Type.String(), Type.Null()]),
	databaseStartedAt: Type.Union([Type.Integer(), Type.Null()]),
	/** The database's process began at this moment or later: monotonic µs of that boot. */
	databaseSinceUs: Type.Union([Type.Integer(), Type.Null()]),
	/** A sweep that must come before the next point counts as complete, and since when; null when none is owed. */
	sweepOwed: Type.Union([Type.Object({ since: Type.Integer(), why: Type.String() }), Type.Null()]),
	/** Requests whose log files are still there: intents up to `n` are forgotten, `activities` were delivered. */
	requests: Type.Record(Type.String(), Type.Object({ n: Type.Integer(), activities: Type.Integer() })),
});
export type Seen = Static<typeof SeenSchema>;

/** `capture.php`: what PHP needs of the policy. */
export const CaptureSchema = Type.Object({
	v: Type.Literal(1),
	logFileBytesMax: Type.Integer(),
	quiet: Type.String(),
});
export type Capture = Static<typeof CaptureSchema>;

/** `purged.php`: by PHP, in the first request after a restore. */
export const PurgedSchema = Type.Object({ v: Type.Literal(1), epoch: Type.Integer(), purged: Type.Array(Type.String()) });
