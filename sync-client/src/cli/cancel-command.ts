import type { Job } from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';
import type { ControlClient } from '../control/client.ts';
import type { Frame } from './empty-server-commands.ts';
import { exitCodes } from './exit-codes.ts';
import type { Common } from './program.ts';

const pollMs = 200;

/** `cancel`: a restore or undo that runs, until its switch is decided. */
export function addCancel({ edges, command, act, show }: Frame): void {
	command('cancel', 'Cancel the restore or undo that runs, as long as its switch is not decided. The site stays as it is.')
		.action(act(async (options: Common) => edges.withAgent(options, async (client) => {
			const job = await cancelled(client, edges.sleep);
			show(options, job, 'The restore was cancelled before the switch. Nothing on the site was changed.');
			return exitCodes.ok;
		})));
}

/** @throws JOB_UNKNOWN where no restore runs, JOB_TOO_LATE, and what the restore failed with meanwhile */
async function cancelled(client: ControlClient, sleep: (ms: number) => Promise<void>): Promise<Job> {
	const running = (await client.status()).jobs.find((job) => job.kind === 'restore' || job.kind === 'undo');
	if (running === undefined) {
		throw new HoldfastError('JOB_UNKNOWN', 'No restore is running on this site.');
	}
	let job = await client.cancel(running.id);
	while (job.state === 'running') {
		await sleep(pollMs);
		job = await client.job(job.id);
	}
	if (job.state === 'failed' && job.error) {
		throw HoldfastError.fromView(job.error);
	}
	if (job.state === 'done') {
		throw new HoldfastError('JOB_TOO_LATE', 'The restore had ended before it could be cancelled.', { changed: 'The site was restored.' });
	}
	return job;
}
