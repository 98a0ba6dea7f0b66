/**
 * Entry blocks, FORMAT.md section 4, as they are written: u8 1, varint count, then per entry
 * varint bytes shared with the key before, bytes rest of the key, varint v (0 = tombstone, else length + 1), value.
 */
import { asBuffer, sharedPrefix } from '../bytes/compare.ts';
import { putVarint, varintBytesMax, varintLength } from '../bytes/varint.ts';
import { refuse } from '../errors.ts';
import { blockBytesTarget, keyBytesMax, valueBytesMax } from '../limits.ts';

/** The plaintext of one chunk of kind `entries`. */
export interface EntryBlock {
	readonly plaintext: Buffer;
	readonly first: Buffer;
	readonly last: Buffer;
	readonly count: number;
}

/** Version and count are written in front of the entries when the block is closed. */
const headRoom = 1 + varintBytesMax;

export class BlockWriter {
	#bytes = Buffer.allocUnsafe(blockBytesTarget + 4096);
	#at = headRoom;
	#count = 0;
	#first: Buffer | undefined;
	#key = Buffer.allocUnsafe(256);
	#keyLength = 0;

	/** Entries in the block that is open. */
	get count(): number {
		return this.#count;
	}

	/**
	 * Appends an entry, null = tombstone; keys strictly ascending over all blocks.
	 * Returns the block that this closed, if any; the entry is then the first of the next.
	 * @throws FormatError FORMAT_ORDER, FORMAT_LIMIT, FORMAT_KEY
	 */
	add(key: Uint8Array, value: Uint8Array | null): EntryBlock | null {
		const length = key.length;
		if (length === 0) refuse('FORMAT_KEY', 'empty');
		if (length > keyBytesMax) refuse('FORMAT_LIMIT', `key of ${length} bytes`);
		const valueLength = value === null ? 0 : value.length;
		if (valueLength > valueBytesMax) refuse('FORMAT_LIMIT', `value of ${valueLength} bytes`);
		let shared = sharedPrefix(this.#key, this.#keyLength, key, length);
		if (shared === length || (shared < this.#keyLength && key[shared]! < this.#key[shared]!)) refuse('FORMAT_ORDER', 'keys of a block');
		const v = value === null ? 0 : valueLength + 1;
		let cost = entryCost(shared, length, v, valueLength);
		let closed: EntryBlock | null = null;
		if (this.#count > 0 && 1 + varintLength(this.#count + 1) + this.#at - headRoom + cost > blockBytesTarget) closed = this.finish();
		if (this.#count === 0) {
			shared = 0;
			cost = entryCost(0, length, v, valueLength);
			this.#first = Buffer.from(key);
		}
		this.#room(cost);
		this.#put(key, shared, v, value);
		return closed;
	}

	#put(key: Uint8Array, shared: number, v: number, value: Uint8Array | null): void {
		const bytes = this.#bytes;
		let at = putVarint(bytes, this.#at, shared);
		at = putVarint(bytes, at, key.length - shared);
		at += asBuffer(key).copy(bytes, at, shared);
		at = putVarint(bytes, at, v);
		if (value !== null) at += asBuffer(value).copy(bytes, at);
		this.#at = at;
		this.#count++;
		if (key.length > this.#key.length) this.#key = Buffer.allocUnsafe(2 * key.length);
		asBuffer(key).copy(this.#key);
		this.#keyLength = key.length;
	}

	#room(cost: number): void {
		if (this.#at + cost <= this.#bytes.length) return;
		const wider = Buffer.allocUnsafe(Math.max(this.#at + cost, 2 * this.#bytes.length));
		this.#bytes.copy(wider, 0, 0, this.#at);
		this.#bytes = wider;
	}

	/** Closes the open block; null when it is empty. The writer goes on with the next. */
	finish(): EntryBlock | null {
		const count = this.#count;
		if (count === 0) return null;
		const start = headRoom - 1 - varintLength(count);
		this.#bytes[start] = 1;
		putVarint(this.#bytes, start + 1, count);
		const plaintext = Buffer.from(this.#bytes.subarray(start, this.#at));
		if (this.#bytes.length > 4 * blockBytesTarget) this.#bytes = Buffer.allocUnsafe(blockBytesTarget + 4096);
		this.#at = headRoom;
		this.#count = 0;
		return { plaintext, first: this.#first!, last: Buffer.from(this.#key.subarray(0, this.#keyLength)), count };
	}
}

function entryCost(shared: number, length: number, v: number, valueLength: number): number {
	return varintLength(shared) + varintLength(length - shared) + length - shared + varintLength(v) + valueLength;
}

/** All blocks of entries given in order. */
export function encodeBlocks(entries: Iterable<readonly [Uint8Array, Uint8Array | null]>): EntryBlock[] {
	const writer = new BlockWriter();
	const blocks: EntryBlock[] = [];
	for (const [key, value] of entries) {
		const closed = writer.add(key, value);
		if (closed) blocks.push(closed);
	}
	const last = writer.finish();
	return last ? [...blocks, last] : blocks;
}
