import { Type, type Static } from 'typebox';
import { PositionViewSchema } from './position.ts';

/* The JSON messages of the endpoint API: PROTOCOL.md section 6. */

export const protocolVersion = 1;

const Hex = (bytes: number) => Type.String({ pattern: `^[0-9a-f]{${bytes * 2}}$` });

/** What a pairing is bound to, each part kept apart so that the question can say which one changed. PROTOCOL.md section 7. */
export const BindingSchema = Type.Object({
	home: Type.String({ maxLength: 2048 }),
	database: Hex(32),
	machine: Hex(32),
});
export type Binding = Static<typeof BindingSchema>;

export const HealthSchema = Type.Object({
	ok: Type.Boolean(),
	name: Type.String(),
	version: Type.String(),
	protocol: Type.Integer(),
	now: Type.Integer(),
	freeBytes: Type.Integer(),
	acceptsWrites: Type.Boolean(),
	/** Id of the machine that the endpoint runs on, hashed, so that the agent can tell "same machine". */
	machine: Type.Optional(Type.String()),
});
export type Health = Static<typeof HealthSchema>;

export const PairRequestSchema = Type.Object({
	secret: Hex(16),
	siteId: Hex(16),
	writer: Hex(16),
	binding: BindingSchema,
	home: Type.String({ maxLength: 2048 }),
	label: Type.String({ maxLength: 200 }),
	token: Hex(32),
	rootKey: Type.Optional(Hex(32)),
	/** SHA-256 of the reading token: PROTOCOL.md section 6.1. */
	readHash: Type.Optional(Hex(32)),
	protocol: Type.Integer(),
});
export type PairRequest = Static<typeof PairRequestSchema>;

export const PairReplySchema = Type.Object({
	siteId: Hex(16),
	endpoint: Type.Object({ name: Type.String(), version: Type.String() }),
	head: Type.Union([PositionViewSchema, Type.Null()]),
});
export type PairReply = Static<typeof PairReplySchema>;

export const SiteViewSchema = Type.Object({
	siteId: Hex(16),
	home: Type.String(),
	binding: BindingSchema,
	writer: Hex(16),
	sealed: Type.Boolean(),
	head: Type.Union([PositionViewSchema, Type.Null()]),
	storedBytes: Type.Integer(),
	commits: Type.Integer(),
});
export type SiteView = Static<typeof SiteViewSchema>;

export const ReaderRequestSchema = Type.Object({ readHash: Hex(32) });
export type ReaderRequest = Static<typeof ReaderRequestSchema>;
export const ReaderReplySchema = Type.Object({ siteId: Hex(16) });
export type ReaderReply = Static<typeof ReaderReplySchema>;

export const PutPackReplySchema = Type.Object({ name: Hex(32), chunks: Type.Integer() });
export type PutPackReply = Static<typeof PutPackReplySchema>;

export const AppendReplySchema = Type.Object({ position: PositionViewSchema, receivedAt: Type.Integer() });
export type AppendReply = Static<typeof AppendReplySchema>;

export const TakeoverRequestSchema = Type.Object({ secret: Hex(16), writer: Hex(16), binding: BindingSchema, token: Hex(32) });
export type TakeoverRequest = Static<typeof TakeoverRequestSchema>;
