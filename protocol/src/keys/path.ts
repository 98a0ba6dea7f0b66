/** Paths of files relative to their root: raw bytes, `/` between parts. */
import { refuse } from '../errors.ts';
import { pathBytesMax } from '../limits.ts';

const slash = 0x2f;
const dot = 0x2e;

/**
 * The empty path is the root folder itself.
 * @throws FormatError FORMAT_PATH for a leading or doubled `/`, a part `.` or `..`, NUL, or above 4096 bytes
 */
export function checkPath(path: Uint8Array): void {
	const length = path.length;
	if (length === 0) return;
	if (length > pathBytesMax) refuse('FORMAT_PATH', `${length} bytes`);
	let start = 0;
	for (let i = 0; i <= length; i++) {
		const byte = i === length ? slash : path[i]!;
		if (byte === 0) refuse('FORMAT_PATH', 'NUL');
		if (byte !== slash) continue;
		const part = i - start;
		if (part === 0) refuse('FORMAT_PATH', 'an empty part');
		if (path[start] === dot && (part === 1 || (part === 2 && path[start + 1] === dot))) refuse('FORMAT_PATH', 'a part "." or ".."');
		start = i + 1;
	}
}
