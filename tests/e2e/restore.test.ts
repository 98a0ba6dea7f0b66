import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import {
	compareSnapshots,
	makeProtectedSite,
	snapshotSite,
	type CompareOptions,
	type ProtectedSite,
	type Snapshot,
} from '../harness/index.ts';
import { openWindow, picture, startChromium } from './browser.ts';
import { HoldfastPage } from './holdfast-page.ts';
import { wreck } from './wreck.ts';
import { WpAdmin } from './wp-admin.ts';

const named = 'Before the bad night';

let site: ProtectedSite;
let browser: Browser;
let holdfast: HoldfastPage;
let admin: WpAdmin;
let complaints: string[];
let before: Snapshot;
let wrecked: Snapshot;
/** Id of the post that is renamed. */
let renamed: string;

beforeAll(async () => {
	[site, browser] = await Promise.all([makeProtectedSite({ connect: false }), startChromium()]);
	const opened = await openWindow(browser);
	complaints = opened.complaints;
	holdfast = new HoldfastPage(opened.page, site);
	admin = new WpAdmin(opened.page, site);
	await admin.logIn();
});
afterAll(async () => {
	await browser?.close();
	await site?.destroy();
	await before?.forget();
	await wrecked?.forget();
});

/** Rows that a result lists as kept may differ from what was; no others. */
function exceptKept(kept: readonly string[]): CompareOptions {
	return {
		ignoreRows: (table, row) => {
			const isOwn = table === 'wp_usermeta' && row.user_id === '1' && row.meta_key === 'session_tokens';
			return isOwn && kept.includes('Your account and your session');
		},
	};
}

describe('with the mouse, from the pairing code to undo', () => {
	test('the code is tested, connects the site, and the first backup runs until the site is protected', async () => {
		await holdfast.open();
		await holdfast.untilScreen('connect');
		await picture(holdfast.page, 'connect');
		await holdfast.code.fill(await site.endpoint.pairingCode());
		await holdfast.button('Test the connection').click();
		await holdfast.heading('The connection works.').waitFor();
		await picture(holdfast.page, 'connect-tested');

		await holdfast.button('Connect').click();
		await holdfast.heading('Keep your recovery key somewhere else').waitFor();
		const key = await holdfast.page.locator('.holdfast-copied-text code').innerText();
		await picture(holdfast.page, 'recovery-key');
		expect(await holdfast.button('Go on').isDisabled()).toBe(true);
		await holdfast.page.getByLabel('I have kept it').check();
		await holdfast.button('Go on').click();

		await picture(holdfast.page, 'first-backup');
		await holdfast.untilProtected();
		await holdfast.entry('First backup complete').waitFor();
		await picture(holdfast.page, 'protected');
		await holdfast.button('Recovery key').click();
		expect(await holdfast.page.locator('.holdfast-copied-text code').innerText()).toBe(key);
		await holdfast.page.getByLabel('I have kept it').check();
		await holdfast.button('Go on').click();
	});

	test('an edited post and an uploaded image appear in the timeline without a reload', async () => {
		await holdfast.page.evaluate('window.neverReloaded = true');
		const editor = new WpAdmin(await holdfast.page.context().newPage(), site);
		const [[title = '', id = ''] = []] = (await site.sql(
			`SELECT post_title, ID FROM wp_posts WHERE post_type = 'post' AND post_status = 'publish' ORDER BY ID LIMIT 1`,
		)) as string[][];
		renamed = id;
		await editor.renamePost(title, 'Notice to mariners');
		await holdfast.page.bringToFront();
		await holdfast.entry('Notice to mariners').waitFor();

		const image = join(site.folder, 'lighthouse.jpg');
		await editor.visit('/');
		await editor.page.screenshot({ path: image, type: 'jpeg' });
		await editor.page.bringToFront();
		await editor.upload(image);
		await editor.page.close();
		await holdfast.page.bringToFront();
		await holdfast.entry('lighthouse').waitFor();
		expect(await holdfast.entry('lighthouse').innerText()).toContain(site.admin.user);
		expect(await holdfast.page.evaluate('window.neverReloaded')).toBe(true);

		await holdfast.entry('Notice to mariners').click();
		await holdfast.button('Restore to this moment').waitFor();
		await holdfast.heading(/^Rows/).waitFor();
		await picture(holdfast.page, 'timeline');
	});

	test('a named moment; then the site is wrecked, and the plan says so without changing anything', async () => {
		await admin.seeEverythingOnce();
		await holdfast.open();
		await holdfast.backUpNow(named);
		await holdfast.entry(named).waitFor();
		await admin.lookAway();
		before = await snapshotSite(site);

		// Another session than the one that the named moment knows.
		await admin.visit('/wp-admin/profile.php');
		await admin.logOut();
		await admin.logIn();
		await wreck(site);
		await admin.seeEverythingOnce(); // so that no later visit notices the change and writes
		await holdfast.open();
		await holdfast.previewOf(named);
		await picture(holdfast.page, 'preview');
		const plan = await holdfast.page.locator('.holdfast').innerText();
		expect(plan).toContain('Stays as it is now');
		expect(plan).toContain('Your account and your session');
		wrecked = await snapshotSite(site);
		expect((await compareSnapshots(before, wrecked)).equal).toBe(false);
	});

	test('restored: every row and file is what it was, and the admin is still logged in', async () => {
		await holdfast.button(/^Restore 1 table, \d+ rows, and \d+ files$/).click();
		await holdfast.untilScreen('restoring');
		await picture(holdfast.page, 'restoring');
		const result = await holdfast.result();
		await picture(holdfast.page, 'restored');
		expect(result.title).toMatch(/^Your site equals today/);
		expect(result.numbers).toMatch(/ 0 differ, /);
		expect(result.numbers).toContain('These answer: Front page, Login, and REST.');
		expect(result.kept).toContain('Your account and your session');

		await admin.lookAway();
		const compared = await compareSnapshots(before, await snapshotSite(site), exceptKept(result.kept));
		expect(compared.differences).toEqual([]);
		expect(compared.rowsIgnored).toBeGreaterThan(0);

		await admin.visit('/wp-admin/');
		await admin.page.getByRole('heading', { name: 'Dashboard', level: 1 }).waitFor();
		await holdfast.open();
		expect(await holdfast.result()).toEqual(result);
		await holdfast.button('Back to the timeline').click();
		await holdfast.untilProtected();
		await holdfast.entry(`Restored to ${named}`).waitFor();
		await picture(holdfast.page, 'after-restore');
	});

	test('undone, with a reload in the middle: the wrecked site is back, exactly', async () => {
		await holdfast.button('Undo this restore').first().click();
		const dialog = holdfast.page.getByRole('dialog', { name: 'Undo this restore?' });
		await picture(holdfast.page, 'undo');
		await dialog.getByRole('button', { name: 'Undo this restore' }).click();
		await holdfast.untilScreen('restoring');
		await holdfast.reload();
		const result = await holdfast.result();
		await picture(holdfast.page, 'undone');
		expect(result.numbers).toMatch(/ 0 differ, /);

		await admin.lookAway();
		const compared = await compareSnapshots(wrecked, await snapshotSite(site), exceptKept(result.kept));
		expect(compared.differences).toEqual([]);
	});

	test('one post alone, from its entry in the timeline: it is back, and everything else stays wrecked', async () => {
		// The wreck deleted it.
		const others = `SELECT COUNT(*), SUM(CRC32(CONCAT_WS('|', ID, post_title, post_content, post_modified))) FROM wp_posts WHERE ID <> ${renamed}`;
		const othersBefore = await site.sql(others);
		expect(await site.sql(`SELECT COUNT(*) FROM wp_posts WHERE ID = ${renamed}`)).toEqual([['0']]);
		await holdfast.open();
		await holdfast.button('Back to the timeline').click();
		await holdfast.entry('Notice to mariners').last().click();
		await holdfast.button(/^Restore only .*Notice to mariners.* as it was then$/).waitFor();
		await picture(holdfast.page, 'single-entry');
		await holdfast.button(/^Restore only .*Notice to mariners.* as it was then$/).click();
		await holdfast.heading('What shall go back?').waitFor();
		await holdfast.button('Add a single thing…').click();
		await picture(holdfast.page, 'single-what');
		await holdfast.button('Leave out').click();
		await holdfast.button('Show what would change').click();
		await holdfast.heading(/^Your site goes back to/).waitFor();
		await picture(holdfast.page, 'single-preview');
		expect(await holdfast.page.locator('.holdfast-changes').innerText()).toContain('Notice to mariners · brought back');
		await holdfast.button(/^Restore \d+ rows/).click();
		expect((await holdfast.result()).numbers).toMatch(/ 0 differ, /);
		await picture(holdfast.page, 'single-restored');
		expect(await site.sql(`SELECT post_title, post_status FROM wp_posts WHERE ID = ${renamed}`)).toEqual([['Notice to mariners', 'publish']]);
		expect(await site.sql(others)).toEqual(othersBefore);
		expect(complaints).toEqual([]);
	});
});
