/** The outermost elements of a PHP-serialized array, each left as it is. Pure; bytes as latin1, because lengths count bytes. */

export type Element = { key: string; value: string };

/** `a:n:{…}` as its elements, keys and values still serialized; null where it is anything else. Objects inside are not looked into. */
export function parseArray(serialized: string): Element[] | null {
	const head = /^a:(\d{1,9}):\{/.exec(serialized);
	if (head === null) { return null; }
	const elements: Element[] = [];
	let at = head[0].length;
	for (let i = 0; i < Number(head[1]); i++) {
		const afterKey = endOf(serialized, at);
		const afterValue = afterKey === null ? null : endOf(serialized, afterKey);
		if (afterValue === null) { return null; }
		elements.push({ key: serialized.slice(at, afterKey!), value: serialized.slice(afterKey!, afterValue) });
		at = afterValue;
	}
	return serialized.slice(at) === '}' ? elements : null;
}

export const encodeArray = (elements: readonly Element[]): string => `a:${elements.length}:{${elements.map(({ key, value }) => key + value).join('')}}`;

/** The text of a serialized string; null where it is none. */
export const textOf = (serialized: string): string | null => /^s:\d+:"([^]*)";$/.exec(serialized)?.[1] ?? null;

const scalar = /(?:i:-?\d+|b:[01]|d:[^;]{1,40}|N|[rR]:\d+);/y;
const sized = /([sS]):(\d{1,9}):"/y;
const nested = /(?:a|O:\d{1,4}:"[\w\\]{1,400}"):(\d{1,9}):\{/y;
const depthMax = 100;

/** Where the value that begins at `at` ends; null where none does. */
function endOf(text: string, at: number, depth = 0): number | null {
	const found = (pattern: RegExp): RegExpExecArray | null => {
		pattern.lastIndex = at;
		return pattern.exec(text);
	};
	const plain = found(scalar);
	if (plain !== null) { return at + plain[0].length; }
	const string = found(sized);
	if (string !== null) {
		const end = at + string[0].length + Number(string[2]);
		return text.startsWith('";', end) ? end + 2 : null;
	}
	const array = found(nested);
	if (array === null || depth > depthMax) { return null; }
	let next: number | null = at + array[0].length;
	for (let left = 2 * Number(array[1]); left > 0 && next !== null; left--) { next = endOf(text, next, depth + 1); }
	return next !== null && text[next] === '}' ? next + 1 : null;
}
