import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { copyFile, cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { giveTree } from '../../dev/system/dev-user.ts';
import type { TestSite } from '../harness/index.ts';
import { makeRecordedSite, type RecordedSite } from './recorded-site.ts';
import { rest } from './story.ts';

/* Beside database drop-ins and other plugins' filters on `query`: every row that changed was named, and every log has its end. */

type DropIn = {
	name: string;
	/** Why it is skipped, where it is. */
	without: string | null;
	install(site: TestSite): Promise<void>;
	/** Changes named exactly, at least. */
	share: number;
};

const own = (file: string) => async ({ root }: TestSite): Promise<void> => await copyFile(join(import.meta.dirname, 'drop-ins', file), join(root, 'wp-content/db.php'));
const given = (variable: string): { folder: string; without: string | null } => {
	const folder = process.env[variable] ?? '';
	return { folder, without: folder === '' ? `${variable} names no plugin folder` : null };
};

const queryMonitor = given('HOLDFAST_QUERY_MONITOR');
const hyperDb = given('HOLDFAST_HYPERDB');

const dropIns: DropIn[] = [
	{ name: 'core’s own', without: null, install: async () => {}, share: 0.9 },
	{ name: 'a drop-in as Query Monitor’s', without: null, install: own('query-logger.php'), share: 0.9 },
	{ name: 'a drop-in as HyperDB', without: null, install: own('two-servers.php'), share: 0 },
	{
		name: 'Query Monitor', without: queryMonitor.without, share: 0.9,
		install: async ({ root, php }) => {
			await cp(queryMonitor.folder, join(root, 'wp-content/plugins/query-monitor'), { recursive: true });
			await symlink('plugins/query-monitor/wp-content/db.php', join(root, 'wp-content/db.php'));
			await giveTree(join(root, 'wp-content'));
			await php('require_once ABSPATH . "wp-admin/includes/plugin.php"; activate_plugin( "query-monitor/query-monitor.php" );');
		},
	},
	{
		name: 'HyperDB', without: hyperDb.without, share: 0,
		install: async ({ root, db }) => {
			await copyFile(join(hyperDb.folder, 'db.php'), join(root, 'wp-content/db.php'));
			// As its own db-config.php: one server for everything, another one for reads only.
			const server = (write: number): string => `$wpdb->add_database( array( 'host' => 'localhost:${db.socket}', 'user' => DB_USER, 'password' => DB_PASSWORD, 'name' => DB_NAME, 'write' => ${write}, 'read' => ${2 - write}, 'timeout' => 5 ) );`;
			await writeFile(join(root, 'db-config.php'), `<?php\n$wpdb->save_queries = false;\n$wpdb->persistent = false;\n$wpdb->check_tcp_responsiveness = false;\n${server(1)}\n${server(0)}\n`);
			await giveTree(join(root, 'db-config.php'));
		},
	},
];

for (const { name, without, install, share } of dropIns) {
	if (without !== null) {
		process.stdout.write(`  ${name} is skipped: ${without}\n`);
	}
	(without === null ? describe : describe.skip)(name, () => {
		let site: RecordedSite;
		beforeAll(async () => {
			site = await makeRecordedSite({
				prepare: async (bare) => {
					await mkdir(join(bare.root, 'wp-content/mu-plugins'), { recursive: true });
					await copyFile(join(import.meta.dirname, 'drop-ins/beside.php'), join(bare.root, 'wp-content/mu-plugins/beside.php'));
					await giveTree(join(bare.root, 'wp-content/mu-plugins'));
					await install(bare);
				},
			});
		});
		afterAll(async () => {
			await site?.destroy();
		});

		/** What was written meanwhile: all of it named, and the log is at its end. */
		async function named(act: () => Promise<unknown>): Promise<unknown[][]> {
			await site.lines();
			await act();
			const lines = await site.lines();
			expect(site.oracle.tally.missed).toEqual([]);
			expect(lines.filter(([type]) => type === 'x')).toEqual([]);
			return lines;
		}

		const ends = (lines: unknown[][]): number => lines.filter(([type]) => type === 'e').length;

		test('WordPress is written to as ever', async () => {
			const before = site.oracle.tally.changes;
			const lines = await named(async () => {
				const { id } = await rest<{ id: number }>(site, 'POST', 'wp/v2/posts', { title: 'Beside', status: 'publish' });
				await rest(site, 'POST', `wp/v2/posts/${id}`, { title: 'Beside others', tags: [] });
				await rest(site, 'POST', 'wp/v2/settings', { title: 'Quay' });
				await rest(site, 'POST', 'wp/v2/comments', { post: id, content: 'And a comment' });
				await rest(site, 'DELETE', `wp/v2/posts/${id}?force=true`);
			});
			expect(ends(lines)).toBeGreaterThanOrEqual(5);
			const { changes, exactly } = site.oracle.tally;
			process.stdout.write(`  ${name}: ${changes - before} rows changed, ${exactly} of ${changes} named exactly\n`);
			expect(changes - before).toBeGreaterThan(5);
			expect(exactly / changes).toBeGreaterThanOrEqual(share);
		});

		test('statements of every kind, also in transactions', async () => {
			const lines = await named(async () => { expect((await site.visitor().get('/?holdfast_beside=1')).text).toContain('done'); });
			expect(ends(lines)).toBe(1);
			expect(lines.at(-1)![0]).toBe('e');
		});

		test('filters on `query` that rewrite statements, before us and behind us', async () => {
			await named(async () => { expect((await site.visitor().get('/?holdfast_rewrites=1')).text).toContain('done'); });
		});
	});
}
