import { useNow } from '../polling/use-now.ts';
import { exactly, moment, time } from '../words/moments.ts';

interface MomentProps {
	at: number;
	/** `time`: 14:03:22. `moment`: today 14:03:22. */
	as?: 'time' | 'moment';
}

/** A moment in the site's time zone; the exact one on hover. */
export function Moment({ at, as = 'moment' }: MomentProps) {
	const now = useNow();
	return (
		<time dateTime={new Date(at).toISOString()} title={exactly(at)}>
			{as === 'time' ? time(at) : moment(at, now)}
		</time>
	);
}
