import { Type, type Static } from 'typebox';

/* Activities: PROTOCOL.md section 3. */

export const ActorSchema = Type.Object({
	type: Type.Union([Type.Literal('user'), Type.Literal('cron'), Type.Literal('cli'), Type.Literal('visitor'), Type.Literal('agent')]),
	id: Type.Optional(Type.Union([Type.Integer(), Type.Null()])),
	login: Type.Optional(Type.Union([Type.String(), Type.Null()])),
	name: Type.Optional(Type.Union([Type.String(), Type.Null()])),
	ip: Type.Optional(Type.Union([Type.String(), Type.Null()])),
});
export type Actor = Static<typeof ActorSchema>;

export const ActivitySchema = Type.Object({
	verb: Type.String(),
	object: Type.Object({
		type: Type.String(),
		id: Type.Optional(Type.Union([Type.Integer(), Type.String(), Type.Null()])),
		title: Type.String(),
		noun: Type.Optional(Type.String()),
	}),
	sentence: Type.String(),
	actor: ActorSchema,
	via: Type.String(),
	link: Type.Optional(Type.Union([Type.String(), Type.Null()])),
	at: Type.Integer(),
	quiet: Type.Boolean(),
	from: Type.Optional(Type.String()),
	to: Type.Optional(Type.String()),
	count: Type.Optional(Type.Integer()),
});
export type Activity = Static<typeof ActivitySchema>;
