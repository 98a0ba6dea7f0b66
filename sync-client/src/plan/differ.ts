/** Fills a plan's store: the live site against the state, by the rules, in the chosen parts. The same for planning and for verifying. */
import { decodeFile, decodeKey, decodeReason, decodeTable, encodeCounter, encodeTable, kindRange, keyKinds, rowsRange, triggersRange, type Difference, type Incarnation, type TableValue } from '@holdfast/protocol';
import { placeName } from '../files/collected-files.ts';
import type { Snapshot, TableLayout as LiveLayout } from '../ports/database.ts';
import { rowCount } from '../ports/row-batch.ts';
import type { PlanOperation, PlanStore } from '../ports/plan-store.ts';
import type { SiteState } from '../ports/site-state.ts';
import { tableValueOf } from '../rows/table-shape.ts';
import { SiteComparison, type LiveSite, type TablePair } from '../sweep/site-comparison.ts';
import { withSnapshot } from '../sweep/with-snapshot.ts';
import { adjustFile, OutOfScope } from './file-rules.ts';
import type { Chosen } from './parts.ts';
import { RowRules, type Kept, type RuleSettings } from './row-rules.ts';

/** Kept things named at most; they may be as many as files of an excluded folder. */
const keptMax = 200;

export type DifferParts = {
	site: LiveSite;
	/** The state to be restored, and state(now) of the same site; null onto an empty target. */
	state: SiteState;
	now: SiteState | null;
	chosen: Chosen;
	/** Null onto an empty target: nothing is kept there. */
	rules: RuleSettings | null;
	signal?: AbortSignal;
	progress?: (step: 'tables' | 'files', done: number, total: number | null) => void;
};

type Operation = Pick<PlanOperation, 'key' | 'live' | 'target'>;

export class Differ {
	readonly #parts: DifferParts;
	readonly comparison: SiteComparison;
	readonly #kept = new Map<string, Kept>();
	readonly #then = new OutOfScope();
	readonly #now = new OutOfScope();
	#rules = RowRules.none();
	readonly unreadable: string[] = [];
	/** Tables named by the person that are neither there nor in the state. */
	readonly unknownTables: string[] = [];

	constructor(parts: DifferParts) {
		this.#parts = parts;
		this.comparison = new SiteComparison(parts.site, parts.state, parts.now);
	}

	get kept(): Kept[] { return [...this.#kept.values()]; }
	get outOfScopeThen(): OutOfScope { return this.#then; }

	/** Everything that is chosen. */
	async fill(store: PlanStore): Promise<void> {
		await this.load();
		if (this.#parts.chosen.anyDatabase) { await this.#database(store); }
		if (this.#parts.chosen.anyFiles) { await this.#files(store); }
	}

	/** What the rules need to know of then and now. */
	async load(): Promise<void> {
		const { site, rules, state, chosen } = this.#parts;
		if (rules !== null && chosen.anyDatabase) {
			this.#rules = await withSnapshot(site.database, (snapshot) => RowRules.load(snapshot, rules, (table) => layoutIfThere(snapshot, table)));
		}
		await loadReasons(state, this.#then);
	}

	/** What is out of scope now, as state(now) has it: where no walk tells. */
	async loadScopeNow(now: SiteState): Promise<void> {
		await loadReasons(now, this.#now);
	}

	async #database(store: PlanStore): Promise<void> {
		const { site, chosen, signal, progress } = this.#parts;
		const { pairs, kept } = await withSnapshot(site.database, (snapshot) => this.comparison.tables(snapshot, chosen.table));
		for (const name of kept) { this.#keep({ what: `Table ${name}`, why: 'Out of scope now or then.' }); }
		this.unknownTables.push(...chosen.named.filter((name) => !pairs.some((pair) => pair.name === name) && !kept.includes(name)));
		for (const [i, pair] of pairs.entries()) {
			signal?.throwIfAborted();
			progress?.('tables', i, pairs.length);
			await this.table(store, pair);
		}
		progress?.('tables', pairs.length, pairs.length);
		await this.#definitions(store);
	}

	/** One table: its schema, rows and counter. Replaces what the store has of it. */
	async table(store: PlanStore, pair: TablePair): Promise<void> {
		const { site } = this.#parts;
		await withSnapshot(site.database, async (snapshot) => {
			if (pair.how === 'liveOnly' && pair.live?.shared === true) { this.#keep({ what: `Table ${pair.name}`, why: 'Shared with other sites.' }); return; }
			const liveIncarnation = (await this.#parts.now?.tables())?.get(pair.name)?.incarnation ?? null;
			const target = pair.state === null ? null : encodeTable(pair.state);
			store.setTable({ name: pair.name, how: pair.how, incarnation: pair.state?.incarnation ?? null, liveIncarnation, target });
			if (pair.how === 'same') { await this.#rows(store, snapshot, pair); }
			else { await this.#anew(store, snapshot, pair, target); }
			await this.#counter(store, pair);
		});
	}

	async #rows(store: PlanStore, snapshot: Snapshot, pair: TablePair): Promise<void> {
		for await (const differences of this.comparison.rows(snapshot, pair)) {
			const operations = differences.map((difference) => this.row(pair.name, pair.state!, difference)).filter((one) => one !== null);
			if (operations.length > 0) { store.put(operations); }
		}
	}

	/** What is to be done at a row's key; null for nothing. */
	row(table: string, state: TableValue, { key, left, right }: { key: Uint8Array; left: Uint8Array | null; right: Uint8Array | null }): Operation | null {
		const { value, kept } = this.#rules.adjust(table, state.layout, right, left);
		if (kept !== null) { this.#keep(kept); }
		return sameBytes(value, left) ? null : { key, live: left, target: value };
	}

	/** A table that is made, dropped, or made anew in another shape: all its rows. */
	async #anew(store: PlanStore, snapshot: Snapshot, pair: TablePair, target: Uint8Array | null): Promise<void> {
		const live = pair.live === null ? null : pair.layout === null ? Buffer.alloc(0) : encodeTable(tableValueOf(pair.layout, 0 as Incarnation));
		store.put([{ key: Buffer.concat([Buffer.of(keyKinds.table), Buffer.from(pair.name)]), live, target }]);
		if (pair.state === null) {
			if (pair.layout !== null) { store.setFact(`rows ${pair.name}`, await countRows(snapshot, pair.layout)); }
			return;
		}
		const { incarnation } = pair.state;
		const { low, high } = rowsRange(incarnation);
		for await (const { keys, values } of this.#parts.state.range(low, high)) {
			const operations = keys.map((key, i) => this.row(pair.name, pair.state!, { key, left: null, right: values[i]! })).filter((one) => one !== null);
			if (operations.length > 0) { store.put(operations); }
		}
		if (pair.layout !== null && this.#rules.concerns(pair.name)) { await this.#keepLiveRows(store, snapshot, pair, pair.layout); }
	}

	async #keepLiveRows(store: PlanStore, snapshot: Snapshot, pair: TablePair, layout: LiveLayout): Promise<void> {
		const state = pair.state!;
		const sameColumns = JSON.stringify(tableValueOf(layout, state.incarnation).layout.columns) === JSON.stringify(state.layout.columns);
		if (!sameColumns) { return; }
		const { low, high } = rowsRange(state.incarnation);
		for await (const { keys, values } of this.comparison.liveRows(snapshot, layout, state.incarnation).range(low, high)) {
			keys.forEach((key, i) => {
				if (this.#rules.isKeptLive(pair.name, state.layout, values[i]!)) { store.put([{ key, live: null, target: values[i]! }]); }
			});
		}
	}

	/** Counters never go down where a table stays; a table that is made gets the one it had. */
	async #counter(store: PlanStore, pair: TablePair): Promise<void> {
		const { key, live, state } = await this.comparison.counter(pair);
		if (pair.state === null || state === null) { return; }
		const target = live !== null && live > state ? live : state;
		const isAnew = pair.how !== 'same';
		if (isAnew || live === null || live < target) { store.put([{ key, live: live === null ? null : encodeCounter(live), target: encodeCounter(target) }]); }
	}

	/** Views and triggers; and all triggers of tables that are touched, because those are dropped while rows change. */
	async #definitions(store: PlanStore): Promise<void> {
		const { chosen, state } = this.#parts;
		for await (const differences of this.comparison.definitions()) {
			const wanted = differences.filter(({ key }) => this.#isChosenDefinition(key, chosen));
			if (wanted.length > 0) { store.put(wanted.map(operationOf)); }
		}
		for (const { name } of store.tables()) {
			const { low, high } = triggersRange(name);
			for await (const { keys, values } of state.range(low, high!)) {
				const missing = keys.map((key, i) => ({ key, live: values[i]!, target: values[i]! })).filter(({ key }) => store.get(key) === null);
				if (missing.length > 0) { store.put(missing); }
			}
		}
	}

	#isChosenDefinition(key: Uint8Array, chosen: Chosen): boolean {
		if (chosen.wholeDatabase) { return true; }
		const named = decodeKey(key);
		return named.kind === 'trigger' ? chosen.table(named.table) : named.kind === 'view' && chosen.table(named.name);
	}

	async #files(store: PlanStore): Promise<void> {
		const { chosen, signal, progress } = this.#parts;
		const { comparison } = this;
		for await (const differences of comparison.filesOf(chosen.roots ?? undefined)) {
			signal?.throwIfAborted();
			progress?.('files', comparison.files.files, null);
			// What is out of scope now is known only when the walk has ended: see below.
			const operations = differences.map((difference) => this.file(difference)).filter((one) => one !== null);
			if (operations.length > 0) { store.put(operations); }
		}
		for (const { root, path, reason } of comparison.files.leftOut) { this.#now.add(root, path, reason); }
		for (const { root, path } of comparison.files.unreadable) {
			this.#now.add(root, path, { code: 'unreadable', detail: 'cannot be read' });
			this.unreadable.push(placeName(root, path));
		}
		this.#again(store);
	}

	/** Judges all file operations once more, with what is out of scope now. */
	#again(store: PlanStore): void {
		const { low, high } = kindRange('file');
		for (const operations of store.range(low, high)) {
			const obsolete = operations.filter(({ key, live, target }) => this.file({ key, left: live, right: target }) === null);
			if (obsolete.length > 0) { store.remove(obsolete.map((one) => one.key)); }
		}
	}

	/** What is to be done at a file's key; null for nothing. */
	file({ key, left, right }: { key: Uint8Array; left: Uint8Array | null; right: Uint8Array | null }): Operation | null {
		const { site, rules } = this.#parts;
		const settings = { owners: site.tree.files.can.ownership, then: this.#then, now: this.#now, inPlace: rules !== null };
		const { value, kept } = adjustFile(settings, key, right, left);
		if (kept !== null) {
			const place = decodeKey(key);
			this.#keep({ ...kept, what: place.kind === 'file' ? placeName(place.root, place.path) : kept.what });
		}
		return sameBytes(value, left) ? null : { key, live: left, target: value };
	}

	#keep(kept: Kept): void {
		if (this.#kept.size < keptMax) { this.#kept.set(kept.what, kept); }
	}
}

async function loadReasons(state: SiteState, into: OutOfScope): Promise<void> {
	const { low, high } = kindRange('fileLeftOut');
	for await (const { keys, values } of state.range(low, high)) {
		keys.forEach((key, i) => {
			const place = decodeKey(key);
			if (place.kind === 'fileLeftOut') { into.add(place.root, place.path, decodeReason(values[i]!)); }
		});
	}
}

/** How many rows a table has that will go: known exactly before it is done. */
async function countRows(snapshot: Snapshot, layout: LiveLayout): Promise<number> {
	let rows = 0;
	for await (const batch of snapshot.readAll(layout)) { rows += rowCount(batch); }
	return rows;
}

async function layoutIfThere(snapshot: Snapshot, table: string): Promise<LiveLayout | null> {
	return snapshot.readSchema(table).catch(() => null);
}

const operationOf = ({ key, left, right }: Difference): Operation => ({ key, live: left, target: right });
const sameBytes = (a: Uint8Array | null, b: Uint8Array | null): boolean => (a === null || b === null ? a === b : Buffer.compare(a, b) === 0);

/** The parts of a table's entry, for readers of a plan. */
export const tableOf = (value: Uint8Array | null): TableValue | null => (value === null || value.length === 0 ? null : decodeTable(value));
export const fileOf = (value: Uint8Array | null) => (value === null ? null : decodeFile(value));
