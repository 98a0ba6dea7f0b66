/** For tests: a site with two points that differ in every way, to be restored to and fro, and what a fault leaves of it. */
import { appendFileSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { TestServer } from '../../adapters/mysql/testing/server.ts';
import type { Progress } from '../../jobs/jobs.ts';
import { TestSite } from '../../sweep/testing/test-site.ts';
import type { Restorer } from '../restorer.ts';
import type { RestoreStep } from '../steps.ts';
import { databasePortrait, filesPortrait, leftoversOf, restorerOf, shell } from './test-restorer.ts';

type Name = 'good' | 'bad';
type Portrait = { database: string[]; files: string[] };

export class TwoPoints {
	readonly site: TestSite;
	readonly #server: TestServer;
	readonly #home: string;
	readonly #points: Record<Name, { seq: number; portrait: Portrait }>;
	#now: Name = 'bad';

	private constructor(site: TestSite, server: TestServer, home: string, points: TwoPoints['points']) {
		this.site = site;
		this.#server = server;
		this.#home = home;
		this.#points = points;
	}

	get points(): Record<Name, { seq: number; portrait: Portrait }> { return this.#points; }
	get now(): Name { return this.#now; }
	get other(): Name { return this.#now === 'good' ? 'bad' : 'good'; }

	static async make(server: TestServer, home: string): Promise<TwoPoints> {
		const site = await TestSite.seeded(server, home);
		const good = { seq: (await site.firstBackup()).seq, portrait: await portraitOf(site, server) };
		await site.world.sql(`
			UPDATE wp_posts SET post_title = 'Wrecked' WHERE ID < 9; DELETE FROM wp_posts WHERE ID BETWEEN 30 AND 60; INSERT INTO wp_posts (post_title, post_content) VALUES ('Later', '');
			DELETE FROM wp_keyless LIMIT 1; DROP TABLE wp_child; CREATE TABLE wp_new (id int PRIMARY KEY); INSERT INTO wp_new VALUES (1), (2); INSERT INTO wp_myisam (t) VALUES ('more');
			UPDATE wp_parent SET u = u + 100; UPDATE wp_parent SET u = IF(id = 1, 20, 10); DROP VIEW wp_view; CREATE VIEW wp_other AS SELECT 1; DROP TRIGGER wp_trigger;
			CREATE TRIGGER wp_worse BEFORE INSERT ON wp_posts FOR EACH ROW SET NEW.post_title = 'hacked';
		`);
		unlinkSync(join(site.root, 'wp-content/uploads/2026/11/photo.jpg'));
		site.put('wp-content/uploads/bad.txt');
		appendFileSync(join(site.root, 'wp-content/themes/twenty/style.css'), 'wrecked');
		rmSync(join(site.root, 'robots.txt'));
		symlinkSync('nowhere', join(site.root, 'robots.txt'));
		const extra = await site.everything();
		for await (const { keys } of (await site.world.states.now()).range(Buffer.of(0x30), null)) { keys.forEach((key) => extra.addFileKey(key)); }
		for (const name of ['wp_child', 'wp_new', 'wp_view', 'wp_other']) { extra.rows(name).schema = true; }
		const { position } = await site.world.collector.collectOnce({ extra, largeFiles: 'now', always: 'point' });
		return new TwoPoints(site, server, home, { good, bad: { seq: position.seq, portrait: await portraitOf(site, server) } });
	}

	/** The plan of a restore to the other point. */
	async planned(): Promise<string> {
		const point = { seq: this.#points[this.other].seq, at: 1, title: this.other };
		return (await restorerOf(this.site, this.#home).planner.plan({ point, parts: ['everything'], keep: { accounts: 'then' }, by: shell })).id;
	}

	restorer(onStep: (step: RestoreStep) => Promise<void> = async () => {}): { restorer: Restorer; run: (plan: string, progress: Progress) => ReturnType<Restorer['restore']> } {
		const { restorer } = restorerOf(this.site, this.#home, { onStep });
		return { restorer, run: (plan, progress) => restorer.restore(plan, shell, progress) };
	}

	get journal() { return restorerOf(this.site, this.#home).parts.journal; }

	/** Which of the two the site is, by independent dumps; remembered as the present one. @throws where it is neither, or something waits beside it */
	async look(): Promise<Name> {
		const portrait = await portraitOf(this.site, this.#server);
		const found = (['good', 'bad'] as const).find((name) => JSON.stringify(this.#points[name].portrait) === JSON.stringify(portrait));
		const waiting = leftoversOf(this.site.root);
		if (found === undefined || waiting.length > 0) {
			const expected = this.#points[this.#now].portrait;
			const odd = (a: string[], b: string[]): string[] => a.filter((line) => !b.includes(line)).map((line) => line.slice(0, 200));
			throw new Error(`The site is neither of the two, or not open: ${JSON.stringify({ waiting, more: [odd(portrait.database, expected.database), odd(portrait.files, expected.files)], less: [odd(expected.database, portrait.database), odd(expected.files, portrait.files)] }, null, 1)}`);
		}
		this.#now = found;
		return found;
	}
}

const portraitOf = async (site: TestSite, server: TestServer): Promise<Portrait> => ({ database: await databasePortrait(server, site.world.name), files: filesPortrait(site.root) });
