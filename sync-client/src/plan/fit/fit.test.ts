import { mkdtempSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { encodeKey, type Part, type Plan } from '@holdfast/protocol';
import { TestServer } from '../../adapters/mysql/testing/server.ts';
import type { SiteStates } from '../../ports/site-state.ts';
import { restorerOf, shell } from '../../restore/testing/test-restorer.ts';
import { TestSite } from '../../sweep/testing/test-site.ts';
import { Planner } from '../planner.ts';

const serialized = (...plugins: string[]): string => `a:${plugins.length}:{${plugins.map((one, i) => `i:${i};s:${one.length}:"${one}";`).join('')}}`;

let server: TestServer;
let site: TestSite;
let point = 0;
const home = mkdtempSync(join(tmpdir(), 'hf-fit-'));
const ghost = `ghost_${process.pid}`;
beforeAll(async () => {
	server = await TestServer.start();
	site = await TestSite.seeded(server, home);
	await site.world.sql(`
		UPDATE wp_options SET option_value = '${serialized('akismet/akismet.php')}' WHERE option_name = 'active_plugins';
		INSERT INTO wp_options (option_name, option_value) VALUES ('template', 'twenty'), ('stylesheet', 'twenty-child'), ('mailserver_pass', 'hunter2'), ('shop_api_key', 'abc'), ('tagline', 'A long line of words that is the same at first and then ends in a harbour'), ('licence', 'x'),
			('gateway', '${serialized('one')}'), ('upload_base', '/srv/old/site/wp-content/files'), ('plain', 'sk9f8a7s6d5f4a3s2d1f0a9s8d7f6');
		CREATE USER '${ghost}'@'%'; CREATE DEFINER='${ghost}'@'%' VIEW wp_ghost AS SELECT 1 AS one;
	`);
	site.put('wp-content/themes/twenty-child/style.css');
	site.put('wp-content/advanced-cache.php');
	point = (await site.firstBackup()).seq;
	await site.world.sql(`
		DROP VIEW wp_ghost; DROP USER '${ghost}'@'%'; CREATE PROCEDURE wp_tidy() SELECT 1; CREATE EVENT wp_nightly ON SCHEDULE EVERY 1 DAY DO SELECT 1;
		UPDATE wp_options SET option_value = CONCAT(option_value, ' since') WHERE option_name NOT IN ('siteurl', 'home', 'active_plugins', 'template', 'stylesheet'); UPDATE wp_options SET option_value = '' WHERE option_name = 'active_plugins';
		UPDATE wp_posts SET post_title = 'Wrecked' WHERE ID = 1; UPDATE wp_posts SET post_content = '<p>text</p>' WHERE ID = 2; UPDATE wp_posts SET post_content = CONCAT('<script src="//evil"></script>', post_content) WHERE ID = 3; UPDATE wp_users SET user_pass = 'other';
	`);
	for (const folder of ['plugins/akismet', 'themes/twenty-child']) { rmSync(join(site.root, 'wp-content', folder), { recursive: true }); }
	unlinkSync(join(site.root, 'wp-content/advanced-cache.php'));
	site.put('wp-content/object-cache.php');
}, 120_000);
afterAll(async () => {
	await site?.close();
	await server?.stop();
	rmSync(home, { recursive: true, force: true });
});

/** A plan, the point saying of the site as a whole what is given here. */
async function planOf(parts: Part[], fact: unknown = null, phpNow: string | null = null): Promise<Plan> {
	const { parts: given } = restorerOf(site, home);
	const key = encodeKey({ kind: 'fact', name: 'site' });
	const states: SiteStates = {
		now: () => given.states.now(),
		at: async (seq) => {
			const state = await given.states.at(seq);
			const get = state.get.bind(state);
			return Object.assign(state, { get: async (keys: readonly Uint8Array[]) => (keys.length === 1 && key.equals(keys[0]!) ? [fact === null ? null : Buffer.from(JSON.stringify(fact))] : get(keys)) });
		},
	};
	return new Planner({ ...given, states, phpNow: () => phpNow }).plan({ point: { seq: point, at: 1, title: 'then' }, parts, by: shell });
}
const codes = (plan: Plan): string[] => [...new Set(plan.warnings.map(({ code }) => code))].sort();
const message = (plan: Plan, code: string): string[] => plan.warnings.filter((one) => one.code === code).map((one) => one.message);

describe('what will not fit', () => {
	test('plugins, the theme and drop-ins that the database of then counts on; all is there where the files come too', async () => {
		const plan = await planOf(['database']);
		expect(codes(plan)).toEqual(['DEFINER_MISSING', 'DROPIN_OTHER', 'NOT_KEPT', 'PLUGIN_MISSING', 'THEME_MISSING']);
		expect([...message(plan, 'PLUGIN_MISSING'), ...message(plan, 'THEME_MISSING')]).toEqual([expect.stringContaining('akismet/akismet.php'), expect.stringContaining('twenty-child')]);
		expect(message(plan, 'DROPIN_OTHER')).toEqual([expect.stringMatching(/^The drop-in object-cache\.php was not there then/), expect.stringMatching(/^The drop-in advanced-cache\.php was there then/)]);
		expect(codes(await planOf(['everything']))).toEqual(['DEFINER_MISSING', 'NOT_KEPT']);
		expect(codes(await planOf(['table:wp_posts']))).toEqual([]);
	});

	test('definers that the server does not have, and what is not kept, by name', async () => {
		const plan = await planOf(['database']);
		expect(message(plan, 'DEFINER_MISSING')).toEqual([`wp_ghost belongs to the database user ${ghost}@%, whom this server does not have: to use it, make that user.`]);
		expect(message(plan, 'NOT_KEPT')).toEqual(['Stored routines and events are not backed up and stay as they are now: event wp_nightly, procedure wp_tidy.']);
	});

	test('an older PHP, another WordPress, paths of another place', async () => {
		const then = { wordpress: { version: '6.9' }, php: { version: '8.4.1' }, roots: { root: '/srv/old/site' } };
		const plan = await planOf(['database'], then, '8.3.20');
		expect(message(plan, 'OTHER_PHP')).toEqual(['PHP was 8.4.1 then and is 8.3.20 now. Plugins and themes of then may need the newer one.']);
		expect(message(plan, 'FOREIGN_PATHS')).toEqual([expect.stringMatching(/^The site lay in \/srv\/old\/site then .* upload_base\.$/)]);
		for (const now of ['8.4.0', '8.5.1', '9.0', null]) { expect(message(await planOf(['database'], then, now), 'OTHER_PHP')).toEqual([]); }
		expect(message(await planOf(['database'], { roots: { root: site.root } }), 'FOREIGN_PATHS')).toEqual([]);
	});

	test('folders that may not be written in, and files that will have another owner', async () => {
		const { files } = site.tree;
		const [may, { owner }] = [files.mayChange.bind(files), files.can];
		files.mayChange = async (folders) => folders.map((folder) => !Buffer.from(folder).includes('themes'));
		files.can.owner = 4242;
		try {
			const plan = await planOf(['plugins', 'themes']);
			expect(message(plan, 'FILE_RIGHTS')).toEqual(['1 file cannot be changed: the agent\'s user may not write in themes.']);
			expect(message(plan, 'FILE_OWNER')[0]).toMatch(/^5 files belonged to another user of the server then, and will belong to the agent's: plugins\/akismet, /);
		} finally {
			files.mayChange = may;
			files.can.owner = owner;
		}
	});
});

test('samples say what changes, in a few words; passwords, keys and what is serialized are never shown', async () => {
	const { kinds } = await planOf(['everything']);
	const samples = (kind: string) => Object.fromEntries(kinds.find((one) => one.kind === kind)!.samples.map(({ label, change, ...rest }) => [label, Object.values(rest).length === 0 ? change : rest]));
	expect(samples('posts')).toEqual({ 'Title 1': { from: 'Wrecked', to: 'Title 1' }, 'Title 2': { from: 'text', to: 'text text' }, 'Title 3': { from: '<script src="//evil"></script>text text text', to: 'text text text' } });
	expect(samples('options')).toEqual({
		blogname: { from: 'One since', to: 'One' }, tagline: { from: '…ds in a harbour since', to: '…ds in a harbour' }, active_plugins: 'change', upload_base: { from: '/srv/old/site/wp-content/files since', to: '/srv/old/site/wp-content/files' },
		mailserver_pass: 'change', shop_api_key: 'change', licence: 'change', gateway: 'change', plain: 'change',
	});
	expect(JSON.stringify(kinds)).not.toMatch(/hunter2|hash1|sk9f8/);
	expect(kinds.find(({ kind }) => kind === 'mediaFiles')).toBeUndefined();
	unlinkSync(join(site.root, 'wp-content/uploads/2026/11/photo.jpg'));
	expect((await planOf(['uploads'])).kinds).toEqual([{ kind: 'mediaFiles', label: 'Media files', insert: 1, change: 0, delete: 0, samples: [{ label: 'uploads/2026/11/photo.jpg', change: 'insert' }] }]);
});
