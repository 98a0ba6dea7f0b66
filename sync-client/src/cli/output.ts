import type { ErrorView, Job, Plan, Point, RestoreResult, Status, SweepResult } from '@holdfast/protocol';
import type { KeyCheck } from '../empty-server/key-check.ts';
import type { OntoPlan, OntoResult } from '../empty-server/restore-onto.ts';

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

/** Names shown of each kind; `--json` has more. */
const samplesMax = 10;
const changeMarks = { insert: '+', change: '~', delete: '-' };

const isWhole = ({ parts }: Pick<Plan, 'parts'>): boolean => parts.includes('everything');

export function planText(plan: Plan): string {
	if (plan.empty) {
		return `${isWhole(plan) ? 'The site already equals' : `${plan.parts.join(', ')}: already as it was`} ${moment(plan.point.at)}: nothing to do. Compared ${count.format(plan.compared.rows)} rows and ${count.format(plan.compared.files)} files.`;
	}
	const lines = [`Plan ${plan.id}: ${isWhole(plan) ? 'the site goes' : plan.parts.join(', ')} back to ${moment(plan.point.at)} (${plan.point.title}).`,
		`Compared ${count.format(plan.compared.rows)} rows and ${count.format(plan.compared.files)} files. Nothing has been changed yet.`];
	for (const kind of plan.kinds) {
		lines.push(`  ${kind.label}: ${kind.insert} brought back, ${kind.change} changed, ${kind.delete} removed`);
		for (const { label, change, from, to } of kind.samples.slice(0, samplesMax)) {
			lines.push(`    ${changeMarks[change]} ${label}${from === undefined || to === undefined ? '' : `: “${from}” → “${to}”`}`);
		}
	}
	for (const table of plan.tables.filter((candidate) => candidate.schema !== 'same')) {
		lines.push(`  Table ${table.table}: ${table.schema}`);
	}
	lines.push(`  Files: ${plan.files.write} written, ${plan.files.remove} removed, ${plan.files.attributes} with other rights or times`);
	lines.push(...dependencyLines(plan.dependencies));
	for (const kept of plan.kept) {
		lines.push(`  Stays as it is now: ${kept.what} (${kept.why})`);
	}
	for (const warning of plan.warnings) {
		lines.push(`  Note: ${warning.message} (${warning.code})`);
	}
	lines.push(`About ${(plan.windowMs / 1000).toFixed(1)} s of maintenance, ${bytesInWords(plan.fetchBytes)} to fetch, ${bytesInWords(plan.needBytes)} of ${bytesInWords(plan.freeBytes)} free space needed.`);
	return lines.join('\n');
}

const nouns: Record<Plan['dependencies'][number]['kind'], [string, string]> = {
	attachment: ['attachment', 'attachments'], term: ['category, tag or menu', 'categories, tags or menus'], user: ['user', 'users'], post: ['post or page', 'posts or pages'],
};

/** What the chosen parts use: `Restores 2 attachments that post:1 uses: …`, and what they need that is only named. */
function dependencyLines(dependencies: Plan['dependencies']): string[] {
	const groups = new Map<string, Plan['dependencies']>();
	for (const one of dependencies) {
		const name = `${one.of} ${one.kind} ${one.restored}`;
		groups.set(name, [...(groups.get(name) ?? []), one]);
	}
	return [...groups.values()].map((group) => {
		const [{ of, kind, restored }] = group as [Plan['dependencies'][number]];
		const names = group.map(({ label, id }) => `${label} (${id})`).join(', ');
		const noun = nouns[kind][group.length === 1 ? 0 : 1];
		return restored ? `  Restores ${group.length} ${noun} that ${of} uses: ${names}` : `  Not restored, but used by ${of} and gone: ${group.length} ${noun}: ${names}`;
	});
}

/** Equal to the point, and the site answers as before. */
export const isGood = (result: Pick<RestoreResult, 'equal' | 'answers'>): boolean => result.equal && result.answers.every((answer) => answer.ok);

/** What came of a restore. Where that is not good, undo is offered before anything else. */
export function restoreText(result: RestoreResult): string {
	const at = moment(result.point.at);
	const what = result.parts === undefined || isWhole({ parts: result.parts }) ? null : result.parts.join(', ');
	const compared = `${count.format(result.compared.rows)} rows and ${count.format(result.compared.files)} files compared, ${result.differing.length} differ, ${result.kept.length} kept. Maintenance took ${(result.windowMs / 1000).toFixed(1)} s.`;
	const undo = result.undoPoint === null ? [] : [`To go back to how it was before: holdfast undo --restore ${result.id}`];
	const differing = result.differing.map((one) => `  ${one.what}: ${one.why}`);
	const notes = (result.erased ?? []).map((one) => `  Personal data of ${one.email}: ${one.done ? 'erased again.' : 'were erased since, and are there again; WordPress erases them at one of its next requests.'} ${one.messages.join(' ')}`.trimEnd());
	if (result.caches?.cdn) { notes.push(`  ${result.caches.cdn} stands before this site and may still show pages of before: empty its cache there.`); }
	notes.push(...result.answers.filter((one) => one.ok && one.why !== undefined).map((one) => `  ${one.url}: ${one.why}`));
	if (isGood(result)) { return [`${what === null ? 'Your site equals' : `${what}: as it was`} ${at}: ${compared}`, ...notes, ...differing, ...undo].join('\n'); }
	const silent = result.answers.filter((one) => !one.ok).map((one) => `  ${one.url}: ${one.why ?? `It answers ${one.status}.`}`);
	const equals = what === null ? `The site equals ${at}` : `${what}: as it was ${at}`;
	const title = result.equal ? `${equals}, but the site does NOT answer as it did before: ${compared}` : `${what === null ? 'The site does NOT equal' : `${what}: NOT as it was`} ${at}: ${compared}`;
	return [title, ...undo, ...notes, ...differing, ...silent].join('\n');
}

export function keyText(check: KeyCheck): string {
	return [
		`This recovery key opens the backup of ${check.home} (site ${check.siteId}) at ${check.endpoint}.`,
		check.newest === null ? 'Its first backup was never completed: no point can be restored.' : `${count.format(check.points)} ${check.points === 1 ? 'point' : 'points'}, from ${moment(check.oldest!.at)} to ${moment(check.newest.at)}. The newest:\n${pointLine(check.newest)}`,
		check.sealed ? 'The site is sealed: the endpoint does not have the key. Without it nothing can be read.' : 'The endpoint keeps the key too, wrapped.',
	].join('\n');
}

export function ontoPlanText(plan: OntoPlan): string {
	return [
		`${plan.home} (site ${plan.siteId}) of ${moment(plan.point.at)} (${plan.point.title}) would come to ${plan.folder} and the database ${plan.database}.`,
		`${plan.tables} tables, prefix ${plan.prefix}; WordPress ${plan.wordpress.version} (${plan.wordpress.locale}).`,
		plan.goesOn ? 'A restore that was cut off is there: it would go on.' : 'Folder and database are empty. Nothing has been changed.',
	].join('\n');
}

export function ontoText(result: OntoResult): string {
	const compared = `${count.format(result.compared.rows)} rows and ${count.format(result.compared.files)} files compared`;
	const lines = result.equal
		? [`${result.home} is in ${result.folder} as it was at ${moment(result.point.at)}: ${compared}, 0 differ. It took ${(result.windowMs / 1000).toFixed(1)} s.`]
		: [`${result.folder} does NOT equal ${moment(result.point.at)}: ${compared}, ${result.differing.length} differ.`, ...result.differing.map((one) => `  ${one.what}: ${one.why}`)];
	lines.push(...result.kept.map((one) => `  ${one.what}: ${one.why}`));
	const { rewritten, core, config } = result;
	if (rewritten !== null) {
		for (const { table, rows, replaced } of rewritten.tables) { lines.push(`  ${table}: ${count.format(replaced)} addresses replaced in ${count.format(rows)} rows`); }
		if (rewritten.prefix !== null) { lines.push(`  ${rewritten.prefix.tables} tables renamed from ${rewritten.prefix.from} to ${rewritten.prefix.to}, ${rewritten.prefix.rows} rows that are named after it`); }
		lines.push(...rewritten.notes.map((note) => `  Note: ${note}`));
	}
	if (core.from !== 'missing') { lines.push(`WordPress ${core.version}: ${count.format(core.placed)} files placed${core.kept > 0 ? `, ${count.format(core.kept)} were there already` : ''}.`); }
	if (config.how === 'edited') { lines.push(`wp-config.php: ${config.changed.length === 0 ? 'fits as it is' : `changed ${config.changed.join(', ')}`}.`); }
	if (result.held !== null) { lines.push(`Scheduled jobs, mail and webhooks of this copy are held. To release them: holdfast release --to ${result.folder}`); }
	lines.push(...result.notes.map((note) => `Note: ${note}`));
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
