import { __, sprintf } from '@wordpress/i18n';

type Change = 'insert' | 'change' | 'delete' | 'write' | 'remove' | 'attributes';

interface SamplesProps {
	samples: { label: string; change: Change; from?: string; to?: string }[];
}

const samplesMax = 5;

function changeWord(change: Change): string {
	switch (change) {
		case 'insert':
			return __('brought back', 'holdfast');
		case 'change':
		case 'write':
			return __('as it was then', 'holdfast');
		case 'delete':
		case 'remove':
			return __('removed', 'holdfast');
		case 'attributes':
			return __('rights and times only', 'holdfast');
	}
}

/** A few names, so that one sees what is meant. */
export function Samples({ samples }: SamplesProps) {
	if (samples.length === 0) {
		return null;
	}
	return (
		<ul className="holdfast-samples">
			{samples.slice(0, samplesMax).map(({ label, change, from, to }, index) => (
				<li key={index}>
					{label}{' '}
					{from !== undefined && to !== undefined ? (
						<span className="holdfast-soft">
							{
								/* translators: 1: what it is now. 2: what it was then and will be. */
								sprintf(__('· “%1$s” → “%2$s”', 'holdfast'), from, to)
							}
						</span>
					) : (
						<span className="holdfast-soft">· {changeWord(change)}</span>
					)}
				</li>
			))}
		</ul>
	);
}
