/**
 * A Range header of RFC 9110, one range of bytes. null: none, or one of a form that is not understood, which a server
 * may ignore. 'outside': not satisfiable.
 */
export function parseRange(
	header: string | undefined,
	size: number,
): { readonly start: number; readonly end: number } | 'outside' | null {
	const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
	if (first === undefined || last === undefined || (first === '' && last === '')) return null;
	if (first === '') {
		const start = Math.max(0, size - Number(last));
		return Number(last) === 0 ? 'outside' : { start, end: size };
	}
	if (Number(first) >= size) return 'outside';
	if (last === '') return { start: Number(first), end: size };
	if (Number(last) < Number(first)) return null;
	return { start: Number(first), end: Math.min(size, Number(last) + 1) };
}
