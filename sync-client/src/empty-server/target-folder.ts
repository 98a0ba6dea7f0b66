/**
 * The folder of an empty server. While a restore runs there it holds
 *
 *     .holdfast-restore.php              the marker: what is being restored, how far; guarded, so that no web server shows it
 *     .holdfast-<16 hex>-restore/        what is fetched and planned; its name cannot be guessed
 *
 * Both are gone when the restore is through. Where the marker is there a run was cut off, and everything in the folder is that run's.
 */
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import Type from 'typebox';
import type { Static } from 'typebox';
import { HoldfastError } from '../errors.ts';
import { GuardedFile } from '../state-folder/guarded.ts';

const markerName = '.holdfast-restore.php';
const named = 5;

export const MarkerSchema = Type.Object({
	v: Type.Literal(1),
	siteId: Type.String(),
	endpoint: Type.String(),
	point: Type.Integer(),
	database: Type.Object({ host: Type.String(), name: Type.String() }),
	url: Type.Union([Type.String(), Type.Null()]),
	prefix: Type.Union([Type.String(), Type.Null()]),
	/** Name of the folder with what is fetched and planned. */
	work: Type.String({ pattern: '^\\.holdfast-[0-9a-f]{16}-restore$' }),
	/** 16 hex digits: of the plan, and in the names of what waits. */
	id: Type.String({ pattern: '^[0-9a-f]{16}$' }),
	phase: Type.Union([Type.Literal('restoring'), Type.Literal('rewriting'), Type.Literal('finishing')]),
	/** What came of the phases that are through. */
	done: Type.Record(Type.String(), Type.Unknown()),
	startedAt: Type.Integer(),
});
export type Marker = Static<typeof MarkerSchema>;

export class TargetFolder {
	readonly path: string;
	readonly #marker: GuardedFile<typeof MarkerSchema>;

	constructor(path: string) {
		this.path = path;
		this.#marker = new GuardedFile(join(path, markerName), MarkerSchema);
	}

	/** What is never of the site. */
	own(marker: Marker): string[] { return [join(this.path, markerName), this.work(marker)]; }
	work(marker: Marker): string { return join(this.path, marker.work); }
	marker(): Promise<Marker | null> { return this.#marker.read(); }

	/** @throws RESTORE_TARGET_NOT_EMPTY naming what is there; FILE_UNREADABLE */
	async mustBeEmpty(): Promise<void> {
		const found = await this.#names();
		if (found.length === 0) { return; }
		throw new HoldfastError('RESTORE_TARGET_NOT_EMPTY', `${this.path} is not empty: it holds ${found.slice(0, named).join(', ')}${found.length > named ? ` and ${found.length - named} more` : ''}.`);
	}

	/** Makes folder, marker and work folder. @throws FILE_UNWRITABLE */
	async begin(marker: Marker): Promise<void> {
		try {
			await mkdir(this.path, { recursive: true, mode: 0o755 });
			await this.#marker.write(marker);
			await this.makeWork(marker);
		} catch (error) {
			throw new HoldfastError('FILE_UNWRITABLE', `${this.path} cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)}).`, { cause: error });
		}
	}

	/** The work folder of an earlier run, also where that was killed before it had made it. */
	async makeWork(marker: Marker): Promise<void> { await mkdir(this.work(marker), { recursive: true, mode: 0o700 }); }

	async save(marker: Marker): Promise<void> { await this.#marker.write(marker); }

	/** Removes what an earlier run has put here, but for the marker. */
	async empty(): Promise<void> {
		for (const name of await this.#names()) { await rm(join(this.path, name), { recursive: true, force: true }); }
	}

	/** The restore is through: nothing of ours stays. The marker goes last, so that a crash in between is seen. */
	async end(marker: Marker): Promise<void> {
		await rm(this.work(marker), { recursive: true, force: true });
		await rm(this.#marker.path, { force: true });
	}

	/** Of everything that is there but the marker, and the folder that file systems make by themselves. */
	async #names(): Promise<string[]> {
		const there = await stat(this.path).catch(() => null);
		if (there === null) { return []; }
		if (!there.isDirectory()) { throw new HoldfastError('RESTORE_TARGET_NOT_EMPTY', `${this.path} is not a folder.`); }
		const names = await readdir(this.path).catch((error: unknown) => {
			throw new HoldfastError('FILE_UNREADABLE', `${this.path} cannot be read.`, { cause: error });
		});
		return names.filter((name) => name !== markerName && name !== 'lost+found').sort();
	}
}
