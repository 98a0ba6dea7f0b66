import type { BackupProgress } from '../image/first-backup.ts';
import type { Progress } from '../jobs/jobs.ts';

const labels: Record<BackupProgress['step'], string> = {
	schema: 'Looking at the tables', tables: 'Database', files: 'Files', finish: 'Making it exact',
};

/** The first backup's own progress as steps of its job. */
export function backupStep(told: BackupProgress, progress: Progress): void {
	progress.step(told.step, labels[told.step], told.unit, told.total);
	progress.moved(told.done, told.total);
}
