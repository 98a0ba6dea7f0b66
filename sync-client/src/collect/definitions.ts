import { asBuffer, encodeDefinition, encodeKey, keyKinds } from '@holdfast/protocol';
import type { Definition } from '../ports/database.ts';
import type { EntrySource } from '../ports/site-state.ts';

type Entry = [Uint8Array, Uint8Array | null];

/** Views and triggers as entries, sorted by key. */
export function definitionEntries(definitions: readonly Definition[]): [Buffer, Buffer][] {
	return definitions.map((one): [Buffer, Buffer] => [
		one.kind === 'view' ? encodeKey({ kind: 'view', name: one.name }) : encodeKey({ kind: 'trigger', table: one.table ?? '', name: one.name }),
		encodeDefinition({ create: one.create, context: { definer: one.definer, sqlMode: one.sqlMode, characterSet: one.characterSet, collation: one.collation } }),
	]);
}

/** What changed of views and triggers: few, so all of them are compared. `before` null: everything is written. */
export async function definitionChanges(definitions: readonly Definition[], before: EntrySource | null): Promise<Entry[]> {
	const now = new Map(definitionEntries(definitions).map(([key, value]) => [key.toString('latin1'), { key, value }]));
	const changes: Entry[] = [];
	if (before !== null) {
		for await (const entries of before.range(Buffer.of(keyKinds.view), Buffer.of(keyKinds.trigger + 1))) {
			for (const [i, key] of entries.keys.entries()) {
				const name = asBuffer(key).toString('latin1');
				const found = now.get(name);
				if (found === undefined) {
					changes.push([key, null]);
				} else if (found.value.equals(entries.values[i]!)) {
					now.delete(name);
				}
			}
		}
	}
	return [...changes, ...[...now.values()].map(({ key, value }): Entry => [key, value])];
}
