import type { Point } from '../wire.ts';
import { dayKey } from '../words/moments.ts';

export interface Day {
	key: string;
	at: number;
	points: Point[];
}

/** Points grouped by day of the site's time zone, in the order of the list. The order is the sequence's, so that a clock set back tears no day apart. */
export function daysOf(points: Point[]): Day[] {
	const days: Day[] = [];
	for (const point of points) {
		const key = dayKey(point.at);
		const last = days.at(-1);
		if (last?.key === key) {
			last.points.push(point);
		} else {
			days.push({ key, at: point.at, points: [point] });
		}
	}
	return days;
}
