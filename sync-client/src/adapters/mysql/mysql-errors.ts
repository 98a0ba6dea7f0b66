/** From the server's and the driver's error numbers to our codes. The cause keeps number and text, never the statement. */
import { HoldfastError, type ErrorCode } from '../../errors.ts';

const byNumber: Record<number, ErrorCode> = {
	1044: 'DB_LOGIN_REFUSED',
	1045: 'DB_LOGIN_REFUSED',
	1698: 'DB_LOGIN_REFUSED',
	1130: 'DB_LOGIN_REFUSED',
	1251: 'DB_LOGIN_REFUSED',
	1820: 'DB_LOGIN_REFUSED',
	1049: 'DB_UNKNOWN_DATABASE',
	1142: 'DB_NOT_ALLOWED',
	1143: 'DB_NOT_ALLOWED',
	1227: 'DB_NOT_ALLOWED',
	1370: 'DB_NOT_ALLOWED',
	1419: 'DB_NOT_ALLOWED',
	1356: 'DB_NOT_ALLOWED',
	1040: 'DB_TOO_MANY_CONNECTIONS',
	1203: 'DB_TOO_MANY_CONNECTIONS',
	1226: 'DB_TOO_MANY_CONNECTIONS',
	1053: 'DB_GONE',
	1080: 'DB_GONE',
	1927: 'DB_GONE',
	2006: 'DB_GONE',
	2013: 'DB_GONE',
	3169: 'DB_GONE',
	4031: 'DB_GONE',
	1205: 'DB_LOCK_WAIT',
	3572: 'DB_LOCK_WAIT',
	1223: 'DB_LOCK_WAIT',
	1213: 'DB_DEADLOCK',
	1020: 'DB_DEADLOCK', // "Record has changed since last read": innodb_snapshot_isolation
	1146: 'DB_TABLE_GONE',
	1051: 'DB_TABLE_GONE',
	1932: 'DB_TABLE_GONE',
	1412: 'DB_TABLE_CHANGED',
	1054: 'DB_TABLE_CHANGED',
	1176: 'DB_TABLE_CHANGED',
	1615: 'DB_TABLE_CHANGED',
	126: 'DB_TABLE_BROKEN',
	127: 'DB_TABLE_BROKEN',
	1033: 'DB_TABLE_BROKEN',
	1034: 'DB_TABLE_BROKEN',
	1194: 'DB_TABLE_BROKEN',
	1195: 'DB_TABLE_BROKEN',
	145: 'DB_TABLE_BROKEN',
	1286: 'DB_TABLE_BROKEN',
	1815: 'DB_TABLE_BROKEN',
	1300: 'DB_INVALID_TEXT',
	1267: 'DB_INVALID_TEXT',
	1270: 'DB_INVALID_TEXT',
	1271: 'DB_INVALID_TEXT',
	1153: 'DB_ROW_TOO_BIG',
	1118: 'DB_ROW_TOO_BIG',
	1062: 'DB_DUPLICATE',
	1586: 'DB_DUPLICATE',
	1290: 'DB_READ_ONLY',
	1836: 'DB_READ_ONLY',
	1792: 'DB_READ_ONLY',
	1021: 'DB_FULL',
	1114: 'DB_FULL',
	1041: 'DB_FULL',
	1317: 'DB_CANCELLED',
	1969: 'DB_CANCELLED',
	3024: 'DB_CANCELLED',
};

const unreachable = new Set([
	'ECONNREFUSED',
	'ENOENT',
	'ENOTFOUND',
	'EAI_AGAIN',
	'ETIMEDOUT',
	'EHOSTUNREACH',
	'ENETUNREACH',
	'EACCES',
	'ENOTSOCK',
]);
const gone = new Set(['PROTOCOL_CONNECTION_LOST', 'ECONNRESET', 'EPIPE', 'PROTOCOL_ERROR', 'ERR_STREAM_DESTROYED']);

interface DriverError {
	errno?: number;
	code?: string;
	message?: string;
	fatal?: boolean;
	sql?: unknown;
}

/** @param doing what was being done, as the beginning of a sentence: "Reading table wp_posts". */
export function databaseError(error: unknown, doing: string): HoldfastError {
	if (error instanceof HoldfastError) return error;
	const driver = (typeof error === 'object' && error !== null ? error : {}) as DriverError;
	// The driver hangs the whole statement on its errors: it would carry rows of the site into logs.
	delete driver.sql;
	return new HoldfastError(codeOf(driver), `${doing} failed: ${driver.message ?? String(error)}`, { cause: error });
}

function codeOf(error: DriverError): ErrorCode {
	const known = typeof error.errno === 'number' && error.errno > 0 ? byNumber[error.errno] : undefined;
	if (known !== undefined) return known;
	const code = error.code ?? '';
	if (unreachable.has(code)) return 'DB_UNREACHABLE';
	if (gone.has(code)) return 'DB_GONE';
	if (
		code === 'HANDSHAKE_NO_SSL_SUPPORT' ||
		code === 'HANDSHAKE_SSL_ERROR' ||
		code.startsWith('ERR_TLS') ||
		code.startsWith('ERR_SSL')
	)
		return 'DB_TLS';
	if (error.fatal === true || /closed state/.test(error.message ?? '')) return 'DB_GONE';
	return 'DB_STATEMENT';
}
