import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { giveTree } from '../../dev/system/dev-user.ts';
import { makeRecordedSite, type RecordedSite } from './recorded-site.ts';
import { ajax, form, link, list, nonce, rest, upload, type Story } from './story.ts';

/* What people do with the site itself: settings, appearance, plugins, themes, updates, privacy, imports; and every door. */

/** The site in which they do it. */
export const makeStoriesSite = async (): Promise<RecordedSite> => await makeRecordedSite({ prepare: ({ root, folder, php }) => prepare(root, folder, php) });

const plugin = (name: string, version: string): string => `<?php\n/*\nPlugin Name: ${name}\nVersion: ${version}\n*/\n`;

/** Plugins a to d, a classic theme with a sidebar, packages of newer versions, and one that is no package. */
async function prepare(root: string, folder: string, php: (code: string) => Promise<string>): Promise<void> {
	const content = join(root, 'wp-content');
	await mkdir(join(content, 'mu-plugins'), { recursive: true });
	await copyFile(join(import.meta.dirname, 'doors.php'), join(content, 'mu-plugins/doors.php'));
	for (const name of ['anchor', 'beacon', 'compass', 'deadly']) {
		await mkdir(join(content, 'plugins', name));
		await writeFile(join(content, 'plugins', name, `${name}.php`), plugin(name[0]!.toUpperCase() + name.slice(1), '1.0'));
	}
	// It makes a page when it is activated, and takes away its option when it is deleted.
	await writeFile(join(content, 'plugins/anchor/anchor.php'), `${plugin('Anchor', '1.0')} register_activation_hook( __FILE__, function () { wp_insert_post( array( 'post_type' => 'page', 'post_title' => 'Anchorage', 'post_status' => 'publish' ) ); update_option( 'blogdescription', 'Set by Anchor' ); } );`);
	await writeFile(join(content, 'plugins/anchor/uninstall.php'), "<?php\nupdate_option( 'blogdescription', 'Without Anchor' );");
	await mkdir(join(content, 'themes/quay'));
	await writeFile(join(content, 'themes/quay/style.css'), '/*\nTheme Name: Quay\nVersion: 1.0\n*/');
	await writeFile(join(content, 'themes/quay/index.php'), '<?php');
	await writeFile(join(content, 'themes/quay/functions.php'), "<?php\nregister_nav_menus( array( 'top' => 'Top' ) );\nadd_theme_support( 'custom-logo' );\nadd_action( 'widgets_init', function () { register_sidebar( array( 'id' => 'pier', 'name' => 'Pier' ) ); } );\n");
	await giveTree(content);
	await php(`
		$pack = static function ( $to, $files ) { $zip = new ZipArchive(); $zip->open( '${folder}/' . $to, ZipArchive::CREATE ); foreach ( $files as $name => $text ) { $zip->addFromString( $name, $text ); } $zip->close(); };
		foreach ( array( 'anchor', 'beacon', 'deadly' ) as $one ) { $pack( "$one.zip", array( "$one/$one.php" => "<?php\\n/*\\nPlugin Name: " . ucfirst( $one ) . "\\nVersion: 2.0\\n*/" ) ); }
		$pack( 'dinghy.zip', array( 'dinghy/dinghy.php' => "<?php\\n/*\\nPlugin Name: Dinghy\\nVersion: 1.0\\n*/" ) );
		$pack( 'quay.zip', array( 'quay/style.css' => "/*\\nTheme Name: Quay\\nVersion: 2.0\\n*/", 'quay/index.php' => '<?php' ) );
		$pack( 'lagoon.zip', array( 'lagoon/style.css' => "/*\\nTheme Name: Lagoon\\nVersion: 1.0\\n*/", 'lagoon/index.php' => '<?php' ) );
		$pack( 'de.zip', array( 'de_DE.po' => '', 'de_DE.mo' => '' ) );
		file_put_contents( '${folder}/broken.zip', 'no zip' );`);
}

/** Tells WordPress that there are updates, as wordpress.org would. */
export const offer = async ({ php, folder }: RecordedSite, plugins: Record<string, string>): Promise<string> => await php(`
	$offers = (object) array( 'last_checked' => time(), 'checked' => array(), 'response' => array(), 'translations' => array(), 'no_update' => array() );
	foreach ( json_decode( $args[0], true ) as $name => $package ) {
		$offers->response[ "$name/$name.php" ] = (object) array( 'slug' => $name, 'plugin' => "$name/$name.php", 'new_version' => '2.0', 'package' => '${folder}/' . $package );
	}
	foreach ( get_plugins() as $file => $data ) { $offers->checked[ $file ] = $data['Version']; }
	set_site_transient( 'update_plugins', $offers );`, [JSON.stringify(plugins)]);
const file = (name: string): string => `${name}/${name}.php`;
export const update = async (one: RecordedSite, name: string): Promise<string> => (await one.anna.post('/wp-admin/admin-ajax.php', { action: 'update-plugin', _ajax_nonce: await nonce(one, 'updates'), plugin: file(name), slug: name })).text;

const settings: Story[] = [
	['rest', 'title and tagline', async (one) => await rest(one, 'POST', 'wp/v2/settings', { title: 'Harbour', description: 'Boats' }),
		['2 settings changed: “Site title”, “Tagline” · setting changed · admin, rest']],
	['rest', 'one setting, with what it was', async (one) => await rest(one, 'POST', 'wp/v2/settings', { title: 'Port' }),
		['Setting “Site title” changed from “Harbour” to “Port” · setting changed · admin, rest']],
	['wp-admin', 'a settings page', async (one) => await form(one, '/wp-admin/options.php', 'reading-options', { option_page: 'reading', action: 'update', posts_per_page: '7', posts_per_rss: '10', rss_use_excerpt: '0', show_on_front: 'posts', page_on_front: '0', page_for_posts: '0', blog_public: '1' }),
		['Setting “Posts per page” changed from “8” to “7” · setting changed · admin, wp-admin']],
	['wp-admin', 'permalinks', async (one) => await form(one, '/wp-admin/options-permalink.php', 'update-permalink', { permalink_structure: '/%postname%/', category_base: '', tag_base: '', submit: 'Save', selection: '/%postname%/' }),
		['Setting “Permalinks” changed from “/%year%/%monthnum%/%postname%/” to “/%postname%/” · setting changed · admin, wp-admin']],
	['wp-admin', 'the page of the privacy policy', async (one) => await form(one, '/wp-admin/options-privacy.php', 'create-privacy-page', { action: 'create-privacy-page' }),
		['“Privacy Policy” made the privacy policy page · privacy_page changed · admin, wp-admin']],
	['cli', 'a setting by a script', async ({ php }) => await php('update_option( "admin_email", "new@example.org" ); update_option( "some_plugin_counter", 3 );'),
		['Setting “Administration email address” changed from “admin@example.org” to “new@example.org” · setting changed · cli, cli']],
	['ajax', 'automatic updates of a plugin', async (one) => await ajax(one, 'toggle-auto-updates', 'updates', { type: 'plugin', asset: file('beacon'), state: 'enable' }),
		['Setting “Automatic updates of plugins” changed · setting changed · admin, ajax']],
];

const extensions: Story[] = [
	['wp-admin', 'a plugin activated, with what it does then', async (one) => await link(one, '/wp-admin/plugins.php', `activate-plugin_${file('anchor')}`, { action: 'activate', plugin: file('anchor') }),
		['Plugin “Anchor” activated · plugin activated · admin, wp-admin']],
	['wp-admin', 'two activated together', async (one) => await form(one, '/wp-admin/plugins.php', 'bulk-plugins', { action: 'activate-selected', ...list('checked', [file('beacon'), file('compass')]) }),
		['2 plugins activated: “Beacon”, “Compass” · plugin activated · admin, wp-admin']],
	['rest', 'a plugin deactivated', async (one) => await rest(one, 'POST', 'wp/v2/plugins/anchor/anchor', { status: 'inactive' }), ['Plugin “Anchor” deactivated · plugin deactivated · admin, rest']],
	['ajax', 'a plugin updated', async (one) => { await offer(one, { beacon: 'beacon.zip' }); await one.lines(); await update(one, 'beacon'); },
		['Plugin “Beacon” updated from “1.0” to “2.0” · plugin updated · admin, ajax']],
	['ajax', 'an update that fails', async (one) => { await offer(one, { compass: 'broken.zip' }); await one.lines(); await update(one, 'compass'); },
		['Plugin “Compass” could not be updated · plugin update failed · admin, ajax']],
	['wp-admin', 'two updates, one of which fails', async (one) => {
		await offer(one, { anchor: 'anchor.zip', compass: 'broken.zip' });
		await one.lines();
		await link(one, '/wp-admin/update.php', 'bulk-update-plugins', { action: 'update-selected', plugins: `${file('anchor')},${file('compass')}` });
	}, ['Plugin “Anchor” updated from “1.0” to “2.0” · plugin updated · admin, wp-admin', 'Plugin “Compass” could not be updated · plugin update failed · admin, wp-admin']],
	['wp-admin', 'a plugin installed by upload', async (one) => await upload(one, '/wp-admin/update.php?action=upload-plugin', { _wpnonce: await nonce(one, 'plugin-upload') }, { field: 'pluginzip', name: 'dinghy.zip', bytes: await bytes(one, 'dinghy.zip') }),
		['Plugin “Dinghy” installed · plugin installed · admin, wp-admin']],
	['ajax', 'a plugin deleted', async (one) => await ajax(one, 'delete-plugin', 'updates', { plugin: file('dinghy'), slug: 'dinghy' }), ['Plugin “Dinghy” deleted · plugin deleted · admin, ajax']],
	['wp-admin', 'a plugin deleted, with what it does then', async (one) => {
		await writeFile(join(one.root, 'wp-content/plugins/anchor/uninstall.php'), "<?php\nupdate_option( 'blogdescription', 'Without Anchor' );");
		await ajax(one, 'delete-plugin', 'updates', { plugin: file('anchor'), slug: 'anchor' });
	}, ['Plugin “Anchor” deleted · plugin deleted · admin, ajax']],
	['ajax', 'a file of a plugin edited', async (one) => await ajax(one, 'edit-theme-plugin-file', `edit-plugin_${file('compass')}`, { file: file('compass'), plugin: file('compass'), newcontent: `${plugin('Compass', '1.1')}// edited\n` }, 'nonce'),
		['File “compass/compass.php” of a plugin edited · file edited · admin, ajax']],
	['wp-admin', 'another theme', async (one) => await link(one, '/wp-admin/themes.php', 'switch-theme_quay', { action: 'activate', stylesheet: 'quay' }),
		['Theme “Quay” activated instead of “Twenty Twenty-Five” · theme switched · admin, wp-admin']],
	['wp-admin', 'a theme installed by upload', async (one) => await upload(one, '/wp-admin/update.php?action=upload-theme', { _wpnonce: await nonce(one, 'theme-upload') }, { field: 'themezip', name: 'lagoon.zip', bytes: await bytes(one, 'lagoon.zip') }),
		['Theme “Lagoon” installed · theme installed · admin, wp-admin']],
	['ajax', 'a theme deleted', async (one) => await ajax(one, 'delete-theme', 'updates', { slug: 'lagoon' }), ['Theme “Lagoon” deleted · theme deleted · admin, ajax']],
	['cli', 'translations', async ({ php, folder }) => await php(`require_once ABSPATH . 'wp-admin/includes/class-wp-upgrader.php'; ( new Language_Pack_Upgrader( new Automatic_Upgrader_Skin() ) )->bulk_upgrade( array( (object) array( 'type' => 'core', 'slug' => 'default', 'language' => 'de_DE', 'version' => '7.1', 'package' => '${folder}/de.zip' ) ) );`),
		['Translations updated: de_DE · translation updated · cli, cli']],
];

const appearance: Story[] = [
	['rest', 'a widget', async (one) => widget = (await rest<{ id: string }>(one, 'POST', 'wp/v2/widgets', { id_base: 'block', sidebar: 'pier', instance: { raw: { content: '<p>x</p>' } } })).id,
		['Widgets in “Pier” changed · widgets changed · admin, rest']],
	['rest', 'its content', async (one) => await rest(one, 'PUT', `wp/v2/widgets/${widget}`, { instance: { raw: { content: '<p>y</p>' } } }), ['Widgets changed · widgets changed · admin, rest']],
	['rest', 'a batch', async (one) => await rest(one, 'POST', 'batch/v1', { requests: [
		{ method: 'POST', path: '/wp/v2/widgets', body: { id_base: 'block', sidebar: 'pier', instance: { raw: { content: '<p>z</p>' } } } },
		{ method: 'POST', path: '/wp/v2/posts', body: { title: 'First of a batch', status: 'publish' } },
		{ method: 'POST', path: '/wp/v2/posts', body: { title: 'Second of a batch', status: 'publish' } },
	] }), ['Widgets in “Pier” changed · widgets changed · admin, rest', '2 posts published: “First of a batch”, “Second of a batch” · post published · admin, rest']],
	['wp-admin', 'a classic menu, put into its location', async (one) => await form(one, '/wp-admin/nav-menus.php', 'update-nav_menu', { action: 'update', menu: '0', 'menu-name': 'Top', 'menu-locations[top]': '0' }, 'update-nav-menu-nonce'),
		['Menu “Top” created · nav_menu created · admin, wp-admin']],
	['cli', 'menu locations', async ({ php }) => await php('set_theme_mod( "nav_menu_locations", array( "top" => 5 ) );'), ['Menu locations changed · menu_locations changed · cli, cli']],
	['cli', 'a logo', async ({ php }) => await php('set_theme_mod( "custom_logo", 5 );'), ['Appearance of theme “Quay” changed · theme_mods changed · cli, cli']],
	['ajax', 'the Customizer, with settings and CSS', async (one) => await customize(one, 'publish', { blogname: 'Marina', blogdescription: 'By the sea', 'custom_css[quay]': 'body { color: navy }' }),
		['Changes to theme “Quay” in the Customizer published · customizer published · admin, ajax']],
	['ajax', 'the Customizer, at a time to come', async (one) => await customize(one, 'future', { blogname: 'Roads' }, { customize_changeset_date: '2040-01-01 10:00:00' }),
		['Changes to theme “Quay” in the Customizer scheduled · customizer scheduled · admin, ajax']],
	['cron', 'when that time has come', async (one) => {
		await one.php(`$ids = get_posts( array( 'post_type' => 'customize_changeset', 'post_status' => 'future', 'fields' => 'ids' ) ); ${comeTrue('$ids[0]')}`);
		await one.lines();
		await one.visitor().get('/wp-cron.php?doing_wp_cron');
		await until(one, "SELECT 1 FROM wp_options WHERE option_name = 'blogname' AND option_value = 'Roads'");
	}, ['Changes to theme “Quay” in the Customizer published · customizer published · cron, cron']],
	['ajax', 'the Customizer, for later', async (one) => await customize(one, 'draft', { blogname: 'Bay' }), ['Changes to theme “Quay” in the Customizer saved as a draft · customizer saved · admin, ajax']],
	['wp-admin', 'back to a block theme', async (one) => await link(one, '/wp-admin/themes.php', 'switch-theme_twentytwentyfive', { action: 'activate', stylesheet: 'twentytwentyfive' }),
		['Theme “Twenty Twenty-Five” activated instead of “Quay” · theme switched · admin, wp-admin']],
	['rest', 'a template in the site editor', async (one) => await rest(one, 'POST', 'wp/v2/templates/twentytwentyfive//index', { content: '<!-- wp:paragraph --><p>x</p><!-- /wp:paragraph -->' }),
		['Template “Index” saved · wp_template saved · admin, rest']],
	['rest', 'a template part', async (one) => await rest(one, 'POST', 'wp/v2/template-parts/twentytwentyfive//footer', { content: '<p>x</p>' }), ['Template part “Footer” saved · wp_template_part saved · admin, rest']],
	['rest', 'styles', async (one) => {
		const id = await one.php('echo WP_Theme_JSON_Resolver::get_user_global_styles_post_id();');
		await one.lines();
		await rest(one, 'POST', `wp/v2/global-styles/${id}`, { styles: { color: { background: '#123456' } } });
	}, ['Styles “Twenty Twenty-Five” updated · wp_global_styles updated · admin, rest']],
	['rest', 'a font', async (one) => font = (await rest(one, 'POST', 'wp/v2/font-families', { font_family_settings: JSON.stringify({ name: 'Beacon', slug: 'beacon', fontFamily: 'Beacon' }) })).id,
		['Font “Beacon” saved · wp_font_family saved · admin, rest']],
	['rest', 'a face of it, with its file, which the site editor sends along', async (one) => await uploadFace(one, font), []],
	['rest', 'the font removed', async (one) => await rest(one, 'DELETE', `wp/v2/font-families/${font}?force=true`), ['Font “Beacon” deleted · wp_font_family deleted · admin, rest']],
	['rest', 'a template reset', async (one) => await rest(one, 'DELETE', 'wp/v2/templates/twentytwentyfive//index?force=true'), ['Template “Index” deleted · wp_template deleted · admin, rest']],
];
let widget = '';
let font = 0;

const privacy: Story[] = [
	['wp-admin', 'an erasure asked for', async (one) => {
		await form(one, '/wp-admin/erase-personal-data.php', 'personal-data-request', { action: 'add_remove_personal_data_request', type_of_action: 'remove_personal_data', username_or_email_for_privacy_request: 'ben@example.org', send_confirmation_email: '1', submit: 'x' });
		request = (await one.sql("SELECT MAX(ID) FROM wp_posts WHERE post_type = 'user_request'"))[0]![0]!;
	}, ['Erasure of personal data of ben@example.org requested · data_erasure requested · admin, wp-admin']],
	['web', 'confirmed by the person', async (one) => {
		const key = await one.php(`echo wp_generate_user_request_key( ${request} );`);
		await one.lines();
		await one.visitor().get(`/wp-login.php?action=confirmaction&request_id=${request}&confirm_key=${key}`);
	}, ['Erasure of personal data of ben@example.org confirmed · data_erasure confirmed · visitor, web']],
	['ajax', 'erased, with a comment of that person', async (one) => {
		await one.php('wp_insert_comment( array( "comment_post_ID" => 1, "comment_author" => "Ben", "comment_author_email" => "ben@example.org", "comment_content" => "x" ) );');
		await one.lines();
		for (let eraser = 1, done = false; !done; eraser++) {
			const { data } = JSON.parse(await ajax(one, 'wp-privacy-erase-personal-data', `wp-privacy-erase-personal-data-${request}`, { id: request, eraser: String(eraser), page: '1' }, 'security')) as { data: unknown };
			done = typeof data !== 'object' || (await one.sql(`SELECT post_status FROM wp_posts WHERE ID = ${request}`))[0]![0] === 'request-completed';
		}
	}, ['Erasure of personal data of ben@example.org completed · data_erasure completed · admin, ajax']],
	['wp-admin', 'an export asked for', async (one) => {
		await form(one, '/wp-admin/export-personal-data.php', 'personal-data-request', { action: 'add_export_personal_data_request', type_of_action: 'export_personal_data', username_or_email_for_privacy_request: 'ben@example.org', submit: 'x' });
		request = (await one.sql("SELECT MAX(ID) FROM wp_posts WHERE post_type = 'user_request'"))[0]![0]!;
	}, ['Export of personal data of ben@example.org requested · data_export requested · admin, wp-admin']],
	['ajax', 'exported into a file', async (one) => {
		for (let exporter = 1, done = false; !done; exporter++) {
			const { data } = JSON.parse(await ajax(one, 'wp-privacy-export-personal-data', `wp-privacy-export-personal-data-${request}`, { id: request, exporter: String(exporter), page: '1', sendAsEmail: 'false' }, 'security')) as { data: { url?: string } };
			done = data.url !== undefined;
		}
	}, ['Export of personal data of ben@example.org completed · data_export completed · admin, ajax']],
];
let request = '';

const doors: Story[] = [
	['web', 'an import', async ({ anna }) => await anna.post('/', { holdfast_import: 'whole' }), ['Content imported · import imported · admin, web']],
	['web', 'an import that breaks off', async ({ anna }) => await anna.post('/', { holdfast_import: 'broken' }), ['Import broke off · import broke off · admin, web']],
	['wp-admin', 'an export', async ({ anna }) => await anna.get('/wp-admin/export.php?download=true&content=posts'), ['Content exported: post · export exported · admin, wp-admin']],
	['xmlrpc', 'a post', async (one) => await one.visitor().request('/xmlrpc.php', { method: 'POST', body: `<methodCall><methodName>wp.newPost</methodName><params><param><value>1</value></param><param><value>${one.admin.user}</value></param><param><value>${one.admin.password}</value></param><param><value><struct><member><name>post_title</name><value>By phone</value></member><member><name>post_status</name><value>publish</value></member></struct></value></param></params></methodCall>` }),
		['Post “By phone” published · post published · admin, xmlrpc']],
	['cron', 'a scheduled post', async (one) => {
		await one.php(`$id = wp_insert_post( array( 'post_title' => 'Tomorrow', 'post_status' => 'future', 'post_date' => '2040-01-01 10:00:00', 'post_date_gmt' => '2040-01-01 10:00:00' ) ); ${comeTrue('$id')}`);
		await one.lines();
		await one.visitor().get('/wp-cron.php?doing_wp_cron');
		await until(one, "SELECT 1 FROM wp_posts WHERE post_title = 'Tomorrow' AND post_status = 'publish'");
	}, ['Post “Tomorrow” published · post published · cron, cron']],
	['web', 'a page view that has something to do', async (one) => await one.visitor().get('/?holdfast_view=1'), ['Post “Made by a view” published · post published · visitor, web']],
	['web', 'a page view that has nothing to do', async (one) => await one.visitor().get('/'), []],
	...['Fatal', 'Died', 'Exit', 'Slow', 'Last'].map((end): Story => ['rest', `a request that ends badly: ${end}`, async ({ anna }) => await anna.rest('POST', 'wp/v2/posts', { title: end, status: 'publish' }), [`Post “${end}” published · post published · admin, rest`]]),
];

const coreTold: string[] = [];
const updates: Story[] = [
	['ajax', 'a theme updated', async (one) => {
		await one.php(`set_site_transient( 'update_themes', (object) array( 'last_checked' => time(), 'checked' => array( 'quay' => '1.0' ), 'response' => array( 'quay' => array( 'theme' => 'quay', 'new_version' => '2.0', 'url' => '', 'package' => '${one.folder}/quay.zip' ) ), 'translations' => array(), 'no_update' => array() ) );`);
		await one.lines();
		await ajax(one, 'update-theme', 'updates', { slug: 'quay' });
	}, ['Theme “Quay” updated from “1.0” to “2.0” · theme updated · admin, ajax']],
	['cli', 'WordPress itself updated', async (one) => { coreTold.push(`WordPress updated from ${await updateCore(one, '99.1')} to 99.1 · core updated · cli, cli`); }, coreTold],
];

/** Updates WordPress from a package with little in it. @returns the version before */
export const updateCore = async ({ php, folder }: RecordedSite, version: string): Promise<string> => await php(`
	require_once ABSPATH . 'wp-admin/includes/class-wp-upgrader.php';
	$was = get_bloginfo( 'version' );
	$zip = new ZipArchive();
	$zip->open( '${folder}/core.zip', ZipArchive::CREATE | ZipArchive::OVERWRITE );
	foreach ( array( 'readme.html', 'wp-includes/version.php', 'wp-admin/includes/update-core.php' ) as $name ) {
		$zip->addFromString( "wordpress/$name", str_replace( "= '$was';", "= '${version}';", file_get_contents( ABSPATH . $name ) ) );
	}
	$zip->addFromString( 'wordpress/wp-content/index.php', '<?php' );
	$zip->close();
	$packages = (object) array( 'full' => '${folder}/core.zip', 'partial' => false, 'new_bundled' => false, 'no_content' => false, 'rollback' => false );
	$offer    = (object) array( 'response' => 'upgrade', 'version' => '${version}', 'current' => '${version}', 'locale' => 'en_US', 'partial_version' => false, 'new_bundled' => '1.0', 'php_version' => '7.2', 'mysql_version' => '5.5', 'packages' => $packages );
	$result   = ( new Core_Upgrader( new Automatic_Upgrader_Skin() ) )->upgrade( $offer, array( 'pre_check_md5' => false ) );
	if ( is_wp_error( $result ) ) { fwrite( STDERR, $result->get_error_code() . ': ' . $result->get_error_message() ); exit( 1 ); }
	echo $was;`);

/** A face of a font, uploaded as the site editor does. */
async function uploadFace(one: RecordedSite, family: number): Promise<void> {
	const body = new FormData();
	body.set('font_face_settings', JSON.stringify({ fontFamily: 'Beacon', fontWeight: '400', fontStyle: 'normal', src: 'beacon' }));
	body.set('beacon', new Blob(['wOF2 and what a font holds']), 'beacon.woff2');
	const nonceOfRest = (await one.anna.get('/wp-admin/admin-ajax.php?action=rest-nonce')).text;
	const { status, text } = await one.anna.request(`/wp-json/wp/v2/font-families/${family}/font-faces`, { method: 'POST', headers: { 'X-WP-Nonce': nonceOfRest }, body });
	if (status >= 400) {
		throw new Error(text);
	}
}

// WordPress of a version that does not exist comes last.
export const siteStories: readonly Story[] = [...settings, ...extensions, ...appearance, ...privacy, ...doors, ...updates];

async function bytes({ folder }: RecordedSite, name: string): Promise<Uint8Array<ArrayBuffer>> {
	return new Uint8Array(await readFile(join(folder, name)));
}

async function customize(one: RecordedSite, status: string, values: Record<string, string>, more: Record<string, string> = {}): Promise<void> {
	const changes = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
	await ajax(one, 'customize_save', 'save-customize_quay', {
		wp_customize: 'on',
		customize_theme: 'quay',
		customize_changeset_uuid: crypto.randomUUID(),
		customize_changeset_status: status,
		customize_changeset_data: JSON.stringify(changes),
		...more,
	}, 'nonce');
}

/** PHP that makes the time of a scheduled post be over. */
const comeTrue = (id: string): string => `
	$GLOBALS['wpdb']->update( 'wp_posts', array( 'post_date' => '2020-01-01 10:00:00', 'post_date_gmt' => '2020-01-01 10:00:00' ), array( 'ID' => ${id} ) );
	clean_post_cache( ${id} );
	wp_clear_scheduled_hook( 'publish_future_post', array( ${id} ) );
	wp_schedule_single_event( time() - 5, 'publish_future_post', array( ${id} ) );`;

/** wp-cron.php answers before it works: until there is such a row, and the request has ended. */
async function until({ sql }: RecordedSite, query: string): Promise<void> {
	for (let tries = 0; tries < 200 && (await sql(query)).length === 0; tries++) {
		await sleep(50);
	}
	await sleep(500);
}
