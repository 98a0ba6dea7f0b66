import { __, _n, sprintf } from '@wordpress/i18n';
import type { Activity, Actor, Point } from '../wire.ts';
import { sentences } from './activity-words.ts';
import { changes, counted, done } from './change-words.ts';
import { isEnglish } from './locale.ts';
import { count as grouped } from './numbers.ts';

/* Activities in the page's language, by object type and verb. What has no words here, and English, is the activity's own sentence. */

export function activitySentence(activity: Activity): string {
	return (isEnglish() ? undefined : inOtherWords(activity)) ?? activity.sentence;
}

/** In the page's language, or undefined where it has no words for it. */
function inOtherWords({ object, verb, from, to, count }: Activity): string | undefined {
	const name = `${object.type} ${verb}`;
	if (count !== undefined) {
		const things = counted[object.type]?.(count);
		return done[verb] && sprintf(done[verb]() as '%1$s%2$s', things ? sprintf(things as '%s', grouped(count)) : `${grouped(count)} ${object.noun ?? object.type}`, andMore(object.title, count));
	}
	if (from !== undefined && to !== undefined && changes[name]) {
		return sprintf(changes[name]() as '%1$s%2$s%3$s', object.title, from, to);
	}
	if (object.type === 'widgets') {
		/* translators: %s: names of sidebars. */
		return object.title === '' ? __('Widgets changed', 'holdfast') : sprintf(__('Widgets in %s changed', 'holdfast'), object.title);
	}
	if (sentences[name]) {
		return sprintf(sentences[name]() as '%s', object.title);
	}
	return object.noun && done[verb] ? sprintf(done[verb]() as '%1$s%2$s', object.noun, object.title) : undefined;
}

/** An activity about many things has the first three titles. */
function andMore(titles: string, count: number): string {
	const more = count - 3;
	/* translators: 1: titles, 2: a number. */
	return more > 0 ? sprintf(_n('%1$s and %2$s more', '%1$s and %2$s more', more, 'holdfast'), titles, grouped(more)) : titles;
}

export function actorName(actor: Actor | null): string {
	switch (actor?.type) {
		case 'user':
			return actor.name || actor.login || __('a user', 'holdfast');
		case 'cron':
			return __('scheduled task', 'holdfast');
		case 'cli':
			return __('WP-CLI', 'holdfast');
		case 'visitor':
			return actor.ip || __('visitor', 'holdfast');
		case 'agent':
			return __('found by comparing', 'holdfast');
		default:
			return '';
	}
}

function kindWords(kind: Point['kind']): string | null {
	switch (kind) {
		case 'first':
			return __('First backup complete', 'holdfast');
		case 'beforeRestore':
			return __('Right before a restore', 'holdfast');
		case 'restored':
			return __('Restored', 'holdfast');
		default:
			return null;
	}
}

/** A point's own name first, else what was done, else the sentence that the agent made of the counts. */
export function pointSentences(point: Point): string[] {
	if (point.name) {
		return [point.name];
	}
	const spoken = point.activities.filter((activity) => !activity.quiet);
	return spoken.length > 0 ? spoken.map(activitySentence) : [kindWords(point.kind) ?? point.title];
}

/** Who: of the activities, else of the point. Each once. */
export function pointActors(point: Point): string[] {
	const names = point.activities.filter((activity) => !activity.quiet).map((activity) => actorName(activity.actor));
	return [...new Set(names.length > 0 ? names : [actorName(point.by)])].filter(Boolean);
}
