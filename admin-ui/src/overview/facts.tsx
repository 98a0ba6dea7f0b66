import { __, sprintf } from '@wordpress/i18n';
import { Moment } from '../components/moment.tsx';
import type { Status } from '../wire.ts';
import { bytes, count } from '../words/numbers.ts';

/** Storage, endpoint, next full comparison. What is not known says so. */
export function Facts({ status }: { status: Status }) {
	const { siteBytes, endpoint, nextSweepAt } = status;
	// The endpoint holds something by now: nothing is what it said when it was asked before the first backup.
	const storedBytes = status.storedBytes || null;
	return (
		<dl className="holdfast-facts">
			<div>
				<dd>{storedBytes === null ? '–' : bytes(storedBytes)}</dd>
				<dt>{storedWords(storedBytes, siteBytes)}</dt>
			</div>
			<div>
				<dd>{endpoint?.host ?? '–'}</dd>
				<dt>{endpointWords(endpoint)}</dt>
			</div>
			<div>
				<dd>{nextSweepAt === null ? '–' : <Moment at={nextSweepAt} />}</dd>
				<dt>
					{nextSweepAt === null ? __('next full comparison not planned', 'holdfast') : __('next full comparison', 'holdfast')}
				</dt>
			</div>
		</dl>
	);
}

function storedWords(stored: number | null, site: number | null): string {
	if (stored === null) {
		return __('stored: not known', 'holdfast');
	}
	/* translators: %s: "2.6 GB". */
	return site === null ? __('stored', 'holdfast') : sprintf(__('stored, site is %s', 'holdfast'), bytes(site));
}

function endpointWords(endpoint: Status['endpoint']): string {
	if (!endpoint) {
		return __('no endpoint', 'holdfast');
	}
	if (!endpoint.reachable) {
		return __('endpoint, does not answer', 'holdfast');
	}
	/* translators: %s: milliseconds. */
	return endpoint.latencyMs === null
		? __('endpoint', 'holdfast')
		: sprintf(__('endpoint, %s ms away', 'holdfast'), count(endpoint.latencyMs));
}
