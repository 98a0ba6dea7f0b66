import { Type, type Static } from 'typebox';

/** A position as JSON: sequence and lower-case hex of the header's SHA-256. FORMAT.md section 8. */
export const PositionViewSchema = Type.Object({
	seq: Type.Integer({ minimum: 0 }),
	hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
});
export type PositionView = Static<typeof PositionViewSchema>;
