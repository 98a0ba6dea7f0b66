import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { ChunkId, Hash, Position, Sequence } from '@holdfast/protocol';
import type { FileStat } from '../ports/files.ts';
import type { Entries, IndexStore } from '../ports/index-store.ts';
import { openIndex, openScratch } from './sqlite-index.ts';

const folder = mkdtempSync(join(tmpdir(), 'hf-index-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (seq: number): Position => ({ seq: seq as Sequence, hash: String(seq).padStart(64, '0') as Hash });
const entries = (...pairs: [string, string | null][]): Entries => ({
	keys: pairs.map(([key]) => Buffer.from(key)), values: pairs.map(([, value]) => (value === null ? null : Buffer.from(value))),
});
const list = (batches: Iterable<Entries>): [string, string | null][] =>
	[...batches].flatMap((batch) => batch.keys.map((key, i): [string, string | null] => [Buffer.from(key).toString(), batch.values[i] === null ? null : Buffer.from(batch.values[i]!).toString()]));
const chunk = (letter: string) => letter.repeat(64) as ChunkId;
const stat: FileStat = { type: 'file', mode: 0o644, uid: 33, gid: 33, size: 7, mtimeNs: 1_700_000_000_123_456_789n, ctimeNs: -5n, inode: 2n ** 63n, device: 3n, links: 2 };

describe.each([['memory', ':memory:'], ['file', join(folder, 'index.sqlite')]])('index: %s', (name, path) => {
	test('commits in order, once each; later values win; the image takes the overlay below its base', () => {
		const index = openIndex(path);
		expect(index.position()).toBeNull();
		index.apply(at(1), entries(['a', '1'], ['b', '1']), [chunk('a')]);
		index.apply(at(2), entries(['b', null], ['c', '']), []);
		index.apply(at(2), entries(['a', 'never']), []);
		expect(index.position()).toEqual(at(2));
		expect(list(index.overlayRange(Buffer.from(''), null, 2))).toEqual([['a', '1'], ['b', null], ['c', '']]);
		expect(list(index.overlayRange(Buffer.from('b'), Buffer.from('c'), 1))).toEqual([['b', null]]);
		expect(list(index.overlayChangedAfter(1, 1))).toEqual([['b', null], ['c', '']]);
		expect([index.overlayGet(Buffer.from('b')), index.overlayGet(Buffer.from('x'))]).toEqual([{ value: null }, null]);
		expect([index.isStored(chunk('a')), index.isStored(chunk('b'))]).toEqual([true, false]);
		index.setImage(at(1), [{ first: Buffer.from('a'), last: Buffer.from('b'), chunk: chunk('c'), entries: 2 }]);
		expect(list(index.overlayRange(Buffer.from(''), null, 9))).toEqual([['b', null], ['c', '']]);
		expect(index.image()).toMatchObject({ base: at(1), blocks: [{ chunk: chunk('c'), entries: 2 }] });
		index.setFileStats([{ key: Buffer.from('f'), stat }]);
		expect(index.fileStat(Buffer.from('f'))).toEqual(stat);
		index.setNote('sweep', { at: 5 });
		index.close();
		if (name === 'file') { survives(openIndex(path)); }
	});
});

function survives(index: IndexStore): void {
	expect(index.position()).toEqual(at(2));
	expect(index.note('sweep')).toEqual({ at: 5 });
	index.setFileStats([{ key: Buffer.from('f'), stat: null }]);
	expect(index.fileStat(Buffer.from('f'))).toBeNull();
	index.clear();
	expect([index.position(), index.image(), index.note('sweep')]).toEqual([null, null, null]);
	index.close();
}

test('a damaged file is thrown away', () => {
	const path = join(folder, 'damaged.sqlite');
	writeFileSync(path, 'this is no database, and longer than a header of one has to be to be looked at as such.'.repeat(50));
	const index = openIndex(path);
	expect(index.position()).toBeNull();
	index.apply(at(1), entries(['a', '1']), []);
	index.close();
});

test('a scratch overlay: later puts win', () => {
	const scratch = openScratch(join(folder, 'scratch.sqlite'));
	scratch.put(entries(['a', '1'], ['b', '1']));
	scratch.put(entries(['a', null]));
	expect(list(scratch.overlayRange(Buffer.from(''), null, 10))).toEqual([['a', null], ['b', '1']]);
	scratch.close();
});
