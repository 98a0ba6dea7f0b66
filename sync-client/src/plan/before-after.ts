/** What a changed row was and will be, in a few words, where these may be shown: never passwords, keys, sessions or tokens. Pure. */
import type { TableLayout } from '@holdfast/protocol';
import { columnIndex, columnText, shownText } from './row-columns.ts';

export type BeforeAfter = { from: string; to: string };

/** Table without prefix → columns of which the first that differs is shown. */
const shownColumns: Record<string, readonly string[]> = {
	posts: ['post_title', 'post_status', 'post_content', 'post_excerpt'], comments: ['comment_content', 'comment_approved'], users: ['user_email', 'display_name', 'user_login'],
	terms: ['name', 'slug'], options: ['option_value'], wc_orders: ['status', 'total_amount'],
};

const lettersMax = 60;
/** Letters that are kept before the first difference. */
const leadMax = 15;

const secretName = /pass|secret|token|salt|nonce|session|credential|license|licence|private|signature|webhook|(?:^|[_-])(?:key|keys|auth|api|pin|otp)(?:$|[_-])|apikey/i;
const secretText = /passw|secret|token|api_?key|private|BEGIN [A-Z ]*KEY|-----/i;
/** One long word of letters and digits is more likely a key than something to read. */
const looksLikeKey = /^[A-Za-z0-9+/=_.$-]{24,}$/;

/** @param table without prefix */
export function beforeAfter(table: string, layout: TableLayout, live: Uint8Array, target: Uint8Array): BeforeAfter | null {
	if (table === 'options' && secretName.test(columnText(target, columnIndex(layout, 'option_name')) ?? '')) { return null; }
	for (const column of shownColumns[table] ?? []) {
		const at = columnIndex(layout, column);
		const [now, then] = [live, target].map((row) => columnText(row, at));
		if (now == null || then == null || now === then) { continue; }
		if (table === 'options' && [now, then].some((text) => isSerialized(text) || isSecret(text))) { return null; }
		return shorten(plainText(now), plainText(then));
	}
	return null;
}

const isSerialized = (text: string): boolean => /^(?:[aO]:\d+:|[{[]|[sidb]:)/.test(text);
const isSecret = (text: string): boolean => secretText.test(text) || (looksLikeKey.test(text) && !/^(?:https?:|\/[\w.-]+\/)/.test(text));
const plainText = (latin1: string): string => shownText(latin1.slice(0, 20_000).replace(/<!--[^]*?-->|<[^>]*>/g, ' ').replace(/\s+/g, ' '), 20_000);

/** Both from shortly before where they differ. */
function shorten(now: string, then: string): BeforeAfter | null {
	if (now === then) { return null; }
	let same = 0;
	while (same < now.length && same < then.length && now[same] === then[same]) { same++; }
	const start = same <= leadMax || Math.max(now.length, then.length) <= lettersMax ? 0 : same - leadMax;
	const cut = (text: string): string => `${start > 0 ? '…' : ''}${text.slice(start, start + lettersMax)}${text.length > start + lettersMax ? '…' : ''}`;
	return { from: cut(now), to: cut(then) };
}
