/** The sweep makes the backup equal to the site: compares all, collects what differs. `verify` only compares. */
import { asBuffer, decodeKey, type Difference, type SweepResult } from '@holdfast/protocol';
import { placeName } from '../files/collected-files.ts';
import { HoldfastError } from '../errors.ts';
import type { SiteTree } from '../files/site-tree.ts';
import type { Announced } from '../intents/announced.ts';
import { Named } from '../intents/named.ts';
import type { Clock } from '../ports/clock.ts';
import type { SiteStates } from '../ports/site-state.ts';
import { tupleOfKey } from '../rows/live-table.ts';
import type { AnnouncedWatch } from './announced-watch.ts';
import type { QuietRules } from './quiet-rules.ts';
import { SiteComparison, type LiveSite, type TablePair } from './site-comparison.ts';
import { ShortSnapshots } from './short-snapshots.ts';
import { withSnapshot } from './with-snapshot.ts';

/** Has the named keys read, `quiet` as quiet changes. `isLast`: everything is compared; called once with it, with nothing named where nothing differed. */
export type SweepCollect = (found: { extra: Named; quiet: Named }, isLast: boolean) => Promise<unknown>;

/** Named in the result at most. */
export const differingMax = 100;
/** Differences named in one collect: bounds its memory. More are collected in further ones. */
const namedPerCollectMax = 10_000;

/** @property announced left out: every difference counts. @property quietRules left out: none is quiet. */
export type SweepParts = { site: LiveSite; states: SiteStates; clock: Clock; announced?: () => AnnouncedWatch; quietRules?: () => Promise<QuietRules> };
export type SweepProgress = (step: 'tables' | 'files', done: number, total: number | null) => void;

/** What the sweep found, and how often; what is quiet, or announced and on its way, is collected, but was not missed. */
class Found {
	readonly differing: SweepResult['differing'] = [];
	count = 0;
	add(what: string, why: string): void {
		this.count++;
		if (this.differing.length < differingMax) { this.differing.push({ what, why }); }
	}
}

/**
 * Compares the live site with state(now) and has what differs collected.
 * @param collect takes keys to read; called with at most about 10,000 at a time. Left out: nothing is collected (verify).
 */
export async function sweep(parts: SweepParts, collect: SweepCollect | null, progress: SweepProgress = () => {}, signal?: AbortSignal): Promise<SweepResult> {
	const watch = parts.announced?.() ?? null;
	const state = await parts.states.now();
	try {
		return await compareAll(parts, new SiteComparison(parts.site, state, state), await passOf(parts, collect, watch), progress, signal);
	} finally {
		watch?.end();
		await state.close();
	}
}

/** Compares the live site with state(now), or with the state of a point; changes nothing. */
export async function verify(parts: SweepParts, point: number | null, progress: SweepProgress = () => {}, signal?: AbortSignal): Promise<SweepResult> {
	if (point === null) { return sweep(parts, null, progress, signal); }
	const state = await parts.states.at(point);
	const now = await parts.states.now();
	try {
		return await compareAll(parts, new SiteComparison(parts.site, state, now), await passOf(parts, null, null), progress, signal);
	} finally {
		await now.close();
		await state.close();
	}
}

async function compareAll(parts: SweepParts, comparison: SiteComparison, pass: Pass, progress: SweepProgress, signal?: AbortSignal): Promise<SweepResult> {
	const startedUs = parts.clock.monotonicUs();
	const { pairs } = await withSnapshot(parts.site.database, (snapshot) => comparison.tables(snapshot));
	for (const [i, pair] of pairs.entries()) {
		signal?.throwIfAborted();
		progress('tables', i, pairs.length);
		await comparePair(parts, comparison, pass, pair);
	}
	progress('tables', pairs.length, pairs.length);
	for await (const differences of comparison.definitions()) { await pass.definitions(differences); }
	for await (const differences of comparison.filesOf()) {
		signal?.throwIfAborted();
		progress('files', comparison.files.files, null);
		await pass.files(differences);
	}
	for await (const differences of comparison.leftOut()) { await pass.files(differences); }
	await pass.flush(true);
	return { equal: pass.found.count === 0, compared: comparison.compared, differing: pass.found.differing, durationMs: Math.round((parts.clock.monotonicUs() - startedUs) / 1000) };
}

/**
 * Compares some tables only, and has what differs collected. A table without a key is collected as a whole at once: comparing it costs the same.
 * @param collect as `sweep`'s
 */
export async function sweepTables(parts: SweepParts, names: ReadonlySet<string>, collect: SweepCollect, signal?: AbortSignal): Promise<void> {
	const watch = parts.announced?.() ?? null;
	const state = await parts.states.now();
	try {
		const comparison = new SiteComparison(parts.site, state, state);
		const pass = await passOf(parts, collect, watch);
		const { pairs } = await withSnapshot(parts.site.database, (snapshot) => comparison.tables(snapshot, (table) => names.has(table)));
		for (const pair of pairs) {
			signal?.throwIfAborted();
			if (pair.how === 'same' && pair.layout!.key.kind === 'row') { await pass.table(pair); } else { await comparePair(parts, comparison, pass, pair); }
		}
		await pass.flush(true);
	} finally {
		watch?.end();
		await state.close();
	}
}

async function comparePair(parts: SweepParts, comparison: SiteComparison, pass: Pass, pair: TablePair): Promise<void> {
	if (pair.how !== 'same') {
		await pass.table(pair);
		return;
	}
	const reader = new ShortSnapshots(parts.site.database, parts.clock, pair.layout!);
	try {
		for await (const differences of comparison.rows(reader, pair)) { await pass.rows(pair, differences); }
	} catch (error) {
		if (!(error instanceof HoldfastError) || (error.code !== 'DB_TABLE_CHANGED' && error.code !== 'DB_TABLE_GONE')) { throw error; }
		await pass.table(pair);
		return;
	} finally {
		await reader.close();
	}
	const counter = await comparison.counter(pair);
	if (counter.live !== counter.state && counter.live !== null) { pass.counter(pair); }
}

const whyOf = ({ left, right }: Difference): string => (left === null ? 'only in the backup' : right === null ? 'only on the site' : 'other on the site');

/** Who only wants to know whether all is equal is told of quiet rows, too. */
async function passOf(parts: SweepParts, collect: SweepCollect | null, watch: AnnouncedWatch | null): Promise<Pass> {
	return new Pass(collect, watch, parts.site.tree, collect === null ? null : (await parts.quietRules?.()) ?? null);
}

/** Turns differences into names to collect, and counts those that nobody has announced and that are not quiet. */
class Pass {
	readonly found = new Found();
	#named = new Named();
	#quiet = new Named();
	#count = 0;
	readonly #collect: SweepCollect | null;
	readonly #watch: AnnouncedWatch | null;
	readonly #tree: SiteTree;
	readonly #rules: QuietRules | null;

	constructor(collect: SweepCollect | null, watch: AnnouncedWatch | null, tree: SiteTree, rules: QuietRules | null) {
		this.#collect = collect;
		this.#watch = watch;
		this.#tree = tree;
		this.#rules = rules;
	}

	async table(pair: TablePair): Promise<void> {
		if ((await this.#announced())?.explainsTable(pair.name) !== true) {
			this.found.add(`table ${pair.name}`, pair.how === 'liveOnly' ? 'only on the site' : pair.how === 'stateOnly' ? 'only in the backup' : 'another schema');
		}
		const rows = this.#named.rows(pair.name);
		rows.schema = true;
		rows.addWhole();
	}

	/** Counters are read with their table's schema; alone they are no difference that a person would see. */
	counter(pair: TablePair): void {
		this.#quiet.rows(pair.name).schema = true;
	}

	async rows(pair: TablePair, differences: Difference[]): Promise<void> {
		const announced = await this.#announced();
		const isQuiet = this.#rules?.of(pair.layout!) ?? (() => false);
		for (const difference of differences) {
			const quiet = isQuiet(difference);
			const rows = (quiet ? this.#quiet : this.#named).rows(pair.name);
			const tuple = pair.layout!.key.kind === 'row' ? null : tupleOfKey(pair.layout!, difference.key);
			if (tuple === null) { rows.addWhole(); } else { rows.addKey(tuple); }
			if (!quiet && announced?.explainsRow(pair.name, tuple) !== true) {
				this.found.add(`${pair.name} ${rowName(pair, difference.key)}`, whyOf(difference));
			}
		}
		this.#count += differences.length;
		await this.#flushWhenFull();
	}

	async definitions(differences: Difference[]): Promise<void> {
		const announced = await this.#announced();
		for (const difference of differences) {
			const key = decodeKey(difference.key);
			const name = key.kind === 'trigger' ? `trigger ${key.name} on ${key.table}` : key.kind === 'view' ? `view ${key.name}` : 'definition';
			const table = key.kind === 'trigger' ? key.table : key.kind === 'view' ? key.name : '';
			if (announced?.explainsTable(table) !== true) { this.found.add(name, whyOf(difference)); }
			this.#named.rows(table).schema = true;
		}
	}

	async files(differences: Difference[]): Promise<void> {
		const announced = await this.#announced();
		for (const difference of differences) {
			const key = decodeKey(difference.key);
			if (key.kind !== 'file' && key.kind !== 'fileLeftOut') { continue; }
			const absolute = this.#tree.scope.roots.absolute(key.root, key.path);
			if (absolute === null || announced?.explainsFile(asBuffer(absolute)) !== true) {
				this.found.add(placeName(key.root, key.path), key.kind === 'fileLeftOut' ? `${whyOf(difference)} (left out)` : whyOf(difference));
			}
			this.#named.addFileKey(difference.key);
		}
		this.#count += differences.length;
		await this.#flushWhenFull();
	}

	/** As of a moment after the snapshot in which the differences were seen. */
	async #announced(): Promise<Announced | null> { return (await this.#watch?.look()) ?? null; }

	async #flushWhenFull(): Promise<void> {
		if (this.#count >= namedPerCollectMax) { await this.flush(false); }
	}

	async flush(isLast: boolean): Promise<void> {
		const found = { extra: this.#named, quiet: this.#quiet };
		this.#named = new Named();
		this.#quiet = new Named();
		this.#count = 0;
		await this.#collect?.(found, isLast);
	}
}

/** `ID=12`, as far as it can be shown. */
export function rowName(pair: Pick<TablePair, 'layout'>, key: Uint8Array): string {
	const layout = pair.layout!;
	if (layout.key.kind === 'row') { return 'a row'; }
	const tuple = tupleOfKey(layout, key);
	const shown: string[] = [];
	let at = 0;
	for (const column of layout.key.columns) {
		const length = tuple[at]! < 0xfb ? tuple[at]! : -1;
		if (length < 0) { return 'a row'; }
		shown.push(`${column.name}=${asBuffer(tuple).toString('utf8', at + 1, at + 1 + Math.min(length, 60))}`);
		at += 1 + length;
	}
	return shown.join(' ');
}
