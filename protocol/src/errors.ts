/**
 * What can be wrong with stored bytes, in one table: a sentence for people and a hint what to try.
 * Every reader and writer of this package throws only FormatError.
 */

const explanations = {
	FORMAT_TRUNCATED: ['The bytes end before the object does.', 'Fetch the object again; if it stays short, run `holdfast-endpoint check`.'],
	FORMAT_MAGIC: ['These bytes are not the kind of object that was expected.', 'Check that the right object was read; run `holdfast-endpoint check`.'],
	FORMAT_VERSION: ['The object was written by a newer version of Holdfast.', 'Update this side of Holdfast and try again.'],
	FORMAT_LIMIT: ['A length or count is above its limit.', 'The object is damaged or hostile; run `holdfast-endpoint check`.'],
	FORMAT_TRAILING: ['There are bytes left over after the end of the object.', 'Fetch the object again; if they stay, run `holdfast-endpoint check`.'],
	FORMAT_ORDER: ['Keys or ids are not in strictly ascending order.', 'The object is damaged; run `holdfast-endpoint check`.'],
	FORMAT_VARINT: ['A number is not written in its shortest form.', 'The object is damaged; run `holdfast-endpoint check`.'],
	FORMAT_TEXT: ['A text is not valid UTF-8 or not valid in its place.', 'The object is damaged; run `holdfast-endpoint check`.'],
	FORMAT_JSON: ['A JSON document is malformed or does not have the expected shape.', 'The object is damaged; run `holdfast-endpoint check`.'],
	FORMAT_FIELD: ['A field has a value that is not allowed.', 'The object is damaged; run `holdfast-endpoint check`.'],
	FORMAT_HASH: ['The bytes do not have the hash that they should have.', 'The object is damaged; run `holdfast-endpoint check`.'],
	FORMAT_CHAIN: ['A commit does not continue the chain before it.', 'A commit is missing or was exchanged; run `holdfast-endpoint check`.'],
	FORMAT_KEY: ['A key is malformed.', 'The object is damaged; run `holdfast-endpoint check`.'],
	FORMAT_PATH: ['A path cannot be the path of a file in a backup.', 'Paths are relative, without empty, "." or ".." parts, and at most 4096 bytes.'],
	FORMAT_DECRYPT: ['The bytes cannot be decrypted with this key.', 'Check that the recovery key belongs to this site; else the object is damaged.'],
	FORMAT_DECOMPRESS: ['The decrypted bytes cannot be decompressed.', 'The object is damaged; run `holdfast-endpoint check`.'],
	FORMAT_ID_MISMATCH: ['The chunk is not the one that was asked for.', 'An object was exchanged or damaged; run `holdfast-endpoint check`.'],
	FORMAT_KIND_MISMATCH: ['The chunk is of another kind than was asked for.', 'An object was exchanged or damaged; run `holdfast-endpoint check`.'],
	FORMAT_CODE_PREFIX: ['This is not the kind of code that is expected here.', 'A pairing code starts with `holdfast1_`, a recovery key with `HF1-`.'],
	FORMAT_CODE_CUT_OFF: ['The code is cut off: its end is missing.', 'Copy the whole code, to its last character, and paste it again.'],
	FORMAT_CODE_MISTYPED: ['The code has a mistyped character.', 'Compare it with the original, or copy and paste it.'],
} as const satisfies Record<string, readonly [sentence: string, hint: string]>;

export type FormatErrorCode = keyof typeof explanations;

/** All codes, for tests and documentation. */
export const formatErrorCodes = Object.keys(explanations) as FormatErrorCode[];

/** Bytes that are not what they should be. Reading the same bytes again will fail again: never retry without fetching anew. */
export class FormatError extends Error {
	override readonly name = 'FormatError';
	readonly code: FormatErrorCode;
	/** One sentence for people. */
	readonly sentence: string;
	/** What to try. */
	readonly hint: string;
	/** What exactly, for developers and logs; never a value out of the backup. */
	readonly detail: string;

	constructor(code: FormatErrorCode, detail = '', options?: ErrorOptions) {
		const [sentence, hint] = explanations[code];
		super(detail === '' ? `${code}: ${sentence}` : `${code}: ${sentence} (${detail})`, options);
		this.code = code;
		this.sentence = sentence;
		this.hint = hint;
		this.detail = detail;
	}
}

/** Throws; typed so that it can stand in an expression. */
export function refuse(code: FormatErrorCode, detail = '', cause?: unknown): never {
	throw new FormatError(code, detail, cause === undefined ? undefined : { cause });
}
