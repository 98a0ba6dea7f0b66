import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as P from '../index.ts';
import { bytes, entryMap, entryValue, smallKey } from '../testing/arbitraries.ts';
import { same } from '../testing/damage.ts';

type Entries = (readonly [Buffer, Buffer | null])[];

/** As a source in batches of the given sizes. */
function sourceIn(entries: Entries, sizes: readonly number[]): P.EntrySource {
	const batches: P.EntryBatch[] = [];
	for (let at = 0, i = 0; at < entries.length; i++) {
		const size = sizes[i % sizes.length]!;
		batches.push(P.batchOf(entries.slice(at, at + size)));
		at += size;
	}
	return P.sourceOf(batches);
}

async function drain(source: P.EntrySource): Promise<Entries> {
	const entries: Entries = [];
	for await (const batch of source) {
		expect(batch.count).toBeGreaterThan(0);
		for (let i = 0; i < batch.count; i++) entries.push([Buffer.from(P.keyAt(batch, i)), P.valueAt(batch, i)]);
	}
	return entries;
}

/** The same with a map, to compare with. */
function mergeSlowly(layers: readonly Entries[]): Entries {
	const all = new Map<string, readonly [Buffer, Buffer | null]>();
	for (const layer of layers) for (const entry of layer) all.set(entry[0].toString('hex'), entry);
	return [...all.keys()].sort().map((key) => all.get(key)!);
}

const sizes = fc.array(fc.constantFrom(1, 2, 3, 40, 100), { minLength: 1, maxLength: 3 });
const layers = fc.array(fc.oneof(entryMap(entryValue), entryMap(entryValue, 200)), { minLength: 1, maxLength: 6 });

describe('merge', () => {
	test('is the union, later wins', async () => {
		await fc.assert(
			fc.asyncProperty(layers, sizes, async (all, size) => {
				expect(same(await drain(P.merge(all.map((layer) => sourceIn(layer, size)))), mergeSlowly(all))).toBe(true);
			}),
			{ numRuns: 300 },
		);
	});

	test('is associative', async () => {
		await fc.assert(
			fc.asyncProperty(entryMap(entryValue), entryMap(entryValue), entryMap(entryValue), sizes, async (a, b, c, size) => {
				const [x, y, z] = [() => sourceIn(a, size), () => sourceIn(b, size), () => sourceIn(c, size)];
				const left = await drain(P.merge([P.merge([x(), y()]), z()]));
				expect(same(left, await drain(P.merge([x(), P.merge([y(), z()])])))).toBe(true);
				expect(same(left, await drain(P.merge([x(), y(), z()])))).toBe(true);
			}),
		);
	});

	test('batches out of order are refused', async () => {
		const wrong = P.sourceOf([P.batchOf([[Buffer.of(2), null]]), P.batchOf([[Buffer.of(1), null]])]);
		await expect(drain(P.merge([wrong, P.sourceOf([])]))).rejects.toMatchObject({ code: 'FORMAT_ORDER' });
	});

	test('after skipTo nothing from there on is missing, and nothing is twice', async () => {
		await fc.assert(
			fc.asyncProperty(layers, sizes, fc.nat(40), fc.nat(5), async (all, size, to, after) => {
				const merged = P.merge(all.map((layer) => sourceIn(layer, size)));
				const seen: Entries = [];
				let batches = 0;
				for await (const batch of merged) {
					for (let i = 0; i < batch.count; i++) seen.push([Buffer.from(P.keyAt(batch, i)), P.valueAt(batch, i)]);
					if (batches++ === after) merged.skipTo?.(smallKey(to));
				}
				const high = mergeSlowly(all).filter(([key]) => P.compareBytes(key, smallKey(to)) >= 0);
				expect(same(seen.filter(([key]) => P.compareBytes(key, smallKey(to)) >= 0), high)).toBe(true);
			}),
		);
	});
});

describe('state', () => {
	/** Groups of neighbours, merged, at random. */
	const grouped = fc.tuple(entryMap(bytes(9)), layers, fc.array(fc.nat(2), { minLength: 6, maxLength: 6 }), sizes);

	test('is the same through any grouping of deltas into levels', async () => {
		await fc.assert(
			fc.asyncProperty(grouped, async ([image, deltas, cuts, size]) => {
				const source = (layer: Entries) => sourceIn(layer, size);
				const groups: P.EntrySource[][] = [];
				for (const [i, layer] of deltas.entries()) {
					if (i === 0 || cuts[i] === 0) groups.push([]);
					groups.at(-1)!.push(source(layer));
				}
				const levels = groups.map((group) => (group.length > 2 ? P.merge([P.merge(group.slice(0, -1)), group.at(-1)!]) : P.merge(group)));
				const direct = await drain(P.stateOf(source(image), deltas.map(source)));
				expect(same(await drain(P.stateOf(source(image), levels)), direct)).toBe(true);
				// Merging some deltas onto the image, where tombstones are dropped, changes nothing either.
				const folded = P.overlay(source(image), deltas.slice(0, 2).map(source));
				expect(same(await drain(P.stateOf(folded, deltas.slice(2).map(source))), direct)).toBe(true);
			}),
		);
	});

	const table = (name: string, incarnation: number): [Buffer, Buffer] => [
		P.tableKey(name),
		P.encodeTable({ incarnation: P.parseIncarnation(incarnation), create: Buffer.from('CREATE'), layout: { engine: 'InnoDB', transactional: true, columns: [], key: { kind: 'row', columns: [] } } }),
	];
	const rows = (incarnation: number, count: number): Entries =>
		Array.from({ length: count }, (_, i) => [P.rowKeyOf(P.parseIncarnation(incarnation), P.encodeRowKey([BigInt(i)], ['uint'])), Buffer.of(i)] as const);

	test.each([1, 7, 1000])('rows of incarnations that no table names are dropped (batches of %i)', async (size) => {
		const image = [table('a', 1), table('b', 2), ...rows(1, 90), ...rows(2, 90), ...rows(3, 90)];
		const delta = [table('a', 4), ...rows(4, 5)];
		const state = await drain(P.stateOf(sourceIn(image, [size]), [sourceIn(delta, [size])]));
		expect(same(state, [table('a', 4), table('b', 2), ...rows(2, 90), ...rows(4, 5)])).toBe(true);
		const dropped = await drain(P.stateOf(sourceIn(image, [size]), [sourceIn([[P.tableKey('a'), null]], [size])]));
		expect(same(dropped, [table('b', 2), ...rows(2, 90)])).toBe(true);
	});

	test('a block source reads what is wanted, and refuses a block in the wrong place', async () => {
		const blocks = [rows(1, 3), rows(2, 3), rows(3, 3)].map((entries) => P.encodeBlocks(entries)[0]!);
		const chunk = (i: number) => P.parseChunkId(String(i).repeat(64));
		const places = blocks.map((block, i) => ({ chunk: chunk(i), first: block.first, last: block.last }));
		const read: P.ChunkId[] = [];
		const fetch = async (id: P.ChunkId) => (read.push(id), blocks[Number(id[0])]!.plaintext);
		expect(same(await drain(P.blocksSource(places, fetch, P.rowsRange(P.parseIncarnation(2)))), rows(2, 3))).toBe(true);
		expect(read).toEqual([chunk(1)]);
		const exchanged = [{ ...places[0]!, chunk: chunk(1) }];
		await expect(drain(P.blocksSource(exchanged, fetch))).rejects.toMatchObject({ code: 'FORMAT_ORDER' });
	});
});

describe('compare', () => {
	const pairs = fc.tuple(entryMap(entryValue), entryMap(entryValue), sizes, sizes).map(([a, b, x, y]) => ({ a, b, x, y }));
	const live = (entries: Entries): Entries => entries.filter(([, value]) => value !== null);

	async function differences(left: P.EntrySource, right: P.EntrySource, options?: P.CompareOptions): Promise<P.Difference[]> {
		const all: P.Difference[] = [];
		for await (const group of P.compare(left, right, options)) {
			expect(group.length).toBeGreaterThan(0);
			all.push(...group);
		}
		return all;
	}

	test('applied to left it makes right; equal sources have none', async () => {
		await fc.assert(
			fc.asyncProperty(pairs, async ({ a, b, x, y }) => {
				const found = await differences(sourceIn(a, x), sourceIn(b, y));
				const applied = P.overlay(sourceIn(a, y), [sourceIn(found.map(({ key, right }) => [key, right] as const), x)]);
				expect(same(await drain(applied), live(b))).toBe(true);
				for (const { left, right } of found) expect(left === null ? right !== null : right === null || !left.equals(right)).toBe(true);
				expect(await differences(sourceIn(a, x), sourceIn(live(a), y))).toEqual([]);
			}),
			{ numRuns: 300 },
		);
	});

	test('what is known equal is skipped, the rest is compared all the same', async () => {
		await fc.assert(
			fc.asyncProperty(pairs, fc.nat(40), fc.nat(40), async ({ a, b, x, y }, from, to) => {
				const [low, high] = [smallKey(from), smallKey(to)].sort(P.compareBytes) as [Buffer, Buffer];
				const range: P.KeyRange = { low, high };
				// Make the range equal on both sides.
				const outside = b.filter(([key]) => !P.inRange(key, range));
				const inside = a.filter(([key]) => P.inRange(key, range));
				const right = [...outside, ...inside].sort(([one], [two]) => P.compareBytes(one, two));
				const asked = { skipEqual: (key: Uint8Array) => (P.inRange(key, range) ? range : null) };
				expect(same(await differences(sourceIn(a, x), sourceIn(right, y), asked), await differences(sourceIn(a, x), sourceIn(right, y)))).toBe(true);
			}),
		);
	});

	test('everything known equal: nothing is read', async () => {
		const never: P.EntrySource = { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('read')) }) };
		expect(await differences(never, never, { skipEqual: () => P.wholeRange })).toEqual([]);
	});

	test('an answer that leads nowhere does not loop', async () => {
		const options = { skipEqual: () => ({ low: Buffer.alloc(0), high: Buffer.of(1) }) };
		expect(await differences(sourceIn([[Buffer.of(5), Buffer.of(1)]], [1]), sourceIn([], [1]), options)).toHaveLength(1);
	});
});

describe('pending', () => {
	const mark = (n: number, exactAt: number): P.PendingMark => ({ id: P.parsePendingId(String(n).repeat(32)), exactAt: P.parseSequence(exactAt) });
	const at = (sequence: number, ...pending: P.PendingMark[]): P.PendingAt => ({ sequence: P.parseSequence(sequence), pending });

	test('a point is complete from the first later commit that lists none of its keys', () => {
		const complete = P.completeFrom([at(1), at(2, mark(1, 1)), at(3, mark(1, 1), mark(2, 2)), at(4, mark(2, 2)), at(5), at(6, mark(3, 0))]);
		expect([...complete].sort()).toEqual([[1, 1], [2, 4], [3, 5], [4, 5], [5, 5], [6, null]]);
	});

	test('marks keep what they were last exact at', () => {
		const [one, two, three] = [mark(1, 3), mark(2, 4), mark(3, 0)];
		const next = P.nextPending([two, one], P.parseSequence(9), [{ id: one.id, existed: true }, { id: three.id, existed: false }, { id: mark(4, 0).id, existed: true }], [two.id]);
		expect(next).toEqual([one, three, mark(4, 9)]);
	});
});
