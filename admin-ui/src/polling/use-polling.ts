import { useEffect, useRef } from '@wordpress/element';
import { nextPollMs } from './pace.ts';

interface Polling {
	everyMs: number;
	settled?: boolean;
}

/**
 * Asks while the page can be seen: at once, then again a while after each answer, so that never two questions are under way.
 * `question` tells whether it was answered. A hidden page asks nothing; seen again, it asks at once.
 */
export function usePolling(question: () => Promise<boolean>, { everyMs, settled = false }: Polling): void {
	const latest = useRef(question);
	useEffect(() => {
		latest.current = question;
	});
	useEffect(() => {
		let timer: ReturnType<typeof setTimeout> | undefined;
		let failuresInRow = 0;
		let underWay = false;
		let ended = false;
		const plan = () => {
			clearTimeout(timer);
			const delayMs = nextPollMs({ everyMs, visible: !document.hidden, settled: settled || ended, failuresInRow });
			if (delayMs !== null && !underWay) {
				timer = setTimeout(turn, delayMs);
			}
		};
		const turn = async () => {
			if (underWay || ended || settled || document.hidden) {
				return;
			}
			underWay = true;
			const answered = await latest.current().catch(() => false);
			failuresInRow = answered ? 0 : failuresInRow + 1;
			underWay = false;
			plan();
		};
		const seenOrHidden = () => (document.hidden ? clearTimeout(timer) : void turn());
		document.addEventListener('visibilitychange', seenOrHidden);
		void turn();
		return () => {
			ended = true;
			clearTimeout(timer);
			document.removeEventListener('visibilitychange', seenOrHidden);
		};
	}, [everyMs, settled]);
}
