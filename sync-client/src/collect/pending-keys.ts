import { decodeKey, encodeKey, keyKinds, tableKey, type Manifest, type Sequence } from '@holdfast/protocol';
import type { IndexStore } from '../ports/index-store.ts';
import type { FilesRead } from '../ports/site-files.ts';

export const pendingNote = 'pending';
/** Tables among the pending keys that are to be compared beside the loop; the others cannot be opened. */
const laterNote = 'pendingTables';
type Pending = NonNullable<Manifest['pending']>[number];

/** Stands for the whole site while a sweep is owed. FORMAT.md section 10. */
const wholeSite = encodeKey({ kind: 'fact', name: 'sweep' }).toString('hex');
const hexOf = (key: Uint8Array): string => Buffer.from(key).toString('hex');
const isFileKey = (hex: string): boolean => hex.startsWith(fileByte);
const fileByte = hexOf(Buffer.of(keyKinds.file));
const hexOfTable = (table: string): string => hexOf(tableKey(table));

/** What a collect has done about tables as a whole. */
export type TablesRead = {
	/** Read or compared as a whole in this collect, or gone: exact. */
	whole: readonly string[];
	/** The server cannot open them. */
	broken: readonly string[];
	/** To be compared beside the loop, because it takes long. */
	later: readonly string[];
	/** Compared beside the loop, and this is the last collect of it. */
	compared: readonly string[];
};

/** What of the files a commit does not have as they are, in words. */
export function whyPostponed({ postponed, again }: Pick<FilesRead, 'postponed' | 'again'>): { key: Uint8Array; why: string }[] {
	return [
		...postponed.map(({ key, isFolder }) => ({ key, why: isFolder ? 'The files of a folder are being uploaded.' : 'A large file is being uploaded.' })),
		...again.map((key) => ({ key, why: 'A file is being written.' })),
	];
}

type PendingChanges = {
	postponed: readonly { key: Uint8Array; why: string }[];
	settled: Iterable<Uint8Array>;
	tables: TablesRead;
	/** Why changes may have been missed anywhere; null where none were. */
	missed: string | null;
	/** All files were looked at since `scanBegins`. */
	scanned: boolean;
};

/** What the commits list as not yet exact: kept in the index, so that a later life of the agent finishes it. */
export class PendingKeys {
	readonly #index: IndexStore;
	readonly #pending = new Map<string, Pending>();
	readonly #later = new Set<string>();
	/** Named as a whole again since their comparison began: it has to run once more. */
	readonly #again = new Set<string>();
	/** Files, and folders of files, postponed since the scan that runs began. */
	readonly #filesAgain = new Set<string>();

	constructor(index: IndexStore) {
		this.#index = index;
		this.reload();
	}

	/** Anew from the index. */
	reload(): void {
		const listed = (note: unknown): unknown[] => (Array.isArray(note) ? (note as unknown[]) : []);
		this.#pending.clear();
		this.#later.clear();
		(listed(this.#index.note(pendingNote)) as Pending[]).forEach((one) => this.#pending.set(one.key, one));
		// Where nothing is known of them, as after the index was lost, comparing is right for all.
		const later = this.#index.note(laterNote) === null ? this.#tables() : (listed(this.#index.note(laterNote)) as string[]);
		later.forEach((table) => this.#later.add(table));
	}

	/** Sorted by key, as a manifest lists them. */
	list(): Pending[] {
		return [...this.#pending.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
	}

	/** Whether a comparison of everything is owed: the next one that goes through makes a point that is complete again. */
	get wantsSweep(): boolean {
		return this.#pending.has(wholeSite);
	}

	/** Whether files wait to be read. */
	get anyFile(): boolean {
		return [...this.#pending.keys()].some(isFileKey);
	}

	/** Tables that could not be opened: to be read as a whole as soon as they can. */
	get brokenTables(): string[] {
		return this.#tables().filter((table) => !this.#later.has(table));
	}

	/** Tables that wait to be compared beside the loop. */
	get laterTables(): string[] {
		return [...this.#later];
	}

	/** Their comparison begins: what names them as a whole from here on asks for another one. */
	comparisonBegins(tables: readonly string[]): void {
		tables.forEach((table) => this.#again.delete(table));
	}

	/**
	 * The pending keys of the next commit, which `settled` leaves out and `postponed` joins; not kept before `take`.
	 * A table's key stands for all of it.
	 */
	next(head: number, { postponed, settled, tables, missed, scanned }: PendingChanges): Pending[] {
		const next = new Map(this.#pending);
		const stays = (key: string, exactAt: number, why: string): void => void next.set(key, this.#pending.get(key) ?? { key, exactAt: exactAt as Sequence, why });
		next.delete(wholeSite);
		if (missed !== null) {
			stays(wholeSite, head, `Changes may be missing until a full comparison is through, because ${missed}.`);
		}
		for (const key of scanned ? next.keys() : []) {
			if (isFileKey(key) && !this.#filesAgain.has(key)) {
				next.delete(key);
			}
		}
		const exact = [...tables.whole, ...tables.compared.filter((table) => !this.#again.has(table))].map(hexOfTable);
		for (const key of [...[...settled].map(hexOf), ...exact]) {
			next.delete(key);
		}
		tables.broken.forEach((table) => { stays(hexOfTable(table), head, `The database cannot open the table ${table}; it has to be repaired.`); });
		tables.later.forEach((table) => { stays(hexOfTable(table), head, `The table ${table} is being compared.`); });
		postponed.forEach(({ key, why }) => { stays(hexOf(key), this.#index.fileStat(key) === null ? 0 : head, why); });
		return [...next.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
	}

	/** A scan of all files begins: with its last collect what was postponed before is exact, or postponed again. */
	scanBegins(): void {
		this.#filesAgain.clear();
	}

	/** Files that a collect has left for later, whether or not it makes a commit. */
	leaveFiles(keys: readonly Uint8Array[]): void {
		keys.forEach((key) => this.#filesAgain.add(hexOf(key)));
	}

	/** These tables were named as a whole and left for later, in a collect that may make no commit: a comparison that runs does not settle them. */
	leave(tables: readonly string[]): void {
		tables.forEach((table) => { this.#again.add(table); this.#later.add(table); });
	}

	/** The commit that lists `next` is about to be sent: nothing of it may be forgotten by a crash after it is durable. */
	announce(next: readonly Pending[]): void {
		const all = new Map([...this.#pending.values(), ...next].map((one) => [one.key, one]));
		this.#keep([...all.values()]);
	}

	/** The commit that lists `next` is durable. */
	take(next: readonly Pending[]): void {
		this.#pending.clear();
		next.forEach((one) => this.#pending.set(one.key, one));
		this.#later.forEach((table) => this.#pending.has(hexOfTable(table)) || this.#later.delete(table));
		this.#keep(next);
	}

	#keep(pending: readonly Pending[]): void {
		this.#index.setNote(pendingNote, pending);
		this.#index.setNote(laterNote, [...this.#later]);
	}

	#tables(): string[] {
		return [...this.#pending.keys()].map((key) => decodeKey(Buffer.from(key, 'hex'))).flatMap((key) => (key.kind === 'table' ? [key.name] : []));
	}
}
