/** Writing of primitives, FORMAT.md section 1, into a buffer that grows. */
import { refuse } from '../errors.ts';
import { asBuffer } from './compare.ts';
import { encodeHex, encodeUtf8 } from './text.ts';
import { putVarint, varintLength } from './varint.ts';

export class ByteWriter {
	#bytes: Buffer;
	#at = 0;

	constructor(bytesExpected = 256) {
		this.#bytes = Buffer.allocUnsafe(bytesExpected);
	}

	get length(): number {
		return this.#at;
	}

	/** Makes room for `length` bytes and returns where they begin. */
	#room(length: number): number {
		const at = this.#at;
		if (at + length > this.#bytes.length) {
			const wider = Buffer.allocUnsafe(Math.max(at + length, this.#bytes.length * 2));
			this.#bytes.copy(wider, 0, 0, at);
			this.#bytes = wider;
		}
		this.#at = at + length;
		return at;
	}

	#whole(value: number, max: number): number {
		return Number.isInteger(value) && value >= 0 && value <= max ? value : refuse('FORMAT_FIELD', `${value} is not from 0 to ${max}`);
	}

	u8(value: number): this {
		const at = this.#room(1);
		this.#bytes[at] = this.#whole(value, 0xff);
		return this;
	}
	u16(value: number): this {
		const at = this.#room(2);
		this.#bytes.writeUInt16BE(this.#whole(value, 0xffff), at);
		return this;
	}
	u32(value: number): this {
		const at = this.#room(4);
		this.#bytes.writeUInt32BE(this.#whole(value, 0xffff_ffff), at);
		return this;
	}
	/** At most 2^53 − 1. */
	u64(value: number): this {
		this.#whole(value, Number.MAX_SAFE_INTEGER);
		return this.u32(Math.floor(value / 0x1_0000_0000)).u32(value >>> 0);
	}
	u64big(value: bigint): this {
		if (BigInt.asUintN(64, value) !== value) refuse('FORMAT_FIELD', `${value} does not fit u64`);
		const at = this.#room(8);
		this.#bytes.writeBigUInt64BE(value, at);
		return this;
	}
	i64big(value: bigint): this {
		if (BigInt.asIntN(64, value) !== value) refuse('FORMAT_FIELD', `${value} does not fit i64`);
		const at = this.#room(8);
		this.#bytes.writeBigInt64BE(value, at);
		return this;
	}
	varint(value: number): this {
		const at = this.#room(varintLength(value));
		putVarint(this.#bytes, at, value);
		return this;
	}
	raw(bytes: Uint8Array): this {
		const at = this.#room(bytes.length);
		asBuffer(bytes).copy(this.#bytes, at);
		return this;
	}
	/** `bytes`: a varint length, then the bytes. */
	field(bytes: Uint8Array, max: number): this {
		if (bytes.length > max) refuse('FORMAT_LIMIT', `${bytes.length} bytes are above ${max}`);
		return this.varint(bytes.length).raw(bytes);
	}
	str(text: string, max: number): this {
		return this.field(encodeUtf8(text), max);
	}
	/** Lower-case hex of exactly `length` bytes. */
	hex(text: string, length: number): this {
		const bytes = encodeHex(text);
		return bytes.length === length ? this.raw(bytes) : refuse('FORMAT_FIELD', `${length} bytes of hex expected`);
	}
	/** Magic, version and three zero bytes: the beginning of every stored object. */
	objectHead(magic: string, version: number): this {
		return this.raw(Buffer.from(magic, 'latin1')).u8(version).u16(0).u8(0);
	}

	/** What was written, as a view; the writer must not be used afterwards. */
	finish(): Buffer {
		return this.#bytes.subarray(0, this.#at);
	}
}
