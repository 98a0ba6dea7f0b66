import { __, sprintf } from '@wordpress/i18n';
import type { Job, Step } from '../wire.ts';
import * as counts from './counts.ts';
import { bytes, count, percent } from './numbers.ts';
import { span } from './moments.ts';

/** The steps that this page has words for; others show the agent's own label. */
const labels: Record<string, () => string> = {
	schema: () => __('Table definitions', 'holdfast'),
	tables: () => __('Database', 'holdfast'),
	files: () => __('Files', 'holdfast'),
	upload: () => __('Sending to the endpoint', 'holdfast'),
	compare: () => __('Comparing site and backup', 'holdfast'),
	compareFiles: () => __('Comparing the files of both', 'holdfast'),
	fetch: () => __('Fetching from the endpoint', 'holdfast'),
	stage: () => __('Preparing on this server', 'holdfast'),
	window: () => __('Recording the present, so that you can undo', 'holdfast'),
	switch: () => __('Switching the database', 'holdfast'),
	switchFiles: () => __('Switching the files', 'holdfast'),
	record: () => __('Recording the restored site', 'holdfast'),
	verify: () => __('Comparing the result: database', 'holdfast'),
	verifyFiles: () => __('Comparing the result: files', 'holdfast'),
};

export function stepLabel(step: Step): string {
	return labels[step.id]?.() ?? step.label;
}

/** `7,210 of 12,907 files`; without a total only what is done; nothing before it has begun. */
export function stepAmount(step: Step): string {
	if (step.unit === 'steps' || (step.state === 'waiting' && step.done === 0)) {
		return '';
	}
	if (step.total === null || step.done >= step.total) {
		return amount(step.unit, step.done);
	}
	const done = step.unit === 'bytes' ? bytes(step.done) : count(step.done);
	/* translators: 1: a number or size, 2: a number with its unit, "12,907 files". */
	return sprintf(__('%1$s of %2$s', 'holdfast'), done, amount(step.unit, step.total));
}

function amount(unit: Exclude<Step['unit'], 'steps'>, n: number): string {
	return unit === 'bytes' ? bytes(n) : counts[unit](n);
}

export function stepState(state: Step['state']): string {
	switch (state) {
		case 'waiting':
			return __('Waiting', 'holdfast');
		case 'running':
			return __('In progress', 'holdfast');
		case 'done':
			return __('Complete', 'holdfast');
		case 'failed':
			return __('Failed', 'holdfast');
	}
}

/** `64%, about 40 seconds left`; only what is known. */
export function progressWords(job: Pick<Job, 'progress' | 'msLeft'>): string {
	if (job.progress === null) {
		return __('In progress', 'holdfast');
	}
	if (job.msLeft === null) {
		return percent(job.progress);
	}
	/* translators: 1: "64%", 2: "40 seconds". */
	return sprintf(__('%1$s, about %2$s left', 'holdfast'), percent(job.progress), span(job.msLeft));
}

/** `31 MB/s`; empty where it is not known. */
export function rateWords(bytesPerSecond: number | null): string {
	/* translators: %s: a size, "31 MB". */
	return bytesPerSecond ? sprintf(__('%s per second', 'holdfast'), bytes(bytesPerSecond)) : '';
}
