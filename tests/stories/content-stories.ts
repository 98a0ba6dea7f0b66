import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { giveTree } from '../../dev/system/dev-user.ts';
import { fieldIn, linkIn, makeRecordedSite, type RecordedSite } from './recorded-site.ts';
import { ajax, form, link, list, nonce, rest, upload, type Story } from './story.ts';

/* What people do with content: posts, pages, types of plugins, comments, terms, menus, media, users. */

/** The site in which they do it. */
export async function makeContentSite(): Promise<RecordedSite> {
	const site = await makeRecordedSite({
		async prepare({ root }) {
			await mkdir(join(root, 'wp-content/mu-plugins'), { recursive: true });
			await copyFile(join(import.meta.dirname, 'doors.php'), join(root, 'wp-content/mu-plugins/doors.php'));
			await giveTree(join(root, 'wp-content/mu-plugins'));
		},
	});
	await site.php(`imagepng( imagecreatetruecolor( 90, 60 ), '${site.folder}/boat.png' ); update_option( 'comment_previously_approved', 0 );`);
	return site;
}

/** Ids of what earlier rows made. */
const made: Record<string, number> = {};
const as = (name: string) => ({ id }: { id: number }): void => { made[name] = id; };

const ids = async ({ sql }: RecordedSite, ...titles: string[]): Promise<number[]> =>
	(await sql(`SELECT ID FROM wp_posts WHERE post_type = 'post' AND post_title IN (${titles.map((one) => `'${one}'`).join()}) ORDER BY ID`)).map(([id]) => Number(id));
const numbered = (count: number): string[] => Array.from({ length: count }, (_, n) => `No. ${n + 1}`);
const picture = async (one: RecordedSite): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(await readFile(join(one.folder, 'boat.png')));

const posts: Story[] = [
	['rest', 'a draft', async (one) => as('post')(await rest(one, 'POST', 'wp/v2/posts', { title: 'Hello' })),
		['Post “Hello” created · post created · admin, rest']],
	['rest', 'its publication', async (one) => await rest(one, 'POST', `wp/v2/posts/${made.post}`, { status: 'publish', content: '<p>Text</p>' }),
		['Post “Hello” published · post published · admin, rest']],
	['wp-admin', 'an edit in the classic form, with tags that are new', async (one) => {
		await form(one, '/wp-admin/post.php', `update-post_${made.post}`, { action: 'editpost', post_ID: String(made.post), post_title: 'Hello', content: 'More', 'tax_input[post_tag]': 'harbour, fog', comment_status: 'open', post_status: 'publish', original_post_status: 'publish' });
	}, ['Post “Hello” updated · post updated · admin, wp-admin']],
	['ajax', 'quick edit to a draft', async (one) => await ajax(one, 'inline-save', 'inlineeditnonce', { post_ID: String(made.post), post_type: 'post', post_title: 'Hello', post_name: 'hello', post_author: '1', _status: 'draft', comment_status: 'open', screen: 'edit-post', post_view: 'list', aa: '2024', mm: '01', jj: '01', hh: '10', mn: '10', ss: '10' }, '_inline_edit'),
		['Post “Hello” unpublished · post unpublished · admin, ajax']],
	['rest', 'for review', async (one) => await rest(one, 'POST', `wp/v2/posts/${made.post}`, { status: 'pending' }),
		['Post “Hello” submitted for review · post submitted · admin, rest']],
	['rest', 'published again', async (one) => await rest(one, 'POST', `wp/v2/posts/${made.post}`, { status: 'publish' }),
		['Post “Hello” published · post published · admin, rest']],
	['rest', 'an autosave of a published post', async (one) => await rest(one, 'POST', `wp/v2/posts/${made.post}/autosaves`, { title: 'Hello?', content: 'Half a sent' }), []],
	['rest', 'a page for later', async (one) => as('page')(await rest(one, 'POST', 'wp/v2/pages', { title: 'About', status: 'future', date: '2040-01-01T00:00:00' })),
		['Page “About” scheduled · page scheduled · admin, rest']],
	['rest', 'a page made private', async (one) => await rest(one, 'POST', `wp/v2/pages/${made.page}`, { status: 'private', date: '2024-01-01T00:00:00' }),
		['Page “About” made private · page made private · admin, rest']],
	['wp-admin', 'trash by a link', async ({ anna }) => await anna.get(linkIn(await anna.get('/wp-admin/edit.php?post_type=page'), new RegExp(`post=${made.page}&action=trash`))),
		['Page “About” moved to trash · page trashed · admin, wp-admin']],
	['wp-admin', 'back from trash', async ({ anna }) => await anna.get(linkIn(await anna.get('/wp-admin/edit.php?post_type=page&post_status=trash'), new RegExp(`post=${made.page}&action=untrash`))),
		['Page “About” restored from trash · page restored · admin, wp-admin']],
	['rest', 'deleted for good', async (one) => await rest(one, 'DELETE', `wp/v2/pages/${made.page}?force=true`),
		['Page “About” deleted · page deleted · admin, rest']],
	['cli', 'twenty posts by a script, with a tag that is new', async ({ php }) => await php('for ( $i = 1; $i <= 20; $i++ ) { wp_insert_post( array( "post_title" => "No. $i", "post_status" => "publish", "post_date" => "2024-01-" . sprintf( "%02d", $i ) . " 10:00:00", "tags_input" => array( "numbers" ) ) ); }'),
		['20 posts published: “No. 1”, “No. 2”, “No. 3” and 17 more · post published · cli, cli']],
	['wp-admin', 'a bulk edit', async (one) => await link(one, '/wp-admin/edit.php', 'bulk-posts', { action: 'edit', bulk_edit: 'Update', post_type: 'post', _status: '-1', comment_status: 'closed', post_author: '-1', ping_status: '', sticky: '-1', post_format: '-1', screen: 'edit-post', ...list('post', await ids(one, ...numbered(3))) }),
		['3 posts updated: “No. 1”, “No. 2”, “No. 3” · post updated · admin, wp-admin']],
	['wp-admin', 'twenty posts to trash', async (one) => await link(one, '/wp-admin/edit.php', 'bulk-posts', { action: 'trash', post_type: 'post', ...list('post', await ids(one, ...numbered(20))) }),
		['20 posts moved to trash: “No. 1”, “No. 2”, “No. 3” and 17 more · post trashed · admin, wp-admin']],
	['wp-admin', 'the trash emptied', async (one) => await link(one, '/wp-admin/edit.php', 'bulk-posts', { delete_all: 'Empty Trash', post_status: 'trash', post_type: 'post', action: '-1', _wp_http_referer: '/wp-admin/edit.php' }),
		['20 posts deleted: “No. 4”, “No. 5”, “No. 6” and 17 more · post deleted · admin, wp-admin']],
	['rest', 'a pattern', async (one) => await rest(one, 'POST', 'wp/v2/blocks', { title: 'Footer note', content: '<p>x</p>', status: 'publish' }),
		['Pattern “Footer note” published · wp_block published · admin, rest']],
	['rest', 'a menu of the site editor', async (one) => as('navigation')(await rest(one, 'POST', 'wp/v2/navigation', { title: 'Main', content: '', status: 'publish' })),
		['Navigation menu “Main” saved · wp_navigation saved · admin, rest']],
	['rest', 'its items', async (one) => await rest(one, 'POST', `wp/v2/navigation/${made.navigation}`, { content: '<!-- wp:navigation-link {"label":"A","url":"/a"} /-->' }),
		['Navigation menu “Main” updated · wp_navigation updated · admin, rest']],
	['cli', 'a type and a status of a plugin', async ({ php }) => await php('register_post_type( "boat", array( "label" => "Boats", "labels" => array( "singular_name" => "Boat" ), "public" => true ) ); register_post_status( "docked", array( "label" => "In dock" ) ); $id = wp_insert_post( array( "post_type" => "boat", "post_title" => "Vasa", "post_status" => "publish" ) ); Holdfast\\Story\\Recorder::flush(); wp_update_post( array( "ID" => $id, "post_status" => "docked" ) );'),
		['Boat “Vasa” published · boat published · cli, cli', 'Boat “Vasa” status changed from “Published” to “In dock” · boat status changed · cli, cli']],
];

const terms: Story[] = [
	['ajax', 'a category', async (one) => await ajax(one, 'add-tag', 'add-tag', { taxonomy: 'category', screen: 'edit-category', post_type: 'post', 'tag-name': 'Ships', slug: '' }, '_wpnonce_add-tag'),
		['Category “Ships” created · category created · admin, ajax']],
	['wp-admin', 'its edit', async (one) => {
		made.ships = Number((await one.sql("SELECT term_id FROM wp_terms WHERE name = 'Ships'"))[0]![0]);
		await form(one, '/wp-admin/edit-tags.php', `update-tag_${made.ships}`, { action: 'editedtag', tag_ID: String(made.ships), taxonomy: 'category', name: 'Big ships', slug: 'ships' });
	}, ['Category “Big ships” updated · category updated · admin, wp-admin']],
	['rest', 'a tag', async (one) => as('tag')(await rest(one, 'POST', 'wp/v2/tags', { name: 'sea' })), ['Tag “sea” created · post_tag created · admin, rest']],
	['rest', 'a post with the tag', async (one) => as('tagged')(await rest(one, 'POST', 'wp/v2/posts', { title: 'Tagged', status: 'publish', tags: [made.tag] })), ['Post “Tagged” published · post published · admin, rest']],
	['wp-admin', 'tags deleted together', async (one) => await form(one, '/wp-admin/edit-tags.php', 'bulk-tags', { action: 'delete', taxonomy: 'post_tag', ...list('delete_tags', (await one.sql("SELECT term_id FROM wp_term_taxonomy WHERE taxonomy = 'post_tag' ORDER BY 1")).map(([id]) => id!)) }),
		['4 tags deleted: “harbour”, “fog”, “numbers” and 1 more · post_tag deleted · admin, wp-admin']],
	['rest', 'a category deleted, its posts go to another', async (one) => await rest(one, 'DELETE', `wp/v2/categories/${made.ships}?force=true`), ['Category “Big ships” deleted · category deleted · admin, rest']],
	['rest', 'a classic menu', async (one) => await rest(one, 'POST', 'wp/v2/menus', { name: 'Top' }), ['Menu “Top” created · nav_menu created · admin, rest']],
	['rest', 'an item of it', async (one) => {
		made.top = Number((await one.sql("SELECT t.term_id FROM wp_terms t JOIN wp_term_taxonomy USING (term_id) WHERE taxonomy = 'nav_menu'"))[0]![0]);
		as('item')(await rest(one, 'POST', 'wp/v2/menu-items', { title: 'Home', url: '/', status: 'publish', menus: made.top }));
	}, ['Menu “Top” updated · nav_menu updated · admin, rest']],
	['rest', 'the item removed', async (one) => await rest(one, 'DELETE', `wp/v2/menu-items/${made.item}?force=true`), ['Menu “Top” updated · nav_menu updated · admin, rest']],
	['rest', 'a menu with items deleted', async (one) => {
		await rest(one, 'POST', 'wp/v2/menu-items', { title: 'Home', url: '/', status: 'publish', menus: made.top });
		await one.lines();
		await rest(one, 'DELETE', `wp/v2/menus/${made.top}?force=true`);
	}, ['Menu “Top” deleted · nav_menu deleted · admin, rest']],
];

const comment = async (one: RecordedSite, text: string): Promise<void> => {
	await one.visitor().post('/wp-comments-post.php', { comment: text, author: 'Ben', email: 'ben@example.org', comment_post_ID: String(made.post), submit: 'x' });
	made.comment = Number((await one.sql('SELECT MAX(comment_ID) FROM wp_comments'))[0]![0]);
};
const moderate = async (one: RecordedSite, action: string): Promise<void> =>
	await link(one, '/wp-admin/comment.php', /approve/.test(action) ? `approve-comment_${made.comment}` : `delete-comment_${made.comment}`, { action, c: String(made.comment) });

const comments: Story[] = [
	['web', 'a comment by a visitor', async (one) => await comment(one, 'Nice boats'), ['Comment by Ben on “Hello” added · comment added · visitor, web']],
	['wp-admin', 'held back', async (one) => await moderate(one, 'unapprovecomment'), ['Comment by Ben on “Hello” held back · comment unapproved · admin, wp-admin']],
	['ajax', 'approved', async (one) => await ajax(one, 'dim-comment', `approve-comment_${made.comment}`, { id: String(made.comment), new: 'approved' }), ['Comment by Ben on “Hello” approved · comment approved · admin, ajax']],
	['wp-admin', 'marked as spam', async (one) => await moderate(one, 'spamcomment'), ['Comment by Ben on “Hello” marked as spam · comment spammed · admin, wp-admin']],
	['wp-admin', 'not spam', async (one) => await moderate(one, 'unspamcomment'), ['Comment by Ben on “Hello” marked as not spam · comment unspammed · admin, wp-admin']],
	['wp-admin', 'to trash', async (one) => await moderate(one, 'trashcomment'), ['Comment by Ben on “Hello” moved to trash · comment trashed · admin, wp-admin']],
	['wp-admin', 'back from trash', async (one) => await moderate(one, 'untrashcomment'), ['Comment by Ben on “Hello” restored from trash · comment restored · admin, wp-admin']],
	['wp-admin', 'edited', async (one) => await form(one, '/wp-admin/comment.php', `update-comment_${made.comment}`, { action: 'editedcomment', comment_ID: String(made.comment), c: String(made.comment), content: 'Nice ships', newcomment_author: 'Ben', newcomment_author_email: 'ben@example.org', comment_status: '1' }),
		['Comment by Ben on “Hello” edited · comment updated · admin, wp-admin']],
	['rest', 'deleted', async (one) => await rest(one, 'DELETE', `wp/v2/comments/${made.comment}?force=true`), ['Comment by Ben on “Hello” deleted · comment deleted · admin, rest']],
	['web', 'a comment that waits', async (one) => {
		await one.php('update_option( "comment_moderation", 1 );');
		await one.lines();
		await comment(one, 'Second');
	}, ['Comment by Ben on “Hello” added, waiting for approval · comment held · visitor, web']],
	['rest', 'a post deleted with its comments', async (one) => await rest(one, 'DELETE', `wp/v2/posts/${made.post}?force=true`), ['Post “Hello” deleted · post deleted · admin, rest']],
];

const media: Story[] = [
	['wp-admin', 'an upload', async (one) => {
		await upload(one, '/wp-admin/async-upload.php', { action: 'upload-attachment', _wpnonce: await nonce(one, 'media-form') }, { field: 'async-upload', name: 'boat.png', bytes: await picture(one) });
		made.boat = Number((await one.sql("SELECT MAX(ID) FROM wp_posts WHERE post_type = 'attachment'"))[0]![0]);
	}, ['Media file “boat.png” uploaded · attachment uploaded · admin, ajax']],
	['rest', 'its description', async (one) => await rest(one, 'POST', `wp/v2/media/${made.boat}`, { alt_text: 'A boat', title: 'Boat' }), ['Media file “boat.png” updated · attachment updated · admin, rest']],
	['ajax', 'turned in the classic editor', async (one) => await ajax(one, 'image-editor', `image_editor-${made.boat}`, { do: 'save', postid: String(made.boat), history: '[{"r":90}]', target: 'all', context: '' }),
		['Media file “boat.png” edited · attachment edited · admin, ajax']],
	['ajax', 'the original restored', async (one) => await ajax(one, 'image-editor', `image_editor-${made.boat}`, { do: 'restore', postid: String(made.boat), context: '' }),
		['Media file “boat.png” restored to its original · attachment original restored · admin, ajax']],
	['rest', 'cropped in the block editor, which makes a copy', async (one) => {
		const { source_url: src } = await rest<{ source_url: string }>(one, 'GET', `wp/v2/media/${made.boat}`);
		await one.lines();
		as('cropped')(await rest(one, 'POST', `wp/v2/media/${made.boat}/edit`, { src, x: 0, y: 0, width: 50, height: 50 }));
	}, ['Media file “boat-edited.png” edited · attachment edited · admin, rest']],
	['wp-admin', 'attached to a post', async (one) => await link(one, '/wp-admin/upload.php', 'bulk-media', { mode: 'list', found_post_id: String(made.tagged), ...list('media', [made.boat!]) }),
		['Media file “boat.png” attached · attachment attached · admin, wp-admin']],
	['rest', 'a featured image', async (one) => await rest(one, 'POST', `wp/v2/posts/${made.tagged}`, { featured_media: made.boat }), ['Post “Tagged” updated · post updated · admin, rest']],
	['ajax', 'a featured image in the classic editor', async (one) => await ajax(one, 'set-post-thumbnail', `set_post_thumbnail-${made.tagged}`, { post_id: String(made.tagged), thumbnail_id: String(made.cropped) }, '_wpnonce'),
		['Post “Tagged” updated · post updated · admin, ajax']],
	['cli', 'replaced by another file', async ({ php, folder }) => await php(`$dir = wp_upload_dir()['path']; copy( '${folder}/boat.png', "$dir/ship.png" ); update_attached_file( ${made.boat}, "$dir/ship.png" );`),
		['Media file “boat.png” replaced · attachment replaced · cli, cli']],
	['wp-admin', 'deleted together', async (one) => await link(one, '/wp-admin/upload.php', 'bulk-media', { mode: 'list', action: 'delete', ...list('media', [made.boat!, made.cropped!]) }),
		['2 media files deleted: “ship.png”, “boat-edited.png” · attachment deleted · admin, wp-admin']],
];

const users: Story[] = [
	['wp-admin', 'a new user', async (one) => {
		await form(one, '/wp-admin/user-new.php', 'create-user', { action: 'createuser', user_login: 'tom', email: 'tom@example.org', pass1: 'a-long-Password-1', pass2: 'a-long-Password-1', role: 'editor' }, '_wpnonce_create-user');
		made.tom = Number((await one.sql("SELECT ID FROM wp_users WHERE user_login = 'tom'"))[0]![0]);
	}, ['User “tom” created · user created · admin, wp-admin']],
	['rest', 'a profile', async (one) => await rest(one, 'POST', `wp/v2/users/${made.tom}`, { first_name: 'Tom', name: 'Tom B.' }), ['User “Tom B.” updated · user updated · admin, rest']],
	['rest', 'a role', async (one) => await rest(one, 'POST', `wp/v2/users/${made.tom}`, { roles: ['author'] }), ['User “Tom B.” role changed from “editor” to “author” · user role changed · admin, rest']],
	['wp-admin', 'a role by the list', async (one) => await link(one, '/wp-admin/users.php', 'bulk-users', { changeit: 'Change', new_role: 'editor', ...list('users', [made.tom!]) }),
		['User “Tom B.” role changed from “author” to “editor” · user role changed · admin, wp-admin']],
	['rest', 'a password', async (one) => await rest(one, 'POST', `wp/v2/users/${made.tom}`, { password: 'another-Password-2' }), ['User “Tom B.” got a new password · user password changed · admin, rest']],
	['web', 'a forgotten password', async (one) => await one.visitor().post('/wp-login.php?action=lostpassword', { user_login: 'tom', redirect_to: '' }), ['User “Tom B.” asked for a new password · user password asked · visitor, web']],
	['web', 'the link of the mail', async (one) => {
		const key = await one.php(`echo get_password_reset_key( get_user_by( 'login', 'tom' ) );`);
		await one.lines();
		const tom = one.visitor();
		const shown = await tom.get(`/wp-login.php?action=rp&key=${key}&login=tom`);
		await tom.post('/wp-login.php?action=resetpass', { pass1: 'third-Password-3', pass2: 'third-Password-3', rp_key: fieldIn(shown, 'rp_key') });
	}, ['User “Tom B.” got a new password · user password changed · visitor, web']],
	['web', 'a login', async (one) => await one.visitor().login('tom', 'third-Password-3'), ['Tom B. signed in · login signed in · tom, web']],
	['web', 'a login that is refused', async (one) => await one.visitor().login('tom', 'wrong').catch(() => {}), ['Login as “tom” refused · login refused · visitor, web · quiet']],
	['xmlrpc', 'a login that is refused', async (one) => await one.visitor().request('/xmlrpc.php', { method: 'POST', body: '<methodCall><methodName>wp.getUsersBlogs</methodName><params><param><value>tom</value></param><param><value>wrong</value></param></params></methodCall>' }), ['Login as “tom” refused · login refused · visitor, xmlrpc · quiet']],
	['web', 'a logout', async (one) => {
		const tom = await one.visitor().login('tom', 'third-Password-3');
		await one.lines();
		await tom.get(linkIn(await tom.get('/wp-admin/profile.php'), /action=logout/));
	}, ['Tom B. signed out · login signed out · tom, web']],
	['rest', 'an application password', async (one) => { uuid = (await rest<{ uuid: string }>(one, 'POST', `wp/v2/users/${made.tom}/application-passwords`, { name: 'Phone' })).uuid; },
		['Application password “Phone” created · application_password created · admin, rest']],
	['rest', 'renamed', async (one) => await rest(one, 'POST', `wp/v2/users/${made.tom}/application-passwords/${uuid}`, { name: 'Tablet' }), ['Application password “Tablet” updated · application_password updated · admin, rest']],
	['rest', 'revoked', async (one) => await rest(one, 'DELETE', `wp/v2/users/${made.tom}/application-passwords/${uuid}`), ['Application password “Tablet” revoked · application_password deleted · admin, rest']],
	['wp-admin', 'a user deleted with posts', async (one) => {
		await rest(one, 'POST', 'wp/v2/posts', { title: 'By Tom', status: 'publish', author: made.tom });
		await one.lines();
		await form(one, '/wp-admin/users.php', 'delete-users', { action: 'dodelete', [`delete_option[${made.tom}]`]: 'delete', ...list('users', [made.tom!]) });
	}, ['User “Tom B.” deleted · user deleted · admin, wp-admin']],
	['cli', 'roles and capabilities', async ({ php }) => await php('get_role( "editor" )->add_cap( "sail" );'), ['Roles and capabilities changed · roles changed · cli, cli']],
];
let uuid = '';

export const contentStories: readonly Story[] = [...posts, ...terms, ...comments, ...media, ...users];
