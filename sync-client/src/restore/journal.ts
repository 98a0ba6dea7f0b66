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
	/** The job that shows it: found under the same id when the agent was started anew. */
	job: Type.Optional(Type.String({ pattern: '^[0-9a-f]{1,64}$' })),
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

/** What a killed agent left: the job that showed the restore, and whether it is decided, so that it is finished and not taken back. */
export type Interrupted = { job: string | null; kind: 'restore' | 'undo'; isDecided: boolean };

export class RestoreJournal {
	readonly #file: GuardedFile<typeof RestoreRecordSchema>;

	/** @param path `journal.php` of the state folder. */
	constructor(path: string) {
		this.#file = new GuardedFile(path, RestoreRecordSchema);
	}

	/** @throws RESTORE_UNFINISHED while one that was decided has not ended: its record must not be written over, it only goes forward */
	async checkFree(): Promise<void> {
		if ((await this.interrupted())?.isDecided === true) {
			throw new HoldfastError('RESTORE_UNFINISHED', 'An earlier restore was decided and is not finished.', { changed: 'The site is in between until it is.' });
		}
	}

	/** Null: nothing is left. */
	async interrupted(): Promise<Interrupted | null> {
		const record = await this.load();
		if (record === null) { return null; }
		return { job: record.job ?? null, kind: record.undoes === null ? 'restore' : 'undo', isDecided: record.phase === 'decided' || record.phase === 'switched' };
	}

	load(): Promise<RestoreRecord | null> { return this.#file.read(); }
	/** Durable when it resolves. */
	save(record: RestoreRecord): Promise<void> { return this.#file.write(record); }
	clear(): Promise<void> { return removeWhole(this.#file.path); }
}
