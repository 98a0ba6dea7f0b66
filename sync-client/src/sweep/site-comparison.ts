/**
 * The live site against a state: tables, rows, views, triggers, counters, files. The one comparison of the sweep and the plan.
 *
 *     tables: by name      same shape ──> rows compared under the state's incarnation
 *                          other shape, or one side only ──> the caller decides
 *     files:  scan         untouched since the last backup ──> value from state(now), else read and named
 */
import {
	chunkIdOf, compare, decodeCounter, decodeKey, encodeKey, fileRootNames, firstGeneration, folderRange, gearTable, keyKinds, kindRange, rowsRange, sourceOf, batchOf,
	type ChunkKeys, type Difference, type FileRoot, type Incarnation, type KeyRing, type TableValue,
} from '@holdfast/protocol';
import { definitionEntries } from '../collect/definitions.ts';
import { HoldfastError } from '../errors.ts';
import { LiveFiles } from '../files/live-files.ts';
import type { SiteTree } from '../files/site-tree.ts';
import type { Database, Snapshot, TableInfo, TableLayout, TableScope } from '../ports/database.ts';
import type { IndexStore } from '../ports/index-store.ts';
import type { SiteState } from '../ports/site-state.ts';
import type { OpenSorter } from '../ports/sorter.ts';
import { LargeValues, namingPieces } from '../rows/large-values.ts';
import { liveTable, type TableReader } from '../rows/live-table.ts';
import { sameTable, tableValueOf } from '../rows/table-shape.ts';
import { batchesOf } from '../state/batches.ts';
import { compareSegments } from './compare-segments.ts';

/** What a comparison needs to know of the site. @property index null: no file is trusted by its stat. */
export type LiveSite = {
	database: Database;
	scope: TableScope;
	isExcluded: (table: string) => boolean;
	tree: SiteTree;
	keys: KeyRing;
	index: Pick<IndexStore, 'fileStat'> | null;
	openSorter: OpenSorter;
};

/** `same`: rows can be compared. `other`: both there, shapes differ. */
export type TablePair = {
	name: string;
	how: 'same' | 'other' | 'liveOnly' | 'stateOnly';
	live: TableInfo | null;
	layout: TableLayout | null;
	state: TableValue | null;
};

const rowsOfOthers: Incarnation = 0 as Incarnation;

export class SiteComparison {
	readonly #site: LiveSite;
	readonly #state: SiteState;
	readonly #now: SiteState | null;
	readonly #keys: ChunkKeys;
	readonly #large: LargeValues;
	/** Rows and files looked at on the live side. */
	readonly compared = { rows: 0, files: 0 };
	readonly files: LiveFiles;

	/** @param now what the index knows, for untouched files; null: every file is read. */
	constructor(site: LiveSite, state: SiteState, now: SiteState | null) {
		this.#site = site;
		this.#state = state;
		this.#now = now;
		this.#keys = site.keys.generation(firstGeneration);
		this.#large = new LargeValues(gearTable(site.keys.cutterKey()), namingPieces(this.#keys));
		this.files = new LiveFiles(site.tree, site.index, this.#now);
	}

	/** Tables of either side, by name, but for those that are or were out of scope. */
	async tables(snapshot: Snapshot, only: (table: string) => boolean = () => true): Promise<{ pairs: TablePair[]; kept: string[] }> {
		const { tables } = await this.#site.database.listTables(this.#site.scope);
		const live = new Map(tables.filter((table) => table.kind === 'table').map((table) => [table.name, table]));
		const state = await this.#state.tables();
		const out = await this.#leftOutThen();
		const pairs: TablePair[] = [];
		const kept: string[] = [];
		for (const name of [...new Set([...live.keys(), ...state.keys()])].sort()) {
			if (!only(name)) { continue; }
			if (this.#site.isExcluded(name) || out.has(name)) { kept.push(name); continue; }
			pairs.push(await this.#pair(snapshot, name, live.get(name) ?? null, state.get(name) ?? null));
		}
		return { pairs, kept };
	}

	/** Rows of a pair that is `same`: left = live, right = state, keys under the state's incarnation. */
	async *rows(snapshot: TableReader, pair: TablePair): AsyncGenerator<Difference[]> {
		const { incarnation } = pair.state!;
		const range = rowsRange(incarnation);
		const live = liveTable(snapshot, pair.layout!, incarnation, { large: this.#large, openSorter: this.#site.openSorter });
		const totals = { live: 0, skippedBlocks: 0 };
		yield* compareSegments(batchesOf(live, range), this.#state, range, (plaintext) => chunkIdOf(this.#keys, 'entries', plaintext), totals);
		this.compared.rows += totals.live;
	}

	/** Views and triggers: left = live, right = state. */
	async *definitions(): AsyncGenerator<Difference[]> {
		const live = definitionEntries(await this.#site.database.listDefinitions(this.#site.scope)).sort(([a], [b]) => Buffer.compare(a, b));
		yield* compare(sourceOf([batchOf(live)]), this.#state.source({ low: Buffer.of(keyKinds.view), high: Buffer.of(keyKinds.trigger + 1) }));
	}

	/** The counter of a table on both sides, as its entry has it. */
	async counter(pair: TablePair): Promise<{ key: Buffer; live: bigint | null; state: bigint | null }> {
		const key = encodeKey({ kind: 'counter', name: pair.name });
		const [value] = await this.#state.get([key]);
		return { key, live: pair.layout?.nextAutoIncrement ?? null, state: value ? decodeCounter(value) : null };
	}

	/** Files of these roots, or all: left = live, right = state. Then `files.leftOut` says what is out of scope now. */
	async *filesOf(only?: ReadonlySet<FileRoot>): AsyncGenerator<Difference[]> {
		const { low, high } = kindRange('file');
		for await (const differences of compare(this.files.source(only), this.#state.source({ low, high }))) {
			const wanted = only === undefined ? differences : differences.filter(({ key }) => isIn(key, only));
			if (wanted.length > 0) { yield wanted; }
		}
		this.compared.files = this.files.files;
	}

	/** One place, and what lies below it: left = live, right = state. @param only the place alone */
	async *filesAt(root: FileRoot, path: Buffer, only: boolean): AsyncGenerator<Difference[]> {
		const key = encodeKey({ kind: 'file', root, path });
		const state = this.#state;
		const then = {
			async *[Symbol.asyncIterator]() {
				const [value] = await state.get([key]);
				if (value) { yield batchOf([[key, value]]); }
				if (!only) { yield* state.source(folderRange(root, path)); }
			},
		};
		yield* compare(this.files.sourceAt(root, path, only), then);
		this.compared.files = this.files.files;
	}

	/** Reasons of files left out: left = live, right = state. After filesOf() has ended. */
	async *leftOut(): AsyncGenerator<Difference[]> {
		yield* compare(sourceOf([this.files.reasons()]), this.#state.source(kindRange('fileLeftOut')));
	}

	/** Rows of a table of either shape, as entries of the live side: for what has to be kept of a table that is made anew. */
	liveRows(snapshot: Snapshot, layout: TableLayout, incarnation: Incarnation = rowsOfOthers) {
		return liveTable(snapshot, layout, incarnation, { large: this.#large, openSorter: this.#site.openSorter });
	}

	async #pair(snapshot: Snapshot, name: string, live: TableInfo | null, state: TableValue | null): Promise<TablePair> {
		const layout = live === null || live.broken !== null ? null : await layoutOf(snapshot, name);
		if (layout === null) { return { name, how: live !== null && state !== null ? 'other' : state !== null ? 'stateOnly' : 'liveOnly', live, layout, state }; }
		if (state === null) { return { name, how: 'liveOnly', live, layout, state }; }
		return { name, how: sameTable(state, tableValueOf(layout, state.incarnation)) ? 'same' : 'other', live, layout, state };
	}

	async #leftOutThen(): Promise<Set<string>> {
		const names = new Set<string>();
		const { low, high } = kindRange('tableLeftOut');
		for await (const { keys } of this.#state.range(low, high)) {
			for (const key of keys) {
				const named = decodeKey(key);
				if (named.kind === 'tableLeftOut') { names.add(named.name); }
			}
		}
		return names;
	}
}

async function layoutOf(snapshot: Snapshot, name: string): Promise<TableLayout | null> {
	try {
		return await snapshot.readSchema(name);
	} catch (error) {
		if (error instanceof HoldfastError && error.code === 'DB_TABLE_GONE') { return null; }
		throw error;
	}
}

const isIn = (key: Uint8Array, roots: ReadonlySet<FileRoot>): boolean => roots.has(fileRootNames[key[1]!]!);
