import { Notice } from '@wordpress/components';
import { __ } from '@wordpress/i18n';
import { FailureNotice } from '../components/failure-notice.tsx';
import type { ErrorView, PluginStatus } from '../wire.ts';

interface ProblemsProps {
	problems: ErrorView[];
	capture: PluginStatus['capture'] | null;
}

/** What is wrong now, in the order of weight. */
export function Problems({ problems, capture }: ProblemsProps) {
	return (
		<>
			{problems.map((problem) => (
				<FailureNotice
					key={`${problem.code}:${problem.reference}`}
					failure={problem}
					status={problem.retry === 'never' ? 'error' : 'warning'}
				/>
			))}
			{capture && !capture.ok && (
				<Notice status="warning" isDismissible={false} className="holdfast-notice">
					<strong>{__('Changes are not noticed at once.', 'holdfast')}</strong> {capture.problem}{' '}
					{__('They are found by the next full comparison instead.', 'holdfast')}
				</Notice>
			)}
		</>
	);
}
