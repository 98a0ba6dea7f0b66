import { __, sprintf } from '@wordpress/i18n';
import type { Activity, Actor, Point } from '../wire.ts';
import { isEnglish } from './locale.ts';

/* Activities in the page's language, by object type and verb. What has no words here, and English, is the activity's own sentence. */

const translated: Record<string, () => string> = {
	/* translators: %s: title. */
	'post published': () => __('Post “%s” published', 'holdfast'),
	/* translators: %s: title. */
	'post created': () => __('Post “%s” created', 'holdfast'),
	/* translators: %s: title. */
	'post updated': () => __('Post “%s” edited', 'holdfast'),
	/* translators: %s: title. */
	'post trashed': () => __('Post “%s” moved to the trash', 'holdfast'),
	/* translators: %s: title. */
	'post restored': () => __('Post “%s” taken out of the trash', 'holdfast'),
	/* translators: %s: title. */
	'post deleted': () => __('Post “%s” deleted', 'holdfast'),
	/* translators: %s: title. */
	'page published': () => __('Page “%s” published', 'holdfast'),
	/* translators: %s: title. */
	'page updated': () => __('Page “%s” edited', 'holdfast'),
	/* translators: %s: title. */
	'page trashed': () => __('Page “%s” moved to the trash', 'holdfast'),
	/* translators: %s: title. */
	'page deleted': () => __('Page “%s” deleted', 'holdfast'),
	/* translators: %s: file name. */
	'attachment uploaded': () => __('%s uploaded', 'holdfast'),
	/* translators: %s: file name. */
	'attachment deleted': () => __('%s deleted', 'holdfast'),
	/* translators: %s: plugin. */
	'plugin activated': () => __('Plugin %s activated', 'holdfast'),
	/* translators: %s: plugin. */
	'plugin deactivated': () => __('Plugin %s deactivated', 'holdfast'),
	/* translators: %s: plugin. */
	'plugin installed': () => __('Plugin %s installed', 'holdfast'),
	/* translators: %s: plugin. */
	'plugin updated': () => __('Plugin %s updated', 'holdfast'),
	/* translators: %s: plugin. */
	'plugin deleted': () => __('Plugin %s deleted', 'holdfast'),
	/* translators: %s: theme. */
	'theme switched': () => __('Theme switched to %s', 'holdfast'),
	/* translators: %s: theme. */
	'theme updated': () => __('Theme %s updated', 'holdfast'),
	/* translators: %s: login. */
	'user created': () => __('User %s created', 'holdfast'),
	/* translators: %s: login. */
	'user deleted': () => __('User %s deleted', 'holdfast'),
};

export function activitySentence(activity: Activity): string {
	const words = isEnglish() ? undefined : translated[`${activity.object.type} ${activity.verb}`];
	return words ? sprintf(words() as '%s', activity.object.title) : activity.sentence;
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
