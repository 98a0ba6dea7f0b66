/** Posts with all that is theirs: meta, terms, comments, revisions, attachments with their files. What they use of the rest comes back where it is gone. */
import type { ChosenRows } from '../parts.ts';
import { textEquals, numberEquals } from '../adjusted.ts';
import { attachmentFileKeys, attachmentsInContent, attachmentsInMeta, filesOfAttachment, postsInContent } from './attachments.ts';
import { selectMissingTerms } from './select-terms.ts';
import { anyOf, idsOf, labelOf, mustBeComparable, mustBeKnown, nameMissing, type Selecting } from './selecting.ts';
import { shown } from './select-files.ts';
import { numberOf, type Row } from './two-sides.ts';

type PartOf = Map<number, ChosenRows['part']>;

/** Types of posts that are a part of the post above them. */
const childTypes = ['revision', 'attachment', 'product_variation'];

export async function selectPosts(selecting: Selecting, chosen: readonly ChosenRows[]): Promise<void> {
	if (chosen.length === 0) { return; }
	const { sides, ids } = selecting;
	await mustBeComparable(sides, 'posts', 'postmeta', 'term_relationships', 'comments', 'commentmeta');
	const wanted = idsOf(chosen);
	const isChild = (row: Row): boolean => wanted.has(numberOf(row, 'post_parent')) && childTypes.includes(row.of('post_type') ?? '');
	const posts = await sides.rows('posts', (row) => wanted.has(numberOf(row, 'ID')) || isChild(row),
		[...anyOf('ID', wanted.keys()), ...[...wanted.keys()].flatMap((id) => childTypes.map((type) => [numberEquals('post_parent', id), textEquals('post_type', type)]))]);
	const all = [...posts.then, ...posts.now];
	mustBeKnown(chosen, new Set(all.map((row) => numberOf(row, 'ID'))), 'post');
	const own: PartOf = new Map(all.map((row) => [numberOf(row, 'ID'), wanted.get(numberOf(row, 'ID')) ?? wanted.get(numberOf(row, 'post_parent'))!]));
	ids.posts.push(...own.keys());

	const meta = await sides.rows('postmeta', (row) => own.has(numberOf(row, 'post_id')), anyOf('post_id', own.keys()));
	const attachments = new Set(all.filter((row) => row.of('post_type') === 'attachment').map((row) => numberOf(row, 'ID')));
	await addFiles(selecting, meta.then, attachments);
	await addFiles(selecting, meta.now, attachments);

	const comments = await sides.rows('comments', (row) => own.has(numberOf(row, 'comment_post_ID')), anyOf('comment_post_ID', own.keys()));
	ids.comments.push(...[...comments.then, ...comments.now].map((row) => numberOf(row, 'comment_ID')));

	const chosenThen = posts.then.filter((row) => wanted.has(numberOf(row, 'ID')));
	await selectUsed(selecting, chosenThen, meta.then, own);
	await selectMissingTerms(selecting, own);
	await nameMissing(selecting, 'users', partsBy(chosenThen, 'post_author', wanted));
	const referred = chosenThen.flatMap((row) => postsInContent(row.of('post_content') ?? '').map((id) => [id, wanted.get(numberOf(row, 'ID'))!] as const));
	await nameMissing(selecting, 'posts', new Map([...referred, ...partsBy(chosenThen, 'post_parent', wanted)].filter(([id]) => !own.has(id))));
}

/** Attachments that the posts use: back where they are gone, and their files where these are gone. */
async function selectUsed(selecting: Selecting, chosenThen: readonly Row[], metaThen: readonly Row[], own: PartOf): Promise<void> {
	const { sides, ids, dependencies } = selecting;
	const used: PartOf = new Map();
	const use = (id: number, part: ChosenRows['part'] | undefined): void => { if (part !== undefined && !own.has(id)) { used.set(id, part); } };
	for (const row of chosenThen) { for (const id of attachmentsInContent(row.of('post_content') ?? '')) { use(id, own.get(numberOf(row, 'ID'))); } }
	for (const row of metaThen) { for (const id of attachmentsInMeta(row.of('meta_key') ?? '', row.of('meta_value') ?? '')) { use(id, own.get(numberOf(row, 'post_id'))); } }
	const found = await sides.byNumber('posts', used.keys());
	const there = new Set(found.now.map((row) => numberOf(row, 'ID')));
	const attachments = found.then.filter((row) => row.of('post_type') === 'attachment').sort((a, b) => numberOf(a, 'ID') - numberOf(b, 'ID'));
	const numbers = new Set(attachments.map((row) => numberOf(row, 'ID')));
	const meta = await sides.rows('postmeta', (row) => numbers.has(numberOf(row, 'post_id')), anyOf('post_id', numbers));
	for (const row of attachments) {
		const id = numberOf(row, 'ID');
		const isGone = !there.has(id);
		if (isGone) { ids.posts.push(id); }
		const files = await addFiles(selecting, isGone ? meta.then : meta.now, new Set([id]), true);
		if (isGone || files > 0) { dependencies.push({ of: used.get(id)!, kind: 'attachment', id, label: labelOf(row), restored: true }); }
	}
}

/** The files of attachments, by their meta of one moment. @param onlyMissing those that are there stay as they are. @returns how many */
async function addFiles({ files, ids }: Selecting, meta: readonly Row[], attachments: ReadonlySet<number>, onlyMissing = false): Promise<number> {
	const named = new Map<number, Map<string, string>>();
	for (const row of meta) {
		const id = numberOf(row, 'post_id');
		if (!attachments.has(id) || !(attachmentFileKeys as readonly string[]).includes(row.of('meta_key') ?? '')) { continue; }
		named.set(id, (named.get(id) ?? new Map<string, string>()).set(row.of('meta_key')!, row.of('meta_value') ?? ''));
	}
	const places = [];
	for (const file of [...named.values()].flatMap(filesOfAttachment)) {
		const place = { root: 'uploads' as const, path: Buffer.from(file, 'latin1') };
		if (onlyMissing ? (await files.wasThere(place)) && !(await files.isThere(place)) : await files.isKnown(place)) { places.push(place); }
	}
	ids.places.push(...places.map((place) => shown(place, true)), ...(await files.missingFoldersAbove(places)));
	return places.length;
}

/** Numbers in a column → the part whose post has them. */
const partsBy = (rows: readonly Row[], column: string, partOf: PartOf): PartOf =>
	new Map(rows.filter((row) => numberOf(row, column) > 0).map((row) => [numberOf(row, column), partOf.get(numberOf(row, 'ID'))!]));
