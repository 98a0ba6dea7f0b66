import { access, chmod, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Type } from 'typebox';
import { GuardedFile } from './guarded.ts';
import { CaptureSchema, ControlSchema, PairingSchema, PurgedSchema, SeenSchema, type Control } from './schemas.ts';
import { readIfThere, removeWhole, writeWhole } from './whole-file.ts';

/** One site's state folder: PROTOCOL.md section 1. Everything is written whole; see whole-file.ts. */
export class StateFolder {
	readonly path: string;
	readonly pairing: GuardedFile<typeof PairingSchema>;
	readonly control: GuardedFile<typeof ControlSchema>;
	readonly seen: GuardedFile<typeof SeenSchema>;
	readonly capture: GuardedFile<typeof CaptureSchema>;
	/** Written by WordPress; its shape is checked by `settings/`. */
	readonly site: GuardedFile<ReturnType<typeof Type.Unknown>>;

	private constructor(path: string) {
		this.path = path;
		this.pairing = new GuardedFile(join(path, 'pairing.php'), PairingSchema);
		this.control = new GuardedFile(join(path, 'control.php'), ControlSchema);
		this.seen = new GuardedFile(join(path, 'seen.php'), SeenSchema);
		this.capture = new GuardedFile(join(path, 'capture.php'), CaptureSchema);
		this.site = new GuardedFile(join(path, 'site.php'), Type.Unknown());
	}

	/** The folder as it is: makes nothing. For who only wants to reach the agent, perhaps as another user than the agent's. */
	static at(path: string): StateFolder {
		return new StateFolder(path);
	}

	/** Opens the folder and makes what is missing in it, mode 0700. */
	static async open(path: string): Promise<StateFolder> {
		await mkdir(path, { recursive: true, mode: 0o700 });
		await chmod(path, 0o700);
		for (const part of ['log', 'unsent', 'outgoing', 'plans']) {
			await mkdir(join(path, part), { recursive: true, mode: 0o700 });
		}
		return new StateFolder(path);
	}

	get log(): string { return join(this.path, 'log'); }
	get unsent(): string { return join(this.path, 'unsent'); }
	get outgoing(): string { return join(this.path, 'outgoing'); }
	get index(): string { return join(this.path, 'index.sqlite'); }
	/** Which folder this is, wherever it is mounted: device and inode. */
	async identity(): Promise<string> {
		const { dev, ino } = await stat(this.path, { bigint: true });
		return `${dev}:${ino}`;
	}

	/** How the agent of this folder is reached; null where none was, or the file was copied from elsewhere. */
	async reach(): Promise<Control | null> {
		const control = await this.control.read();
		return control === null || (control.folder ?? '') !== (await this.identity()) ? null : control;
	}

	/** Held by the one agent of this folder. */
	get lock(): string { return join(this.path, 'agent.lock'); }
	get controlSocket(): string { return join(this.path, 'control.sock'); }

	/** Whether every intent could be written: PHP unlinks `ok` when it cannot. */
	isOk(): Promise<boolean> { return isThere(join(this.path, 'ok')); }
	/** Said at the start of the sweep that makes good for what was missed. */
	async markOk(): Promise<void> {
		// PHP may unlink it, so it must be able to: same owner or group as the folder, no secret in it.
		await writeWhole(join(this.path, 'ok'), '');
	}

	isPaired(): Promise<boolean> { return isThere(join(this.path, 'paired')); }
	/** From here PHP captures. */
	async markPaired(): Promise<void> {
		await removeWhole(join(this.path, 'reading'));
		await writeWhole(join(this.path, 'paired'), '');
	}

	async markUnpaired(): Promise<void> { await removeWhole(join(this.path, 'paired')); }
	/** From here the first backup reads; a transaction of before `paired` that comes to light later asks for a sweep. */
	async markReading(): Promise<void> { await writeWhole(join(this.path, 'reading'), ''); }

	/** Requests of an older epoch may not write; 0 where no restore was. */
	async epoch(): Promise<number> {
		const text = (await readIfThere(join(this.path, 'epoch')))?.toString('latin1').trim() ?? '';
		return /^[0-9]{1,15}$/.test(text) ? Number(text) : 0;
	}

	/** PHP looks at it where what it remembers of tables is void, too: call voidSchemas() behind it. */
	async setEpoch(epoch: number): Promise<void> { await writeWhole(join(this.path, 'epoch'), `${epoch}\n`); }

	/** What PHP remembers of tables is void from here on: another generation. */
	async voidSchemas(generation: string): Promise<void> {
		await mkdir(join(this.path, 'schema'), { recursive: true, mode: 0o700 });
		await writeWhole(join(this.path, 'schema', 'generation'), generation);
	}

	/** The page caches that plugins have emptied since this epoch began, by name. */
	async purged(): Promise<string[]> {
		const said = await new GuardedFile(join(this.path, 'purged.php'), PurgedSchema).read().catch(() => null);
		return said?.epoch === (await this.epoch()) ? said.purged : [];
	}

	/** From here PHP says with each intent whose code wrote. */
	async askOrigins(): Promise<void> { await writeWhole(join(this.path, 'origins'), ''); }
	async forgetOrigins(): Promise<void> { await removeWhole(join(this.path, 'origins')); }

	/** The pairing is dropped from this site (a copy); its backups stay where they are. */
	async dropPairing(): Promise<void> {
		await this.markUnpaired();
		await removeWhole(this.pairing.path);
	}
}

async function isThere(path: string): Promise<boolean> {
	try {
		await access(path);
		return true;
	} catch {
		return false;
	}
}
