/** The next AUTO_INCREMENT value of a table, u64. */
import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';

/** @throws FormatError FORMAT_FIELD when it does not fit */
export const encodeCounter = (next: bigint): Buffer => new ByteWriter(8).u64big(next).finish();

/** @throws FormatError FORMAT_TRUNCATED, FORMAT_TRAILING */
export function decodeCounter(bytes: Uint8Array): bigint {
	const reader = new ByteReader(bytes);
	const next = reader.u64big();
	reader.done();
	return next;
}
