import { speak } from '@wordpress/a11y';
import { useEffect, useRef } from '@wordpress/element';

/** Tells a screen reader what has changed on screen; silent about what was there from the start. */
export function useSpoken(sentence: string, politeness: 'polite' | 'assertive' = 'polite'): void {
	const last = useRef(sentence);
	useEffect(() => {
		if (sentence && sentence !== last.current) {
			speak(sentence, politeness);
		}
		last.current = sentence;
	}, [sentence, politeness]);
}
