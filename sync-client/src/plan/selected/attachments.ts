/** What a post uses of the media library, and which files an attachment has. Pure; texts as latin1. */

/** Ids of attachments in the content of a post: classes of images, blocks, galleries. */
export function attachmentsInContent(content: string): number[] {
	const found: number[] = [];
	for (const [, id] of content.matchAll(/\bwp-image-(\d{1,15})\b/g)) { found.push(Number(id)); }
	for (const [, ids] of content.matchAll(/\[(?:gallery|playlist|audio|video)\b[^\]]{0,2000}?\b(?:ids|include|id)=["']?([\d,\s]{1,2000})/g)) { found.push(...listed(ids!)); }
	for (const [, attributes] of content.matchAll(/<!--\s+wp:(?:image|cover|media-text|file|audio|video|gallery)\s+(\{[^]{0,4000}?\})\s+\/?-->/g)) {
		for (const [, id] of attributes!.matchAll(/"(?:id|mediaId)":(\d{1,15})/g)) { found.push(Number(id)); }
		for (const [, ids] of attributes!.matchAll(/"ids":\[([\d,\s]{1,4000})\]/g)) { found.push(...listed(ids!)); }
	}
	return [...new Set(found)];
}

/** Ids of synced patterns and navigation menus that the content refers to. */
export const postsInContent = (content: string): number[] => [...new Set([...content.matchAll(/<!--\s+wp:(?:block|navigation)\s+\{[^]{0,1000}?"ref":(\d{1,15})/g)].map(([, id]) => Number(id)))];

/** Meta keys of posts whose value is an attachment's id or several with commas: core's and WooCommerce's. */
const attachmentKeys: ReadonlySet<string> = new Set(['_thumbnail_id', '_product_image_gallery', '_site_icon_id', '_custom_logo_id']);

export const attachmentsInMeta = (key: string, value: string): number[] => (attachmentKeys.has(key) ? listed(value) : []);

const listed = (ids: string): number[] => ids.split(',').map(Number).filter((id) => Number.isSafeInteger(id) && id > 0);

/** Meta keys that name files of an attachment. */
export const attachmentFileKeys = ['_wp_attached_file', '_wp_attachment_metadata', '_wp_attachment_backup_sizes'] as const;

/** Files of an attachment below uploads, by its meta: itself, its sizes, the original of a scaled or edited one. */
export function filesOfAttachment(meta: ReadonlyMap<string, string>): string[] {
	const main = meta.get('_wp_attached_file') ?? '';
	if (!isInside(main)) { return []; }
	const folder = main.slice(0, main.lastIndexOf('/') + 1);
	const named = ['_wp_attachment_metadata', '_wp_attachment_backup_sizes'].flatMap((key) =>
		[...(meta.get(key) ?? '').matchAll(/s:\d{1,3}:"(?:file|original_image)";s:\d{1,4}:"([^"]{1,1000})"/g)].map(([, file]) => folder + file!.slice(file!.lastIndexOf('/') + 1)));
	return [...new Set([main, ...named])].filter(isInside);
}

const isInside = (path: string): boolean => path !== '' && !/^[a-z]+:/i.test(path) && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..') && !path.includes('\0');
