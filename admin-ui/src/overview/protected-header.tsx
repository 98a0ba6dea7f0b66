import { __, sprintf } from '@wordpress/i18n';
import { LiveDot } from '../components/live-dot.tsx';
import { Panel } from '../components/panel.tsx';
import { useSpoken } from '../components/use-spoken.ts';
import { useNow } from '../polling/use-now.ts';
import type { Reading } from '../store/state.ts';
import type { PluginStatus, Status } from '../wire.ts';
import { files, rows } from '../words/counts.ts';
import { headlineOf, type Tone } from '../words/headline.ts';
import { day, exactly, moment } from '../words/moments.ts';
import { Facts } from './facts.tsx';

interface ProtectedHeaderProps {
	reading: Reading<PluginStatus>;
	status: Status;
}

/** The last moment that can be restored, first. */
export function ProtectedHeader({ reading, status }: ProtectedHeaderProps) {
	const now = useNow();
	const { tone, title, detail } = headlineOf(reading, now);
	useSpoken(spokenTone(tone), tone === 'failing' ? 'assertive' : 'polite');
	return (
		<Panel className={`holdfast-status is-${tone}`}>
			<LiveDot tone={tone} />
			<div className="holdfast-status__words">
				<h2 data-tone={tone} title={status.protectedUntil === null ? undefined : exactly(status.protectedUntil)}>
					{title}
				</h2>
				{detail && <p>{detail}</p>}
				<p className="holdfast-soft">{[since(status), proof(status, now)].filter(Boolean).join(' ')}</p>
				{status.pending.length > 0 && (
					<p className="holdfast-soft">
						{
							/* translators: %s: names of files or tables. */
							sprintf(__('Still being sent: %s', 'holdfast'), status.pending.slice(0, 5).join(', '))
						}
					</p>
				)}
			</div>
			<Facts status={status} />
		</Panel>
	);
}

function since({ firstRestorable }: Status): string {
	/* translators: %s: a day. */
	return firstRestorable ? sprintf(__('You can go back to any moment since %s.', 'holdfast'), day(firstRestorable.at)) : '';
}

function proof({ proof: last }: Status, now: number): string {
	if (!last) {
		return '';
	}
	const template = last.equal
		? /* translators: 1: "today 03:10:00", 2: "1,204 rows", 3: "12,907 files". */
			__('Site and backup were proven equal %1$s: %2$s and %3$s.', 'holdfast')
		: /* translators: 1: "today 03:10:00", 2: "1,204 rows", 3: "12,907 files". */
			__('The comparison %1$s found differences, which were added to the backup (%2$s and %3$s compared).', 'holdfast');
	return sprintf(template, moment(last.at, now), rows(last.rows), files(last.files));
}

function spokenTone(tone: Tone): string {
	switch (tone) {
		case 'live':
			return __('Your site is protected.', 'holdfast');
		case 'waiting':
			return __('The backup is behind or needs attention.', 'holdfast');
		case 'failing':
			return __('Your site is not protected.', 'holdfast');
		case 'unknown':
			return __('The state of the backup is not known right now.', 'holdfast');
	}
}
