import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ForgottenTo } from '../intents/ledger.ts';
import { readIfThere, removeWhole, syncFolder, writeWhole } from '../state-folder/whole-file.ts';

/** What else becomes true when the commit is durable: kept with it, so that a crash in between does not tell it twice. */
export type Consequences = { forgottenTo: ForgottenTo; floors: Record<string, string> };

/** `consequences` null: nothing follows (a part of an image). */
export type UnsentCommit = { commit: Buffer; consequences: Consequences | null };

const fileName = 'commit';
const headBytes = 4;

/**
 * The commit that is being appended, on local disk before it is sent and until it is durable at the endpoint.
 *
 *     u32 length of the JSON │ JSON consequences │ the commit
 */
export class UnsentFolder {
	readonly #path: string;

	constructor(folder: string) {
		this.#path = join(folder, fileName);
	}

	async save(unsent: UnsentCommit): Promise<void> {
		const json = Buffer.from(JSON.stringify(unsent.consequences));
		const head = Buffer.alloc(headBytes);
		head.writeUInt32BE(json.length);
		await writeWhole(this.#path, [head, json, unsent.commit]);
	}

	/** The commit that an earlier life saved and may not have sent; null where there is none. */
	async load(): Promise<UnsentCommit | null> {
		const bytes = await readIfThere(this.#path);
		if (bytes === null || bytes.length < headBytes) {
			return null;
		}
		const end = headBytes + bytes.readUInt32BE(0);
		const consequences = JSON.parse(bytes.toString('utf8', headBytes, end)) as Consequences | null;
		return { commit: bytes.subarray(end), consequences };
	}

	async remove(): Promise<void> {
		await removeWhole(this.#path);
	}

	/** Clears what a crash left of half-written files. */
	async tidy(): Promise<void> {
		const folder = join(this.#path, '..');
		for (const name of await readdir(folder)) {
			if (name.endsWith('.tmp')) {
				await rm(join(folder, name), { force: true });
			}
		}
		await syncFolder(folder);
	}
}
