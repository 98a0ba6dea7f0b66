/** Entry blocks as they are read: entry by entry without allocating, or whole as a batch. */
import { asBuffer } from '../bytes/compare.ts';
import { getVarint, varintLength } from '../bytes/varint.ts';
import { refuse } from '../errors.ts';
import { keyBytesMax, valueBytesMax } from '../limits.ts';
import { tombstone, type EntryBatch } from './batch.ts';

/** The smallest entry: shared, length, one byte of key, v. */
const entryBytesMin = 4;

/**
 *     const cursor = new BlockCursor(plaintext);
 *     while (cursor.next()) use(cursor.key, cursor.value);
 */
export class BlockCursor {
	readonly bytes: Buffer;
	/** Entries in the block. */
	readonly count: number;
	/** The key is keyBytes[0, keyLength); overwritten by next(). */
	keyBytes = Buffer.allocUnsafe(256);
	keyLength = 0;
	/** The value is bytes[valueStart, valueStart + valueLength), or valueLength is `tombstone`. */
	valueStart = 0;
	valueLength = 0;
	#at: number;
	#left: number;

	/** @throws FormatError when the head is wrong */
	constructor(plaintext: Uint8Array) {
		this.bytes = asBuffer(plaintext);
		if (this.bytes.length === 0) refuse('FORMAT_TRUNCATED', 'entry block');
		if (this.bytes[0]! > 1) refuse('FORMAT_VERSION', `entry block version ${this.bytes[0]}`);
		if (this.bytes[0] === 0) refuse('FORMAT_FIELD', 'version 0');
		this.count = getVarint(this.bytes, 1, this.bytes.length);
		this.#at = 1 + varintLength(this.count);
		if (this.count === 0) refuse('FORMAT_FIELD', 'empty entry block');
		if (this.count * entryBytesMin > this.bytes.length - this.#at) refuse('FORMAT_TRUNCATED', 'entry block');
		this.#left = this.count;
	}

	/** A view that next() overwrites: copy to keep. */
	get key(): Buffer {
		return this.keyBytes.subarray(0, this.keyLength);
	}

	/** A view of the block; null for a tombstone. */
	get value(): Buffer | null {
		return this.valueLength === tombstone ? null : this.bytes.subarray(this.valueStart, this.valueStart + this.valueLength);
	}

	/** Moves to the next entry; false behind the last. @throws FormatError */
	next(): boolean {
		const { bytes } = this;
		const end = bytes.length;
		if (this.#left === 0) return this.#at === end ? false : refuse('FORMAT_TRAILING', 'entry block');
		const shared = this.#varint(this.keyLength, 'shared');
		const rest = this.#varint(keyBytesMax - shared, 'key');
		const at = this.#at;
		if (rest > end - at) refuse('FORMAT_TRUNCATED', 'key');
		if (rest === 0 || (shared < this.keyLength && bytes[at]! <= this.keyBytes[shared]!)) refuse('FORMAT_ORDER', 'keys of a block');
		this.#room(shared + rest);
		bytes.copy(this.keyBytes, shared, at, at + rest);
		this.keyLength = shared + rest;
		this.#at = at + rest;
		const v = this.#varint(valueBytesMax + 1, 'value');
		this.valueStart = this.#at;
		this.valueLength = v - 1;
		if (v > 1) {
			if (v - 1 > end - this.#at) refuse('FORMAT_TRUNCATED', 'value');
			this.#at += v - 1;
		}
		this.#left--;
		return true;
	}

	#varint(max: number, what: string): number {
		const first = this.bytes[this.#at];
		if (first !== undefined && first < 0x80 && first <= max) {
			this.#at++;
			return first;
		}
		const value = getVarint(this.bytes, this.#at, this.bytes.length);
		if (value > max) refuse('FORMAT_LIMIT', what);
		this.#at += varintLength(value);
		return value;
	}

	#room(length: number): void {
		if (length <= this.keyBytes.length) return;
		const wider = Buffer.allocUnsafe(Math.max(length, 2 * this.keyBytes.length));
		this.keyBytes.copy(wider, 0, 0, this.keyLength);
		this.keyBytes = wider;
	}
}

/** A whole block as a batch: keys are copied, values stay where they are. @throws FormatError */
export function decodeBlock(plaintext: Uint8Array): EntryBatch {
	const cursor = new BlockCursor(plaintext);
	const { count } = cursor;
	const keyStarts = new Uint32Array(count + 1);
	const valueStarts = new Uint32Array(count);
	const valueLengths = new Int32Array(count);
	let keys = Buffer.allocUnsafe(Math.max(1024, 24 * count));
	let keyBytes = 0;
	for (let i = 0; cursor.next(); i++) {
		if (keyBytes + cursor.keyLength > keys.length) {
			const wider = Buffer.allocUnsafe(2 * keys.length + cursor.keyLength);
			keys.copy(wider, 0, 0, keyBytes);
			keys = wider;
		}
		cursor.keyBytes.copy(keys, keyBytes, 0, cursor.keyLength);
		keyBytes += cursor.keyLength;
		keyStarts[i + 1] = keyBytes;
		valueStarts[i] = cursor.valueStart;
		valueLengths[i] = cursor.valueLength;
	}
	return { count, keys, keyStarts, values: cursor.bytes, valueStarts, valueLengths };
}
