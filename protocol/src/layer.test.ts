import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as P from './index.ts';
import { entryMap, entryValue, smallKey } from './testing/arbitraries.ts';
import { codeOf } from './testing/damage.ts';

const id = (n: number) => P.parseChunkId(n.toString(16).padStart(64, '0'));
const at = (seq: number): P.Position => ({ seq: P.parseSequence(seq), hash: 'cd'.repeat(32) as P.Hash });
const delta = (indexes: P.Layer['indexes']): P.Layer => ({ v: 1, kind: 'delta', base: at(1), exactFrom: at(4), from: at(1), to: at(4), indexes });

/** Blocks of at most three entries, two blocks to an index. */
function layerOf(entries: readonly (readonly [Buffer, Buffer | null])[]): { layer: P.Layer; indexes: Map<P.ChunkId, Buffer> } {
	const blocks: P.IndexedBlock[] = [];
	for (let i = 0; i < entries.length; i += 3) {
		const some = entries.slice(i, i + 3);
		blocks.push({ first: some[0]![0], last: some.at(-1)![0], chunk: id(i), entries: some.length });
	}
	const indexes = new Map<P.ChunkId, Buffer>();
	const places: P.Layer['indexes'] = [];
	for (let i = 0; i < blocks.length; i += 2) {
		const some = blocks.slice(i, i + 2);
		indexes.set(id(1000 + i), P.encodeLayerIndex(some));
		places.push({ chunk: id(1000 + i), first: P.decodeHex(some[0]!.first), last: P.decodeHex(some.at(-1)!.last), blocks: some.length });
	}
	return { layer: delta(places), indexes };
}

test('one key costs one index and one block, and no key is missed', () => {
	fc.assert(
		fc.property(entryMap(entryValue), fc.nat(45), (entries, n) => {
			const { layer: made, indexes } = layerOf(entries);
			const layer = P.decodeLayer(P.encodeLayer(made));
			const key = smallKey(n);
			const place = P.findIndex(layer, key);
			const block = place && P.findBlock(P.decodeLayerIndex(indexes.get(place.chunk)!), key);
			const i = entries.findIndex(([one]) => one.equals(key));
			if (i >= 0) expect(block?.chunk).toBe(id(i - (i % 3)));
			else if (block) expect(P.inRange(key, { low: block.first, high: block.last })).toBe(true);
		}),
	);
});

describe('refused', () => {
	const block: P.IndexedBlock = { first: Buffer.of(1), last: Buffer.of(2), chunk: id(1), entries: 1 };
	test.each([
		['FORMAT_FIELD', [] as P.IndexedBlock[]],
		['FORMAT_ORDER', [block, block]],
		['FORMAT_ORDER', [{ ...block, last: Buffer.of(0) }]],
		['FORMAT_FIELD', [{ ...block, entries: 0 }]],
		['FORMAT_FIELD', [{ ...block, first: Buffer.alloc(0) }]],
	])('%s for an index', (code, blocks) => {
		expect(codeOf(() => P.encodeLayerIndex(blocks))).toBe(code);
	});
	test.each([
		['FORMAT_VERSION', { v: 2 }],
		['FORMAT_JSON', { kind: 'snapshot' }],
		['FORMAT_FIELD', { from: at(5) }],
		['FORMAT_FIELD', { base: at(5) }],
		['FORMAT_ORDER', { indexes: [{ chunk: id(1), first: '02', last: '01', blocks: 1 }] }],
	])('%s for a layer', (code, change) => {
		expect(codeOf(() => P.decodeLayer(Buffer.from(JSON.stringify({ ...delta([]), ...change }))))).toBe(code);
	});
});
