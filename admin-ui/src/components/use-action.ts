import { useCallback, useEffect, useRef, useState } from '@wordpress/element';
import { failureIn } from '../requests/ask.ts';
import type { Failure } from '../requests/failure.ts';

interface Doing<Arguments extends unknown[]> {
	run: (...args: Arguments) => Promise<void>;
	busy: boolean;
	failure: Failure | null;
	forget: () => void;
}

/** One thing a button does: busy while it lasts, not twice at once, and its failure kept until told. */
export function useAction<Arguments extends unknown[]>(action: (...args: Arguments) => Promise<unknown>): Doing<Arguments> {
	const [busy, setBusy] = useState(false);
	const [failure, setFailure] = useState<Failure | null>(null);
	const latest = useRef(action);
	const underWay = useRef(false);
	useEffect(() => {
		latest.current = action;
	});
	const run = useCallback(async (...args: Arguments) => {
		if (underWay.current) {
			return;
		}
		underWay.current = true;
		setBusy(true);
		setFailure(null);
		try {
			await latest.current(...args);
		} catch (thrown) {
			setFailure(failureIn(thrown));
		} finally {
			underWay.current = false;
			setBusy(false);
		}
	}, []);
	const forget = useCallback(() => setFailure(null), []);
	return { run, busy, failure, forget };
}
