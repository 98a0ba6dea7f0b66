import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { decodeKey, encodeKey, FormatError, type RestoreResult } from '@holdfast/protocol';
import { TestServer } from '../adapters/mysql/testing/server.ts';
import { HoldfastError } from '../errors.ts';
import { foldsCase } from '../plan/fit/case.ts';
import { Planner } from '../plan/planner.ts';
import { TestSite, treeOf } from '../sweep/testing/test-site.ts';
import type { OnStep } from './steps.ts';
import { databasePortrait, filesPortrait, leftoversOf, restorerOf, shell, silent } from './testing/test-restorer.ts';

/* One site; each test damages it, makes the restore meet something bad, and leaves the good site. */

let server: TestServer;
let site: TestSite;
let point = 0;
const home = mkdtempSync(join(tmpdir(), 'hf-bad-'));
const upload = 'wp-content/uploads/2026/11/photo.jpg';
beforeAll(async () => {
	server = await TestServer.start();
	site = await TestSite.seeded(server, home);
	site.put('wp-content/uploads/private/notes.txt');
	await site.world.sql(`INSERT INTO wp_posts (ID, post_title, post_content) VALUES (9000, 'Long', REPEAT('long ', 20000))`);
	point = (await site.firstBackup()).seq;
}, 120_000);
afterAll(async () => {
	await site?.close();
	await server?.stop();
	rmSync(home, { recursive: true, force: true });
});

const then = () => ({ seq: point, at: 1, title: 'the good day' });
const portrait = async () => [await databasePortrait(server, site.world.name), filesPortrait(site.root)];
const leftovers = (): string[] => leftoversOf(site.root);

/** @param at what happens once, when a step is done */
async function restore(parts: ('everything' | 'uploads' | 'database')[], at: Partial<Record<Parameters<OnStep>[0], () => unknown>> = {}): Promise<RestoreResult> {
	const { restorer, planner } = restorerOf(site, home, { onStep: async (step) => { await at[step]?.(); } });
	return restorer.restore((await planner.plan({ point: then(), parts, by: shell })).id, shell, silent());
}

/** The restore is refused by name, and neither site nor disk holds anything of it. */
async function expectUntouched(parts: Parameters<typeof restore>[0], refusal: object, at: Parameters<typeof restore>[1] = {}): Promise<void> {
	const before = await portrait();
	await expect(restore(parts, at)).rejects.toMatchObject(refusal);
	expect(await portrait()).toEqual(before);
	expect(leftovers()).toEqual([]);
	expect(existsSync(join(site.root, '.maintenance'))).toBe(false);
}

/** Replaces methods of the file port while `work` runs. */
async function withFiles(faults: object, work: () => Promise<unknown>): Promise<void> {
	const { files } = site.tree;
	Object.assign(files, faults);
	try {
		await work();
	} finally {
		for (const name of Object.keys(faults)) { Reflect.deleteProperty(files, name); }
	}
}

test('a pack that is missing is named, and nothing is touched', async () => {
	unlinkSync(join(site.root, 'wp-content/uploads/2026/11/video.mp4'));
	const { chunks } = site.world.endpoint;
	const [id, biggest] = [...chunks].sort(([, a], [, b]) => a.length - b.length).at(-1)!;
	chunks.delete(id);
	await expectUntouched(['uploads'], { code: 'CHUNK_MISSING', message: expect.stringContaining(id) as unknown });
	chunks.set(id, biggest);
	expect(await restore(['uploads'])).toMatchObject({ equal: true });
}, 60_000);

test('a disk that fills up while it is staged: nothing is touched', async () => {
	unlinkSync(join(site.root, upload));
	const create = () => Promise.reject(new HoldfastError('FILE_DISK_FULL', 'No space left.'));
	await withFiles({ create }, () => expectUntouched(['uploads'], { code: 'FILE_DISK_FULL' }));
	expect(await restore(['uploads'])).toMatchObject({ equal: true });
}, 60_000);

test('a row that max_allowed_packet does not let in is named by the plan, and refused before the switch', async () => {
	await site.world.sql('DELETE FROM wp_posts WHERE ID = 9000');
	const { database } = site.world;
	const identity = database.identity.bind(database);
	database.identity = async () => ({ ...(await identity()), maxAllowedPacketBytes: 65_536 });
	try {
		const plan = await restorerOf(site, home).planner.plan({ point: then(), parts: ['database'], by: shell });
		expect(plan.warnings.map(({ code }) => code)).toContain('ROW_TOO_BIG');
		await expectUntouched(['database'], { code: 'DB_ROW_TOO_BIG', message: expect.stringMatching(/^wp_posts ID=9000 has 1\d{5} bytes; the server takes 65536/) as unknown });
	} finally {
		database.identity = identity;
	}
	expect(await restore(['database'])).toMatchObject({ equal: true });
}, 60_000);

test('a row and a table that another client has locked are waited for', async () => {
	await site.world.sql(`UPDATE wp_posts SET post_title = 'Wrecked' WHERE ID < 5; DELETE FROM wp_myisam`);
	const locked: Promise<string>[] = [];
	const hold = async (sql: string): Promise<void> => {
		locked.push(server.client(`${sql}; SELECT SLEEP(2)`, site.world.name));
		await new Promise((resolve) => setTimeout(resolve, 300));
	};
	const result = await restore(['database'], { decided: async () => { await hold('BEGIN; UPDATE wp_posts SET post_status = post_status WHERE ID = 2'); await hold('LOCK TABLES wp_myisam WRITE'); } });
	expect(result).toMatchObject({ equal: true, differing: [] });
	expect(locked).toHaveLength(2);
	await Promise.all(locked);
}, 60_000);

test('a folder that may not be written in: everything else is done, what is not is named, and it is no success', async () => {
	unlinkSync(join(site.root, upload));
	appendFileSync(join(site.root, 'wp-content/themes/twenty/style.css'), 'wrecked');
	const { files } = site.tree;
	const replace = files.replace.bind(files);
	const result: RestoreResult[] = [];
	await withFiles({
		replace: (from: Uint8Array, to: Uint8Array) => (Buffer.from(to).includes('themes') ? Promise.reject(new HoldfastError('FILE_UNWRITABLE', 'Permission denied.')) : replace(from, to)),
	}, async () => { result.push(await restore(['everything'])); });
	expect(result[0]).toMatchObject({ equal: false, differing: [{ what: 'themes/twenty/style.css', why: 'Permission denied.' }] });
	expect(existsSync(join(site.root, upload))).toBe(true);
	expect(leftovers()).toEqual([]);
	expect(await restore(['everything'])).toMatchObject({ equal: true });
}, 60_000);

test('a plugin that makes a file again while files are switched: it is named, and never called equal', async () => {
	site.put('wp-content/uploads/shell.php', 'evil');
	const result = await restore(['uploads'], { filesRemoved: () => site.put('wp-content/uploads/shell.php', 'evil again'), filesPlaced: () => writeFileSync(join(site.root, upload), 'evil, too') });
	expect(result.equal).toBe(false);
	expect(result.differing.map(({ what }) => what).sort()).toEqual(['uploads/2026/11/photo.jpg', 'uploads/shell.php']);
	expect(await restore(['uploads'])).toMatchObject({ equal: true });
}, 60_000);

test('a folder that becomes a link out of the site is not followed', async () => {
	const outside = join(home, 'outside');
	mkdirSync(outside);
	appendFileSync(join(site.root, upload), 'wrecked');
	const [folder, moved] = [join(site.root, 'wp-content/uploads/2026'), join(outside, '2026')];
	const result = await restore(['uploads'], { decided: () => { renameSync(folder, moved); symlinkSync(moved, folder); } });
	expect(result.equal).toBe(false);
	expect(result.differing.map(({ why }) => why)).toContain('A folder on the way is a link that leaves the site.');
	expect(readFileSync(join(moved, '11/photo.jpg'), 'latin1')).toMatch(/wrecked$/);
	expect(await restore(['uploads'])).toMatchObject({ equal: true });
	expect(readFileSync(join(moved, '11/photo.jpg'), 'latin1')).toMatch(/wrecked$/);
}, 60_000);

test.each(['../etc/passwd', 'a/../../b', '/etc/passwd', 'a//b', 'a/./b', 'nul\0byte'])('a backup cannot name the path %j', (path) => {
	const key = Buffer.concat([encodeKey({ kind: 'file', root: 'uploads', path: Buffer.from('x') }).subarray(0, 2), Buffer.from(path)]);
	expect(() => decodeKey(key)).toThrow(FormatError);
});

test('names that differ in case only are said before, where the disk takes them for one', async () => {
	for (const name of ['Case.txt', 'case.txt']) { site.put(`wp-content/uploads/${name}`); }
	const named = await site.everything();
	await site.world.collector.collectOnce({ extra: named, largeFiles: 'now', always: 'point' });
	const both = { ...then(), seq: site.world.appender.head.seq };
	for (const name of ['Case.txt', 'case.txt']) { unlinkSync(join(site.root, 'wp-content/uploads', name)); }
	const warnings = async () => (await restorerOf(site, home).planner.plan({ point: both, parts: ['uploads'], by: shell })).warnings.filter(({ code }) => code === 'NAMES_DIFFER_IN_CASE');
	expect(await warnings()).toEqual([]);
	const { files } = site.tree;
	const stat = files.stat.bind(files);
	// A disk that folds case: what is not there under its name is looked for under the site's.
	const folding = (paths: readonly Uint8Array[]) => stat(paths.map((path) => (Buffer.from(path).toString().toLowerCase() === site.root.toLowerCase() ? Buffer.from(site.root) : /UPLOADS$/.test(Buffer.from(path).toString()) ? Buffer.from(Buffer.from(path).toString().replace(/UPLOADS$/, 'uploads')) : path)));
	await withFiles({ stat: folding }, async () => {
		expect(await warnings()).toEqual([{ code: 'NAMES_DIFFER_IN_CASE', message: expect.stringContaining('uploads/Case.txt and uploads/case.txt') as unknown }]);
	});
	expect(await foldsCase(files, Buffer.from(join(site.root, 'wp-content/uploads')))).toBe(false);
}, 60_000);

test('a file where a folder was, and a folder where a file was', async () => {
	rmSync(join(site.root, 'wp-content/uploads/2026'), { recursive: true });
	writeFileSync(join(site.root, 'wp-content/uploads/2026'), 'a file');
	unlinkSync(join(site.root, 'wp-content/uploads/private/notes.txt'));
	site.put('wp-content/uploads/private/notes.txt/inside.txt');
	expect(await restore(['uploads'])).toMatchObject({ equal: true, differing: [] });
	expect(readFileSync(join(site.root, 'wp-content/uploads/private/notes.txt'), 'utf8')).toBe('wp-content/uploads/private/notes.txt');
}, 60_000);

test('what was excluded since the point is neither deleted nor replaced, and named', async () => {
	const later = 'wp-content/uploads/private/later.txt';
	site.put(later);
	appendFileSync(join(site.root, 'wp-content/uploads/private/notes.txt'), ' changed');
	unlinkSync(join(site.root, upload));
	const live = { ...site.live, tree: await treeOf(site.root, [join(home, 'state')], ['wp-content/uploads/private']) };
	const { restorer, parts } = restorerOf(site, home, { site: live });
	const planner = new Planner({ ...parts, site: live });
	const plan = await planner.plan({ point: then(), parts: ['uploads'], by: shell });
	const result = await restorer.restore(plan.id, shell, silent());
	expect(result).toMatchObject({ equal: true });
	expect(result.kept.map(({ what }) => what).join()).toContain('uploads/private');
	expect(existsSync(join(site.root, upload))).toBe(true);
	expect(readFileSync(join(site.root, 'wp-content/uploads/private/notes.txt'), 'utf8')).toMatch(/ changed$/);
	expect(existsSync(join(site.root, later))).toBe(true);
}, 60_000);
