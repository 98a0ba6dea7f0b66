import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Point } from '@holdfast/protocol';
import { compareSnapshots, isBackedUp, restoredCopy, snapshotSite, type Comparison, type ProtectedSite } from '../../harness/index.ts';
import { startLoad } from './load.ts';

export type Victim = 'agent' | 'endpoint' | 'worker' | 'php' | 'database';
export const processes: readonly Victim[] = ['agent', 'endpoint', 'worker', 'php'];

/** kill -9 of one of them, and what brings it back in real life. */
export async function killAndRevive(site: ProtectedSite, victim: Victim): Promise<void> {
	const { mariadb, php } = site.stack!;
	const awayMs = Math.random() * 1_500;
	switch (victim) {
		case 'agent':
			await site.killAgent();
			await sleep(awayMs);
			await site.startAgent();
			break;
		case 'endpoint':
			await site.endpoint.kill();
			await sleep(awayMs);
			await site.endpoint.start();
			break;
		case 'worker': {
			const workers = await childrenOf(php.pid!);
			const worker = workers[Math.floor(Math.random() * workers.length)];
			if (worker !== undefined) {
				process.kill(worker, 'SIGKILL'); // The master makes another one.
			}
			break;
		}
		case 'php':
			await php.kill();
			await sleep(awayMs);
			await php.start();
			break;
		case 'database':
			await mariadb.kill();
			await sleep(awayMs);
			await mariadb.start();
			// A table without transactions may be damaged by it; the administrator repairs it.
			await site.sql('REPAIR TABLE wp_harbour_notes').catch(() => {});
	}
}

async function childrenOf(pid: number): Promise<number[]> {
	return (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).split(' ').filter(Boolean).map(Number);
}

/** Kills one after the other, at random moments of a write load; resolves when the load has ended. */
export async function killUnderLoad(site: ProtectedSite, victims: readonly Victim[], told: (line: string) => void = () => {}): Promise<void> {
	const load = startLoad(site);
	try {
		for (const [i, victim] of victims.entries()) {
			await sleep(300 + Math.random() * 1_200);
			await killAndRevive(site, victim);
			told(`${i + 1}/${victims.length} ${victim} killed; ${load.answered} requests answered, ${load.failed} cut off`);
		}
		await sleep(500);
	} finally {
		await load.stop();
	}
}

/** n of them, in no order, every one at least once where n allows it. */
export function draw(victims: readonly Victim[], n: number): Victim[] {
	return Array.from({ length: n }, (_, i) => victims[i % victims.length]!)
		.map((victim) => ({ victim, at: Math.random() }))
		.sort((a, b) => a.at - b.at)
		.map(({ victim }) => victim);
}

/** Why the agent swept, as its log tells. */
export async function sweepReasons(site: ProtectedSite): Promise<string[]> {
	const lines = (await readFile(join(site.state, 'agent.log'), 'utf8')).split('\n').filter((line) => line.includes('a sweep is owed'));
	return lines.map((line) => (JSON.parse(line) as { why: string }).why);
}

/** Points that a comparison made because something was missed. */
export async function pointsFound(site: ProtectedSite): Promise<Point[]> {
	return (await site.points()).filter((point) => point.kind === 'found');
}

/** Until the first backup was compared with the site, and everything is at the endpoint. */
export async function untilSettled(site: ProtectedSite, hurry?: () => Promise<unknown>): Promise<void> {
	await site.untilDurable(hurry);
	for (;;) {
		const status = await site.status();
		if (status.proof !== null && status.pending.length === 0 && !status.problems.some((one) => one.code === 'SWEEP_OWED')) {
			break;
		}
		await sleep(200);
	}
	await site.untilDurable(hurry);
}

/** The newest point, brought up from the endpoint alone, against the site: every row, every file of the backup. */
export async function compareWithCopy(site: ProtectedSite): Promise<Comparison> {
	const head = (await site.status()).head!;
	const copy = await restoredCopy(site, head.seq);
	const live = await snapshotSite(site, { files: isBackedUp });
	const restored = await snapshotSite(copy, { files: isBackedUp });
	try {
		const comparison = await compareSnapshots(live, restored, { autoIncrement: 'equal' });
		return copy.result.equal ? comparison : { ...comparison, equal: false, differences: [...comparison.differences, JSON.stringify(copy.result.differing)] };
	} finally {
		await Promise.all([copy.forget(), live.forget(), restored.forget()]);
	}
}
