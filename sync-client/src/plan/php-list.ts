/** PHP-serialized lists of strings, such as the option active_plugins. Pure; bytes as latin1, because lengths count bytes. */
import { parseArray, textOf } from './php-array.ts';

/** The strings of `a:n:{i:0;s:3:"abc";…}`; null where it is anything else. */
export function parseStringList(serialized: string): string[] | null {
	const strings = parseArray(serialized)?.map(({ key, value }) => (key.startsWith('i:') ? textOf(value) : null));
	return strings === undefined || strings.includes(null) ? null : (strings as string[]);
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
