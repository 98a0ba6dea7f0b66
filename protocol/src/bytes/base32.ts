/** Crockford's base 32: no I, L, O, U; read case-insensitively, I and L as 1, O as 0. */
import { refuse } from '../errors.ts';

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const valueOf = new Map([...digits, ...digits.toLowerCase()].map((digit) => [digit, digits.indexOf(digit.toUpperCase())]));
for (const one of 'IiLl') valueOf.set(one, 1);
for (const zero of 'Oo') valueOf.set(zero, 0);

/** The last digit is filled with zero bits. */
export function encodeBase32(bytes: Uint8Array): string {
	let text = '';
	let bits = 0;
	let held = 0;
	for (const byte of bytes) {
		held = (held << 8) | byte;
		bits += 8;
		for (; bits >= 5; bits -= 5) text += digits[(held >>> (bits - 5)) & 31];
		held &= 31;
	}
	return bits === 0 ? text : text + digits[(held << (5 - bits)) & 31];
}

/** @throws FormatError FORMAT_CODE_MISTYPED at a character that is no digit, or when the filling bits are not zero */
export function decodeBase32(text: string): Buffer {
	const bytes = Buffer.alloc(Math.floor((text.length * 5) / 8));
	let at = 0;
	let bits = 0;
	let held = 0;
	for (const [i, character] of [...text].entries()) {
		const value = valueOf.get(character) ?? refuse('FORMAT_CODE_MISTYPED', `character ${i + 1} does not occur in codes`);
		held = (held << 5) | value;
		bits += 5;
		if (bits >= 8) {
			bits -= 8;
			bytes[at++] = held >>> bits;
			held &= (1 << bits) - 1;
		}
	}
	return bits < 5 && held === 0 ? bytes : refuse('FORMAT_CODE_MISTYPED', 'last character');
}
