import { __ } from '@wordpress/i18n';

type Change = 'insert' | 'change' | 'delete' | 'write' | 'remove' | 'attributes';

interface SamplesProps {
	samples: { label: string; change: Change }[];
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
			{samples.slice(0, samplesMax).map(({ label, change }, index) => (
				<li key={index}>
					{label} <span className="holdfast-soft">· {changeWord(change)}</span>
				</li>
			))}
		</ul>
	);
}
