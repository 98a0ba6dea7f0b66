/** A value of a database column under another address: plain text, PHP-serialized, JSON, and these within one another. Pure. */
import { looksSerialized, rewriteSerialized } from './serialized.ts';
import type { UrlRewriter } from './url-rewriter.ts';

/** Values nested deeper than this stay as they are. */
const depthMax = 16;

/** @param value bytes as latin1. @returns the same text and 0 where nothing is to be changed */
export function rewriteValue(value: string, rewriter: UrlRewriter, depth = 0): { text: string; count: number } {
	if (depth > depthMax || !rewriter.mayConcern(value)) { return { text: value, count: 0 }; }
	let count = 0;
	const within = (inner: string): string => {
		const now = rewriteValue(inner, rewriter, depth + 1);
		count += now.count;
		return now.text;
	};
	if (looksSerialized(value)) {
		const text = rewriteSerialized(value, within);
		if (text !== null) { return { text, count }; }
		count = 0;
	}
	if (isJson(value)) {
		const text = rewriteJson(value, rewriter, within);
		return { text, count };
	}
	return rewriter.rewrite(value);
}

function isJson(value: string): boolean {
	if (!/^\s*[[{"]/.test(value)) { return false; }
	try {
		JSON.parse(utf8(value));
		return true;
	} catch {
		return false;
	}
}

/** String by string, so that all else keeps its bytes; names of members stay. A string may itself be serialized or JSON. */
function rewriteJson(value: string, rewriter: UrlRewriter, within: (inner: string) => string): string {
	return value.replace(/("(?:[^"\\]|\\.)*")(\s*:)?/gs, (all, token: string, colon: string | undefined) => {
		if (colon !== undefined || !rewriter.mayConcern(token)) { return all; }
		const before = JSON.parse(utf8(token)) as string;
		const now = utf8(within(latin1(before)));
		if (now === before) { return token; }
		// As it was written, wherever that says the same.
		const asWritten = rewriter.rewrite(token).text;
		return saysTheSame(asWritten, now) ? asWritten : latin1(likeBefore(JSON.stringify(now), token));
	});
}

function saysTheSame(token: string, text: string): boolean {
	try {
		return JSON.parse(utf8(token)) === text;
	} catch {
		return false;
	}
}

/** Escapes what the writer of the string before escaped: slashes, letters beyond ASCII. */
function likeBefore(json: string, before: string): string {
	const slashes = before.includes('\\/') ? json.replaceAll('/', '\\/') : json;
	return /[^\x00-\x7f]/.test(before) ? slashes : slashes.replace(/[^\x00-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const utf8 = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8');
const latin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
