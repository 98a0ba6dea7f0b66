/**
 * What changed on the site between the plan and the window, folded into the plan by the same rules.
 *
 * The collect of the window has read every key of the plan and everything that intents named, so state(now) is the site for those
 * keys. Of each key that a commit wrote since the plan, the decision is made anew. A table whose life or shape changed is compared anew.
 */
import { asBuffer, decodeKey, incarnationOf, keyKinds, type Incarnation, type TableValue } from '@holdfast/protocol';
import { partShape, tableOf, type Differ } from '../plan/differ.ts';
import type { Chosen } from '../plan/parts.ts';
import type { Database } from '../ports/database.ts';
import type { IndexStore } from '../ports/index-store.ts';
import type { PlanOperation, PlanStore, PlanTable } from '../ports/plan-store.ts';
import type { SiteState } from '../ports/site-state.ts';
import { sameTable } from '../rows/table-shape.ts';
import { withSnapshot } from '../sweep/with-snapshot.ts';

const batchKeys = 512;

export type FoldParts = { store: PlanStore; index: IndexStore; database: Database; differ: Differ; state: SiteState; now: SiteState; chosen: Chosen; nowSeq: number };

/** A table of the plan in its present life. */
type Life = { table: PlanTable; value: TableValue; rank: number };

/** @returns how many operations changed, came or went */
export async function foldIn(parts: FoldParts): Promise<number> {
	const tables = await tablesByLife(parts);
	const anew = new Set<string>();
	let folded = 0;
	// Rows that own others come first: the rules learn from them what was deleted.
	for (const rank of [...new Set([...tables.values()].map((one) => one.rank))].sort()) {
		for (const { keys, values } of parts.index.overlayChangedAfter(parts.nowSeq, batchKeys)) {
			for (const [i, key] of keys.entries()) {
				if (key[0] === keyKinds.row && tables.get(incarnationOf(key))?.rank === rank && (await foldKey(parts, tables, key, values[i]!))) { folded++; }
			}
		}
	}
	for (const { keys, values } of parts.index.overlayChangedAfter(parts.nowSeq, batchKeys)) {
		for (const [i, key] of keys.entries()) {
			if (key[0] === keyKinds.table && isAnew(parts, key, values[i]!)) { anew.add((decodeKey(key) as { name: string }).name); }
			else if (key[0] !== keyKinds.row && (await foldKey(parts, tables, key, values[i]!))) { folded++; }
		}
	}
	for (const name of anew) { folded += await compareAnew(parts, name); }
	return folded;
}

/** Tables of the plan by the incarnation that they have in state(now). */
async function tablesByLife({ store, now, differ }: FoldParts): Promise<Map<Incarnation, Life>> {
	const live = await now.tables();
	const found = new Map<Incarnation, Life>();
	for (const table of store.tables()) {
		const value = tableOf(table.target);
		const life = live.get(table.name);
		if (value !== null && life !== undefined && table.how === 'same') { found.set(life.incarnation, { table, value, rank: differ.rank(table.name) }); }
	}
	return found;
}

/** Whether what a commit says of a table is news to the plan. */
function isAnew({ store, chosen, differ }: FoldParts, key: Uint8Array, value: Uint8Array | null): boolean {
	const named = decodeKey(key);
	if (named.kind === 'table' && differ.isPartial(named.name)) {
		const before = store.tables().find((table) => table.name === named.name);
		// Another life of the table: single rows of it cannot be told any more. Nothing was done yet.
		if (before !== undefined && (value === null || tableOf(value)!.incarnation !== before.liveIncarnation)) { throw partShape(named.name); }
	}
	if (named.kind !== 'table' || !chosen.table(named.name) || differ.keepsTable({ name: named.name, live: value })) { return false; }
	const planned = store.tables().find((table) => table.name === named.name);
	if (planned === undefined) { return value !== null; }
	if (value === null) { return planned.how !== 'stateOnly'; }
	const life = tableOf(value)!;
	if (planned.how === 'liveOnly') { return false; }
	if (planned.how === 'same') { return life.incarnation !== planned.liveIncarnation; }
	const before = tableOf(store.get(key)?.live ?? null);
	return before === null || !sameTable(before, life);
}

async function foldKey(parts: FoldParts, tables: ReadonlyMap<Incarnation, Life>, key: Uint8Array, live: Uint8Array | null): Promise<boolean> {
	const { store, state, differ, chosen } = parts;
	if (key[0] === keyKinds.row) {
		const found = tables.get(incarnationOf(key));
		if (found === undefined) { return false; }
		const there = underLife(key, found.value.incarnation);
		const [right] = await state.get([there]);
		return settle(store, there, differ.row(found.table.name, found.value, { key: there, left: live, right: right! }));
	}
	const named = decodeKey(key);
	if (named.kind === 'file') {
		if (!differ.choosesFile(named.root, named.path)) { return false; }
		const [right] = await state.get([key]);
		return settle(store, key, differ.file({ key, left: live, right: right! }));
	}
	if (named.kind === 'trigger' || named.kind === 'view') {
		const about = named.kind === 'trigger' ? named.table : named.name;
		if (named.kind === 'trigger' && differ.isPartial(about)) { return settle(store, key, live === null ? null : { key, live, target: live }); }
		if (!chosen.wholeDatabase && !chosen.table(about)) { return false; }
		const [right] = await state.get([key]);
		// A trigger that is right already still has to be made again where its table is touched.
		return settle(store, key, same(live, right!) && store.get(key) === null ? null : { key, live, target: right! });
	}
	return false;
}

/** Puts what shall be done now; true where that is something else than was planned. */
function settle(store: PlanStore, key: Uint8Array, wanted: Pick<PlanOperation, 'key' | 'live' | 'target'> | null): boolean {
	const planned = store.get(key);
	if (wanted === null) {
		if (planned === null) { return false; }
		store.remove([key]);
		return true;
	}
	if (planned !== null && same(planned.live, wanted.live) && same(planned.target, wanted.target)) { return false; }
	store.put([wanted]);
	return true;
}

async function compareAnew({ store, database, differ }: FoldParts, name: string): Promise<number> {
	const before = store.tables().find((table) => table.name === name);
	const value = tableOf(before?.target ?? null);
	if (value !== null) {
		const { low, high } = rowRange(value.incarnation);
		for (const keys of store.keys(low, high)) { store.remove(keys); }
	}
	store.remove([Buffer.concat([Buffer.of(keyKinds.table), Buffer.from(name)])]);
	const { pairs } = await withSnapshot(database, (snapshot) => differ.comparison.tables(snapshot, (table) => table === name));
	for (const pair of pairs) { await differ.table(store, pair); }
	return 1;
}

/** A row's key under another life of its table. */
function underLife(key: Uint8Array, incarnation: Incarnation): Buffer {
	const moved = Buffer.from(key);
	moved.writeBigUInt64BE(BigInt(incarnation), 1);
	return moved;
}

function rowRange(incarnation: Incarnation): { low: Buffer; high: Buffer } {
	const low = underLife(Buffer.concat([Buffer.of(keyKinds.row), Buffer.alloc(8)]), incarnation);
	return { low, high: underLife(low, (incarnation + 1) as Incarnation) };
}

const same = (a: Uint8Array | null, b: Uint8Array | null): boolean => (a === null || b === null ? a === b : asBuffer(a).equals(b));
