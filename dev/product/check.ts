import type { Point, RestoreResult } from '@holdfast/protocol';
import { appendFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { compareSnapshots, snapshotSite } from '../../tests/harness/compare/index.ts';
import { phpCode } from '../site/php.ts';
import type { SitePlace } from '../site/site.ts';
import { step, title } from '../terminal.ts';
import { holdfastJson } from './agent.ts';
import type { Product } from './start.ts';

/**
 * The main job, unattended: changes through WordPress, a named point, damage behind its back, restore, comparison by
 * programs that share nothing with the product. True when every row and file is as it was.
 */
export async function checkRestore(site: SitePlace, product: Product & { iniFile: string }): Promise<boolean> {
	const place = { root: site.root, url: site.url, iniFile: product.iniFile };
	const { state } = product;
	title('Check: change, damage, restore, compare');

	await phpCode(place, `
		foreach ( range( 1, 5 ) as $n ) {
			$id = wp_insert_post( array( 'post_title' => "Checked $n", 'post_content' => str_repeat( "Paragraph $n. ", 50 ), 'post_status' => 'publish' ) );
			update_post_meta( $id, 'checked', $n );
		}
		update_option( 'blogdescription', 'As it was before the damage' );
		wp_insert_comment( array( 'comment_post_ID' => $id, 'comment_content' => 'Kept', 'comment_author' => 'Vera' ) );
	` );
	step('changed through WordPress: 5 posts, their meta, an option, a comment');

	// WordPress makes some rows at the first visit (styles, a navigation); they belong to before.
	for (const path of ['/', '/wp-login.php', '/?rest_route=/']) {
		await fetch(site.url + path);
	}
	const point = await holdfastJson<Point>(state, ['backup', '--name', 'Before the damage']);
	const before = await snapshotSite(site);
	step(`recorded point ${point.seq}`);

	await damage(site, place);
	const wrecked = await snapshotSite(site);
	const damaged = await compareSnapshots(before, wrecked, { autoIncrement: 'atLeast' });
	step(`damaged: ${damaged.differences.length} differences, such as ${damaged.differences.slice(0, 3).map(String).join(' · ')}`);

	const result = await holdfastJson<RestoreResult>(state, ['restore', '--point', String(point.seq), '--part', 'everything', '--accounts', 'then']); // Every row, the sessions too.
	step(`restored: ${result.compared.rows} rows and ${result.compared.files} files compared by Holdfast, ${result.differing.length} differ, ${result.kept.length} kept; maintenance ${result.windowMs} ms`);

	const restored = await snapshotSite(site);
	const after = await compareSnapshots(before, restored, { autoIncrement: 'atLeast' });
	step(`compared independently: ${after.rowsCompared} rows and ${after.filesCompared} files, ${after.differences.length} differ`);
	after.differences.slice(0, 20).forEach((difference) => step(`  ${String(difference)}`));
	await Promise.all([before, wrecked, restored].map(async (snapshot) => await snapshot.forget()));
	const equal = after.equal && result.equal;
	title(equal ? 'The site is exactly what it was.' : 'The site is NOT what it was.');
	return equal;
}

/** Behind WordPress's back where that is how damage comes: a dropped table, removed uploads, an edited theme. */
async function damage(site: SitePlace, place: { root: string; url: string; iniFile: string }): Promise<void> {
	await phpCode(place, `
		global $wpdb;
		foreach ( get_posts( array( 'numberposts' => 4 ) ) as $post ) { wp_delete_post( $post->ID, true ); }
		mysqli_query( $wpdb->dbh, "DROP TABLE {$wpdb->prefix}harbour_stock" );
		mysqli_query( $wpdb->dbh, "UPDATE {$wpdb->options} SET option_value = 'Wrecked' WHERE option_name = 'blogdescription'" );
	` );
	const uploads = join(site.root, 'wp-content/uploads');
	for (const year of await readdir(uploads)) {
		await rm(join(uploads, year), { recursive: true, force: true });
		break;
	}
	const themes = join(site.root, 'wp-content/themes');
	const [theme] = (await readdir(themes, { withFileTypes: true })).filter((entry) => entry.isDirectory());
	await appendFile(join(themes, theme!.name, 'style.css'), '\nbody { display: none }\n');
}
