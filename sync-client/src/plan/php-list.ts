/** PHP-serialized lists of strings, such as the option active_plugins. Pure; bytes as latin1, because lengths count bytes. */

/** The strings of `a:n:{i:0;s:3:"abc";…}`; null where it is anything else. */
export function parseStringList(serialized: string): string[] | null {
	const head = /^a:(\d{1,6}):\{/.exec(serialized);
	if (head === null) { return null; }
	const strings: string[] = [];
	let at = head[0].length;
	for (let i = 0; i < Number(head[1]); i++) {
		const entry = /^i:\d{1,9};s:(\d{1,6}):"/.exec(serialized.slice(at, at + 40));
		if (entry === null) { return null; }
		const start = at + entry[0].length;
		const end = start + Number(entry[1]);
		if (serialized.slice(end, end + 2) !== '";') { return null; }
		strings.push(serialized.slice(start, end));
		at = end + 2;
	}
	return serialized.slice(at) === '}' ? strings : null;
}

export const encodeStringList = (strings: readonly string[]): string =>
	`a:${strings.length}:{${strings.map((text, i) => `i:${i};s:${text.length}:"${text}";`).join('')}}`;

/** `then` with Holdfast's own entries as in `now`: bytes are left alone where that is so already. Null where either is no list. */
export function withOwnAsNow(then: string, now: string, isOwn: (plugin: string) => boolean): string | null {
	const [listThen, listNow] = [parseStringList(then), parseStringList(now)];
	if (listThen === null || listNow === null) { return null; }
	const ownNow = listNow.filter(isOwn);
	const ownThen = listThen.filter(isOwn);
	if (ownNow.length === ownThen.length && ownNow.every((plugin) => ownThen.includes(plugin))) { return then; }
	return encodeStringList([...listThen.filter((plugin) => !isOwn(plugin)), ...ownNow]);
}
