/**
 * Where content is cut: FastCDC (Xia et al., USENIX ATC 2016) with a gear table that is keyed per site, FORMAT.md section 6.
 *
 *     0 ──── 256 KiB ───────── 1 MiB ───────────── 4 MiB
 *       never    22 bits zero     18 bits zero       always
 *
 * The gear is 32 bits wide: JavaScript's integers, no BigInt; a window of 32 bytes decides.
 * Cut points depend on the content alone, never on how it was fed.
 */
import { createHmac } from 'node:crypto';
import { smallFileBytesMax } from './limits.ts';

const KiB = 1024;
export const cutBytesMin = 256 * KiB;
export const cutBytesAverage = 1024 * KiB;
export const cutBytesMax = 4096 * KiB;
/** Below the average length: the 22 highest bits must be zero; above it the 18 highest. Normalised chunking, level 2. */
const maskBelowAverage = 0xffff_fc00 | 0;
const maskAboveAverage = 0xffff_c000 | 0;

/** 256 gear values: the first 4 bytes of HMAC-SHA-256(cutter key, i), big-endian. */
export function gearTable(cutterKey: Uint8Array): Int32Array {
	const table = new Int32Array(256);
	for (let i = 0; i < 256; i++) table[i] = createHmac('sha256', cutterKey).update(Buffer.of(i)).digest().readInt32BE(0);
	return table;
}

/** Finds the cut points of one stream of content. Holds no content. */
export class Cutter {
	readonly #gear: Int32Array;
	/** The rolling hash, in an array so that the scanning loop can leave it behind. */
	readonly #hash = new Int32Array(1);
	/** Bytes of the open piece. */
	#length = 0;
	#total = 0;
	#early: number[] = [];

	constructor(gear: Int32Array) {
		this.#gear = gear;
	}

	/**
	 * Takes the next bytes of the stream; returns the lengths of the pieces that are complete now, in order.
	 * Content up to 1 MiB is one piece, so nothing is complete before that is passed.
	 */
	push(bytes: Uint8Array): number[] {
		const lengths: number[] = [];
		for (let at = 0; at < bytes.length; ) {
			const start = at - this.#length;
			const cut = this.#cutAfter(bytes, at, start);
			if (cut === 0) {
				this.#length = bytes.length - start;
				break;
			}
			lengths.push(cut - start);
			this.#length = this.#hash[0] = 0;
			at = cut;
		}
		this.#total += bytes.length;
		if (this.#total <= smallFileBytesMax) {
			this.#early.push(...lengths);
			return [];
		}
		return this.#early.length === 0 ? lengths : [...this.#early.splice(0), ...lengths];
	}

	/** Length of the last piece, 0 when there is none. The cutter is then ready for other content. */
	finish(): number {
		const last = this.#total <= smallFileBytesMax ? this.#total : this.#length;
		this.#hash[0] = this.#length = this.#total = 0;
		this.#early = [];
		return last;
	}

	/** The offset behind the next cut at or after `at`, 0 when the bytes end before one. The piece began at `start`, maybe below 0. */
	#cutAfter(bytes: Uint8Array, at: number, start: number): number {
		const { length } = bytes;
		const skipped = Math.min(length, Math.max(at, start + cutBytesMin));
		const average = Math.max(skipped, Math.min(length, start + cutBytesAverage));
		const last = Math.max(average, Math.min(length, start + cutBytesMax));
		const cut = scan(this.#gear, bytes, skipped, average, maskBelowAverage, this.#hash) || scan(this.#gear, bytes, average, last, maskAboveAverage, this.#hash);
		return cut !== 0 || last < start + cutBytesMax ? cut : last;
	}
}

/**
 * The offset behind the first byte in [from, end) at which no bit of `mask` is set in the hash; 0 when there is none.
 * Eight bytes per round: 1.5 GB/s against 0.26 GB/s, because the plain loop is small enough to be inlined and then compiles badly.
 */
function scan(gear: Int32Array, bytes: Uint8Array, from: number, end: number, mask: number, state: Int32Array): number {
	let hash = state[0]! | 0;
	let i = from | 0;
	const stop = end | 0;
	for (; i + 8 <= stop; i += 8) {
		hash = ((hash << 1) + gear[bytes[i + 0]!]!) | 0;
		if ((hash & mask) === 0) return i + 1;
		hash = ((hash << 1) + gear[bytes[i + 1]!]!) | 0;
		if ((hash & mask) === 0) return i + 2;
		hash = ((hash << 1) + gear[bytes[i + 2]!]!) | 0;
		if ((hash & mask) === 0) return i + 3;
		hash = ((hash << 1) + gear[bytes[i + 3]!]!) | 0;
		if ((hash & mask) === 0) return i + 4;
		hash = ((hash << 1) + gear[bytes[i + 4]!]!) | 0;
		if ((hash & mask) === 0) return i + 5;
		hash = ((hash << 1) + gear[bytes[i + 5]!]!) | 0;
		if ((hash & mask) === 0) return i + 6;
		hash = ((hash << 1) + gear[bytes[i + 6]!]!) | 0;
		if ((hash & mask) === 0) return i + 7;
		hash = ((hash << 1) + gear[bytes[i + 7]!]!) | 0;
		if ((hash & mask) === 0) return i + 8;
	}
	for (; i < stop; i++) {
		hash = ((hash << 1) + gear[bytes[i]!]!) | 0;
		if ((hash & mask) === 0) return i + 1;
	}
	state[0] = hash;
	return 0;
}

/** Content as pieces, each at most 4 MiB; holds one piece and one buffer of the source at a time. */
export async function* cutContent(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, gear: Int32Array): AsyncGenerator<Buffer> {
	const cutter = new Cutter(gear);
	let held: Uint8Array[] = [];
	let heldBytes = 0;
	for await (const bytes of source) {
		held.push(bytes);
		heldBytes += bytes.length;
		const lengths = cutter.push(bytes);
		if (lengths.length === 0) continue;
		const all = Buffer.concat(held, heldBytes);
		let at = 0;
		for (const length of lengths) yield all.subarray(at, (at += length));
		held = at < heldBytes ? [Buffer.from(all.subarray(at))] : [];
		heldBytes -= at;
	}
	if (cutter.finish() > 0) yield Buffer.concat(held, heldBytes);
}
