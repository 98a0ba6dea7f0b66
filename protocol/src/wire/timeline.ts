import { Type, type Static } from 'typebox';
import { ActivitySchema, ActorSchema } from './activity.ts';
import { PositionViewSchema } from './position.ts';

/* Points and the timeline: PROTOCOL.md section 8, words of architecture.md section 2. */

export const CountsSchema = Type.Object({
	rows: Type.Integer(), files: Type.Integer(), deletedRows: Type.Integer(), deletedFiles: Type.Integer(),
	other: Type.Integer(), quiet: Type.Integer(),
});
export type Counts = Static<typeof CountsSchema>;

export const PointSchema = Type.Object({
	seq: Type.Integer({ minimum: 1 }),
	hash: Type.String(),
	/** The database's clock at the snapshot, ms since 1970. */
	at: Type.Integer(),
	/** The endpoint's clock when it was durable there, ms since 1970. */
	receivedAt: Type.Integer(),
	status: Type.Union([Type.Literal('complete'), Type.Literal('incomplete')]),
	/** Why it is incomplete, in words. */
	missing: Type.Array(Type.String()),
	/** "Before the sale", "Before restore to …"; null where it has none. */
	name: Type.Union([Type.String(), Type.Null()]),
	pinned: Type.Boolean(),
	duringUpdate: Type.Boolean(),
	/** `changes`, `first` (first backup), `beforeRestore`, `restored`, `named`, `found` (by a sweep or scan). */
	kind: Type.Union([Type.Literal('changes'), Type.Literal('first'), Type.Literal('beforeRestore'), Type.Literal('restored'), Type.Literal('named'), Type.Literal('found')]),
	by: Type.Union([ActorSchema, Type.Null()]),
	activities: Type.Array(ActivitySchema),
	counts: CountsSchema,
	/** What a list shows: the activities' sentences, else a sentence made of the counts. */
	title: Type.String(),
});
export type Point = Static<typeof PointSchema>;

export const TimelineSchema = Type.Object({
	points: Type.Array(PointSchema),
	more: Type.Boolean(),
	head: Type.Union([PositionViewSchema, Type.Null()]),
	firstRestorable: Type.Union([Type.Integer(), Type.Null()]),
});
export type Timeline = Static<typeof TimelineSchema>;

export const PointDetailSchema = Type.Object({
	point: PointSchema,
	entries: Type.Array(Type.Object({
		/** `row` `file` `table` `view` `trigger` `counter` `fact`. */
		what: Type.String(),
		change: Type.Union([Type.Literal('put'), Type.Literal('deleted')]),
		/** `wp_posts ID=12`, `uploads/2026/11/a.jpg`. */
		label: Type.String(),
	})),
	more: Type.Boolean(),
});
export type PointDetail = Static<typeof PointDetailSchema>;
