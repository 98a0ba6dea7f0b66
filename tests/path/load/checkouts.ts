import { copyFile, mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Point, RestoreResult } from '@holdfast/protocol';
import type { ProtectedSite } from '../../harness/index.ts';

/** Customers who order without pause. */
const customers = 3;
const pauseMs = 20;
const stockAtFirst = 100_000;

/** Puts the shop into a site, and makes the point that it will go back to. */
export async function openShop(site: ProtectedSite): Promise<Point> {
	const folder = join(site.root, 'wp-content/mu-plugins');
	await mkdir(folder, { recursive: true });
	await copyFile(join(import.meta.dirname, 'holdfast-shop.php'), join(folder, 'holdfast-shop.php'));
	await site.php('Holdfast_Shop::set_up();');
	await site.untilDurable();
	return site.ask<Point>('backup', '--name', 'The shop opens');
}

/** An order that was confirmed to a customer, and while what. */
type Confirmed = { key: string; id: number; while: 'between' | 'restore' };

export type Checkouts = { confirmed: number; duringRestores: number; refused: number; restores: number; windowMsMax: number; folded: number; lost: string[]; wrong: string[] };

/**
 * Customers order while the site is wrecked and restored, again and again, until so many orders were confirmed and so many restores
 * ended. Then every confirmed order is looked for, whole; and the stock is what was there, less one for each order.
 */
export async function checkoutsWhileRestoring(site: ProtectedSite, point: Point, { orders, restores }: { orders: number; restores: number }, told: (line: string) => void = () => {}): Promise<Checkouts> {
	const confirmed: Confirmed[] = [];
	const figures = { refused: 0, restores: 0, windowMsMax: 0, folded: 0 };
	const wrong: string[] = [];
	let isOpen = true;
	let isRestoring = false;
	let number = 0;
	const customer = async (): Promise<void> => {
		while (isOpen) {
			const key = `k${++number}`;
			const began = isRestoring;
			const answer = await fetch(`${site.url}/?holdfast_checkout=${key}`, { method: 'POST' }).then((reply) => reply.text(), () => '');
			const id = Number(/^confirmed (\d+)$/.exec(answer)?.[1] ?? 0);
			if (id > 0) { confirmed.push({ key, id, while: began || isRestoring ? 'restore' : 'between' }); } else { figures.refused++; }
			await sleep(pauseMs);
		}
	};
	const everybody = Promise.all(Array.from({ length: customers }, customer));
	try {
		while (figures.restores < restores || confirmed.length < orders) {
			await wreck(site, figures.restores);
			isRestoring = true;
			const result = await site.ask<RestoreResult>('restore', '--point', String(point.seq), '--part', 'everything').finally(() => { isRestoring = false; });
			figures.restores++;
			figures.folded += result.folded;
			figures.windowMsMax = Math.max(figures.windowMsMax, result.windowMs);
			if (!result.equal) { wrong.push(`Restore ${figures.restores}: ${JSON.stringify(result.differing.slice(0, 10))}`); }
			wrong.push(...(await wreckLeft(site)));
			told(`restore ${figures.restores}: ${confirmed.length} orders confirmed, ${figures.refused} refused, window ${result.windowMs} ms, ${result.folded} folded in`);
		}
	} finally {
		isOpen = false;
		await everybody;
	}
	const whole = new Set((await site.sql(wholeOrders)).map(([id, key]) => `${id} ${key}`));
	const lost = confirmed.filter(({ id, key }) => !whole.has(`${id} ${key}`)).map((one) => JSON.stringify(one));
	const [[made = '', stock = ''] = []] = await site.sql(`SELECT (SELECT COUNT(*) FROM wp_wc_orders), (SELECT meta_value FROM wp_postmeta JOIN wp_options ON option_name = 'holdfast_shop_product' AND post_id = option_value WHERE meta_key = '_stock')`);
	if (Number(stock) !== stockAtFirst - Number(made)) { wrong.push(`${made} orders were made; of ${stockAtFirst} there are ${stock} left.`); }
	return { confirmed: confirmed.length, duringRestores: confirmed.filter((one) => one.while === 'restore').length, ...figures, lost, wrong };
}

/** Orders with all that belongs to them: placeholder, address, state, meta, one thing bought with its two meta. */
const wholeOrders = `SELECT o.id, o.transaction_id FROM wp_wc_orders o JOIN wp_posts p ON p.ID = o.id AND p.post_type = 'shop_order_placehold' AND p.post_title = o.transaction_id
	JOIN wp_wc_order_addresses a ON a.order_id = o.id JOIN wp_wc_order_operational_data d ON d.order_id = o.id AND d.order_key = o.transaction_id JOIN wp_wc_orders_meta m ON m.order_id = o.id AND m.meta_value = o.transaction_id
	JOIN wp_woocommerce_order_items i ON i.order_id = o.id JOIN wp_woocommerce_order_itemmeta t ON t.order_item_id = i.order_item_id GROUP BY o.id, o.transaction_id HAVING COUNT(*) = 2`;

async function wreck(site: ProtectedSite, round: number): Promise<void> {
	await site.sql(`UPDATE wp_posts SET post_title = 'Wrecked ${round}' WHERE post_type IN ('post', 'page', 'product'); DELETE FROM wp_comments WHERE comment_type = 'comment'; CREATE TABLE wp_more (id int PRIMARY KEY)`);
	await rm(join(site.root, 'wp-content/uploads'), { recursive: true, force: true });
}

async function wreckLeft(site: ProtectedSite): Promise<string[]> {
	const [[posts = ''] = []] = await site.sql(`SELECT COUNT(*) FROM wp_posts WHERE post_title LIKE 'Wrecked%'`);
	const uploads = await stat(join(site.root, 'wp-content/uploads')).then(() => true, () => false);
	return [...(posts === '0' ? [] : [`${posts} posts are still wrecked.`]), ...(uploads ? [] : ['The uploads are not back.'])];
}
