import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ChunkId, Hash, PackName, Sequence, SiteId, WriterId } from '@holdfast/protocol';
import {
	type Catalog,
	type CommitRow,
	OtherCommitError,
	type PairingSecret,
	type SiteRow,
	TokenInUseError,
	UnknownSiteError,
} from '../ports/catalog.ts';

const hex = (length: number, n: number): string => n.toString(16).padStart(length * 2, '0');
const siteId = (n: number): SiteId => hex(16, n) as SiteId;
const writer = (n: number): WriterId => hex(16, n) as WriterId;
const hash = (n: number): Hash => hex(32, n) as Hash;
const chunk = (n: number): ChunkId => hex(32, n) as ChunkId;
const packName = (n: number): PackName => hex(32, n) as PackName;

const siteRow = (n: number, more: Partial<SiteRow> = {}): SiteRow => ({
	siteId: siteId(n),
	version: 1,
	createdAt: 1_000,
	label: 'A shop',
	home: 'https://shop.example',
	binding: { home: 'https://shop.example', database: hash(1), machine: hash(2) },
	writer: writer(n),
	tokenHash: hash(n),
	readHash: null,
	sealed: false,
	wrappedKey: 'ab',
	pairing: hash(100 + n),
	...more,
});

const commitRow = (seq: number, more: Partial<CommitRow> = {}): CommitRow => ({
	seq: seq as Sequence,
	headerHash: hash(1_000 + seq),
	receivedAt: 5_000 + seq,
	header: new Uint8Array([1, 2, seq]),
	size: 100,
	manifestOffset: 64,
	manifestLength: 10,
	...more,
});

const indexed = (...ns: number[]) => ns.map((n) => ({ id: chunk(n), offset: n * 10, length: 10 }));

/** What `ports/catalog.ts` promises, on one adapter. `open` gives an empty catalog. */
export function catalogContract(adapter: string, open: () => Promise<Catalog>): void {
	describe(`catalog contract: ${adapter}`, () => {
		let catalog: Catalog;
		const site = siteId(1);
		beforeEach(async () => {
			catalog = await open();
		});
		afterEach(() => catalog.close());

		test('knows nothing at first', async () => {
			expect(await catalog.site(site)).toBeNull();
			expect(await catalog.siteByTokenHash(hash(1))).toBeNull();
			expect(await catalog.sites()).toEqual([]);
			expect(await catalog.secret(hash(1))).toBeNull();
			expect(await catalog.head(site)).toBeNull();
			expect(await catalog.commit(site, 1 as Sequence)).toBeNull();
			expect(await catalog.commits(site, 0 as Sequence, 10, 1_000)).toEqual([]);
			expect(await catalog.pack(site, packName(1))).toBeNull();
		});

		test('refuses content of a site that it does not know', async () => {
			await expect(catalog.addCommit(site, commitRow(1), [])).rejects.toThrow(UnknownSiteError);
			await expect(catalog.addPack(site, { name: packName(1), size: 1, chunks: 0 }, [])).rejects.toThrow(UnknownSiteError);
			await expect(catalog.missingChunks(site, [])).rejects.toThrow(UnknownSiteError);
			await expect(catalog.places(site, [])).rejects.toThrow(UnknownSiteError);
		});

		test('the highest version of a site counts, in whatever order they come', async () => {
			const first = siteRow(1);
			const second = siteRow(1, { version: 2, tokenHash: hash(77), writer: writer(9), pairing: hash(200) });
			for (const order of [
				[first, second, first],
				[second, first],
			]) {
				for (const row of order) await catalog.putSite(row);
				expect(await catalog.site(site)).toEqual({ ...second, storedBytes: 0, commits: 0 });
				expect(await catalog.siteByTokenHash(hash(77))).toMatchObject({ siteId: site });
				expect(await catalog.siteByTokenHash(hash(1))).toBeNull();
			}
		});

		test('a token belongs to one site; none lets nobody in', async () => {
			await catalog.putSite(siteRow(1));
			await expect(catalog.putSite(siteRow(2, { tokenHash: hash(1) }))).rejects.toThrow(TokenInUseError);
			expect(await catalog.site(siteId(2))).toBeNull();
			await catalog.putSite(siteRow(2, { tokenHash: null }));
			await catalog.putSite(siteRow(3, { tokenHash: null }));
			expect((await catalog.sites()).map(({ siteId: id }) => id)).toEqual([siteId(1), siteId(2), siteId(3)]);
		});

		test('finds a site by its reading token, of the newest record only', async () => {
			await catalog.putSite(siteRow(1, { readHash: hash(70) }));
			await catalog.putSite(siteRow(2));
			expect(await catalog.siteByReadHash(hash(70))).toMatchObject({ siteId: siteId(1), readHash: hash(70) });
			await catalog.putSite(siteRow(1, { version: 2, readHash: hash(71) }));
			expect(await catalog.siteByReadHash(hash(70))).toBeNull();
			expect(await catalog.siteByReadHash(hash(71))).toMatchObject({ siteId: siteId(1), version: 2 });
		});

		test('a secret is used by the record that names it, whichever comes first', async () => {
			const secret = (n: number): PairingSecret => ({ secretHash: hash(100 + n), createdAt: 1, expiresAt: 2, siteId: null });
			await catalog.putSecret(secret(1));
			expect(await catalog.secret(hash(101))).toEqual({ ...secret(1), usedBy: null });
			await catalog.putSite(siteRow(1));
			expect(await catalog.secret(hash(101))).toEqual({ ...secret(1), usedBy: { siteId: site, writer: writer(1) } });
			await catalog.putSite(siteRow(2));
			await catalog.putSecret({ ...secret(2), siteId: siteId(2) });
			await catalog.putSecret({ ...secret(2), expiresAt: 9 });
			expect(await catalog.secret(hash(102))).toEqual({
				...secret(2),
				siteId: siteId(2),
				usedBy: { siteId: siteId(2), writer: writer(2) },
			});
		});

		test('commits: head, listing, one by one', async () => {
			await catalog.putSite(siteRow(1));
			await catalog.putSite(siteRow(2));
			for (const seq of [2, 1, 3, 12]) await catalog.addCommit(site, commitRow(seq), []);
			await catalog.addCommit(siteId(2), commitRow(50), []);
			expect(await catalog.head(site)).toEqual({ seq: 12, headerHash: hash(1_012), receivedAt: 5_012 });
			const { header, ...rest } = (await catalog.commit(site, 3 as Sequence)) as CommitRow;
			expect([...header]).toEqual([1, 2, 3]);
			const { header: _, ...expected } = commitRow(3);
			expect(rest).toEqual(expected);
			const seqs = async (after: number, limit: number, bytesMax: number) =>
				(await catalog.commits(site, after as Sequence, limit, bytesMax)).map(({ seq }) => seq);
			expect(await seqs(0, 10, 1_000)).toEqual([1, 2, 3, 12]);
			expect(await seqs(1, 2, 1_000)).toEqual([2, 3]);
			expect(await seqs(12, 10, 1_000)).toEqual([]);
			expect(await seqs(0, 10, 0)).toEqual([1]);
			expect(await seqs(0, 10, 5)).toEqual([1, 2]);
		});

		test("a long listing goes on over the adapter's own pages", async () => {
			await catalog.putSite(siteRow(1));
			for (let seq = 1; seq <= 50; seq++) await catalog.addCommit(site, commitRow(seq), []);
			expect((await catalog.commits(site, 3 as Sequence, 40, 1_000)).map(({ seq }) => seq)).toEqual(
				Array.from({ length: 40 }, (_, i) => i + 4),
			);
		});

		test('adding again changes nothing; another commit at a sequence is refused', async () => {
			await catalog.putSite(siteRow(1));
			for (let i = 0; i < 2; i++) {
				await catalog.addCommit(site, commitRow(1), indexed(1, 2));
				await catalog.addPack(site, { name: packName(5), size: 1_000, chunks: 2 }, indexed(2, 3));
				expect(await catalog.site(site)).toMatchObject({ storedBytes: 1_100, commits: 1 });
			}
			await expect(catalog.addCommit(site, commitRow(1, { headerHash: hash(9) }), indexed(7))).rejects.toThrow(OtherCommitError);
			expect(await catalog.missingChunks(site, [chunk(7)])).toEqual([chunk(7)]);
			expect(await catalog.site(site)).toMatchObject({ storedBytes: 1_100, commits: 1 });
			expect(await catalog.pack(site, packName(5))).toEqual({ name: packName(5), size: 1_000, chunks: 2 });
		});

		test('chunks live per site, and the place does not depend on the order of arrival', async () => {
			await catalog.putSite(siteRow(1));
			await catalog.putSite(siteRow(2));
			await catalog.addPack(site, { name: packName(6), size: 1, chunks: 2 }, indexed(1, 2));
			await catalog.addPack(site, { name: packName(5), size: 1, chunks: 2 }, indexed(2, 3));
			await catalog.addCommit(site, commitRow(300), indexed(3));
			await catalog.addCommit(site, commitRow(2), indexed(3));
			expect(await catalog.missingChunks(site, [chunk(9), chunk(1), chunk(8), chunk(9)])).toEqual([chunk(9), chunk(8)]);
			expect(await catalog.missingChunks(siteId(2), [chunk(1)])).toEqual([chunk(1)]);
			expect(await catalog.places(site, [chunk(3), chunk(1), chunk(2), chunk(9)])).toEqual(
				new Map([
					[chunk(1), { object: { kind: 'pack', name: packName(6) }, offset: 10, length: 10 }],
					[chunk(2), { object: { kind: 'pack', name: packName(5) }, offset: 20, length: 10 }],
					[chunk(3), { object: { kind: 'commit', seq: 2 }, offset: 30, length: 10 }],
				]),
			);
		});

		test('packs are listed by name, in pages', async () => {
			await catalog.putSite(siteRow(1));
			for (const n of [3, 1, 20, 2]) await catalog.addPack(site, { name: packName(n), size: n, chunks: 0 }, []);
			const names = async (after: string, limit: number) => (await catalog.packs(site, after, limit)).map(({ name }) => name);
			expect(await names('', 3)).toEqual([packName(1), packName(2), packName(3)]);
			expect(await names(packName(3), 3)).toEqual([packName(20)]);
			expect(await names(packName(20), 3)).toEqual([]);
			expect(await catalog.packs(siteId(2), '', 3)).toEqual([]);
		});

		test('many chunks at once', async () => {
			await catalog.putSite(siteRow(1));
			const many = Array.from({ length: 2_345 }, (_, i) => i + 1);
			await catalog.addPack(site, { name: packName(5), size: 1, chunks: many.length }, indexed(...many));
			expect(
				await catalog.missingChunks(
					site,
					many.map((n) => chunk(n * 2)),
				),
			).toHaveLength(1_173);
			expect((await catalog.places(site, many.map(chunk))).size).toBe(many.length);
		});

		test('concurrent calls do not disturb each other', async () => {
			await catalog.putSite(siteRow(1));
			const outcomes = await Promise.allSettled(
				Array.from({ length: 30 }, (_, i) =>
					catalog.addCommit(site, commitRow((i % 10) + 1, { headerHash: hash(i) }), indexed(i)),
				),
			);
			expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
			expect(await catalog.site(site)).toMatchObject({ commits: 10, storedBytes: 1_000 });
		});
	});
}
