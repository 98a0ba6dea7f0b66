import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { guardLine } from '../../state-folder/guarded.ts';

let drawn = 0;

/** Writes an intent log as the plugin does: PROTOCOL.md section 2. For tests. */
export class RequestWriter {
	readonly id: string;
	readonly path: string;
	readonly #lines: string[] = [];
	readonly #now: () => number;
	#n = 0;

	constructor(folder: string, more: { connection?: number; machine?: string; boot?: string; now?: () => number } = {}) {
		mkdirSync(folder, { recursive: true });
		this.#now = more.now ?? (() => Number(process.hrtime.bigint() / 1000n));
		this.id = (BigInt(Date.now()) * 1000n).toString(16).padStart(13, '0').slice(-13) + (++drawn % 4096).toString(16).padStart(3, '0');
		this.path = join(folder, `${this.id}.php`);
		const header = { v: 1, r: this.id, c: more.connection ?? 0, m: more.machine ?? 'm', b: more.boot ?? 'b', p: '0', a: 2, t: this.#now(), w: Date.now(), k: 'web', pid: process.pid };
		writeFileSync(this.path, `${guardLine}\n${JSON.stringify(header)}\n`, { flag: 'wx' });
	}

	raw(text: string): this {
		appendFileSync(this.path, text);
		return this;
	}

	line(type: string, ...rest: unknown[]): this {
		this.#lines.push(type);
		return this.raw(`${JSON.stringify([type, this.#now(), ...rest])}\n`);
	}

	lookup(table: string): this { return this.line('o', this.#n + 1, table); }

	/** Writes an intent; its number. */
	intent(table: string, scope: object, tx: 0 | 1 = 0, connection = 0): number {
		this.line('w', ++this.#n, table, scope, tx, connection);
		return this.#n;
	}

	file(path: string, how: 'file' | 'tree' = 'file'): number {
		this.line('f', ++this.#n, path, how);
		return this.#n;
	}

	created(n: number, ...keys: unknown[][]): this { return this.line('r', n, keys); }
	close(connection = 0): this { return this.line('c', this.#n, connection); }
	end(): this { return this.line('e'); }

	activity(sentence: string, quiet = false): this {
		return this.line('a', { verb: 'updated', object: { type: 'post', id: 1, title: sentence }, sentence, actor: { type: 'user', id: 1, login: 'anna' }, via: 'wp-admin', at: Date.now(), quiet });
	}
}
