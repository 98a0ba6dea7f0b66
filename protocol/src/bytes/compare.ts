/** Order and prefixes of byte strings: unsigned bytes, a prefix before what it is a prefix of. */

/** The same bytes as a Buffer, without copying. */
export function asBuffer(bytes: Uint8Array): Buffer {
	return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** < 0, 0 or > 0. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
	return compareRanges(a, 0, a.length, b, 0, b.length);
}

/** Compares a[aStart, aEnd) with b[bStart, bEnd). Short common prefixes are faster in JS than in a native call. */
export function compareRanges(a: Uint8Array, aStart: number, aEnd: number, b: Uint8Array, bStart: number, bEnd: number): number {
	const length = Math.min(aEnd - aStart, bEnd - bStart);
	const early = Math.min(length, 32);
	for (let i = 0; i < early; i++) {
		const difference = a[aStart + i]! - b[bStart + i]!;
		if (difference !== 0) return difference;
	}
	if (length > early) return asBuffer(a).compare(b, bStart + early, bEnd, aStart + early, aEnd);
	return aEnd - aStart - (bEnd - bStart);
}

/** True when the two ranges have the same bytes. */
export function equalRanges(a: Uint8Array, aStart: number, aEnd: number, b: Uint8Array, bStart: number, bEnd: number): boolean {
	return aEnd - aStart === bEnd - bStart && compareRanges(a, aStart, aEnd, b, bStart, bEnd) === 0;
}

/** How many leading bytes a[0, aLength) and b[0, bLength) share. */
export function sharedPrefix(a: Uint8Array, aLength: number, b: Uint8Array, bLength: number): number {
	const length = Math.min(aLength, bLength);
	let i = 0;
	while (i < length && a[i] === b[i]) i++;
	return i;
}
