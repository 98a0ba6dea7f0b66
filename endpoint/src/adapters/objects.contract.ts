import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ObjectNameError, type ObjectStore, ObjectTooLargeError, eachObject } from '../ports/objects.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What `ports/objects.ts` promises, on one adapter. `open` gives an empty store. */
export function objectStoreContract(adapter: string, open: () => Promise<ObjectStore>): void {
	describe(`object store contract: ${adapter}`, () => {
		let store: ObjectStore;
		beforeEach(async () => {
			store = await open();
		});
		afterEach(() => store.close());

		const listed = async (prefix: string, after = '', limit = 100): Promise<string[]> =>
			(await store.list(prefix, after, limit)).map(({ name }) => name);

		test('what was created is read as it was', async () => {
			expect(await store.create('a/b/c1', bytes('hello'))).toBe('created');
			expect(await store.read('a/b/c1', 5)).toEqual(bytes('hello'));
			expect(await store.size('a/b/c1')).toBe(5);
			expect(await store.create('empty', new Uint8Array(0))).toBe('created');
			expect(await store.read('empty', 0)).toEqual(new Uint8Array(0));
		});

		test('an object is created once and never changes', async () => {
			await store.create('a/b', bytes('first'));
			expect(await store.create('a/b', bytes('second'))).toBe('exists');
			expect(await store.read('a/b', 100)).toEqual(bytes('first'));
		});

		test('of many concurrent creators exactly one wins, and its bytes are there', async () => {
			const creations = await Promise.all(
				Array.from({ length: 20 }, async (_, i) => ({ i, creation: await store.create('x/deep/er/one', bytes(`from ${i}`)) })),
			);
			const winners = creations.filter(({ creation }) => creation === 'created');
			expect(winners).toHaveLength(1);
			expect(await store.read('x/deep/er/one', 100)).toEqual(bytes(`from ${winners[0]?.i}`));
		});

		test('the caller may use its buffer again', async () => {
			const buffer = bytes('hello');
			await store.create('a', buffer);
			buffer.fill(0);
			expect(await store.read('a', 5)).toEqual(bytes('hello'));
		});

		test('what is not there is null', async () => {
			await store.create('a/b', bytes('x'));
			for (const name of ['a', 'a/c', 'a/b/c', 'z']) {
				expect(await store.read(name, 10)).toBeNull();
				expect(await store.readRange(name, 0, 1)).toBeNull();
				expect(await store.size(name)).toBeNull();
			}
		});

		test('a range is exact, and null where the object ends before it', async () => {
			await store.create('a', bytes('0123456789'));
			expect(await store.readRange('a', 3, 4)).toEqual(bytes('3456'));
			expect(await store.readRange('a', 9, 1)).toEqual(bytes('9'));
			expect(await store.readRange('a', 10, 0)).toEqual(new Uint8Array(0));
			expect(await store.readRange('a', 9, 2)).toBeNull();
			expect(await store.readRange('a', 0, 2 ** 50)).toBeNull();
		});

		test('read refuses what is larger than expected', async () => {
			await store.create('a', bytes('0123456789'));
			await expect(store.read('a', 9)).rejects.toThrow(ObjectTooLargeError);
		});

		test('a stage may be written in any order, and is invisible until it is published', async () => {
			const staged = await store.stage();
			await staged.write(5, bytes('world'));
			await staged.write(0, bytes('hello'));
			expect(await staged.read(3, 4)).toEqual(bytes('lowo'));
			await expect(staged.read(8, 3)).rejects.toThrow(RangeError);
			expect(await listed('')).toEqual([]);
			expect(await staged.publish('p/q')).toBe('created');
			await staged.discard();
			expect(await store.read('p/q', 10)).toEqual(bytes('helloworld'));
		});

		test('a stage can be thrown away, twice too, and cannot replace', async () => {
			const thrown = await store.stage();
			await thrown.write(0, bytes('x'));
			await thrown.discard();
			await thrown.discard();
			expect(await listed('')).toEqual([]);

			await store.create('a', bytes('first'));
			const late = await store.stage();
			await late.write(0, bytes('late'));
			expect(await late.publish('a')).toBe('exists');
			expect(await store.read('a', 10)).toEqual(bytes('first'));
		});

		test.each([
			'',
			'/',
			'/a',
			'a/',
			'a//b',
			'..',
			'../a',
			'a/../../b',
			'a/.tmp',
			'.tmp/a',
			'A',
			'a b',
			'a\\b',
			'a\0b',
			'ä',
			'a'.repeat(201),
		])('refuses the name %j everywhere', async (name) => {
			await expect(store.create(name, bytes('x'))).rejects.toThrow(ObjectNameError);
			await expect(store.read(name, 1)).rejects.toThrow(ObjectNameError);
			await expect(store.readRange(name, 0, 1)).rejects.toThrow(ObjectNameError);
			await expect(store.size(name)).rejects.toThrow(ObjectNameError);
			await expect(store.settle(name)).rejects.toThrow(ObjectNameError);
			const staged = await store.stage();
			await staged.write(0, bytes('x'));
			await expect(staged.publish(name)).rejects.toThrow(ObjectNameError);
			expect(await listed('')).toEqual([]);
		});

		test('lists in byte order, by prefix, in pages', async () => {
			const names = ['a', 'a0', 'a/b', 'a/b0', 'ab/c', 'a/c/1', 'a/c/2', 'a/c1', 'b/1/2/3', 'b/10', '0/z'];
			for (const name of names) {
				/* In a directory a name cannot be both an object and a folder; nor does FORMAT.md need it. */
				if (name !== 'a') await store.create(name, bytes(name));
			}
			const sorted = names.filter((name) => name !== 'a').sort();
			expect(await listed('')).toEqual(sorted);
			expect(await listed('a/')).toEqual(['a/b', 'a/b0', 'a/c/1', 'a/c/2', 'a/c1']);
			expect(await listed('a/c')).toEqual(['a/c/1', 'a/c/2', 'a/c1']);
			expect(await listed('a/c/')).toEqual(['a/c/1', 'a/c/2']);
			expect(await listed('b/1/2/3')).toEqual(['b/1/2/3']);
			expect(await listed('nothing/here/')).toEqual([]);
			expect(await listed('a/', 'a/b0')).toEqual(['a/c/1', 'a/c/2', 'a/c1']);
			expect(await listed('a/', 'a/c/1', 2)).toEqual(['a/c/2', 'a/c1']);
			expect(await listed('', 'a/~')).toEqual(['a0', 'ab/c', 'b/1/2/3', 'b/10']);
			for (const pageSize of [1, 2, 3, 7]) {
				const paged: string[] = [];
				for await (const { name, size } of eachObject(store, '', '', pageSize)) {
					expect(size).toBe(name.length);
					paged.push(name);
				}
				expect(paged).toEqual(sorted);
			}
		});

		test('settle may be called at any time', async () => {
			await store.settle('a/b/c');
			await store.create('a/b/c', bytes('x'));
			await store.settle('a/b/c');
			expect(await store.read('a/b/c', 1)).toEqual(bytes('x'));
		});
	});
}
