import { setSettings, getSettings } from '@wordpress/date';
import { noon, result } from '../fixtures.ts';
import { answerWords, cacheWords, erasureWords, isGood, resultNumbers, resultTitle } from './result.ts';

beforeAll(() => {
	setSettings({ ...getSettings(), timezone: { offset: 1, offsetFormatted: '1', string: 'Europe/Berlin', abbr: 'CET' } });
});

describe('result', () => {
	test('equal, with numbers', () => {
		expect(resultTitle(result(), noon)).toBe('Your site equals today 14:03:22');
		expect(resultTitle(result({ parts: ['plugins', 'post:12'] }), noon)).toBe('Plugins and Post 12: as it was today 14:03:22');
		expect(resultTitle(result({ parts: ['post:12'], equal: false }), noon)).toBe('Post 12: not as it was today 14:03:22');
		expect(resultNumbers(result())).toBe(
			'1,204 rows and 12,907 files compared, 0 differ, 2 kept as now. Maintenance took 3.1 seconds.',
		);
		expect(answerWords(result().answers)).toEqual(['These answer: Front page, Login, and REST.']);
	});

	test('personal data: erased again, or still waiting for it', () => {
		expect(erasureWords({ email: 'a@example.org', at: noon, done: true, messages: ['One comment stays.'] })).toEqual({
			what: 'a@example.org',
			why: 'Erased again. One comment stays.',
		});
		expect(erasureWords({ email: 'a@example.org', at: noon, done: false, messages: [] }).why).toContain('They are there again.');
	});

	test('caches: those that were emptied, and one that only the owner can empty', () => {
		expect(cacheWords({ purged: [], cdn: null })).toEqual([]);
		expect(cacheWords({ purged: ['WP Rocket', 'Breeze'], cdn: 'Cloudflare' })).toEqual([
			'Page caches were emptied: WP Rocket and Breeze.',
			'Cloudflare stands before this site and may still show pages of before: empty its cache there.',
		]);
	});

	test('neither a difference nor a silent front page is a success', () => {
		expect(isGood(result({ equal: false }))).toBe(false);
		const silent = result({ answers: [{ url: 'https://example.org/', ok: false, status: 0 }] });
		expect(isGood(silent)).toBe(false);
		expect(resultTitle(silent, noon)).toContain('does not answer');
		const broken = result({ answers: [{ url: 'https://example.org/', ok: false, status: 500, before: 200, why: 'It answers 500; before the restore 200.' }] });
		expect(answerWords(broken.answers)).toEqual(['Front page does not answer as it should (It answers 500; before the restore 200.): https://example.org/']);
		const unknown = silent.answers.map((answer) => ({ ...answer, ok: true, ...(answer.status === 0 && { why: 'Look at it yourself.' }) }));
		expect(answerWords(unknown).at(-1)).toBe('Front page: Look at it yourself.');
		expect(answerWords(silent.answers)).toEqual(['Front page does not answer as it should (no answer): https://example.org/']);
	});
});
