import { Button } from '@wordpress/components';
import { useDispatch } from '@wordpress/data';
import { useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import { FailureNotice } from '../components/failure-notice.tsx';
import { SameMachine } from '../components/same-machine.tsx';
import { useAction } from '../components/use-action.ts';
import { PageHeader } from '../page-header.tsx';
import { RestoreWizard } from '../restore/restore-wizard.tsx';
import { UndoDialog } from '../restore/undo-dialog.tsx';
import { store } from '../store/index.ts';
import type { Reading } from '../store/state.ts';
import { TimelineBoard } from '../timeline/timeline-board.tsx';
import type { PluginStatus, Point, Status } from '../wire.ts';
import type { Single } from '../words/single-parts.ts';
import { BackUpNow } from './back-up-now.tsx';
import { Problems } from './problems.tsx';
import { ProtectedHeader } from './protected-header.tsx';
import { UndoNotice } from './undo-notice.tsx';

interface OverviewScreenProps {
	reading: Reading<PluginStatus>;
	status: Status;
}

type Open = { what: 'nothing' } | { what: 'backup' } | { what: 'undo' } | { what: 'restore'; point: Point | null; single: Single | null };

/** The table of contents of the page of a connected site. */
export function OverviewScreen({ reading, status }: OverviewScreenProps) {
	const [open, setOpen] = useState<Open>({ what: 'nothing' });
	// Coming back from the wizard, the focus begins at the page's heading.
	const [returned, setReturned] = useState(false);
	const close = () => {
		setReturned(open.what === 'restore');
		setOpen({ what: 'nothing' });
	};
	const { showRecoveryKey } = useDispatch(store);
	const key = useAction(showRecoveryKey);
	if (open.what === 'restore') {
		return <RestoreWizard point={open.point} single={open.single} onCancel={close} />;
	}
	return (
		<>
			<PageHeader focused={returned}>
				<Button variant="tertiary" disabled={key.busy} onClick={() => void key.run()} __next40pxDefaultSize>
					{__('Recovery key', 'holdfast')}
				</Button>
				<Button variant="secondary" onClick={() => setOpen({ what: 'backup' })} __next40pxDefaultSize>
					{__('Back up now', 'holdfast')}
				</Button>
				<Button variant="primary" onClick={() => setOpen({ what: 'restore', point: null, single: null })} __next40pxDefaultSize>
					{__('Restore…', 'holdfast')}
				</Button>
			</PageHeader>
			{key.failure && <FailureNotice failure={key.failure} onDismiss={key.forget} />}
			<ProtectedHeader reading={reading} status={status} />
			<Problems problems={status.problems} capture={reading.value?.capture ?? null} />
			{status.endpoint?.sameMachine && <SameMachine />}
			{status.undo && <UndoNotice undo={status.undo} onUndo={() => setOpen({ what: 'undo' })} />}
			<TimelineBoard
				undoPoint={status.undo?.point ?? null}
				onRestore={(point, single) => setOpen({ what: 'restore', point, single })}
				onUndo={() => setOpen({ what: 'undo' })}
			/>
			{open.what === 'backup' && <BackUpNow onClose={close} />}
			{open.what === 'undo' && <UndoDialog restore={status.undo?.restore ?? null} at={status.undo?.at ?? null} onClose={close} />}
		</>
	);
}
