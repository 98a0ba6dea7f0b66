import { Type, type Static } from 'typebox';

/** When the caller may try again: PROTOCOL.md section 10. */
export const RetrySchema = Type.Union([Type.Literal('never'), Type.Literal('later'), Type.Literal('now')]);

/** What every refusal says: what happened, whether anything changed, what to do, and a code. PROTOCOL.md section 10. */
export const ErrorViewSchema = Type.Object({
	code: Type.String(),
	message: Type.String(),
	changed: Type.String(),
	hint: Type.String(),
	retry: RetrySchema,
	retryAfterMs: Type.Optional(Type.Integer({ minimum: 0 })),
	reference: Type.String(),
});
export type ErrorView = Static<typeof ErrorViewSchema>;

export const ErrorBodySchema = Type.Object({ error: ErrorViewSchema });
export type ErrorBody = Static<typeof ErrorBodySchema>;
