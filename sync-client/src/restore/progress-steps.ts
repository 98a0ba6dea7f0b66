/** What a restore shows of itself: its steps, in order, with their totals as far as the plan knows them. */
import type { Plan } from '@holdfast/protocol';
import type { PlannedStep, Progress } from '../jobs/jobs.ts';

const comparing: readonly PlannedStep[] = [
	{ id: 'compare', label: 'Comparing tables', unit: 'tables', total: null },
	{ id: 'compareFiles', label: 'Comparing files', unit: 'files', total: null },
];

const step = (id: string, label: string, unit: PlannedStep['unit'], total: number | null): PlannedStep => ({ id, label, unit, total });

/** @param plan null while it is being made: no totals yet */
export function stepsOf(plan: Plan | null): PlannedStep[] {
	const rows = plan?.tables.reduce((sum, table) => sum + table.insert + table.change + table.delete, 0) ?? null;
	return [
		step('fetch', 'Fetching and staging', 'bytes', plan?.fetchBytes ?? null),
		step('window', 'Recording the present', 'steps', 3),
		step('switch', 'Switching the database', 'rows', rows),
		step('switchFiles', 'Switching the files', 'files', plan === null ? null : plan.files.write + plan.files.remove + plan.files.attributes),
		step('record', 'Recording the restored site', 'steps', 1),
		step('verify', 'Comparing tables with the point', 'tables', null),
		step('verifyFiles', 'Comparing files with the point', 'files', plan?.compared.files ?? null),
	];
}

/** Of an undo, whose plan is made first. */
export const stepsOfUndo = (): PlannedStep[] => [...comparing, ...stepsOf(null)];

/** What a comparison tells, as the steps `<id>` for tables and `<id>Files` for files. */
export function showComparison(progress: Progress, id: 'compare' | 'verify'): (what: 'tables' | 'files', done: number, total: number | null) => void {
	let begun = '';
	return (what, done, total) => {
		const one = what === 'tables' ? id : `${id}Files`;
		if (begun !== one) { progress.begin(one); }
		begun = one;
		if (total === null) { progress.moved(done); } else { progress.moved(done, total); }
	};
}
