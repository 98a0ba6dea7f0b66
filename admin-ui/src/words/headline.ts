import { __, sprintf } from '@wordpress/i18n';
import type { PluginStatus } from '../wire.ts';
import type { Reading } from '../store/state.ts';
import { changes } from './counts.ts';
import { ago, span, time } from './moments.ts';

/* The first line of the page. A live dot only for what the endpoint has and what was heard just now. */

export type Tone = 'live' | 'waiting' | 'failing' | 'unknown';

export interface Headline {
	tone: Tone;
	title: string;
	detail: string;
}

/** `now` is the browser's clock; the agent's is taken from its answer and moved on by what has passed since. */
export function headlineOf(reading: Reading<PluginStatus>, now: number): Headline {
	const status = reading.value?.status;
	if (!status || reading.at === null) {
		return { tone: 'unknown', title: __('Not known yet', 'holdfast'), detail: '' };
	}
	const agentNow = status.now + Math.max(0, now - reading.at);
	const until = status.protectedUntil;
	const upTo = until === null ? '' : protectedUpTo(agentNow - until, until);
	if (reading.failure) {
		/* translators: %s: time of day. */
		const since = sprintf(__('No answer since %s', 'holdfast'), time(status.now));
		return { tone: 'unknown', title: since, detail: upTo && lastKnown(upTo) };
	}
	if (status.state === 'starting') {
		return {
			tone: 'unknown',
			title: __('The agent is starting', 'holdfast'),
			detail: __('It is asking the site and the endpoint where they are.', 'holdfast'),
		};
	}
	if (until === null) {
		return {
			tone: 'failing',
			title: __('Nothing can be restored yet', 'holdfast'),
			detail: __('No complete moment of this site is at the endpoint.', 'holdfast'),
		};
	}
	switch (status.state) {
		case 'protected':
			return status.problems.length > 0 || reading.value?.capture.ok === false
				? { tone: 'waiting', title: upTo, detail: __('Something needs your attention.', 'holdfast') }
				: { tone: 'live', title: upTo, detail: '' };
		case 'behind':
			return { tone: 'waiting', title: upTo, detail: waitingWords(status.waiting) };
		case 'failing':
			/* translators: %s: time of day. */
			return {
				tone: 'failing',
				title: sprintf(__('Not protected since %s', 'holdfast'), time(until)),
				detail: waitingWords(status.waiting),
			};
		case 'restoring':
			return { tone: 'waiting', title: __('A restore is under way', 'holdfast'), detail: upTo };
		default:
			return { tone: 'unknown', title: upTo, detail: '' };
	}
}

function protectedUpTo(ageMs: number, at: number): string {
	/* translators: 1: "12 seconds ago", 2: time of day. */
	return sprintf(__('Protected up to %1$s · %2$s', 'holdfast'), ago(ageMs), time(at));
}

function lastKnown(what: string): string {
	/* translators: %s: "Protected up to 12 seconds ago · 14:03:22". */
	return sprintf(__('Last known: %s', 'holdfast'), what);
}

function waitingWords({ changes: n, oldestMs }: { changes: number; oldestMs: number }): string {
	if (n === 0) {
		return '';
	}
	/* translators: 1: "38 changes", 2: "40 seconds". */
	return sprintf(__('%1$s waiting, the oldest for %2$s', 'holdfast'), changes(n), span(oldestMs));
}
