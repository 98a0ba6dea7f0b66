/** Bounded reading of primitives, FORMAT.md section 1. Never beyond the input, never half a value. */
import { refuse } from '../errors.ts';
import { asBuffer } from './compare.ts';
import { decodeUtf8 } from './text.ts';
import { getVarint, varintLength } from './varint.ts';

export class ByteReader {
	readonly bytes: Buffer;
	readonly end: number;
	at: number;

	/** Reads bytes[start, end). */
	constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
		this.bytes = asBuffer(bytes);
		this.at = start;
		this.end = end;
	}

	get left(): number {
		return this.end - this.at;
	}

	/** Moves on by `length` and returns where it was. @throws FormatError FORMAT_TRUNCATED */
	skip(length: number): number {
		const at = this.at;
		if (length > this.end - at) refuse('FORMAT_TRUNCATED', `${length} bytes wanted, ${this.end - at} left`);
		this.at = at + length;
		return at;
	}

	u8(): number {
		return this.bytes[this.skip(1)]!;
	}
	u16(): number {
		return this.bytes.readUInt16BE(this.skip(2));
	}
	u32(): number {
		return this.bytes.readUInt32BE(this.skip(4));
	}
	/** @throws FormatError FORMAT_LIMIT above 2^53 − 1 */
	u64(): number {
		const value = this.u32() * 0x1_0000_0000 + this.u32();
		return value <= Number.MAX_SAFE_INTEGER ? value : refuse('FORMAT_LIMIT', 'u64');
	}
	u64big(): bigint {
		return this.bytes.readBigUInt64BE(this.skip(8));
	}
	i64big(): bigint {
		return this.bytes.readBigInt64BE(this.skip(8));
	}

	/** @throws FormatError FORMAT_LIMIT above `max` */
	varint(max = Number.MAX_SAFE_INTEGER): number {
		const value = getVarint(this.bytes, this.at, this.end);
		if (value > max) refuse('FORMAT_LIMIT', `${value} is above ${max}`);
		this.at += varintLength(value);
		return value;
	}

	/** A count of things of at least `bytesEach` bytes, checked against what is left before anything is allocated. */
	count(max: number, bytesEach: number): number {
		const count = this.varint(max);
		if (count * bytesEach > this.left) refuse('FORMAT_TRUNCATED', `${count} × ${bytesEach} bytes wanted, ${this.left} left`);
		return count;
	}

	/** The next bytes as a view. */
	take(length: number): Buffer {
		const at = this.skip(length);
		return this.bytes.subarray(at, at + length);
	}

	/** `bytes`: a varint length, then that many, as a view. */
	field(max: number): Buffer {
		return this.take(this.varint(max));
	}

	str(max: number): string {
		return decodeUtf8(this.field(max));
	}

	hex(length: number): string {
		const at = this.skip(length);
		return this.bytes.toString('hex', at, at + length);
	}

	/** @throws FormatError FORMAT_TRAILING */
	done(): void {
		if (this.at !== this.end) refuse('FORMAT_TRAILING', `${this.end - this.at} bytes`);
	}

	/** @throws FormatError FORMAT_MAGIC unless the next four bytes are `magic` */
	magic(magic: string): void {
		if (this.take(4).toString('latin1') !== magic) refuse('FORMAT_MAGIC', `${magic} expected`);
	}

	/** Magic and version, then the three zero bytes that stored objects begin with. */
	objectHead(magic: string, version: number): void {
		this.magic(magic);
		this.version(version);
		if (this.u16() !== 0 || this.u8() !== 0) refuse('FORMAT_FIELD', 'reserved bytes are not zero');
	}

	/** A version byte from 1 to `newest`; returns it. */
	version(newest: number): number {
		const version = this.u8();
		if (version === 0) refuse('FORMAT_FIELD', 'version 0');
		return version <= newest ? version : refuse('FORMAT_VERSION', `version ${version}, known up to ${newest}`);
	}
}
