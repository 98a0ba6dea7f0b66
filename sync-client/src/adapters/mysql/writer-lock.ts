/** One writer per site: GET_LOCK on a connection that stays open. */
import { createHash } from 'node:crypto';
import { HoldfastError } from '../../errors.ts';
import type { WriterLock } from '../../ports/database.ts';
import { textLiteral } from './sql-writer.ts';
import type { Wire } from './wire.ts';

/** The server takes 64 characters; longer names are cut and told apart by their hash. */
export const lockNameOf = (name: string): string =>
	Buffer.byteLength(name) <= 64 ? name : `${name.slice(0, 24)}#${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;

export class WireLock implements WriterLock {
	readonly lost: Promise<HoldfastError>;
	readonly #wire: Wire;
	readonly #name: string;

	private constructor(wire: Wire, name: string) {
		this.#wire = wire;
		this.#name = name;
		this.lost = wire.lost.then(
			(cause) => new HoldfastError('DB_WRITER_LOCK_LOST', 'The connection that held the writer lock ended.', { cause }),
		);
	}

	static async acquire(wire: Wire, name: string): Promise<WireLock> {
		const lockName = textLiteral(lockNameOf(name));
		const [row] = await wire.text(`SELECT GET_LOCK(${lockName}, 0), IS_USED_LOCK(${lockName})`, 'Taking the writer lock');
		if (row?.[0] !== '1') {
			throw new HoldfastError(
				'DB_WRITER_LOCK_TAKEN',
				`Another agent holds the writer lock of this site (database connection ${row?.[1] ?? 'unknown'}).`,
			);
		}
		return new WireLock(wire, lockName);
	}

	async isHeld(): Promise<boolean> {
		if (this.#wire.isLost) return false;
		const [row] = await this.#wire
			.text(`SELECT IS_USED_LOCK(${this.#name}) = CONNECTION_ID()`, 'Checking the writer lock')
			.catch(() => [[null]]);
		return row?.[0] === '1';
	}

	async release(): Promise<void> {
		if (!this.#wire.isLost) await this.#wire.run(`DO RELEASE_LOCK(${this.#name})`);
	}
}
