import fc from 'fast-check';
import { expect, test } from '@jest/globals';
import { batchOf, encodeTable, firstGeneration, chunkIdOf, rowKeyOf, rowsRange, sourceOf, tableKey, type Incarnation } from '@holdfast/protocol';
import { openIndex, openScratch } from '../adapters/sqlite-index.ts';
import { ChunkCache } from '../state/chunk-cache.ts';
import { History } from '../state/history.ts';
import { LayeredStates } from '../state/site-states.ts';
import { TestWriter, type Pairs } from '../state/testing/memory-endpoint.ts';
import { compareSegments } from './compare-segments.ts';

const life = 1 as Incarnation;
const table = encodeTable({ incarnation: life, create: Buffer.from('x'), layout: { engine: 'InnoDB', transactional: true, columns: [{ name: 'id', type: 'int', charset: null, nullable: false, generated: false, read: 'plain' }], key: { kind: 'primary', columns: [{ name: 'id', as: 'uint' }] } } });
const row = (id: number): Buffer => rowKeyOf(life, Buffer.of(id >> 8, id & 255));
const value = (seed: number): Buffer => Buffer.alloc(20, seed);

async function compared(base: Map<number, number>, later: Map<number, number | null>, live: Map<number, number>, perBlock: number) {
	const writer = new TestWriter();
	const first = await writer.commit([[tableKey('t'), table]]);
	const rows = [...base].sort(([a], [b]) => a - b).map(([id, seed]) => [row(id), value(seed)] as const);
	await writer.image([[tableKey('t'), table], ...rows], first, first, perBlock);
	if (later.size > 0) { await writer.commit([...later].map(([id, seed]) => [row(id), seed === null ? null : value(seed)] as const)); }
	const chunks = new ChunkCache(writer.endpoint, writer.keys);
	const states = new LayeredStates({ index: openIndex(':memory:'), chunks, history: new History(writer.endpoint, writer.keys), openScratch: () => openScratch(':memory:') });
	const state = await states.at(writer.position.seq);
	await state.tables();
	const fetched = writer.endpoint.reads;
	const pairs: Pairs = [...live].sort(([a], [b]) => a - b).map(([id, seed]) => [row(id), value(seed)] as const);
	const totals = { live: 0, skippedBlocks: 0 };
	const found: string[] = [];
	for await (const group of compareSegments(sourceOf([batchOf(pairs)]), state, rowsRange(life), (plaintext) => chunkIdOf(writer.keys.generation(firstGeneration), 'entries', plaintext), totals)) {
		for (const { key, left, right } of group) { found.push(`${key.readUInt16BE(9)} ${left?.[0] ?? '-'} ${right?.[0] ?? '-'}`); }
	}
	await state.close();
	return { found, totals, fetched: writer.endpoint.reads - fetched };
}

test('finds exactly the differences, whatever lies in blocks and whatever over them', async () => {
	const ids = fc.integer({ min: 0, max: 40 });
	const seeds = fc.integer({ min: 1, max: 3 });
	await fc.assert(fc.asyncProperty(fc.array(fc.tuple(ids, seeds), { maxLength: 40 }), fc.array(fc.tuple(ids, fc.option(seeds)), { maxLength: 4 }), fc.array(fc.tuple(ids, fc.option(seeds)), { maxLength: 6 }), async (base, later, damage) => {
		const before = new Map(base);
		const state = new Map(before);
		for (const [id, seed] of new Map(later)) { if (seed === null) { state.delete(id); } else { state.set(id, seed); } }
		const live = new Map(state);
		for (const [id, seed] of damage) { if (seed === null) { live.delete(id); } else { live.set(id, seed); } }
		const wanted = [...new Set([...live.keys(), ...state.keys()])].sort((a, b) => a - b).filter((id) => live.get(id) !== state.get(id)).map((id) => `${id} ${live.get(id) ?? '-'} ${state.get(id) ?? '-'}`);
		const { found, totals } = await compared(before, new Map(later), live, 5);
		expect(found).toEqual(wanted);
		expect(totals.live).toBe(live.size);
	}), { numRuns: 150 });
});

test('what is equal is not fetched', async () => {
	const base = new Map(Array.from({ length: 500 }, (_, id) => [id, id % 7] as const));
	// The first block holds the table's entry beside rows, so its range is not one block's.
	expect(await compared(base, new Map(), base, 10)).toMatchObject({ found: [], totals: { live: 500, skippedBlocks: 50 } });
	const one = await compared(base, new Map(), new Map([...base, [250, 9]]), 10);
	expect(one.found).toEqual(['250 9 5']);
	expect(one.fetched).toBeLessThanOrEqual(2);
});
