/** The restore's own record in the state folder: before `decided` it only goes back, after it only forward. */
import { HoldfastError } from '../errors.ts';
import { PartSchema, ActorSchema } from '@holdfast/protocol';
import { Type, type Static } from 'typebox';
import { GuardedFile } from '../state-folder/guarded.ts';
import { removeWhole } from '../state-folder/whole-file.ts';

/**
 *     staging ──> window ──> decided ──> switched ──> (no journal)
 *        └──────────┴─> undone: staged files and maintenance go, the site is as it was
 */
export const RestoreRecordSchema = Type.Object({
	v: Type.Literal(1),
	id: Type.String({ pattern: '^[0-9a-f]{16}$' }),
	plan: Type.String({ pattern: '^[0-9a-f]{1,64}$' }),
	phase: Type.Union([Type.Literal('staging'), Type.Literal('window'), Type.Literal('decided'), Type.Literal('switched')]),
	point: Type.Object({ seq: Type.Integer(), at: Type.Integer(), title: Type.String() }),
	parts: Type.Array(PartSchema),
	by: ActorSchema,
	/** The commit of the window: undo goes there. */
	undo: Type.Union([Type.Object({ seq: Type.Integer(), hash: Type.String() }), Type.Null()]),
	/** The restore that this one undoes. */
	undoes: Type.Union([Type.String(), Type.Null()]),
	folded: Type.Integer(),
	startedAt: Type.Integer(),
	windowFrom: Type.Integer(),
	windowTo: Type.Integer(),
});
export type RestoreRecord = Static<typeof RestoreRecordSchema>;

export class RestoreJournal {
	readonly #file: GuardedFile<typeof RestoreRecordSchema>;

	/** @param path `journal.php` of the state folder. */
	constructor(path: string) {
		this.#file = new GuardedFile(path, RestoreRecordSchema);
	}

	/** @throws RESTORE_UNFINISHED while one that was decided has not ended: its record must not be written over, it only goes forward */
	async checkFree(): Promise<void> {
		const left = await this.load();
		if (left?.phase === 'decided' || left?.phase === 'switched') {
			throw new HoldfastError('RESTORE_UNFINISHED', 'An earlier restore was decided and is not finished.', { changed: 'The site is in between until it is.' });
		}
	}

	load(): Promise<RestoreRecord | null> { return this.#file.read(); }
	/** Durable when it resolves. */
	save(record: RestoreRecord): Promise<void> { return this.#file.write(record); }
	clear(): Promise<void> { return removeWhole(this.#file.path); }
}
