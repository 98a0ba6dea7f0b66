import { bytes, count, list, percent } from './numbers.ts';

afterEach(() => {
	document.documentElement.lang = 'en-US';
});

describe('numbers', () => {
	test('are grouped for the page’s language', () => {
		expect(count(1_204_112)).toBe('1,204,112');
		document.documentElement.lang = 'de-DE';
		expect(count(1_204_112)).toBe('1.204.112');
		expect(bytes(1_900_000_000)).toBe('1,9\u00a0GB');
	});

	test('a language that Intl does not know does no harm', () => {
		document.documentElement.lang = 'not a language';
		expect(count(1234)).toBe('1,234');
	});

	test.each([
		[0, '0B'],
		[999, '999B'],
		[1_000, '1 kB'],
		[4_200_000, '4.2 MB'],
		[402_000_000, '402 MB'],
		[38e9, '38 GB'],
		[5e18, '5,000 PB'],
	])('%d bytes are %s', (n, words) => {
		expect(bytes(n)).toBe(words);
	});

	test('a share is never rounded up to done', () => {
		expect(percent(0.999)).toBe('99%');
		expect(percent(1)).toBe('100%');
		expect(percent(1.2)).toBe('100%');
		expect(percent(-1)).toBe('0%');
	});

	test('lists are joined as the language does it', () => {
		expect(list(['a', 'b', 'c'])).toBe('a, b, and c');
		expect(list([])).toBe('');
	});
});
