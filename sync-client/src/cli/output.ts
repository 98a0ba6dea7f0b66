import type { ErrorView, Job, Plan, Point, RestoreResult, Status, SweepResult } from '@holdfast/protocol';

/* What people read in the terminal. `--json` prints the same objects as the control API instead. */

const count = new Intl.NumberFormat('en');

/** `1.9 GB`, decimal units. */
export function bytesInWords(bytes: number): string {
	const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
	let value = bytes;
	let unit = 0;
	while (value >= 1000 && unit < units.length - 1) {
		value /= 1000;
		unit += 1;
	}
	return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

export function moment(ms: number): string {
	return new Date(ms).toISOString().replace('T', ' ').replace('Z', ' UTC');
}

export function errorText(view: ErrorView): string {
	return `${view.message} (${view.code}, reference ${view.reference})\n${view.changed}\n${view.hint}`;
}

export function statusText(status: Status): string {
	const lines = [`State: ${status.state}`];
	if (status.site) {
		lines.push(`Site: ${status.site.home}`);
	}
	if (status.endpoint) {
		lines.push(`Endpoint: ${status.endpoint.url}${status.endpoint.reachable ? '' : ' (not reachable)'}`);
	}
	if (status.protectedUntil !== null) {
		lines.push(`Protected up to: ${moment(status.protectedUntil)}`);
	}
	if (status.waiting.changes > 0) {
		lines.push(`Waiting: ${count.format(status.waiting.changes)} changes, oldest ${Math.round(status.waiting.oldestMs / 1000)} s`);
	}
	for (const problem of status.problems) {
		lines.push(`Problem: ${problem.message} (${problem.code}) ${problem.hint}`);
	}
	return lines.join('\n');
}

export function pointLine(point: Point): string {
	const marks = [point.status === 'incomplete' ? 'Incomplete' : null, point.pinned ? 'kept' : null, point.duringUpdate ? 'during update' : null]
		.filter((mark) => mark !== null);
	const rows = point.counts.rows + point.counts.deletedRows;
	const files = point.counts.files + point.counts.deletedFiles;
	return `${String(point.seq).padStart(6)}  ${moment(point.at)}  ${point.name ?? point.title}  [${rows} rows, ${files} files${marks.length ? `; ${marks.join(', ')}` : ''}]`;
}

export function planText(plan: Plan): string {
	if (plan.empty) {
		return `The site already equals ${moment(plan.point.at)}: nothing to do. Compared ${count.format(plan.compared.rows)} rows and ${count.format(plan.compared.files)} files.`;
	}
	const lines = [`Plan ${plan.id}: the site goes back to ${moment(plan.point.at)} (${plan.point.title}).`,
		`Compared ${count.format(plan.compared.rows)} rows and ${count.format(plan.compared.files)} files. Nothing has been changed yet.`];
	for (const kind of plan.kinds) {
		lines.push(`  ${kind.label}: ${kind.insert} brought back, ${kind.change} changed, ${kind.delete} removed`);
	}
	for (const table of plan.tables.filter((candidate) => candidate.schema !== 'same')) {
		lines.push(`  Table ${table.table}: ${table.schema}`);
	}
	lines.push(`  Files: ${plan.files.write} written, ${plan.files.remove} removed, ${plan.files.attributes} with other rights or times`);
	for (const kept of plan.kept) {
		lines.push(`  Stays as it is now: ${kept.what} (${kept.why})`);
	}
	for (const warning of plan.warnings) {
		lines.push(`  Note: ${warning.message} (${warning.code})`);
	}
	lines.push(`About ${(plan.windowMs / 1000).toFixed(1)} s of maintenance, ${bytesInWords(plan.fetchBytes)} to fetch, ${bytesInWords(plan.needBytes)} of ${bytesInWords(plan.freeBytes)} free space needed.`);
	return lines.join('\n');
}

export function restoreText(result: RestoreResult): string {
	const compared = `${count.format(result.compared.rows)} rows and ${count.format(result.compared.files)} files compared`;
	const lines = result.equal
		? [`Your site equals ${moment(result.point.at)}: ${compared}, 0 differ, ${result.kept.length} kept. Maintenance took ${(result.windowMs / 1000).toFixed(1)} s.`]
		: [`The site does NOT equal ${moment(result.point.at)}: ${compared}, ${result.differing.length} differ.`,
			...result.differing.map((one) => `  ${one.what}: ${one.why}`)];
	for (const answer of result.answers.filter((one) => !one.ok)) {
		lines.push(`  ${answer.url} answered ${answer.status}.`);
	}
	if (result.undoPoint !== null) {
		lines.push(`To go back to how it was before: holdfast undo --restore ${result.id}`);
	}
	return lines.join('\n');
}

export function sweepText(result: SweepResult): string {
	const compared = `${count.format(result.compared.rows)} rows and ${count.format(result.compared.files)} files compared in ${(result.durationMs / 1000).toFixed(1)} s`;
	return result.equal
		? `Site and backup are equal: ${compared}.`
		: [`Site and backup differ: ${compared}.`, ...result.differing.map((one) => `  ${one.what}: ${one.why}`)].join('\n');
}

/** One line for a running job, for terminals that show progress. */
export function progressLine(job: Job): string {
	const step = job.steps.find((candidate) => candidate.state === 'running') ?? job.steps.at(-1);
	const percent = job.progress === null ? '' : `${Math.round(job.progress * 100)} % `;
	if (!step) {
		return `${percent}${job.kind}`;
	}
	const amount = step.unit === 'bytes' ? bytesInWords(step.done) : `${count.format(step.done)}${step.total === null ? '' : ` of ${count.format(step.total)}`} ${step.unit}`;
	return `${percent}${step.label}: ${amount}`;
}
