/** A commit's manifest: what it holds, for readers with the key. JSON, chunk of kind 3, FORMAT.md section 9. */
import { Type, type Static, type TSchema } from 'typebox';
import { ActivitySchema, ActorSchema } from './wire/activity.ts';
import { refuse } from './errors.ts';
import type { ChunkId, Hash, PendingId, Position, Sequence } from './ids.ts';
import { jsonCodec } from './values/json.ts';

const whole = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const count = whole;
const hex = Type.Unsafe<string>(Type.String({ pattern: '^(?:[0-9a-f]{2})*$' }));
/** A key in lower-case hex. */
const key = Type.Unsafe<string>(Type.String({ pattern: '^(?:[0-9a-f]{2})+$' }));
export const ChunkIdSchema = Type.Unsafe<ChunkId>(Type.String({ pattern: '^[0-9a-f]{64}$' }));
export const HashSchema = Type.Unsafe<Hash>(Type.String({ pattern: '^[0-9a-f]{64}$' }));
export const PendingIdSchema = Type.Unsafe<PendingId>(Type.String({ pattern: '^[0-9a-f]{32}$' }));
export const SequenceSchema = Type.Unsafe<Sequence>(whole);
export const PositionSchema = Type.Unsafe<Position>(Type.Object({ seq: SequenceSchema, hash: HashSchema }));

const maybe = <S extends TSchema>(schema: S) => Type.Optional(schema);

/** One chunk of entries, and between which keys they lie. */
export const BlockPlaceSchema = Type.Object({ chunk: ChunkIdSchema, first: key, last: key, count });
export type BlockPlace = Static<typeof BlockPlaceSchema>;

export const ManifestSchema = Type.Object({
	v: Type.Literal(1),
	/** In key order, disjoint. */
	entries: Type.Array(BlockPlaceSchema),
	counts: Type.Object({ rows: count, files: count, deletedRows: count, deletedFiles: count, other: count, quiet: count }),
	activities: maybe(Type.Array(ActivitySchema)),
	pending: maybe(Type.Array(Type.Object({ key, exactAt: SequenceSchema, why: Type.String() }))),
	name: maybe(Type.String()),
	pinned: maybe(Type.Boolean()),
	by: maybe(ActorSchema),
	image: maybe(
		Type.Object({
			id: hex,
			base: PositionSchema,
			part: count,
			/** Layer index chunks that this part adds. */
			indexes: Type.Array(ChunkIdSchema),
			layer: maybe(ChunkIdSchema),
			exactFrom: maybe(PositionSchema),
		}),
	),
	restore: maybe(Type.Object({ point: PositionSchema, parts: Type.Array(Type.String()), plan: maybe(hex), undo: maybe(PositionSchema) })),
	gap: maybe(Type.Object({ from: Type.Number(), to: Type.Number(), why: Type.String() })),
});
export type Manifest = Static<typeof ManifestSchema>;

export const noCounts: Manifest['counts'] = { rows: 0, files: 0, deletedRows: 0, deletedFiles: 0, other: 0, quiet: 0 };

const json = jsonCodec(ManifestSchema, 'manifest', 1);

/** @throws FormatError FORMAT_JSON, FORMAT_ORDER */
export function encodeManifest(manifest: Manifest): Buffer {
	checkDisjoint(manifest.entries);
	return json.encode(manifest);
}

/** Members that this version does not know are kept. @throws FormatError FORMAT_JSON, FORMAT_TEXT, FORMAT_ORDER, FORMAT_VERSION */
export function decodeManifest(bytes: Uint8Array): Manifest {
	const manifest = json.decode(bytes);
	checkDisjoint(manifest.entries);
	return manifest;
}

/** Places with hex keys: in key order, first ≤ last, no overlap. Hex compares as the bytes do. @throws FormatError FORMAT_ORDER */
export function checkDisjoint(places: readonly { readonly first: string; readonly last: string }[]): void {
	let before = '';
	for (const { first, last } of places) {
		if (first <= before || last < first) refuse('FORMAT_ORDER', 'blocks overlap');
		before = last;
	}
}
