/** Whether front page, login and REST answer as they did before the restore. */
import type { RestoreResult } from '@holdfast/protocol';

/** What came of a GET of an address, redirects followed; `host` is who answered in the end, `cdn` who stands before it. */
export type Answer = { status: number; type: string; host: string; body: string; cdn: string | null };

/** Null where nobody answered. */
export type Ask = (url: string) => Promise<Answer | null>;

/** What two answers of one page have in common however its content changes. Status 0: nobody answered. */
export type Mark = { status: number; type: string; host: string; isWhole: boolean; shows: 'page' | 'login' | 'rest' | 'error' };

/** An address and the mark of its answer. */
export type Marked = { url: string; mark: Mark; cdn: string | null };

const pages = ['/', '/wp-login.php', '/?rest_route=/'];
/** What WordPress and PHP show in place of a page, whatever the status. */
const errors = /<p>There has been a critical error|wp-die-message|<h1>Error establishing a database connection|<b>(Fatal|Parse) error<\/b>:/;

/** All pages at once. @param home home URL as visitors know it; null: nothing can be asked */
export async function askPages(home: string | null, ask: Ask): Promise<Marked[]> {
	if (home === null) { return []; }
	const base = home.replace(/\/+$/, '');
	return Promise.all(pages.map(async (page) => {
		const answer = await ask(base + page).catch(() => null);
		return { url: base + page, mark: markOf(answer), cdn: answer?.cdn ?? null };
	}));
}

export function markOf(answer: Answer | null): Mark {
	if (answer === null) { return { status: 0, type: '', host: '', isWhole: false, shows: 'error' }; }
	const { status, type, host, body } = answer;
	const isJson = /\bjson\b/.test(type);
	const shows = errors.test(body) || status >= 500 ? 'error' : isJson && body.includes('"namespaces"') ? 'rest' : /<input[^>]+type=["']password["']/.test(body) ? 'login' : 'page';
	return { status, type: type.split(';')[0]!.trim(), host, isWhole: isJson || /<\/html>/i.test(body), shows };
}

/** @param before of the same addresses; empty where it is not known */
export function compareAnswers(before: readonly Marked[], after: readonly Marked[]): RestoreResult['answers'] {
	return after.map(({ url, mark }) => {
		const earlier = before.find((one) => one.url === url)?.mark ?? null;
		const why = whyNot(url, earlier, mark);
		// A server that cannot reach its own site could not before either: that says nothing of the restore.
		const isUnknown = mark.status === 0 && earlier?.status === 0;
		return { url, ok: why === null || isUnknown, status: mark.status, before: earlier?.status ?? null, ...(why !== null && { why }) };
	});
}

const isHealthy = ({ status, shows }: Mark): boolean => status >= 200 && status < 300 && shows !== 'error';

/** What a page shows where it is what it should be; null where anything may be. */
const expected = (url: string): Mark['shows'] | null => (url.endsWith('/wp-login.php') ? 'login' : url.endsWith('/?rest_route=/') ? 'rest' : null);

/** Null where the page is as it should be: healthy, and what it was where it was healthy before; or refused as before. */
function whyNot(url: string, before: Mark | null, after: Mark): string | null {
	if (after.status === 0) {
		return before?.status === 0 ? 'The server that the site runs on cannot reach it, and could not before the restore: look at it yourself.' : 'Nobody answered.';
	}
	if (!isHealthy(after)) {
		const isRefusedAsBefore = before !== null && before.status === after.status && after.status >= 400 && after.status < 500;
		if (isRefusedAsBefore) { return null; }
		const now = after.shows === 'error' && after.status < 500 ? `It shows an error of WordPress or PHP (status ${after.status})` : `It answers ${after.status}`;
		return before === null ? `${now}.` : isHealthy(before) ? `${now}; before the restore ${before.status}.` : `${now}; it was not well before the restore either (${before.status === 0 ? 'no answer' : before.status}).`;
	}
	if (before === null || !isHealthy(before)) { return null; }
	if (before.host !== after.host) { return `It leads to ${after.host} now; before the restore ${before.host} answered.`; }
	// Before, something else may have answered in its place: WordPress's installation where the database was empty.
	if (after.shows === expected(url)) { return null; }
	if (before.type !== after.type) { return `It is ${after.type} now; before the restore it was ${before.type}.`; }
	if (before.isWhole && !after.isWhole) { return 'It breaks off before its end.'; }
	// What the front page shows is the site's own matter.
	return expected(url) === null || before.shows === after.shows ? null : 'It shows something else than before the restore.';
}
