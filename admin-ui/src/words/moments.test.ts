import { setSettings, getSettings } from '@wordpress/date';
import { noon } from '../fixtures.ts';
import { ago, dayName, exactly, moment, span, time } from './moments.ts';

beforeAll(() => {
	setSettings({ ...getSettings(), timezone: { offset: 1, offsetFormatted: '1', string: 'Europe/Berlin', abbr: 'CET' } });
});

describe('moments', () => {
	test('are in the site’s time zone, with the exact one for hovering', () => {
		expect(time(noon)).toBe('14:03:22');
		expect(exactly(noon)).toBe('2026-11-22 14:03:22 +01:00');
	});

	test('days are the site’s days', () => {
		const lateEvening = Date.UTC(2026, 10, 21, 23, 30); // 00:30 of the 22nd in Berlin.
		expect(dayName(lateEvening, noon)).toBe('Today');
		expect(dayName(lateEvening - 3_600_000, noon)).toBe('Yesterday');
		expect(dayName(Date.UTC(2026, 10, 3, 12), noon)).toBe('3 November 2026');
		expect(moment(Date.UTC(2026, 10, 3, 12), noon)).toBe('3 November 2026, 13:00:00');
		expect(moment(noon, noon)).toBe('today 14:03:22');
		expect(moment(noon + 86_400_000, noon)).toBe('tomorrow 14:03:22');
	});

	test('spans', () => {
		expect(ago(12_345)).toBe('12 seconds ago');
		expect(ago(-5_000)).toBe('0 seconds ago');
		expect(span(0)).toBe('1 second');
		expect(span(40_000)).toBe('40 seconds');
		expect(span(3 * 3_600_000 + 5)).toBe('3 hours');
	});
});
