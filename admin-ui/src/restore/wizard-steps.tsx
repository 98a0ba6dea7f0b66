import { __, sprintf } from '@wordpress/i18n';
import { useNow } from '../polling/use-now.ts';
import type { Part, Point } from '../wire.ts';
import { moment } from '../words/moments.ts';
import { list } from '../words/numbers.ts';
import { partLabel } from '../words/parts.ts';

const order = ['when', 'what', 'preview', 'restore'] as const;
export type WizardStep = Exclude<(typeof order)[number], 'restore'>;

interface WizardStepsProps {
	step: (typeof order)[number];
	point: Pick<Point, 'at'> | null;
	parts: Part[];
}

/** Where one is, and what was answered so far. */
export function WizardSteps({ step, point, parts }: WizardStepsProps) {
	const now = useNow();
	const here = order.indexOf(step);
	const label = (id: (typeof order)[number], index: number): string => {
		switch (id) {
			case 'when':
				/* translators: %s: a moment. */
				return point && index < here ? sprintf(__('When: %s', 'holdfast'), moment(point.at, now)) : __('When', 'holdfast');
			case 'what':
				/* translators: %s: "Database and Plugins". */
				return index < here ? sprintf(__('What: %s', 'holdfast'), list(parts.map(partLabel))) : __('What', 'holdfast');
			case 'preview':
				return __('Preview', 'holdfast');
			case 'restore':
				return __('Restore', 'holdfast');
		}
	};
	return (
		<ol className="holdfast-wizard">
			{order.map((id, index) => (
				<li key={id} className={index <= here ? 'is-reached' : ''} aria-current={id === step ? 'step' : undefined}>
					{index + 1} · {label(id, index)}
				</li>
			))}
		</ol>
	);
}
