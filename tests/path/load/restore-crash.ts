import { spawn } from 'node:child_process';
import { appendFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Plan, Point } from '@holdfast/protocol';
import { askStatus } from '../../../dev/product/agent.ts';
import { devUser } from '../../../dev/system/dev-user.ts';
import { isBeforeDecided, restoreSteps, type RestoreStep } from '../../../sync-client/src/restore/steps.ts';
import { compareSnapshots, isBackedUp, snapshotSite, type ProtectedSite } from '../../harness/index.ts';
import { untilSettled } from './kill.ts';

const agent = fileURLToPath(new URL('../../agent/crashing-agent.ts', import.meta.url));

export const crashesAt: { all: readonly RestoreStep[]; short: readonly RestoreStep[] } = {
	all: restoreSteps,
	short: ['collected', 'decided', 'rowsDeleted'],
};

/** A good point of a site, and how to wreck it. */
export type Prepared = { point: Point };

export async function prepare(site: ProtectedSite): Promise<Prepared> {
	for (const path of ['/', '/wp-login.php', '/?rest_route=/']) { await site.visitor().get(path); } // The first views write.
	await site.untilDurable();
	return { point: await site.ask<Point>('backup', '--name', 'The good day') };
}

/** Rows of InnoDB, MyISAM and a table without a key; a dropped table, triggers and views; files of every kind. */
async function wreck(site: ProtectedSite, step: string): Promise<void> {
	await site.sql(`DROP TABLE IF EXISTS wp_harbour_stock, wp_more; DROP VIEW IF EXISTS wp_seen; DELETE FROM wp_posts ORDER BY ID LIMIT 3; UPDATE wp_posts SET post_title = 'At ${step}' ORDER BY ID DESC LIMIT 4;
		DELETE FROM wp_harbour_visits LIMIT 2; INSERT INTO wp_harbour_visits SELECT * FROM wp_harbour_visits LIMIT 1; UPDATE wp_harbour_notes SET body = '${step}' LIMIT 2;
		CREATE TABLE wp_more (id int PRIMARY KEY); CREATE VIEW wp_seen AS SELECT ID FROM wp_posts;`);
	await rm(join(site.root, 'wp-content/uploads'), { recursive: true });
	await appendFile(join(site.root, 'wp-content/plugins/harbour-log/harbour-log.php'), `\n// ${step}\n`);
	await appendFile(join(site.root, 'wp-content/new.php'), step);
}

/** Nobody has a shell: a visit starts the agent, also where WordPress shows its maintenance page and loads no plugin. */
async function startedByVisitors(site: ProtectedSite): Promise<void> {
	const admin = site.visitor();
	for (const giveUpAt = Date.now() + 60_000; ; await sleep(200)) {
		if ((await askStatus(site.state)).running) { return; }
		// Looks are seconds apart, and attempts after others further.
		for (const name of ['looked', 'keeper.php']) { await rm(join(site.state, name), { force: true }); }
		if (await isInMaintenance(site)) { await admin.get('/'); } else { await site.startAgent(); }
		if (Date.now() > giveUpAt) { throw new Error('No visit started the agent.'); }
	}
}

const isInMaintenance = (site: ProtectedSite): Promise<boolean> => stat(join(site.root, '.maintenance')).then(() => true, () => false);

/**
 * Wrecks the site, kills the agent at this step of a restore, starts it again and looks: before `decided` the site is the wrecked one,
 * from there on the good one. Leaves the good one.
 * @throws where it is something else, or the step was never reached
 */
export async function crashAt(site: ProtectedSite, { point }: Prepared, step: RestoreStep): Promise<void> {
	const good = await snapshotSite(site, { files: isBackedUp });
	await wreck(site, step);
	const bad = await snapshotSite(site, { files: isBackedUp });
	try {
		await site.holdfast('stop');
		const { as } = devUser();
		const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', agent, site.state, step], {
			...(as.uid === undefined ? {} : { uid: as.uid, gid: as.gid }), env: { ...process.env, NODE_OPTIONS: '', ...as.env }, stdio: 'ignore',
		});
		const died = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
		for (;;) {
			const { running, status } = await askStatus(site.state);
			if (running && status !== null && status.pid === child.pid && status.state !== 'starting') { break; }
			await sleep(100);
		}
		const plan = await site.ask<Plan>('plan', '--point', String(point.seq), '--part', 'everything', '--accounts', 'then');
		const asked = site.ask('restore', '--plan', plan.id).then(() => 'ended', () => 'cut off');
		const signal = await died;
		if (signal !== 'SIGKILL') { throw new Error(`The step ${step} was never reached: the restore ${await asked}, the agent ended by ${signal ?? 'itself'}.`); }
		await asked;

		await startedByVisitors(site);
		await untilSettled(site);
		if (await isInMaintenance(site)) { throw new Error(`After ${step} and the next start visitors still see the maintenance page.`); }
		const now = await snapshotSite(site, { files: isBackedUp });
		const expected = isBeforeDecided(step) ? bad : good;
		const { equal, differences } = await compareSnapshots(expected, now);
		await now.forget();
		if (!equal) { throw new Error(`Killed at ${step}, the site is neither the old one nor the new one:\n${differences.slice(0, 20).map(String).join('\n')}`); }
		if (isBeforeDecided(step)) {
			await site.ask('restore', '--point', String(point.seq), '--part', 'everything', '--accounts', 'then');
		}
	} finally {
		await Promise.all([good.forget(), bad.forget()]);
	}
}
