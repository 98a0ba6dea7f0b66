import { Button, CheckboxControl, Modal, TextControl } from '@wordpress/components';
import { useDispatch } from '@wordpress/data';
import { useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import { FailureNotice } from '../components/failure-notice.tsx';
import { useAction } from '../components/use-action.ts';
import { store } from '../store/index.ts';
import { BackupUnderWay } from './backup-under-way.tsx';

const nameLengthMax = 120;

/** A point with a name, kept for good. Done when the endpoint has it. */
export function BackUpNow({ onClose }: { onClose: () => void }) {
	const [name, setName] = useState('');
	const [pinned, setPinned] = useState(true);
	const [job, setJob] = useState<string | null>(null);
	const { startBackup } = useDispatch(store);
	const start = useAction(async () => setJob((await startBackup(name.trim(), pinned)).id));
	return (
		<Modal title={__('Back up now', 'holdfast')} onRequestClose={onClose} className="holdfast-modal">
			{job !== null ? (
				<BackupUnderWay key={job} job={job} onClose={onClose} />
			) : (
				<form
					onSubmit={(event) => {
						event.preventDefault();
						void start.run();
					}}
				>
					<p className="holdfast-soft">
						{__('Every change is backed up by itself. A named moment is easier to find again.', 'holdfast')}
					</p>
					<TextControl
						label={__('Name', 'holdfast')}
						placeholder={__('Before the sale', 'holdfast')}
						value={name}
						onChange={setName}
						maxLength={nameLengthMax}
						__next40pxDefaultSize
					/>
					<CheckboxControl
						label={__('Keep it for good', 'holdfast')}
						help={__('It is not removed when older moments are.', 'holdfast')}
						checked={pinned}
						onChange={setPinned}
					/>
					{start.failure && <FailureNotice failure={start.failure} />}
					<div className="holdfast-buttons is-end">
						<Button variant="tertiary" onClick={onClose} __next40pxDefaultSize>
							{__('Cancel', 'holdfast')}
						</Button>
						<Button type="submit" variant="primary" disabled={start.busy} isBusy={start.busy} __next40pxDefaultSize>
							{__('Back up now', 'holdfast')}
						</Button>
					</div>
				</form>
			)}
		</Modal>
	);
}
