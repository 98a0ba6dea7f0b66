import { join } from 'node:path';
import { copyTree } from '../../dev/site/create.ts';
import { ensureOwnDir, giveTree } from '../../dev/system/dev-user.ts';
import type { RecordedSite } from './recorded-site.ts';

/** A folder of the plugin WordPress Importer of one's own: it is neither part of this repository nor fetched by it. */
export const importer = process.env.HOLDFAST_IMPORTER ?? '';

const exporter = join(import.meta.dirname, 'php/export.php');

/**
 * Makes posts with terms, meta, comments and pictures' rows, exports them as WordPress does, deletes them and imports them again: by the
 * plugin WordPress Importer, or where there is none by the functions of core that it calls, in the order in which it calls them.
 * @returns how many were imported
 */
export async function importContent(site: RecordedSite, posts: number): Promise<number> {
	const file = join(site.folder, 'export.xml');
	await site.phpFile(exporter, [file, String(posts)]);
	await site.lines();
	if (importer !== '') {
		const target = join(site.root, 'wp-content/plugins/wordpress-importer');
		await copyTree(importer, ensureOwnDir(target));
		await giveTree(target);
	}
	await site.phpFile(join(import.meta.dirname, importer === '' ? 'php/import-by-core.php' : 'php/import-by-plugin.php'), [file]);
	return Number((await site.sql("SELECT COUNT(*) FROM wp_posts WHERE post_title LIKE 'Exported %'"))[0]![0]);
}
