import { Type, type Static } from 'typebox';

/* Plan, restore and what came of it: PROTOCOL.md section 8, architecture.md section 9. */

export const PartSchema = Type.Union([
	Type.Literal('everything'), Type.Literal('database'), Type.Literal('plugins'), Type.Literal('themes'),
	Type.Literal('uploads'), Type.Literal('root'), Type.Literal('content'),
	/** Whole tables; single things by id or name; single files and folders, by path from the site's folder. */
	Type.String({ pattern: '^(?:table:.{1,64}|(?:post|user|menu):[1-9][0-9]{0,14}|option:.{1,191}|(?:plugin|theme|plugin-options|theme-options):[^/]{1,200}|path:.{1,4096})$' }),
]);
export type Part = Static<typeof PartSchema>;

const AsNowOr = <Then extends string>(then: Then) => Type.Union([Type.Literal('now'), Type.Literal(then)]);

/** What a restore in place leaves as it is now, as far as a person chooses it. */
export const KeepChoiceSchema = Type.Object({
	/** Keep newer orders: orders, customers, payments and scheduled work stay as they are now. Left out: yes where the site has a shop. */
	orders: Type.Optional(Type.Boolean()),
	/** Stock of products: as now, or as then less what was sold since. Only where newer orders are kept; left out: as now. */
	stock: Type.Optional(AsNowOr('thenLessSold')),
	/** Passwords, application passwords and sessions: as now (left out), or as then. */
	accounts: Type.Optional(AsNowOr('then')),
	/** Tables of which rows that were added since stay. */
	added: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 1000 })),
});
export type KeepChoice = Static<typeof KeepChoiceSchema>;

export const PlanRequestSchema = Type.Object({
	point: Type.Optional(Type.Integer({ minimum: 1 })),
	at: Type.Optional(Type.Integer({ minimum: 0 })),
	parts: Type.Array(PartSchema, { maxItems: 1000 }),
	keep: Type.Optional(KeepChoiceSchema),
});
export type PlanRequest = Static<typeof PlanRequestSchema>;

const StockAmount = Type.Union([Type.Number(), Type.Null()]);
const Amount = { insert: Type.Integer(), change: Type.Integer(), delete: Type.Integer() };

export const PlanSchema = Type.Object({
	id: Type.String(),
	point: Type.Object({ seq: Type.Integer(), at: Type.Integer(), title: Type.String() }),
	parts: Type.Array(PartSchema),
	createdAt: Type.Integer(),
	compared: Type.Object({ rows: Type.Integer(), files: Type.Integer() }),
	/** True when the site already equals the point in the chosen parts. */
	empty: Type.Boolean(),
	/** In words people use: posts, pages, comments, users, options, media, orders, rows of other tables. */
	kinds: Type.Array(Type.Object({
		kind: Type.String(), label: Type.String(), ...Amount,
		samples: Type.Array(Type.Object({
			label: Type.String(), change: Type.Union([Type.Literal('insert'), Type.Literal('change'), Type.Literal('delete')]),
			/** Of a changed row, in a few words: as it is now, as it was then. Never of passwords, keys, sessions and the like. */
			from: Type.Optional(Type.String()), to: Type.Optional(Type.String()),
		})),
	})),
	tables: Type.Array(Type.Object({
		table: Type.String(), ...Amount,
		schema: Type.Union([Type.Literal('same'), Type.Literal('create'), Type.Literal('alter'), Type.Literal('drop')]),
	})),
	files: Type.Object({
		write: Type.Integer(), remove: Type.Integer(), attributes: Type.Integer(), bytes: Type.Integer(),
		samples: Type.Array(Type.Object({ path: Type.String(), change: Type.Union([Type.Literal('write'), Type.Literal('remove'), Type.Literal('attributes')]) })),
	}),
	/** What the chosen parts use and the site no longer has: `restored` comes back with them, the rest is only named. At most 200. */
	dependencies: Type.Array(Type.Object({
		of: PartSchema, kind: Type.Union([Type.Literal('attachment'), Type.Literal('term'), Type.Literal('user'), Type.Literal('post')]),
		id: Type.Integer(), label: Type.String(), restored: Type.Boolean(),
	})),
	/** What stays as it is now, and why: the acting admin's session, wp-config.php, what was out of scope. */
	kept: Type.Array(Type.Object({ what: Type.String(), why: Type.String() })),
	/** The choice that this plan was made with. `orders`: null where the site has no shop. `newer`: what Keep newer orders keeps that the point does not have. */
	keep: Type.Object({
		orders: Type.Union([Type.Boolean(), Type.Null()]), stock: AsNowOr('thenLessSold'), accounts: AsNowOr('then'), added: Type.Array(Type.String()),
		newer: Type.Object({ orders: Type.Integer(), customers: Type.Integer() }),
	}),
	/** Products whose stock is not the same now and then, at most 100; `sold` since then, `planned` what the restore leaves. Null: not counted. */
	stock: Type.Array(Type.Object({ id: Type.Integer(), name: Type.String(), now: StockAmount, then: StockAmount, sold: Type.Number(), planned: StockAmount })),
	/** What will not fit, each a sentence with a code. */
	warnings: Type.Array(Type.Object({ code: Type.String(), message: Type.String() })),
	fetchBytes: Type.Integer(),
	needBytes: Type.Integer(),
	freeBytes: Type.Integer(),
	windowMs: Type.Integer(),
});
export type Plan = Static<typeof PlanSchema>;

export const RestoreResultSchema = Type.Object({
	id: Type.String(),
	plan: Type.String(),
	/** What went back; left out by earlier versions. */
	parts: Type.Optional(Type.Array(PartSchema)),
	point: Type.Object({ seq: Type.Integer(), at: Type.Integer(), title: Type.String() }),
	/** The point of the window: undo goes there. */
	undoPoint: Type.Union([Type.Integer(), Type.Null()]),
	equal: Type.Boolean(),
	compared: Type.Object({ rows: Type.Integer(), files: Type.Integer() }),
	/** Named, at most 100. */
	differing: Type.Array(Type.Object({ what: Type.String(), why: Type.String() })),
	kept: Type.Array(Type.Object({ what: Type.String(), why: Type.String() })),
	/** Changes that came between plan and window and were folded in. */
	folded: Type.Integer(),
	/** `before`: the status before the restore, null where it is not known; `why` where it is not as it should be, or where nobody could look. */
	answers: Type.Array(Type.Object({
		url: Type.String(), ok: Type.Boolean(), status: Type.Integer(), before: Type.Optional(Type.Union([Type.Integer(), Type.Null()])), why: Type.Optional(Type.String()),
	})),
	/** `purged`: page caches of plugins that WordPress had emptied; `cdn`: who stands before the site and may still show pages of before. */
	caches: Type.Optional(Type.Object({ purged: Type.Array(Type.String()), cdn: Type.Union([Type.String(), Type.Null()]) })),
	/** People whose personal data were erased since the point, and erased again after the restore; not `done`: WordPress does it at a later request. */
	erased: Type.Optional(Type.Array(Type.Object({ email: Type.String(), at: Type.Integer(), done: Type.Boolean(), messages: Type.Array(Type.String()) }))),
	windowMs: Type.Integer(),
	finishedAt: Type.Integer(),
});
export type RestoreResult = Static<typeof RestoreResultSchema>;

export const SweepResultSchema = Type.Object({
	equal: Type.Boolean(),
	compared: Type.Object({ rows: Type.Integer(), files: Type.Integer() }),
	differing: Type.Array(Type.Object({ what: Type.String(), why: Type.String() })),
	durationMs: Type.Integer(),
});
export type SweepResult = Static<typeof SweepResultSchema>;
