import type { Answer } from '../harness/index.ts';
import type { RecordedSite } from './recorded-site.ts';

/* Every route of core's REST interface that writes, used by an administrator. */

/** Namespaces of core; routes of plugins are theirs to test. */
const ofCore = /^(\/batch\/v1|\/wp\/v2|\/wp-[a-z-]+\/v1|\/oembed\/1\.0)(\/|$)/;

/** A route that takes a method other than GET, and why it is not used here. */
const revisions = 'core refuses everyone to delete a revision (map_meta_cap)';
const excused: Record<string, string> = {
	'DELETE /wp/v2/users/me': 'it would delete the administrator who asks',
	...Object.fromEntries(['posts', 'pages', 'blocks', 'navigation'].map((type) => [`DELETE /wp/v2/${type}/(?P<parent>[\\d]+)/revisions/(?P<id>[\\d]+)`, revisions])),
	...Object.fromEntries(['templates', 'template-parts'].map((type) => [`DELETE /wp/v2/${type}/(?P<parent>([^\\/:<>\\*\\?"\\|]+(?:\\/[^\\/:<>\\*\\?"\\|]+)?)[\\/\\w%-]+)/revisions/(?P<id>[\\d]+)`, revisions])),
	'POST /wp/v2/plugins': 'it downloads from wordpress.org',
	'POST /wp-abilities/v1/abilities/(?P<name>[a-zA-Z0-9\\-\\/]+?)/run': 'core’s abilities only read; they are run with GET',
};

export interface RestRoutes {
	/** Routes of core that write: `METHOD route`, one method for each of a route's endpoints. */
	readonly routes: readonly string[];
	/** Of these, what was neither used with success nor excused. */
	readonly unused: readonly string[];
}

type Endpoint = { route: string; methods: string[] };

/** Uses every one of them. @throws where one is refused */
export async function useEveryRoute(site: RecordedSite): Promise<RestRoutes> {
	const { routes } = (await site.anna.rest('GET', '')).json<{ routes: Record<string, { endpoints: { methods: string[] }[] }> }>();
	const endpoints = Object.entries(routes)
		.filter(([route]) => ofCore.test(route))
		.flatMap(([route, one]) => one.endpoints.map(({ methods }): Endpoint => ({ route, methods: methods.filter((method) => method !== 'GET') })))
		.filter(({ methods }) => methods.length > 0);
	const client = new Client(site);
	for (const use of [useTypes, useTerms, useTemplates, useMedia, usePeople, useTheRest]) {
		await use(client);
	}
	const name = ({ route, methods }: Endpoint): string => `${methods[0]!} ${route}`;
	return {
		routes: endpoints.map(name),
		unused: endpoints.filter((endpoint) => !client.hasUsed(endpoint) && excused[name(endpoint)] === undefined).map(name),
	};
}

/** The administrator's browser, which notes what was answered well. */
class Client {
	readonly site: RecordedSite;
	readonly #used: { method: string; path: string }[] = [];

	constructor(site: RecordedSite) {
		this.site = site;
	}

	async call<Reply = { id: number }>(method: string, path: string, body?: unknown): Promise<Reply> {
		return this.#note<Reply>(method, path, await this.site.anna.rest(method, path, body));
	}

	async upload<Reply>(path: string, name: string, bytes: Uint8Array<ArrayBuffer>): Promise<Reply> {
		const nonce = (await this.site.anna.get('/wp-admin/admin-ajax.php?action=rest-nonce')).text;
		const headers = { 'X-WP-Nonce': nonce, 'Content-Type': 'image/png', 'Content-Disposition': `attachment; filename="${name}"` };
		return this.#note<Reply>('POST', path, await this.site.anna.request(`/wp-json/${path}`, { method: 'POST', headers, body: bytes }));
	}

	#note<Reply>(method: string, path: string, answer: Answer): Reply {
		if (answer.status >= 400) {
			throw new Error(`${method} ${path}: ${answer.status} ${answer.text.slice(0, 300)}`);
		}
		this.#used.push({ method, path: `/${path.replace(/\?.*/, '')}` });
		return answer.json<Reply>();
	}

	hasUsed({ route, methods }: Endpoint): boolean {
		const pattern = new RegExp(`^${route.replaceAll('?P<', '?<')}$`);
		return this.#used.some(({ method, path }) => methods.includes(method) && pattern.test(path));
	}
}

/** Types of posts: made, edited, saved by itself, to trash, deleted. */
async function useTypes(client: Client): Promise<void> {
	for (const type of ['posts', 'pages', 'blocks', 'navigation']) {
		const { id } = await client.call('POST', `wp/v2/${type}`, { title: `One of ${type}`, content: '<p>First</p>', status: 'publish' });
		await client.call('POST', `wp/v2/${type}/${id}`, { content: '<p>Second</p>' });
		await client.call('PUT', `wp/v2/${type}/${id}`, { content: '<p>Third</p>', ...(type === 'posts' ? { meta: {}, sticky: true, format: 'aside' } : {}) });
		await client.call('POST', `wp/v2/${type}/${id}/autosaves`, { content: '<p>Half a sent</p>' });
		await client.call('DELETE', `wp/v2/${type}/${id}`);
		await client.call('DELETE', `wp/v2/${type}/${id}?force=true`);
	}
}

async function useTerms(client: Client): Promise<void> {
	for (const taxonomy of ['categories', 'tags', 'wp_pattern_category', 'menus']) {
		const { id } = await client.call('POST', `wp/v2/${taxonomy}`, { name: `Term of ${taxonomy}`, description: 'One' });
		await client.call('POST', `wp/v2/${taxonomy}/${id}`, { name: `Renamed ${taxonomy}` });
		if (taxonomy === 'menus') {
			const item = await client.call('POST', 'wp/v2/menu-items', { title: 'Home', url: '/', status: 'publish', menus: id });
			await client.call('POST', `wp/v2/menu-items/${item.id}`, { title: 'House', menus: id });
			await client.call('POST', `wp/v2/menu-items/${item.id}/autosaves`, { title: 'Hou', menus: id });
			await client.call('DELETE', `wp/v2/menu-items/${item.id}?force=true`);
		}
		await client.call('DELETE', `wp/v2/${taxonomy}/${id}?force=true`);
	}
}

/** Templates, parts and styles of the block theme that is active, and fonts. */
async function useTemplates(client: Client): Promise<void> {
	for (const [type, more] of [['templates', {}], ['template-parts', { area: 'header' }]] as const) {
		const { id } = await client.call<{ id: string }>('POST', `wp/v2/${type}`, { slug: 'harbour', title: 'Harbour', content: '<p>1</p>', ...more });
		await client.call('POST', `wp/v2/${type}/${id}`, { content: '<p>2</p>' });
		await client.call('POST', `wp/v2/${type}/${id}`, { content: '<p>3</p>' });
		await client.call('POST', `wp/v2/${type}/${id}/autosaves`, { content: '<p>4</p>' });
		await client.call('DELETE', `wp/v2/${type}/${id}?force=true`);
	}
	const styles = await client.site.php('echo WP_Theme_JSON_Resolver::get_user_global_styles_post_id();');
	await client.call('POST', `wp/v2/global-styles/${styles}`, { styles: { color: { background: '#0a0a0a' } } });

	const family = await client.call('POST', 'wp/v2/font-families', { font_family_settings: JSON.stringify({ name: 'Beacon', slug: 'beacon', fontFamily: 'Beacon' }) });
	await client.call('POST', `wp/v2/font-families/${family.id}`, { font_family_settings: JSON.stringify({ name: 'Beacon Sans', fontFamily: 'Beacon' }) });
	const face = await client.call('POST', `wp/v2/font-families/${family.id}/font-faces`, { font_face_settings: JSON.stringify({ fontFamily: 'Beacon', fontWeight: '400', src: `${client.site.url}/beacon.woff2` }) });
	await client.call('DELETE', `wp/v2/font-families/${family.id}/font-faces/${face.id}?force=true`);
	await client.call('DELETE', `wp/v2/font-families/${family.id}?force=true`);
}

async function useMedia(client: Client): Promise<void> {
	const picture = await client.site.php('ob_start(); imagepng( imagecreatetruecolor( 90, 60 ) ); echo base64_encode( ob_get_clean() );');
	const { id, source_url: src } = await client.upload<{ id: number; source_url: string }>('wp/v2/media', 'gull.png', Buffer.from(picture, 'base64'));
	await client.call('POST', `wp/v2/media/${id}`, { alt_text: 'A gull' });
	await client.call('POST', `wp/v2/media/${id}/post-process`, { action: 'create-image-subsizes' });
	const edited = await client.call('POST', `wp/v2/media/${id}/edit`, { src, x: 0, y: 0, width: 50, height: 50 });
	await client.call('DELETE', `wp/v2/media/${edited.id}?force=true`);
	await client.call('DELETE', `wp/v2/media/${id}?force=true`);
}

async function usePeople(client: Client): Promise<void> {
	const { id } = await client.call('POST', 'wp/v2/users', { username: 'wim', email: 'wim@example.org', password: 'a-long-Password-1', roles: ['author'] });
	await client.call('POST', `wp/v2/users/${id}`, { first_name: 'Wim', description: 'Sails' });
	await client.call('POST', 'wp/v2/users/me', { description: 'Looks after it' });
	const one = await client.call<{ uuid: string }>('POST', `wp/v2/users/${id}/application-passwords`, { name: 'Phone' });
	await client.call('POST', `wp/v2/users/${id}/application-passwords/${one.uuid}`, { name: 'Tablet' });
	await client.call('DELETE', `wp/v2/users/${id}/application-passwords/${one.uuid}`);
	await client.call('POST', `wp/v2/users/${id}/application-passwords`, { name: 'Watch' });
	await client.call('DELETE', `wp/v2/users/${id}/application-passwords`);
	await client.call('POST', 'wp/v2/posts', { title: 'By Wim', status: 'publish', author: id });
	await client.call('DELETE', `wp/v2/users/${id}?force=true&reassign=1`);

	const post = await client.call('POST', 'wp/v2/posts', { title: 'Talked about', status: 'publish' });
	const comment = await client.call('POST', 'wp/v2/comments', { post: post.id, content: 'First' });
	await client.call('POST', `wp/v2/comments/${comment.id}`, { content: 'Second', status: 'hold' });
	await client.call('DELETE', `wp/v2/comments/${comment.id}?force=true`);
}

async function useTheRest(client: Client): Promise<void> {
	await client.call('POST', 'wp/v2/settings', { description: 'By the sea', posts_per_page: 9 });
	await client.call('POST', 'wp/v2/block-renderer/core/archives?context=edit', { attributes: {} });
	await client.call('POST', 'wp/v2/widget-types/archives/encode', { instance: {} });
	await client.call('POST', 'wp/v2/widget-types/archives/render', { instance: {} });
	const widget = await client.call<{ id: string }>('POST', 'wp/v2/widgets', { id_base: 'block', sidebar: 'wp_inactive_widgets', instance: { raw: { content: '<p>1</p>' } } });
	await client.call('PUT', `wp/v2/widgets/${widget.id}`, { instance: { raw: { content: '<p>2</p>' } } });
	await client.call('POST', 'wp/v2/sidebars/wp_inactive_widgets', { widgets: [widget.id] });
	await client.call('DELETE', `wp/v2/widgets/${widget.id}?force=true`);
	await client.call('POST', 'batch/v1', { requests: Array.from({ length: 5 }, (_, n) => ({ method: 'POST', path: '/wp/v2/tags', body: { name: `Batch ${n}` } })) });
	await client.site.php(`mkdir( WP_PLUGIN_DIR . '/oar' ); file_put_contents( WP_PLUGIN_DIR . '/oar/oar.php', "<?php\\n/*\\nPlugin Name: Oar\\n*/" );`);
	await client.call('POST', 'wp/v2/plugins/oar/oar', { status: 'active' });
	await client.call('POST', 'wp/v2/plugins/oar/oar', { status: 'inactive' });
	await client.call('DELETE', 'wp/v2/plugins/oar/oar');
}
