import type { Tone } from '../words/headline.ts';

/** Colour only repeats what the words beside it say. */
export function LiveDot({ tone }: { tone: Tone }) {
	return <span className={`holdfast-dot is-${tone}`} aria-hidden="true" />;
}
