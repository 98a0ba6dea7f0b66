import type { Locator, Page } from 'playwright-core';
import type { SitePlace } from '../../dev/site/site.ts';
import { picture } from './browser.ts';

/** Holdfast's page in wp-admin, by the words that are on it. */
export class HoldfastPage {
	readonly page: Page;
	readonly site: SitePlace;

	constructor(page: Page, site: SitePlace) {
		this.page = page;
		this.site = site;
	}

	async open(): Promise<void> {
		await this.page.goto(`${this.site.url}/wp-admin/profile.php`);
		await this.page.locator('#adminmenu').getByRole('link', { name: 'Holdfast' }).click();
		await this.page.locator('.holdfast').waitFor();
	}

	/** As people do who do not know what is going on. While the site is in maintenance, WordPress has no page to show. */
	async reload(): Promise<void> {
		await this.page.reload();
		while (!(await this.page.locator('#adminmenu').isVisible())) {
			await this.page.waitForTimeout(500);
			await this.page.reload();
		}
	}

	/** Which of the page's screens is up (`Screen` in admin-ui). */
	async untilScreen(name: string): Promise<void> {
		await this.page.locator(`.holdfast[data-screen="${name}"]`).waitFor();
	}

	async untilProtected(): Promise<void> {
		await this.page.locator('h2[data-tone="live"]').filter({ hasText: 'Protected up to' }).waitFor();
	}

	button(name: string | RegExp): Locator {
		return this.page
			.locator('.holdfast, .holdfast-modal')
			.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name });
	}

	heading(name: string | RegExp): Locator {
		return this.page.getByRole('heading', { name });
	}

	get code(): Locator {
		return this.page.getByLabel('Pairing code');
	}

	/** An entry of the timeline. */
	entry(words: string | RegExp): Locator {
		return this.page.locator('.holdfast-point').filter({ hasText: words });
	}

	/** A named point, by the dialog; resolves when the endpoint has it. */
	async backUpNow(name: string): Promise<void> {
		await this.button('Back up now').click();
		const dialog = this.page.getByRole('dialog', { name: 'Back up now' });
		await dialog.getByLabel('Name').fill(name);
		await dialog.getByRole('button', { name: 'Back up now' }).click();
		await dialog.getByRole('heading', { name: /^Recorded: your site as of .* is at the endpoint/ }).waitFor();
		await dialog.getByRole('button', { name: 'Close' }).last().click();
	}

	/** The wizard from its first question to the preview of what would change; passwords go back, too. */
	async previewOf(point: string): Promise<void> {
		await this.button('Restore…').click();
		await this.entry(point).click();
		await this.button('Next').click();
		await this.page.getByRole('checkbox', { name: 'Everything' }).waitFor();
		await this.page.getByRole('checkbox', { name: 'Keep passwords' }).uncheck();
		await picture(this.page, 'what');
		await this.button('Show what would change').click();
		await this.heading(/^Your site goes back to/).waitFor();
	}

	/** What a finished restore or undo says. */
	async result(): Promise<{ title: string; numbers: string; kept: string[] }> {
		const result = this.page.locator('.holdfast-result');
		await result.waitFor();
		const kept = result.locator('h3', { hasText: 'Kept as it was before the restore' }).locator('+ ul li strong');
		return {
			title: (await result.locator('h2').innerText()).trim(),
			numbers: (await result.locator('.holdfast-notice .components-notice__content').innerText()).trim(),
			kept: await kept.allInnerTexts(),
		};
	}

	/** What stands in a notice of failure, all of it. */
	async failure(): Promise<string> {
		return await this.page.locator('.holdfast-failure .components-notice__content').first().innerText();
	}
}
