/** Why a table or file is left out. A folder's entry stands for everything below it. */
import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { refuse } from '../errors.ts';

export const reasonCodes = {
	excludedByRule: 1,
	excludedByAdmin: 2,
	unreadable: 3,
	anotherSite: 4,
	coreFile: 5,
	linkLeavesSite: 6,
	holdfast: 7,
	notRegular: 8,
	overSizeLimit: 9,
} as const;
export type ReasonCode = keyof typeof reasonCodes;

export interface ReasonValue {
	readonly code: ReasonCode;
	readonly detail: string;
}

const names = Object.keys(reasonCodes) as ReasonCode[];
const detailBytesMax = 65_535;

/** @throws FormatError FORMAT_LIMIT, FORMAT_TEXT */
export const encodeReason = (reason: ReasonValue): Buffer =>
	new ByteWriter().u8(1).u8(reasonCodes[reason.code]).str(reason.detail, detailBytesMax).finish();

/** @throws FormatError */
export function decodeReason(bytes: Uint8Array): ReasonValue {
	const reader = new ByteReader(bytes);
	reader.version(1);
	const byte = reader.u8();
	const code = names[byte - 1] ?? refuse('FORMAT_FIELD', `reason ${byte}`);
	const detail = reader.str(detailBytesMax);
	reader.done();
	return { code, detail };
}
