import { Button, Spinner } from '@wordpress/components';
import { useDispatch, useSelect } from '@wordpress/data';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { FailureNotice } from '../components/failure-notice.tsx';
import { store } from '../store/index.ts';
import type { PointDetail } from '../wire.ts';
import { count } from '../words/numbers.ts';
import { groupsOf } from './entry-groups.ts';

const shownAtFirst = 8;

/** What changed at a point, by kind of thing. */
export function PointEntries({ seq }: { seq: number }) {
	const { value, failure } = useSelect((select) => select(store).getPointDetail(seq), [seq]);
	const { loadPointDetail } = useDispatch(store);
	if (failure && !value) {
		return (
			<FailureNotice
				failure={failure}
				status="warning"
				actions={[{ label: __('Ask again', 'holdfast'), onClick: () => void loadPointDetail(seq) }]}
			/>
		);
	}
	if (!value) {
		return (
			<p>
				<Spinner /> {__('Reading what changed…', 'holdfast')}
			</p>
		);
	}
	return (
		<>
			{groupsOf(value.entries).map((group) => (
				<EntryGroup key={group.what} label={group.label} entries={group.entries} more={value.more} />
			))}
		</>
	);
}

interface EntryGroupProps {
	label: string;
	entries: PointDetail['entries'];
	more: boolean;
}

function EntryGroup({ label, entries, more }: EntryGroupProps) {
	const [all, setAll] = useState(false);
	const number = more ? `${count(entries.length)}+` : count(entries.length);
	return (
		<>
			<h3>
				{
					/* translators: 1: "Rows", 2: a number. */
					sprintf(__('%1$s (%2$s)', 'holdfast'), label, number)
				}
			</h3>
			<ul className="holdfast-entries">
				{(all ? entries : entries.slice(0, shownAtFirst)).map((entry) => (
					<li key={`${entry.change}:${entry.label}`} className={`is-${entry.change}`}>
						<span className="screen-reader-text">
							{entry.change === 'put' ? __('written:', 'holdfast') : __('deleted:', 'holdfast')}{' '}
						</span>
						{entry.label}
					</li>
				))}
			</ul>
			{entries.length > shownAtFirst && (
				<Button variant="link" aria-expanded={all} onClick={() => setAll(!all)}>
					{all ? __('Show fewer', 'holdfast') : __('Show all', 'holdfast')}
				</Button>
			)}
		</>
	);
}
