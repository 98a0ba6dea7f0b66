import { __ } from '@wordpress/i18n';

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

/** What is not backed up. Nothing is said where nothing is left out. */
export function LeftOut({ leftOut }: { leftOut: Reason[] }) {
	if (leftOut.length === 0) {
		return null;
	}
	return (
		<>
			<h3>{__('Not included', 'holdfast')}</h3>
			<Reasons reasons={leftOut} />
		</>
	);
}
