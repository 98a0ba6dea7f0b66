import type { Page } from 'playwright-core';
import type { SitePlace } from '../../dev/site/site.ts';

/** What an administrator does in WordPress itself, with mouse and keyboard. */
export class WpAdmin {
	readonly page: Page;
	readonly site: SitePlace;

	constructor(page: Page, site: SitePlace) {
		this.page = page;
		this.site = site;
	}

	async visit(path: string): Promise<void> {
		await this.page.goto(this.site.url + path);
	}

	/** Leads to the profile: the Dashboard writes when it is seen. */
	async logIn(): Promise<void> {
		await this.visit('/wp-login.php?redirect_to=/wp-admin/profile.php');
		// WordPress' own script moves the focus into the first field a moment after the page has loaded.
		await this.page.waitForFunction('document.activeElement.id === "user_login"');
		await this.page.getByLabel('Username or Email Address').fill(this.site.admin.user);
		await this.page.getByLabel('Password', { exact: true }).fill(this.site.admin.password);
		await this.page.getByRole('button', { name: 'Log In' }).click();
		await this.page.waitForURL('**/wp-admin/profile.php');
	}

	async logOut(): Promise<void> {
		await this.page.locator('#wp-admin-bar-my-account').hover();
		await this.page.getByRole('menuitem', { name: 'Log Out' }).click();
		await this.page.waitForURL('**/wp-login.php?loggedout=true**');
	}

	/** WordPress makes some rows when a page is first seen; afterwards these visits write nothing. */
	async seeEverythingOnce(): Promise<void> {
		for (const path of ['/', '/wp-login.php', '/?rest_route=/', '/wp-admin/profile.php', '/wp-admin/admin.php?page=holdfast']) {
			await this.visit(path);
		}
	}

	/** Quick Edit in the list of posts. */
	async renamePost(title: string, newTitle: string): Promise<void> {
		await this.visit(`/wp-admin/edit.php?s=${encodeURIComponent(title)}`);
		const row = this.page.getByRole('row').filter({ has: this.page.getByRole('link', { name: title, exact: true }) });
		await row.hover();
		await row.getByRole('button', { name: /Quick edit/ }).click();
		const form = this.page.locator('tr.inline-editor');
		await form.getByLabel('Title').fill(newTitle);
		await form.getByRole('button', { name: 'Update' }).click();
		await this.page.getByRole('link', { name: newTitle, exact: true }).waitFor();
	}

	/** The upload form of the media library. */
	async upload(file: string): Promise<void> {
		await this.visit('/wp-admin/media-new.php?browser-uploader');
		await this.page.locator('#async-upload').setInputFiles(file);
		await this.page.locator('#html-upload').click();
		await this.page.waitForURL('**/upload.php**');
	}

	/** No page is open: nobody asks, and no heartbeat beats, while rows are compared. */
	async lookAway(): Promise<void> {
		await this.page.goto('about:blank');
	}
}
