import { createCipheriv, createHash, type Cipheriv } from 'node:crypto';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { giveTree } from '../../../dev/system/dev-user.ts';
import type { TestSite } from '../../harness/index.ts';

const words = 'Harbour lights at dusk, boats that come home late and the smell of tar; nobody here counts the hours, and the ferry goes when it is full. ';
/** Of every 100 rows: where they lie. What a row of each takes is in `insertions`. */
const shares = { posts: 5, comments: 5, log: 15, postmeta: 75 };
/** How many of a run of files are PHP code, and how many small ones come with a large one. */
const codeOf = 2;
const imagesPerVideo = 400;

export type Damage = { rows: number; files: number };

/** Rows of a site that has been used for years; the same in every run. Numbers begin above what is there. */
export async function fillDatabase(site: TestSite, rows: number): Promise<void> {
	const many = (share: number): number => Math.max(1, Math.round((rows * share) / 100));
	await site.sql(`
		CREATE TABLE wp_bench_log (id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, at datetime NOT NULL, level varchar(10) NOT NULL, message text NOT NULL, context longtext NOT NULL, KEY at (at));
		INSERT INTO wp_posts (ID, post_author, post_date, post_date_gmt, post_content, post_title, post_excerpt, post_status, post_name, to_ping, pinged, post_modified, post_modified_gmt, post_content_filtered)
			SELECT 100000 + seq, 1, d, d, CONCAT_WS(' ', SHA2(seq, 256), '${words.repeat(4)}', SHA2(seq * 3, 256), '${words.repeat(4)}', SHA2(seq * 7, 256), '${words.repeat(4)}'), CONCAT('Post number ', seq), '', 'publish', CONCAT('post-', seq), '', '', d, d, ''
			FROM (SELECT seq, FROM_UNIXTIME(1400000000 + seq * 3000) AS d FROM seq_1_to_${many(shares.posts)}) AS s;
		INSERT INTO wp_postmeta (meta_id, post_id, meta_key, meta_value)
			SELECT 100000 + seq, 100001 + seq MOD ${many(shares.posts)}, ELT(1 + seq MOD 6, '_edit_last', '_thumbnail_id', '_wp_attached_file', '_price', 'seo_title', '_layout'), CONCAT('a:1:{s:3:"key";s:64:"', SHA2(seq, 256), '";}') FROM seq_1_to_${many(shares.postmeta)};
		INSERT INTO wp_comments (comment_ID, comment_post_ID, comment_author, comment_author_email, comment_date, comment_date_gmt, comment_content)
			SELECT 100000 + seq, 100001 + seq MOD ${many(shares.posts)}, CONCAT('Visitor ', seq), CONCAT('visitor', seq, '@example.org'), '2026-01-01', '2026-01-01', CONCAT('${words}', SHA2(seq, 256)) FROM seq_1_to_${many(shares.comments)};
		INSERT INTO wp_bench_log (at, level, message, context) SELECT FROM_UNIXTIME(1700000000 + seq), ELT(1 + seq MOD 3, 'info', 'notice', 'error'), CONCAT('Event ', seq, ': ${words}'), CONCAT('{"id":', seq, ',"hash":"', SHA2(seq, 512), '"}') FROM seq_1_to_${many(shares.log)};
	`);
}

/** Images, some videos, and code of plugins, of `bytes` together. @returns how many */
export async function fillFiles(site: TestSite, bytes: number): Promise<number> {
	const noise = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16));
	let files = 0;
	for (let left = bytes; left > 0; files++) {
		const content = files % codeOf === 0 ? code(files) : image(noise, files);
		const path = join(site.root, 'wp-content', files % codeOf === 0 ? `plugins/bench-${files % 40}/includes/class-${files}.php` : `uploads/20${10 + (files % 16)}/${1 + (files % 12)}/image-${files}.jpg`);
		await mkdir(dirname(path), { recursive: true });
		await writeFile(path, content);
		left -= content.length;
	}
	await giveTree(join(site.root, 'wp-content'));
	return files;
}

const code = (number: number): Buffer => Buffer.from(`<?php\n${`// ${createHash('sha256').update(String(number)).digest('hex')} ${words}\n`.repeat(10 + (number % 70))}`);

/** Nothing that could be compressed, of 20 to 260 KB, now and then of 8 MB. */
function image(noise: Cipheriv, number: number): Buffer {
	return noise.update(Buffer.alloc(number % imagesPerVideo === 1 ? 8_000_000 : 20_000 + ((number * 7_919) % 240_000)));
}

/** 100 rows and 20 files, changed, gone and added behind Holdfast's back. @param round  another number for each time */
export async function damage(site: TestSite, { rows, files }: Damage, round: number): Promise<void> {
	const part = Math.floor(rows / 4);
	await site.sql(`
		UPDATE wp_posts SET post_title = 'Damaged', post_content = 'Damaged in round ${round}' WHERE ID > 100000 AND ID MOD 7 = 0 ORDER BY ID LIMIT ${part};
		DELETE FROM wp_postmeta WHERE meta_id > ${100_000 + round * 1_000} ORDER BY meta_id LIMIT ${part * 2};
		INSERT INTO wp_bench_log (at, level, message, context) SELECT '2030-01-01', 'bad', 'Damaged', '' FROM seq_1_to_${rows - part * 3};
	`);
	for (let n = 0; n < files; n++) {
		const path = imagePath(site, n, round);
		if (n % 4 === 0) { await writeFile(path, 'damaged'); } else if (n % 4 === 1) { await rm(path); } else { await writeFile(`${path}.bad-${round}-${n}.php`, 'damaged'); }
	}
}

/** What damage has to leave as it was, in few bytes: all tables by the server's own checksum, and the files that are hit. */
export async function fingerprint(site: Pick<TestSite, 'sql' | 'root'>, { files }: Damage, round: number): Promise<string> {
	const sums = await site.sql('CHECKSUM TABLE wp_posts, wp_postmeta, wp_comments, wp_bench_log, wp_terms, wp_users EXTENDED');
	const found = await Promise.all(Array.from({ length: files }, async (_, n) => {
		const path = imagePath(site, n, round);
		const content = await readFile(path).catch(() => Buffer.from('gone'));
		return [createHash('sha256').update(content).digest('hex'), await stat(`${path}.bad-${round}-${n}.php`).then(() => 'added', () => '')];
	}));
	return JSON.stringify([sums.map(([, sum]) => sum), found]);
}

function imagePath({ root }: Pick<TestSite, 'root'>, n: number, round: number): string {
	const number = 2 * (n + 20 * round) + 1;
	return join(root, `wp-content/uploads/20${10 + (number % 16)}/${1 + (number % 12)}/image-${number}.jpg`);
}
