/** The pairing code: one pasted line that carries address, certificate fingerprint and a single-use secret. FORMAT.md section 13. */
import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { FormatError, refuse } from '../errors.ts';
import { checksum } from './recoveryKey.ts';

export interface PairingCode {
	/** Address of the endpoint, http: or https:. */
	readonly url: string;
	/** SHA-256 of the certificate's DER, 32 bytes; absent where there is no certificate or a public one. */
	readonly fingerprint?: Uint8Array;
	/** 16 bytes. */
	readonly secret: Uint8Array;
}

const prefix = 'holdfast1_';
const urlBytesMax = 2048;
const secretBytes = 16;
const checksumBytes = 4;

/** @throws FormatError FORMAT_FIELD, FORMAT_LIMIT */
export function encodePairingCode(code: PairingCode): string {
	checkFields(code);
	const body = new ByteWriter()
		.u8(1)
		.str(code.url, urlBytesMax)
		.field(code.fingerprint ?? Buffer.alloc(0), 32)
		.raw(code.secret)
		.finish();
	return prefix + Buffer.concat([body, checksum(body)]).toString('base64url');
}

/**
 * Reads what a person pasted: white space does not matter.
 * @throws FormatError FORMAT_CODE_PREFIX (not a pairing code), FORMAT_CODE_CUT_OFF, FORMAT_CODE_MISTYPED, FORMAT_VERSION
 */
export function decodePairingCode(text: string): PairingCode {
	const pasted = text.replace(/\s/g, '');
	if (/^hf[1il]-/i.test(pasted)) refuse('FORMAT_CODE_PREFIX', 'this is a recovery key');
	if (!pasted.startsWith(prefix)) {
		if (pasted.length > 0 && prefix.startsWith(pasted)) refuse('FORMAT_CODE_CUT_OFF', 'only the beginning is there');
		refuse('FORMAT_CODE_PREFIX', `a pairing code starts with ${prefix}`);
	}
	const encoded = pasted.slice(prefix.length);
	const wrong = /[^A-Za-z0-9_-]/.exec(encoded);
	if (wrong) refuse('FORMAT_CODE_MISTYPED', `character ${prefix.length + wrong.index + 1} does not occur in codes`);
	const bytes = Buffer.from(encoded, 'base64url');
	const body = bytes.subarray(0, Math.max(0, bytes.length - checksumBytes));
	const whole = bytes.toString('base64url') === encoded && bytes.length > checksumBytes && checksum(body).equals(bytes.subarray(body.length));
	if (!whole) refuse(isCutOff(bytes) ? 'FORMAT_CODE_CUT_OFF' : 'FORMAT_CODE_MISTYPED', 'checksum');
	if (body[0] !== 1) refuse('FORMAT_VERSION', `pairing code version ${body[0]}`);
	const reader = new ByteReader(body);
	reader.skip(1);
	const url = reader.str(urlBytesMax);
	const fingerprint = reader.field(32);
	const code: PairingCode = { url, ...(fingerprint.length > 0 && { fingerprint }), secret: reader.take(secretBytes) };
	reader.done();
	checkFields(code);
	return code;
}

/** The lengths inside the code say where it should end. */
function isCutOff(bytes: Buffer): boolean {
	const reader = new ByteReader(bytes);
	try {
		reader.skip(1);
		reader.field(urlBytesMax);
		reader.field(32);
		reader.skip(secretBytes + checksumBytes);
		return false;
	} catch (error) {
		return error instanceof FormatError && error.code === 'FORMAT_TRUNCATED';
	}
}

function checkFields(code: PairingCode): void {
	if (!/^https?:\/\/\S+$/.test(code.url) || !URL.canParse(code.url)) refuse('FORMAT_FIELD', 'the address is not an http or https URL');
	if (code.fingerprint && code.fingerprint.length !== 32) refuse('FORMAT_FIELD', 'a fingerprint has 32 bytes');
	if (code.secret.length !== secretBytes) refuse('FORMAT_FIELD', 'a secret has 16 bytes');
}
