/** A filled plan as people read it: counts by kind, tables, files, bytes, time. Reads the store once, in batches. */
import { asBuffer, decodeCountedRow, decodeFile, decodeKey, incarnationOf, keyKinds, type Plan, type TableValue } from '@holdfast/protocol';
import { placeName } from '../files/collected-files.ts';
import type { PlanOperation, PlanStore } from '../ports/plan-store.ts';
import { tableOf } from './differ.ts';
import { howFileChanges } from './file-rules.ts';
import type { Needs } from './room.ts';
import { changeOf, Words } from './words.ts';

const fileSamplesMax = 20;

/** Estimated cost inside the window: measured on a small machine, only to tell seconds from minutes. */
const windowBaseMs = 400;
const rowsPerMs = 20;
const filesPerMs = 2;

export type Summary = Pick<Plan, 'kinds' | 'tables' | 'files' | 'empty' | 'fetchBytes' | 'windowMs'> & {
	needs: Needs;
	rowOperations: number;
	/** Longest row in bytes, for max_allowed_packet. */
	longestRowBytes: number;
};

export function summarise(store: PlanStore, prefix: string): Summary {
	const words = new Words(prefix);
	const tables = new Map<number, { name: string; value: TableValue }>();
	for (const table of store.tables()) {
		const value = tableOf(table.target);
		if (value !== null) { tables.set(value.incarnation, { name: table.name, value }); }
		const schema = { same: 'same', other: 'alter', liveOnly: 'drop', stateOnly: 'create' } as const;
		words.table(table.name, schema[table.how]);
		if (table.how === 'liveOnly') { words.dropped(table.name, Number(store.fact(`rows ${table.name}`) ?? 0)); }
	}
	const files: Plan['files'] = { write: 0, remove: 0, attributes: 0, bytes: 0, samples: [] };
	let operations = 0;
	let rowOperations = 0;
	const needs: Needs = { files: {}, rows: 0 };
	let longestRowBytes = 0;
	for (const batch of store.range(Buffer.alloc(0), null)) {
		for (const operation of batch) {
			const { key, live, target } = operation;
			if (live !== null && target !== null && asBuffer(live).equals(target)) { continue; }
			operations++;
			if (key[0] === keyKinds.row) {
				rowOperations++;
				needs.rows += target?.length ?? 0;
				longestRowBytes = Math.max(longestRowBytes, target?.length ?? 0);
				rowInWords(words, tables, operation);
			}
			if (key[0] === keyKinds.view || key[0] === keyKinds.trigger) { words.definition(key, changeOf(live, target)); }
			if (key[0] === keyKinds.file) { addFile(files, needs, words, operation); }
		}
	}
	return {
		kinds: words.kinds(), tables: words.tables(), files, empty: operations === 0, fetchBytes: files.bytes,
		needs, windowMs: Math.round(windowBaseMs + rowOperations / rowsPerMs + (files.write + files.remove + files.attributes) / filesPerMs),
		rowOperations, longestRowBytes,
	};
}

function rowInWords(words: Words, tables: ReadonlyMap<number, { name: string; value: TableValue }>, { key, live, target }: PlanOperation): void {
	const table = tables.get(incarnationOf(key));
	if (table === undefined) { return; }
	const isKeyless = table.value.layout.key.kind === 'row';
	if (!isKeyless) { words.row(table.name, table.value.layout, live, target); return; }
	const count = (value: Uint8Array | null): number => (value === null ? 0 : decodeCountedRow(value).count);
	const more = count(target) - count(live);
	words.keylessRow(table.name, table.value.layout, decodeCountedRow((target ?? live)!).row, more > 0 ? 'insert' : 'delete', Math.abs(more));
}

function addFile(files: Plan['files'], needs: Needs, words: Words, { key, live, target }: PlanOperation): void {
	const place = decodeKey(key);
	if (place.kind !== 'file') { return; }
	const value = target === null ? null : decodeFile(target);
	const change = value === null ? 'remove' : howFileChanges(value, live === null ? null : decodeFile(live));
	files[change]++;
	const isMedia = place.root === 'uploads' && change !== 'attributes' && (value ?? decodeFile(live!)).type === 'file';
	if (isMedia) { words.media(placeName(place.root, place.path), changeOf(live, target)); }
	if (change === 'write' && value?.type === 'file') {
		files.bytes += value.size;
		needs.files[place.root] = (needs.files[place.root] ?? 0) + value.size;
	}
	if (files.samples.length < fileSamplesMax) { files.samples.push({ path: placeName(place.root, place.path), change }); }
}
