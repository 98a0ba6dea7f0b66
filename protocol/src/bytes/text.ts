/** Text: UTF-8 and hex, refused rather than repaired. */
import { isUtf8 } from 'node:buffer';
import { refuse } from '../errors.ts';
import { asBuffer } from './compare.ts';

/** @throws FormatError FORMAT_TEXT when the bytes are not UTF-8 */
export function decodeUtf8(bytes: Uint8Array): string {
	return isUtf8(bytes) ? asBuffer(bytes).toString('utf8') : refuse('FORMAT_TEXT', 'not UTF-8');
}

const loneSurrogate = /\p{Surrogate}/u;

/** @throws FormatError FORMAT_TEXT when the text has a lone surrogate, which UTF-8 cannot carry */
export function encodeUtf8(text: string): Buffer {
	return loneSurrogate.test(text) ? refuse('FORMAT_TEXT', 'lone surrogate') : Buffer.from(text, 'utf8');
}

export function decodeHex(bytes: Uint8Array): string {
	return asBuffer(bytes).toString('hex');
}

const hexDigits = /^(?:[0-9a-f]{2})*$/;

/** Lower-case hex to bytes. @throws FormatError FORMAT_TEXT */
export function encodeHex(text: string): Buffer {
	return hexDigits.test(text) ? Buffer.from(text, 'hex') : refuse('FORMAT_TEXT', 'not lower-case hex');
}
