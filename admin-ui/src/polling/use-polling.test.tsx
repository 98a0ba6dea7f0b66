import { act, renderHook } from '@testing-library/react';
import { usePolling } from './use-polling.ts';

function setHidden(hidden: boolean) {
	Object.defineProperty(document, 'hidden', { configurable: true, value: hidden });
	document.dispatchEvent(new Event('visibilitychange'));
}

beforeEach(() => {
	jest.useFakeTimers();
	setHidden(false);
});
afterEach(() => jest.useRealTimers());

const pass = (ms: number) => act(() => jest.advanceTimersByTimeAsync(ms));

test('asks at once, then again after each answer', async () => {
	const question = jest.fn(async () => true);
	renderHook(() => usePolling(question, { everyMs: 2_000 }));
	await pass(0);
	expect(question).toHaveBeenCalledTimes(1);
	await pass(2_000);
	expect(question).toHaveBeenCalledTimes(2);
});

test('never has two questions under way', async () => {
	let answer = (_: boolean) => {};
	const question = jest.fn(() => new Promise<boolean>((resolve) => (answer = resolve)));
	renderHook(() => usePolling(question, { everyMs: 2_000 }));
	await pass(60_000);
	setHidden(true);
	setHidden(false);
	await pass(60_000);
	expect(question).toHaveBeenCalledTimes(1);
	answer(true);
	await pass(2_000);
	expect(question).toHaveBeenCalledTimes(2);
});

test('stops while the page is hidden and asks at once when it is seen again', async () => {
	const question = jest.fn(async () => true);
	renderHook(() => usePolling(question, { everyMs: 2_000 }));
	await pass(0);
	setHidden(true);
	await pass(60_000);
	expect(question).toHaveBeenCalledTimes(1);
	setHidden(false);
	await pass(0);
	expect(question).toHaveBeenCalledTimes(2);
});

test('goes on after failures and after a question that throws', async () => {
	const question = jest.fn().mockRejectedValueOnce(new Error('broken')).mockResolvedValueOnce(false).mockResolvedValue(true);
	renderHook(() => usePolling(question, { everyMs: 1_000 }));
	await pass(1_000);
	expect(question).toHaveBeenCalledTimes(2);
	await pass(2_000);
	expect(question).toHaveBeenCalledTimes(3);
});

test('stops when settled and when it is gone', async () => {
	const question = jest.fn(async () => true);
	const { rerender, unmount } = renderHook(({ settled }) => usePolling(question, { everyMs: 1_000, settled }), {
		initialProps: { settled: false },
	});
	await pass(0);
	rerender({ settled: true });
	await pass(10_000);
	expect(question).toHaveBeenCalledTimes(1);
	rerender({ settled: false });
	await pass(0);
	unmount();
	await pass(10_000);
	expect(question).toHaveBeenCalledTimes(2);
});
