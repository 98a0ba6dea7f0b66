/** Fills a plan's store: the live site against the state, by the rules, in the chosen parts. The same for planning and for verifying. */
import { decodeTable, encodeCounter, encodeTable, keyKinds, rowsRange, type FileRoot, type Incarnation, type Plan, type TableValue } from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';
import type { Snapshot, TableLayout as LiveLayout } from '../ports/database.ts';
import type { PlanOperation, PlanStore } from '../ports/plan-store.ts';
import type { SiteState } from '../ports/site-state.ts';
import { tableValueOf } from '../rows/table-shape.ts';
import { SiteComparison, type LiveSite, type TablePair } from '../sweep/site-comparison.ts';
import { withSnapshot } from '../sweep/with-snapshot.ts';
import { sessions } from './account-rules.ts';
import { countRows, layoutIfThere } from './adjusted.ts';
import { fillDefinitions } from './definitions.ts';
import { endSessions } from './end-sessions.ts';
import { FileDiffer } from './file-differ.ts';
import type { Chosen } from './parts.ts';
import type { SiteNames } from './plain-name.ts';
import { planStock, stockAsNow } from './stock.ts';
import { RowRules, type Kept, type RuleSettings } from './row-rules.ts';
import { select } from './selected/select.ts';
import type { Dependency } from './selected/selecting.ts';
import { dropHeld, Selection, type SelectedIds } from './selected/selection.ts';
import { isComparable } from './selected/two-sides.ts';

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
	/** The rows and files of single things, as they were found when the plan was made; null: they are looked for. */
	selected?: SelectedIds | null;
	signal?: AbortSignal;
	progress?: (step: 'tables' | 'files', done: number, total: number | null) => void;
};

type Operation = Pick<PlanOperation, 'key' | 'live' | 'target'>;

export class Differ {
	readonly #parts: DifferParts;
	readonly comparison: SiteComparison;
	readonly #kept = new Map<string, Kept>();
	readonly #files: FileDiffer;
	#rules = RowRules.none();
	#selection: Selection;
	/** What the single things that were chosen need of the rest. */
	dependencies: readonly Dependency[] = [];
	/** Products whose stock is not as then. */
	stock: Plan['stock'] = [];
	/** Tables that stay as they are now in another shape than they had then. */
	readonly otherShape: string[] = [];
	/** Tables named by the person that are neither there nor in the state. */
	readonly unknownTables: string[] = [];

	constructor(parts: DifferParts) {
		this.#parts = parts;
		this.comparison = new SiteComparison(parts.site, parts.state, parts.now);
		this.#selection = new Selection(this.#names);
		this.#files = new FileDiffer(parts, this.comparison, (kept) => this.#keep(kept));
	}

	get kept(): Kept[] { return [...this.#kept.values()]; }
	get unreadable(): readonly string[] { return this.#files.unreadable; }

	/** Everything that is chosen. */
	async fill(store: PlanStore): Promise<void> {
		await this.load();
		if (this.#parts.chosen.anyDatabase) { await this.#database(store); }
		if (this.#parts.chosen.anyFiles) { await this.#files.fill(store); }
	}

	/** What the rules need to know of then and now. */
	async load(): Promise<void> {
		const { site, rules, state, chosen } = this.#parts;
		if (rules !== null && chosen.anyDatabase) {
			const { tables } = await site.database.listTables(site.scope);
			const names = new Set([...tables.map((table) => table.name), ...(await state.tables()).keys()]);
			this.#rules = await withSnapshot(site.database, (snapshot) =>
				RowRules.load(rules, { snapshot, layoutOf: (table) => layoutIfThere(snapshot, table), tables: names, wholeDatabase: chosen.wholeDatabase }));
		}
		await this.#files.then.load(state);
		if (chosen.rows.length + chosen.files.length > 0) { await this.#select(); }
	}

	async #select(): Promise<void> {
		const { site, state, now, chosen, selected } = this.#parts;
		let ids = selected ?? null;
		if (ids === null) {
			const found = await withSnapshot(site.database, (snapshot) => select(site, { state, now, snapshot, chosen, names: this.#names }));
			ids = found.ids;
			this.dependencies = found.dependencies;
		}
		this.#selection = new Selection(this.#names, ids);
		this.#files.selection = this.#selection;
	}

	/** To be kept with the plan; null where no single thing was chosen. */
	get selected(): SelectedIds | null { return this.#parts.chosen.rows.length + this.#parts.chosen.files.length > 0 ? this.#selection.ids() : null; }
	/** Rows of single things that do not come back because something else has their number now: by table; options that stay as they are for that. */
	get taken(): ReadonlyMap<string, number> { return this.#selection.taken; }
	get optionsHeld(): readonly string[] { return this.#selection.optionsHeld.map((name) => Buffer.from(name, 'latin1').toString('utf8')); }

	get #names(): SiteNames {
		const { rules, site: { scope: { prefix } } } = this.#parts;
		return rules ?? { prefix, usersTable: `${prefix}users`, usermetaTable: `${prefix}usermeta` };
	}

	/** Whether only some rows of a table are chosen. */
	isPartial(table: string): boolean { return !this.#parts.chosen.table(table) && this.#selection.touches(table); }
	/** Whether a table is chosen, wholly or in part. */
	#touches(table: string): boolean { return this.#parts.chosen.table(table) || this.#selection.touches(table); }
	choosesFile(root: FileRoot, path: Uint8Array): boolean { return this.#files.isChosen(root, path); }

	/** What is out of scope now, as state(now) has it: where no walk tells. */
	async loadScopeNow(now: SiteState): Promise<void> {
		await this.#files.now.load(now);
	}

	async #database(store: PlanStore): Promise<void> {
		const { site, chosen, rules, signal, progress } = this.#parts;
		const { pairs, kept } = await withSnapshot(site.database, (snapshot) => this.comparison.tables(snapshot, (name) => this.#touches(name)));
		pairs.sort((a, b) => this.rank(a.name) - this.rank(b.name));
		for (const name of kept) { this.#keep({ what: `Table ${name}`, why: 'Out of scope now or then.' }); }
		this.unknownTables.push(...chosen.named.filter((name) => !pairs.some((pair) => pair.name === name) && !kept.includes(name)));
		for (const [i, pair] of pairs.entries()) {
			signal?.throwIfAborted();
			progress?.('tables', i, pairs.length);
			await this.table(store, pair);
		}
		progress?.('tables', pairs.length, pairs.length);
		await fillDefinitions(store, { site, state: this.#parts.state, comparison: this.comparison, chosen, isPartial: (name) => this.isPartial(name) });
		await this.planStock(store);
		if (rules !== null && !rules.isProof && chosen.wholeDatabase && (await endSessions(store, site.database, rules, this.#rules))) { this.#keep(sessions); }
	}

	/** Stock where newer orders are kept: of a fold again, because orders may have come. */
	async planStock(store: PlanStore): Promise<void> {
		const { site, state, rules } = this.#parts;
		if (rules === null || this.#rules.keepsOrders !== true) { return; }
		const parts = { store, database: site.database, state, comparison: this.comparison, prefix: rules.prefix };
		this.stock = rules.stock === 'thenLessSold' ? await planStock(parts) : await stockAsNow(parts, this.#rules.stock);
	}

	/** Tables with a lower one are compared before those with a higher one: they own rows of these. */
	rank(table: string): number { return this.#rules.rank(table); }
	get keepsOrders(): boolean | null { return this.#rules.keepsOrders; }
	get newer(): { orders: number; customers: number } { return this.#rules.newer; }
	/** Rows of the point that do not come back because what was kept has their number: by table. */
	get collisions(): ReadonlyMap<string, number> { return this.#rules.collisions; }

	/** Whether a table that is there stays as it is now as a whole. */
	keepsTable({ name, live }: Pick<TablePair, 'name'> & { live: unknown }): boolean {
		return live !== null && this.#rules.wholeTable(name) !== null;
	}

	/** One table: its schema, rows and counter. Replaces what the store has of it. */
	async table(store: PlanStore, pair: TablePair): Promise<void> {
		const { site } = this.#parts;
		const whole = this.#rules.wholeTable(pair.name);
		if (whole !== null && pair.live !== null) {
			this.#keep(whole);
			if (pair.how === 'other') { this.otherShape.push(pair.name); }
			return;
		}
		const isPartial = this.isPartial(pair.name);
		if (isPartial && !isComparable(pair)) { throw partShape(pair.name); }
		await withSnapshot(site.database, async (snapshot) => {
			if (pair.how === 'liveOnly' && pair.live?.shared === true) { this.#keep({ what: `Table ${pair.name}`, why: 'Shared with other sites.' }); return; }
			const liveIncarnation = (await this.#parts.now?.tables())?.get(pair.name)?.incarnation ?? null;
			const target = pair.state === null ? null : encodeTable(pair.state);
			store.setTable({ name: pair.name, how: pair.how, incarnation: pair.state?.incarnation ?? null, liveIncarnation, target });
			if (pair.how === 'same') { await this.#rows(store, snapshot, pair); }
			else { await this.#anew(store, snapshot, pair, target); }
			if (isPartial) { dropHeld(store, pair.state!, this.#selection); } else { await this.#counter(store, pair); }
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
		const picked = this.isPartial(table) ? this.#selection.pick(table, state.layout, right, left) : { target: right, live: left };
		if (picked === null) { return null; }
		const { value, kept } = this.#rules.adjust(table, state.layout, picked.target, picked.live);
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

	/** What is to be done at a file's key; null for nothing. */
	file(difference: { key: Uint8Array; left: Uint8Array | null; right: Uint8Array | null }): Operation | null { return this.#files.operation(difference); }

	#keep(kept: Kept): void {
		if (this.#kept.size < keptMax) { this.#kept.set(kept.what, kept); }
	}
}

export const partShape = (table: string): HoldfastError =>
	new HoldfastError('RESTORE_PART_SHAPE', `The table ${table} does not have the columns that it had then, so single rows of it cannot be restored.`);
export const sameBytes = (a: Uint8Array | null, b: Uint8Array | null): boolean => (a === null || b === null ? a === b : Buffer.compare(a, b) === 0);

/** The parts of a table's entry, for readers of a plan. */
export const tableOf = (value: Uint8Array | null): TableValue | null => (value === null || value.length === 0 ? null : decodeTable(value));
