import { useEffect, useState } from '@wordpress/element';

const tickMs = 1_000;

/** The browser's clock, once a second. */
export function useNow(): number {
	const [now, setNow] = useState(() => Date.now());
	useEffect(() => {
		const timer = setInterval(() => setNow(Date.now()), tickMs);
		return () => clearInterval(timer);
	}, []);
	return now;
}
