/**
 * Layers: sorted maps over positions, FORMAT.md section 10. One key costs: layer, one index, one block.
 *
 *     layer (JSON) ──> index chunks (binary) ──> entry blocks
 */
import { Type, type Static } from 'typebox';
import { compareBytes } from './bytes/compare.ts';
import { ByteReader } from './bytes/reader.ts';
import { ByteWriter } from './bytes/writer.ts';
import { encodeHex } from './bytes/text.ts';
import { refuse } from './errors.ts';
import type { ChunkId } from './ids.ts';
import { keyBytesMax } from './limits.ts';
import { ChunkIdSchema, PositionSchema, checkDisjoint } from './manifest.ts';
import { jsonCodec } from './values/json.ts';

const hexKey = Type.String({ pattern: '^(?:[0-9a-f]{2})+$' });

export const LayerSchema = Type.Object({
	v: Type.Literal(1),
	kind: Type.Union([Type.Literal('image'), Type.Literal('delta')]),
	/** Image: where it began, and from where it is exact. Delta: equal to `from` and `to`. */
	base: PositionSchema,
	exactFrom: PositionSchema,
	/** Over (from, to]. */
	from: PositionSchema,
	to: PositionSchema,
	indexes: Type.Array(Type.Object({ chunk: ChunkIdSchema, first: hexKey, last: hexKey, blocks: Type.Integer({ minimum: 1 }) })),
});
export type Layer = Static<typeof LayerSchema>;

const json = jsonCodec(LayerSchema, 'layer', 1);

/** @throws FormatError FORMAT_JSON, FORMAT_ORDER */
export function encodeLayer(layer: Layer): Buffer {
	check(layer);
	return json.encode(layer);
}

/** @throws FormatError FORMAT_JSON, FORMAT_TEXT, FORMAT_ORDER, FORMAT_VERSION */
export function decodeLayer(bytes: Uint8Array): Layer {
	const layer = json.decode(bytes);
	check(layer);
	return layer;
}

function check(layer: Layer): void {
	checkDisjoint(layer.indexes);
	if (layer.from.seq > layer.to.seq || layer.base.seq > layer.exactFrom.seq) refuse('FORMAT_FIELD', 'positions of a layer');
}

/** One block in a layer index. */
export interface IndexedBlock {
	readonly first: Uint8Array;
	readonly last: Uint8Array;
	readonly chunk: ChunkId;
	readonly entries: number;
}

/** @throws FormatError FORMAT_ORDER, FORMAT_FIELD, FORMAT_LIMIT */
export function encodeLayerIndex(blocks: readonly IndexedBlock[]): Buffer {
	checkBlocks(blocks);
	const writer = new ByteWriter(96 * blocks.length + 16).u8(1).varint(blocks.length);
	for (const block of blocks) writer.field(block.first, keyBytesMax).field(block.last, keyBytesMax).hex(block.chunk, 32).varint(block.entries);
	return writer.finish();
}

/** Keys are views. @throws FormatError */
export function decodeLayerIndex(bytes: Uint8Array): IndexedBlock[] {
	const reader = new ByteReader(bytes);
	reader.version(1);
	const blocks: IndexedBlock[] = [];
	for (let left = reader.count(Number.MAX_SAFE_INTEGER, 37); left > 0; left--) {
		const first = reader.field(keyBytesMax);
		const last = reader.field(keyBytesMax);
		blocks.push({ first, last, chunk: reader.hex(32) as ChunkId, entries: reader.varint() });
	}
	reader.done();
	checkBlocks(blocks);
	return blocks;
}

function checkBlocks(blocks: readonly IndexedBlock[]): void {
	if (blocks.length === 0) refuse('FORMAT_FIELD', 'empty layer index');
	for (const [i, block] of blocks.entries()) {
		if (block.first.length === 0 || block.entries < 1) refuse('FORMAT_FIELD', 'block of a layer');
		if (compareBytes(block.first, block.last) > 0) refuse('FORMAT_ORDER', 'block of a layer');
		if (i > 0 && compareBytes(blocks[i - 1]!.last, block.first) >= 0) refuse('FORMAT_ORDER', 'blocks of a layer');
	}
}

/** The first of `count` ascending places whose last key is ≥ `key`. */
function firstReaching(count: number, lastOf: (i: number) => Uint8Array, key: Uint8Array): number {
	let low = 0;
	let high = count;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (compareBytes(lastOf(middle), key) < 0) low = middle + 1;
		else high = middle;
	}
	return low;
}

/** The index chunk that can name a key's block; undefined when the layer has no such key. */
export function findIndex(layer: Layer, key: Uint8Array): Layer['indexes'][number] | undefined {
	const found = layer.indexes[firstReaching(layer.indexes.length, (i) => encodeHex(layer.indexes[i]!.last), key)];
	return found && compareBytes(encodeHex(found.first), key) <= 0 ? found : undefined;
}

/** The block that can hold a key; undefined when there is none. */
export function findBlock(blocks: readonly IndexedBlock[], key: Uint8Array): IndexedBlock | undefined {
	const found = blocks[firstReaching(blocks.length, (i) => blocks[i]!.last, key)];
	return found && compareBytes(found.first, key) <= 0 ? found : undefined;
}
