import fc from 'fast-check';
import { expect, test } from '@jest/globals';
import { encodeTable, rowKeyOf, tableKey, fileKey, rowsRange, kindRange, wholeRange, type Incarnation, type Position, type TableLayout } from '@holdfast/protocol';
import { openIndex, openScratch } from '../adapters/sqlite-index.ts';
import type { SiteState } from '../ports/site-state.ts';
import { ChunkCache } from './chunk-cache.ts';
import { History } from './history.ts';
import { rebuildIndex } from './rebuild.ts';
import { LayeredStates } from './site-states.ts';
import { TestWriter } from './testing/memory-endpoint.ts';

const layout: TableLayout = {
	engine: 'InnoDB', transactional: true, key: { kind: 'primary', columns: [{ name: 'id', as: 'uint' }] },
	columns: [{ name: 'id', type: 'int', charset: null, nullable: false, generated: false, read: 'plain' }],
};
const table = (incarnation: number): Buffer => encodeTable({ incarnation: incarnation as Incarnation, create: Buffer.from('CREATE'), layout });
const row = (incarnation: number, id: number): Buffer => rowKeyOf(incarnation as Incarnation, Buffer.of(0, id));

type Model = Map<string, Buffer>;
const hex = (key: Uint8Array): string => Buffer.from(key).toString('hex');

/** What a state must be, by definition: no tombstones, no rows of tables that no entry names. */
function living(model: Model): [string, string][] {
	const alive = new Set([...model].filter(([key]) => key.startsWith('10')).map(([, value]) => value.readUInt32BE(5)));
	return [...model].filter(([key]) => !key.startsWith('20') || alive.has(Number.parseInt(key.slice(10, 18), 16)))
		.map(([key, value]): [string, string] => [key, hex(value)]).sort(([a], [b]) => (a < b ? -1 : 1));
}

async function read(state: SiteState, range: { low: Uint8Array; high: Uint8Array | null } = wholeRange): Promise<[string, string][]> {
	const found: [string, string][] = [];
	for await (const { keys, values } of state.range(range.low, range.high)) { keys.forEach((key, i) => found.push([hex(key), hex(values[i]!)])); }
	return found;
}

const keys = [tableKey('a'), tableKey('b'), ...[1, 2, 3].flatMap((incarnation) => [1, 2, 3, 4].map((id) => row(incarnation, id))), ...['', 'x', 'y/z'].map((path) => fileKey('uploads', Buffer.from(path)))];
const change = fc.record({ key: fc.nat(keys.length - 1), value: fc.option(fc.integer({ min: 1, max: 3 })) });
const history = fc.array(fc.record({ changes: fc.array(change, { maxLength: 6 }), image: fc.boolean() }), { minLength: 2, maxLength: 12 });

function setup(writer: TestWriter) {
	const index = openIndex(':memory:');
	const chunks = new ChunkCache(writer.endpoint, writer.keys);
	const past = new History(writer.endpoint, writer.keys);
	return { index, chunks, past, states: new LayeredStates({ index, chunks, history: past, openScratch: () => openScratch(':memory:') }) };
}

test('every state of a random history, from any image, equals the model; so does state(now) out of a rebuilt index', async () => {
	await fc.assert(fc.asyncProperty(history, async (steps) => {
		const writer = new TestWriter();
		const model: Model = new Map();
		const models: Model[] = [new Map()];
		const remember = (): void => { models[writer.position.seq] = new Map(model); };
		await writer.commit([[fileKey('root', Buffer.from('first')), Buffer.of(9)]]);
		model.set(hex(fileKey('root', Buffer.from('first'))), Buffer.of(9));
		remember();
		await writer.image([...model].map(([key, value]) => [Buffer.from(key, 'hex'), value] as const), writer.position, writer.position);
		remember();
		const firstExact = 1;
		for (const { changes, image } of steps) {
			const base: Position = writer.position;
			const atBase = new Map(model);
			const pairs = new Map<string, Buffer | null>();
			for (const { key, value } of changes) {
				const bytes = keys[key]!;
				pairs.set(hex(bytes), value === null ? null : bytes[0] === 0x10 ? table(value) : Buffer.from([value, key]));
			}
			if (pairs.size > 0) {
				for (const [key, value] of pairs) { if (value === null) { model.delete(key); } else { model.set(key, value); } }
				await writer.commit([...pairs].map(([key, value]) => [Buffer.from(key, 'hex'), value] as const));
				remember();
			}
			if (image) {
				// Fuzzy: half of the slices are read after the commit.
				const slices = [...(writer.position.seq % 2 === 0 ? atBase : model)];
				await writer.image(slices.map(([key, value]) => [Buffer.from(key, 'hex'), value] as const), base, writer.position, 3);
				remember();
			}
		}
		const { index, chunks, past, states } = setup(writer);
		await rebuildIndex(index, past, chunks);
		expect(index.position()).toEqual(writer.position);
		const now = await states.now();
		expect(await read(now)).toEqual(living(model));
		for (let seq = firstExact; seq <= writer.position.seq; seq++) {
			const state = await states.at(seq);
			const wanted = living(models[seq]!);
			expect(state.position.seq).toBe(seq);
			expect(await read(state)).toEqual(wanted);
			expect((await state.get(keys)).map((value) => value && hex(value))).toEqual(keys.map((key) => wanted.find(([one]) => one === hex(key))?.[1] ?? null));
			await checkSegments(state, wanted);
			await state.close();
		}
	}), { numRuns: 60 });
});

/** Segments cover everything once, in order; together they hold the state. */
async function checkSegments(state: SiteState, wanted: [string, string][]): Promise<void> {
	const found: [string, string][] = [];
	let low: Uint8Array | null = Buffer.alloc(0);
	for (const { range } of state.segments(wholeRange)) {
		expect(hex(range.low)).toBe(hex(low!));
		low = range.high;
		found.push(...(await read(state, range)));
	}
	expect(low).toBeNull();
	expect(found).toEqual(wanted);
}

test('points that are none, or lie before the first backup, are refused', async () => {
	const writer = new TestWriter();
	await writer.commit([[fileKey('root', Buffer.from('a')), Buffer.of(1)]]);
	const exact = await writer.commit([[fileKey('root', Buffer.from('b')), Buffer.of(1)]]);
	await writer.image([[fileKey('root', Buffer.from('a')), Buffer.of(1)], [fileKey('root', Buffer.from('b')), Buffer.of(1)]], exact, exact);
	const { states } = setup(writer);
	await expect(states.at(1)).rejects.toMatchObject({ code: 'POINT_NOT_RESTORABLE' });
	for (const seq of [0, 4, 1.5, -1]) { await expect(states.at(seq)).rejects.toMatchObject({ code: 'POINT_UNKNOWN' }); }
	await (await states.at(2)).close();
});

test('one flipped byte in a block is refused by name; a range reads the blocks it needs only', async () => {
	const writer = new TestWriter();
	const base = await writer.commit([[tableKey('a'), table(1)]]);
	const pairs = [[tableKey('a'), table(1)] as const, ...Array.from({ length: 200 }, (_, i) => [row(1, i), Buffer.alloc(100, i)] as const)];
	await writer.image(pairs, base, base, 10);
	const { states, chunks } = setup(writer);
	const state = await states.at(2);
	await read(state, kindRange('table'));
	const before = writer.endpoint.reads;
	expect((await read(state, { low: row(1, 5), high: row(1, 6) })).length).toBe(1);
	expect(writer.endpoint.reads - before).toBeLessThanOrEqual(2);
	const fresh = setup(writer);
	const [victim] = [...state.segments(rowsRange(1 as Incarnation))].filter((segment) => segment.chunk !== null).slice(-1);
	const sealed = writer.endpoint.chunks.get(victim!.chunk!)!;
	sealed[100]! ^= 1;
	const damaged = await fresh.states.at(2);
	await expect(read(damaged)).rejects.toMatchObject({ code: expect.stringMatching(/^FORMAT_/) });
	await state.close();
	await damaged.close();
	expect(chunks.fetchedBytes).toBeGreaterThan(0);
});
