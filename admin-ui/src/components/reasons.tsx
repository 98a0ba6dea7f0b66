import { __, _n, sprintf } from '@wordpress/i18n';
import { count, list } from '../words/numbers.ts';

interface Reason {
	what: string;
	why: string;
}

/** What and why, one per line. */
export function Reasons({ reasons }: { reasons: Reason[] }) {
	return (
		<ul className="holdfast-reasons">
			{reasons.map(({ what, why }, index) => (
				<li key={`${index}:${what}`}>
					<strong>{what}</strong> <span className="holdfast-soft">· {why}</span>
				</li>
			))}
		</ul>
	);
}

/** As many of one reason are named at once; the rest when asked for. */
const namedMax = 3;

/** What is not backed up, by reason. Nothing is said where nothing is left out. */
export function LeftOut({ leftOut }: { leftOut: Reason[] }) {
	if (leftOut.length === 0) {
		return null;
	}
	const reasons = new Map<string, string[]>();
	for (const { what, why } of leftOut) {
		reasons.set(why, [...(reasons.get(why) ?? []), what]);
	}
	return (
		<>
			<h3>{__('Not included', 'holdfast')}</h3>
			<ul className="holdfast-reasons">
				{[...reasons].map(([why, names]) => (
					<li key={why}>
						<Named names={names} why={why} />
					</li>
				))}
			</ul>
		</>
	);
}

function Named({ names, why }: { names: string[]; why: string }) {
	const more = names.length - namedMax;
	const first = more > 0 ? names.slice(0, namedMax).join(', ') : list(names);
	const line = (
		<>
			<strong>{first}</strong>{' '}
			{more > 0 &&
				/* translators: %s: a number. */
				sprintf(_n('and %s more', 'and %s more', more, 'holdfast'), count(more))}{' '}
			<span className="holdfast-soft">· {why}</span>
		</>
	);
	return more > 0 ? (
		<details>
			<summary>{line}</summary>
			<p>{names.slice(namedMax).join(', ')}</p>
		</details>
	) : (
		line
	);
}
