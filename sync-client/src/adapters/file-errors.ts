import { HoldfastError, type ErrorCode } from '../errors.ts';
import { shownPath } from '../files/paths.ts';

/** Nothing there: the file, or a folder above it. */
export function isGone(error: unknown): boolean {
	const { code } = error as NodeJS.ErrnoException;
	return code === 'ENOENT' || code === 'ENOTDIR';
}

const sentences: Record<string, { code: ErrorCode; what: string }> = {
	ENOENT: { code: 'FILE_GONE', what: 'is not there any more' },
	ENOTDIR: { code: 'FILE_GONE', what: 'lies below something that is not a folder' },
	EEXIST: { code: 'FILE_EXISTS', what: 'is there already' },
	ENOTEMPTY: { code: 'FILE_EXISTS', what: 'is a folder that is not empty' },
	ENOSPC: { code: 'FILE_DISK_FULL', what: 'does not fit on the disk' },
	EDQUOT: { code: 'FILE_DISK_FULL', what: 'does not fit into the quota' },
};

const refusals: Record<string, string> = {
	ELOOP: 'is a link where a file was', ENOTFILE: 'is not a regular file', EROFS: 'lies on a read-only file system',
	ENAMETOOLONG: 'has a name that this file system does not take', EILSEQ: 'has a name that this file system does not take',
};

/** Any error of the file system as ours; what is ours already stays. */
export function fileError(error: unknown, path: Uint8Array, refusal: 'FILE_UNREADABLE' | 'FILE_UNWRITABLE'): HoldfastError {
	if (error instanceof HoldfastError || String((error as { code?: unknown }).code).startsWith('FORMAT_')) { return error as HoldfastError; }
	const { code = '' } = error as NodeJS.ErrnoException;
	const known = sentences[code];
	if (known) { return new HoldfastError(known.code, `${shownPath(path)} ${known.what}.`, { cause: error }); }
	const doing = refusal === 'FILE_UNREADABLE' ? 'cannot be read' : 'cannot be written';
	return new HoldfastError(refusal, `${shownPath(path)} ${refusals[code] ?? `${doing} (${code || String(error)})`}.`, { cause: error });
}
