import { plan } from '../fixtures.ts';
import { amountWords, fits, planObject, restoreLabel } from './plan.ts';

describe('plan', () => {
	test('the button says what it does', () => {
		expect(restoreLabel(plan())).toBe('Restore 1 table, 163 rows, and 312 files');
		expect(restoreLabel(plan({ tables: [] }))).toBe('Restore 312 files');
		expect(planObject(plan({ tables: [], files: { write: 0, remove: 0, attributes: 0, bytes: 0, samples: [] } }))).toBe('');
	});

	test('amounts name only what there is', () => {
		expect(amountWords({ insert: 6, change: 297, delete: 9 })).toBe('changed 297 · removed 9 · brought back 6');
		expect(amountWords({ insert: 0, change: 1, delete: 0 })).toBe('changed 1');
	});

	test('space', () => {
		expect(fits({ needBytes: 10, freeBytes: 10 })).toBe(true);
		expect(fits({ needBytes: 11, freeBytes: 10 })).toBe(false);
	});
});
