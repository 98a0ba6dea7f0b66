import { useNow } from '../polling/use-now.ts';
import { exactly, moment } from '../words/moments.ts';

interface MomentProps {
	at: number;
}

/** A moment in the site's time zone; the exact one on hover. */
export function Moment({ at }: MomentProps) {
	const now = useNow();
	return (
		<time dateTime={new Date(at).toISOString()} title={exactly(at)}>
			{moment(at, now)}
		</time>
	);
}
