/** The recovery key: root key, site id and checksum, for people to keep. FORMAT.md section 13. */
import { createHash } from 'node:crypto';
import { decodeBase32, encodeBase32 } from '../bytes/base32.ts';
import { decodeHex, encodeHex } from '../bytes/text.ts';
import { refuse } from '../errors.ts';
import { parseSiteId, type SiteId } from '../ids.ts';
import { parseRootKey, type RootKey } from './subkeys.ts';

const prefix = 'HF1-';
/** 53 bytes in base 32: 17 groups of five. */
const charactersWanted = 85;

/** `HF1-` and 17 groups of five characters. */
export function encodeRecoveryKey(rootKey: RootKey, siteId: SiteId): string {
	const body = Buffer.concat([Buffer.of(1), parseRootKey(rootKey), encodeHex(siteId)]);
	const text = encodeBase32(Buffer.concat([body, checksum(body)]));
	return prefix + text.match(/.{5}/g)!.join('-');
}

/**
 * Reads what a person typed: case, spaces and hyphens do not matter.
 * @throws FormatError FORMAT_CODE_PREFIX (not a recovery key), FORMAT_CODE_CUT_OFF, FORMAT_CODE_MISTYPED, FORMAT_VERSION
 */
export function decodeRecoveryKey(text: string): { rootKey: RootKey; siteId: SiteId } {
	const typed = text.trim();
	if (/^holdfast\d*_/i.test(typed)) refuse('FORMAT_CODE_PREFIX', 'this is a pairing code');
	const found = /^hf[1il][-\s]/i.exec(typed) ?? refuse('FORMAT_CODE_PREFIX', `a recovery key starts with ${prefix}`);
	const characters = typed.slice(found[0].length).replace(/[-\s]/g, '');
	if (characters.length < charactersWanted) refuse('FORMAT_CODE_CUT_OFF', `${characters.length} of ${charactersWanted} characters`);
	if (characters.length > charactersWanted) refuse('FORMAT_CODE_MISTYPED', `${characters.length} characters instead of ${charactersWanted}`);
	const bytes = decodeBase32(characters);
	const body = bytes.subarray(0, 49);
	if (!checksum(body).equals(bytes.subarray(49))) refuse('FORMAT_CODE_MISTYPED', 'checksum');
	if (body[0] !== 1) refuse('FORMAT_VERSION', `recovery key version ${body[0]}`);
	return { rootKey: parseRootKey(Buffer.from(body.subarray(1, 33))), siteId: parseSiteId(decodeHex(body.subarray(33))) };
}

/** The first 4 bytes of SHA-256: a mistyped character is seen, save once in 2^32. */
export const checksum = (body: Uint8Array): Buffer => createHash('sha256').update(body).digest().subarray(0, 4);
