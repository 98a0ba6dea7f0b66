/** The small must-use plugin with which a copy starts: jobs, mail and webhooks are held until a person releases them. */
import { lstat, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HoldfastError } from '../errors.ts';

export const heldPluginName = 'holdfast-held.php';
const mark = 'Holdfast: jobs, mail and webhooks are held';
/** A WordPress folder, its content folder, its must-use plugins. */
const depthMax = 3;

/** @param from the address that the backup is of. PHP 7.4. */
export function heldPlugin(from: string): string {
	const shown = from.replace(/[^\w.:/[\]-]/g, '');
	return `<?php
/**
 * Plugin Name: ${mark}
 * Description: This site is a copy of ${shown}, made from a backup. It runs no scheduled jobs and sends no mail and no webhooks, so that nothing is done twice. Release it with: holdfast release --to FOLDER, or by removing this file.
 * License: GPL-2.0-or-later
 */

if ( ! defined( 'ABSPATH' ) ) {
	exit;
}

if ( ! defined( 'DISABLE_WP_CRON' ) ) {
	define( 'DISABLE_WP_CRON', true );
}

// WP-Cron: nothing is ever due.
add_filter( 'pre_get_ready_cron_jobs', '__return_empty_array', PHP_INT_MAX );

// Action Scheduler: no queue may run.
add_filter( 'action_scheduler_queue_runner_concurrent_batches', '__return_zero', PHP_INT_MAX );
add_filter( 'action_scheduler_allow_async_request_runner', '__return_false', PHP_INT_MAX );

// Mail: not sent, and said so to whoever asked for it.
add_filter( 'pre_wp_mail', '__return_false', PHP_INT_MAX );

// WooCommerce: no webhook is delivered.
add_filter( 'woocommerce_webhook_should_deliver', '__return_false', PHP_INT_MAX );

add_action(
	'admin_notices',
	static function () {
		if ( current_user_can( 'manage_options' ) ) {
			echo '<div class="notice notice-warning"><p><strong>Holdfast:</strong> this site is a copy of <code>${shown}</code>. Scheduled jobs, mail and webhooks are held. To release them, run <code>holdfast release --to FOLDER</code> on the server, or remove <code>${heldPluginName}</code> from its must-use plugins.</p></div>';
		}
	}
);
`;
}

/** Writes it into the folder of the must-use plugins. */
export async function hold(muPlugins: string, from: string): Promise<void> {
	await mkdir(muPlugins, { recursive: true, mode: 0o755 });
	await writeFile(join(muPlugins, heldPluginName), heldPlugin(from), { mode: 0o644 });
}

/** Removes it from a WordPress folder, wherever its must-use plugins lie. @returns the file. @throws NOT_HELD */
export async function release(folder: string): Promise<string> {
	for (const muPlugins of await mustUseFolders(folder, depthMax)) {
		const file = join(muPlugins, heldPluginName);
		const content = await readFile(file, 'utf8').catch(() => '');
		if (!content.includes(mark)) { continue; }
		await rm(file);
		return file;
	}
	throw new HoldfastError('NOT_HELD', `Nothing is held in ${folder}: none of its must-use plugins is Holdfast's ${heldPluginName}.`);
}

async function mustUseFolders(folder: string, depth: number): Promise<string[]> {
	const found: string[] = [];
	const names = await readdir(folder).catch((): string[] => []);
	for (const name of names) {
		const path = join(folder, name);
		if (!(await lstat(path).catch(() => null))?.isDirectory()) { continue; }
		if (name === 'mu-plugins') { found.push(path); }
		else if (depth > 1 && !/^(wp-admin|wp-includes|uploads|node_modules|\.git)$/.test(name)) { found.push(...(await mustUseFolders(path, depth - 1))); }
	}
	return found;
}
