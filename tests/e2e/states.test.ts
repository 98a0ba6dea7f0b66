import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { makeProtectedSite, type ProtectedSite } from '../harness/index.ts';
import { openWindow, picture, startChromium } from './browser.ts';
import { HoldfastPage } from './holdfast-page.ts';
import { WpAdmin } from './wp-admin.ts';

let site: ProtectedSite;
let browser: Browser;
let holdfast: HoldfastPage;

beforeAll(async () => {
	[site, browser] = await Promise.all([makeProtectedSite({ connect: false, seed: 'none' }), startChromium()]);
	const { page } = await openWindow(browser);
	holdfast = new HoldfastPage(page, site);
	await new WpAdmin(page, site).logIn();
	await holdfast.open();
});
afterAll(async () => {
	await browser?.close();
	await site?.destroy();
});

describe('a pairing code that is no good', () => {
	test.each([
		['cut off', (code: string) => code.slice(0, -8)],
		['of something else', () => 'hunter2'],
	])('%s: said in plain words, before and at connecting; the site stays as it was', async (name, spoilt) => {
		await holdfast.untilScreen('connect');
		await holdfast.code.fill(spoilt(await site.endpoint.pairingCode()));
		await holdfast.button('Test the connection').click();
		await holdfast.page.locator('.holdfast-failure, .holdfast-checks .is-failed').first().waitFor();
		await picture(holdfast.page, `code-${name}-tested`);
		await holdfast.button('Connect').click();
		await holdfast.page.locator('.holdfast-failure').first().waitFor();
		await picture(holdfast.page, `code-${name}`);
		const words = await holdfast.failure();
		expect(words).toMatch(/pairing code/i);
		expect(words).toContain('Nothing');
		expect(words).toMatch(/Reference: PAIRING_/);
		expect(words).not.toMatch(/undefined|\[object|Error:/);
		expect((await site.status()).state).toBe('notConnected');
	});
});

describe('with the keyboard alone', () => {
	test('skip to the content, paste, Enter; keep the key; the first backup runs', async () => {
		await holdfast.page.reload();
		await holdfast.untilScreen('connect');
		const { keyboard } = holdfast.page;
		await keyboard.press('Tab');
		await keyboard.press('Enter'); // Skip to main content
		await tabTo('Pairing code');
		await keyboard.insertText(await site.endpoint.pairingCode());
		await keyboard.press('Enter');

		await holdfast.heading('Keep your recovery key somewhere else').waitFor();
		expect(await focused()).toContain('Keep your recovery key somewhere else');
		await tabTo('I have kept it');
		await keyboard.press('Space');
		await tabTo('Go on');
		await keyboard.press('Enter');
		await holdfast.untilProtected();
	});
});

describe('without its agent', () => {
	test('the page says why, Start brings the agent back, and the dot turns green', async () => {
		await site.holdfast('stop');
		await holdfast.untilScreen('agentAway');
		await holdfast.heading('Holdfast’s agent is not running').waitFor();
		await picture(holdfast.page, 'agent-away');
		const why = await holdfast.page.locator('.holdfast-why').innerText();
		expect(why).toContain('Holdfast’s agent is not running on this server.');
		expect(why).toContain('AGENT_NOT_RUNNING');
		expect(await holdfast.page.locator('.holdfast-copied-text code').innerText()).toContain('run --state');
		await holdfast.button('Start').click();
		await holdfast.untilProtected();
		await picture(holdfast.page, 'agent-back');
	});

	test('one that was killed is told from one that was stopped; the page comes back by itself when somebody starts it', async () => {
		await site.killAgent();
		await holdfast.untilScreen('agentAway');
		await holdfast.page.locator('.holdfast-why', { hasText: 'AGENT_CRASHED' }).waitFor();
		expect(await holdfast.page.locator('.is-log').innerText()).toMatch(/^\d\d:\d\d:\d\d the agent runs$/m);
		await picture(holdfast.page, 'agent-killed');
		await site.startAgent();
		await holdfast.untilProtected();
	});
});

/** Presses Tab until what is focused has this name; a person would give up after a while, too. */
async function tabTo(name: string): Promise<void> {
	for (let presses = 0; presses < 30; presses++) {
		await holdfast.page.keyboard.press('Tab');
		if ((await focused()) === name) {
			return;
		}
	}
	throw new Error(`Tab did not lead to “${name}”; it ended at “${await focused()}”.`);
}

/** The name of what has the focus. */
async function focused(): Promise<string> {
	return await holdfast.page.evaluate(() => {
		const element = document.activeElement as HTMLInputElement | null;
		return (element?.labels?.[0]?.textContent ?? element?.ariaLabel ?? element?.textContent ?? '').trim();
	});
}
