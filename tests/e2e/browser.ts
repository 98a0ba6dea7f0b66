import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { requireProgram } from '../../dev/system/programs.ts';

/** Chromium as the machine brings it, silent towards the network. */
export async function startChromium(): Promise<Browser> {
	return await chromium.launch({
		executablePath: requireProgram('chromium', 'chromium-browser', 'google-chrome'),
		args: [
			'--no-sandbox',
			'--headless=new',
			'--disable-gpu',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
			'--no-first-run',
			// Pictures of people come from afar, and pages wait for them.
			'--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
		],
	});
}

/** What is waited for longer than this does not come. */
export const waitMsMax = 45_000;

/** A window of its own: nobody is logged in. What goes wrong in Holdfast's scripts, not in WordPress', is kept in `complaints`. */
export async function openWindow(browser: Browser): Promise<{ page: Page; complaints: string[] }> {
	const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-US' });
	context.setDefaultTimeout(waitMsMax);
	const page = await context.newPage();
	const complaints: string[] = [];
	page.on('pageerror', (error) => {
		if (error.stack?.includes('/plugins/holdfast/')) {
			complaints.push(error.stack);
		}
	});
	return { page, complaints };
}

let pictures = 0;

/** For people: with HOLDFAST_SCREENSHOTS naming a folder, what is on screen is kept there. */
export async function picture(page: Page, name: string): Promise<void> {
	const folder = process.env.HOLDFAST_SCREENSHOTS;
	if (folder !== undefined && folder !== '') {
		mkdirSync(folder, { recursive: true });
		const path = join(folder, `${String(++pictures).padStart(2, '0')}-${name}.png`);
		await page.screenshot({ path, fullPage: true });
	}
}
