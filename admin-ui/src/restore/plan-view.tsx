import { Button, Notice } from '@wordpress/components';
import { useDispatch } from '@wordpress/data';
import { __, sprintf } from '@wordpress/i18n';
import { FailureNotice } from '../components/failure-notice.tsx';
import { Heading } from '../components/heading.tsx';
import { Panel } from '../components/panel.tsx';
import { Reasons } from '../components/reasons.tsx';
import { useAction } from '../components/use-action.ts';
import { useSpoken } from '../components/use-spoken.ts';
import { useNow } from '../polling/use-now.ts';
import { store } from '../store/index.ts';
import type { Plan } from '../wire.ts';
import { files, rows } from '../words/counts.ts';
import { moment, span } from '../words/moments.ts';
import { bytes } from '../words/numbers.ts';
import { fits, newerWords, planObject, restoreLabel } from '../words/plan.ts';
import { Dependencies } from './dependencies.tsx';
import { PlanChanges } from './plan-changes.tsx';
import { StockTable } from './stock-table.tsx';

interface PlanViewProps {
	plan: Plan;
	onBack: () => void;
	onAgain: () => void;
}

/** The plan in people's words, and the button that does it. */
export function PlanView({ plan, onBack, onAgain }: PlanViewProps) {
	const now = useNow();
	const { startRestore } = useDispatch(store);
	const restore = useAction(() => startRestore(plan.id));
	/* translators: %s: "today 14:03:22". */
	const title = plan.empty
		? sprintf(__('Your site already equals %s', 'holdfast'), moment(plan.point.at, now))
		: sprintf(__('Your site goes back to %s', 'holdfast'), moment(plan.point.at, now));
	useSpoken(plan.empty ? '' : planObject(plan));
	return (
		<Panel>
			<Heading focused>{title}</Heading>
			<p className="holdfast-soft">
				{sprintf(
					/* translators: 1: "1,204 rows", 2: "12,907 files". */
					__('Nothing has been changed yet. Compared %1$s and %2$s on your site with that moment.', 'holdfast'),
					rows(plan.compared.rows),
					files(plan.compared.files),
				)}
			</p>
			{!plan.empty && <PlanChanges plan={plan} />}
			<Dependencies dependencies={plan.dependencies} />
			{plan.kept.length > 0 && (
				<>
					<h3>{__('Stays as it is now', 'holdfast')}</h3>
					<Reasons reasons={plan.kept} />
					{plan.keep.orders === true && <p className="holdfast-soft">{newerWords(plan.keep.newer)}</p>}
				</>
			)}
			<StockTable stock={plan.stock} />
			{plan.warnings.map((warning) => (
				<Notice key={`${warning.code}:${warning.message}`} status="warning" isDismissible={false} className="holdfast-notice">
					{warning.message} <span className="holdfast-soft">{warning.code}</span>
				</Notice>
			))}
			{restore.failure && (
				<FailureNotice failure={restore.failure} actions={[{ label: __('Compare again', 'holdfast'), onClick: onAgain }]} />
			)}
			<div className="holdfast-confirm">
				<p className="holdfast-soft">{plan.empty ? __('There is nothing to restore.', 'holdfast') : <Costs plan={plan} />}</p>
				<Button variant="tertiary" onClick={onBack} disabled={restore.busy} __next40pxDefaultSize>
					{__('Back', 'holdfast')}
				</Button>
				{!plan.empty && (
					<Button
						variant="primary"
						isBusy={restore.busy}
						disabled={restore.busy || !fits(plan)}
						onClick={() => void restore.run()}
						__next40pxDefaultSize
					>
						{restoreLabel(plan)}
					</Button>
				)}
			</div>
		</Panel>
	);
}

function Costs({ plan }: { plan: Plan }) {
	const parts = [
		/* translators: %s: "4 seconds". */
		sprintf(__('About %s of maintenance', 'holdfast'), span(plan.windowMs)),
		/* translators: %s: "4.2 MB". */
		sprintf(__('%s to fetch', 'holdfast'), bytes(plan.fetchBytes)),
		/* translators: 1: "9 MB", 2: "38 GB". */
		sprintf(__('%1$s free space needed, %2$s there', 'holdfast'), bytes(plan.needBytes), bytes(plan.freeBytes)),
		fits(plan)
			? __('the present is recorded first, so you can undo this', 'holdfast')
			: __('that does not fit: make room first, then compare again', 'holdfast'),
	];
	return <span className={fits(plan) ? '' : 'holdfast-warning-text'}>{parts.join(' · ')}</span>;
}
