import { open, readdir, rm, stat } from 'node:fs/promises';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { guardLine } from '../state-folder/guarded.ts';
import type { Ledger } from './ledger.ts';
import { parseHeader, parseLine } from './log-line.ts';
import type { RequestLog } from './request-log.ts';

const fileName = /^([0-9a-f]{16})\.php$/;
const temporaryName = /^\.[0-9a-f]{16}\.tmp$/;
/** A temporary file (PROTOCOL.md version 1), or one without its header, this old belongs to a request that died before its first statement ran. */
const temporaryMsMax = 3_600_000;
/** By how much a machine may know the time wrongly when it boots. */
const bootClockMsMax = 60_000;
/** After its end line a request could still append (a late destructor): its file stays this long. */
const endedGraceMs = 5_000;
/** A request that says nothing for this long, and has no connection, is dead whatever its process id says (workers are used again). */
const deadRequestMsMax = 24 * 3_600_000;
const readBytesMax = 1024 * 1024;
const lineBytesMax = 1024 * 1024;

/** One log file and how far it was read; `tail` is a line without its newline yet. */
type LogFile = { offset: number; tail: Buffer; state: 'guard' | 'header' | 'lines' | 'broken'; brokenAt: number };

/** The folder of intent logs: reads what was appended since the last pass into a ledger. PROTOCOL.md section 2. */
export class LogFolder {
	readonly #path: string;
	readonly #ledger: Ledger;
	readonly #before: (request: string) => { n: number; activities: number } | undefined;
	#tail: Promise<unknown> = Promise.resolve();
	readonly #isAlive: (pid: number) => boolean;
	readonly #bootedMs: () => number;
	readonly #files = new Map<string, LogFile>();

	/** @param before  how far a request was used up in an earlier life of the agent (`seen.php`). */
	constructor(path: string, ledger: Ledger, before: (request: string) => { n: number; activities: number } | undefined = () => undefined, isAlive: (pid: number) => boolean = isProcessAlive, bootedMs: () => number = bootedAt) {
		this.#path = path;
		this.#isAlive = isAlive;
		this.#bootedMs = bootedMs;
		this.#ledger = ledger;
		this.#before = before;
	}

	/** Reads every line that is there now; true when there was anything new. Passes wait for each other. */
	read(): Promise<boolean> {
		const turn = this.#tail.then(() => this.#read());
		this.#tail = turn.catch(() => {});
		return turn;
	}

	async #read(): Promise<boolean> {
		this.#ledger.beginRead();
		let changed = false;
		for (const id of await this.#list()) {
			changed = (await this.#readFile(id)) || changed;
		}
		this.#ledger.endRead();
		return changed;
	}

	/** Removes files of requests that ended and are used up, and what is broken or was never finished. Call after a commit. */
	removeSpent(isGone: (connectionId: number) => boolean, nowUs: number): Promise<void> {
		const turn = this.#tail.then(() => this.#removeSpent(isGone, nowUs));
		this.#tail = turn.catch(() => {});
		return turn;
	}

	async #removeSpent(isGone: (connectionId: number) => boolean, nowUs: number): Promise<void> {
		for (const [id, file] of [...this.#files]) {
			const request = this.#ledger.requests.get(id);
			const quietSince = (request?.lastUs ?? 0) + endedGraceMs * 1000 < nowUs;
			const over = request !== undefined && request.isSpent && !request.hasOpen
				&& (request.ended !== null ? quietSince || isGone(request.header.connection) : this.#isDead(request, nowUs));
			const broken = file.state === 'broken' && Date.now() - file.brokenAt > temporaryMsMax;
			const path = join(this.#path, `${id}.php`);
			if (!over && !broken && !(await this.#isUnbegun(path, file))) {
				continue;
			}
			const size = (await stat(path).catch(() => null))?.size ?? file.offset;
			if (over && size !== file.offset) {
				continue;
			}
			await rm(path, { force: true });
			this.#files.delete(id);
			this.#ledger.drop(id);
		}
	}

	/** Has its process died before it wrote the header? One that is only suspended would go on writing to a file that is gone, so it must be of an earlier boot. */
	async #isUnbegun(path: string, { state }: LogFile): Promise<boolean> {
		if (state !== 'guard' && state !== 'header') {
			return false;
		}
		const changedMs = (await stat(path).catch(() => null))?.mtimeMs ?? Infinity;
		return changedMs < Date.now() - temporaryMsMax && changedMs < this.#bootedMs() - bootClockMsMax;
	}

	/** A request without an end: its connection may be lost and the request go on with another, so its process must be gone, too. */
	#isDead({ header, connections, lastUs }: RequestLog, nowUs: number): boolean {
		if (!connections.every((one) => one?.gone ?? true)) {
			return false;
		}
		// A process that lives may connect again and go on in this file, however long it was silent; of another boot none lives.
		return this.#ledger.isLocal(header) ? !this.#isAlive(header.pid) : nowUs - lastUs > deadRequestMsMax * 1000;
	}

	async #list(): Promise<string[]> {
		const names = await readdir(this.#path).catch(() => {
			this.#ledger.wantSweep('the folder of the intent log is gone');
			return [] as string[];
		});
		const ids: string[] = [];
		for (const name of names) {
			const id = fileName.exec(name)?.[1];
			if (id !== undefined) {
				ids.push(id);
			} else if (temporaryName.test(name)) {
				await this.#removeOld(join(this.#path, name));
			}
		}
		const there = new Set(names);
		for (const id of this.#files.keys()) {
			if (!there.has(`${id}.php`)) {
				this.#ledger.wantSweep('a file of the intent log is gone');
				this.#files.delete(id);
				this.#ledger.drop(id);
			}
		}
		return ids.sort();
	}

	async #removeOld(path: string): Promise<void> {
		const found = await stat(path).catch(() => null);
		if (found !== null && Date.now() - found.mtimeMs > temporaryMsMax) {
			await rm(path, { force: true });
		}
	}

	async #readFile(id: string): Promise<boolean> {
		const file = this.#files.get(id) ?? { offset: 0, tail: Buffer.alloc(0), state: 'guard' as const, brokenAt: 0 };
		this.#files.set(id, file);
		const path = join(this.#path, `${id}.php`);
		const found = await stat(path).catch(() => null);
		const size = found?.isFile() === true ? found.size : 0;
		if (size <= file.offset) {
			return false;
		}
		if (file.state === 'broken') {
			// Whoever writes it goes on: what it says is not read, so it has to be looked for once more.
			file.offset = size;
			this.#break(file);
			return false;
		}
		const handle = await open(path, 'r').catch(() => null);
		if (handle === null) {
			this.#ledger.wantSweep('a file of the intent log cannot be read');
			return false;
		}
		try {
			const buffer = Buffer.allocUnsafe(Math.min(readBytesMax, Math.max(4096, size - file.offset)));
			for (;;) {
				const { bytesRead } = await handle.read(buffer, 0, buffer.length, file.offset);
				if (bytesRead === 0) {
					return true;
				}
				file.offset += bytesRead;
				this.#take(id, file, buffer.subarray(0, bytesRead));
			}
		} finally {
			await handle.close();
		}
	}

	/** Cuts bytes into lines. What has no newline yet waits: it is the last thing a dying process wrote, or half a write. */
	#take(id: string, file: LogFile, bytes: Buffer): void {
		if (file.state === 'broken') {
			return;
		}
		const all = file.tail.length === 0 ? bytes : Buffer.concat([file.tail, bytes]);
		let at = 0;
		for (let end = all.indexOf(10); end >= 0; end = all.indexOf(10, at)) {
			this.#line(id, file, all.subarray(at, end));
			at = end + 1;
		}
		file.tail = Buffer.from(all.subarray(at));
		if (file.tail.length > lineBytesMax) {
			this.#break(file);
		}
	}

	#line(id: string, file: LogFile, line: Buffer): void {
		if (file.state === 'lines') {
			this.#ledger.take(id, parseLine(line));
		} else if (file.state === 'guard') {
			if (line.toString('latin1').trimEnd() === guardLine) {
				file.state = 'header';
			} else {
				this.#break(file);
			}
		} else if (file.state === 'header') {
			const header = parseHeader(line);
			if (header === null) {
				this.#break(file);
			} else {
				this.#ledger.begin(id, header, this.#before(id));
				file.state = 'lines';
			}
		}
	}

	#break(file: LogFile): void {
		file.state = 'broken';
		file.tail = Buffer.alloc(0);
		file.brokenAt = Date.now();
		this.#ledger.wantSweep('a file of the intent log is not what the plugin writes');
	}
}

const bootedAt = (): number => Date.now() - uptime() * 1000;

function isProcessAlive(pid: number): boolean {
	try {
		return pid > 0 && process.kill(pid, 0);
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}
