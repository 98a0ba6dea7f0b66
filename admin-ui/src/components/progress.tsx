import { percent } from '../words/numbers.ts';

interface ProgressProps {
	/** 0 to 1; null while it is not known, which is never drawn as zero. */
	share: number | null;
	label: string;
}

export function Progress({ share, label }: ProgressProps) {
	return share === null ? (
		<progress className="holdfast-progress" aria-label={label} />
	) : (
		<progress className="holdfast-progress" aria-label={label} aria-valuetext={percent(share)} max={1} value={share} />
	);
}
