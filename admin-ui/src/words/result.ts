import { __, sprintf } from '@wordpress/i18n';
import type { RestoreResult } from '../wire.ts';
import { files, rows } from './counts.ts';
import { count, list } from './numbers.ts';
import { measured, moment } from './moments.ts';
import { partLabel } from './parts.ts';

/* What came of a restore, in words and numbers. */

/** Equal, and the site answers. Anything else is drawn as what it is. */
export function isGood(result: Pick<RestoreResult, 'equal' | 'answers'>): boolean {
	return result.equal && result.answers.every((answer) => answer.ok);
}

export function resultTitle(result: RestoreResult, now: number): string {
	const at = moment(result.point.at, now);
	if (result.parts && !result.parts.includes('everything')) {
		return titleOfParts(result, list(result.parts.map(partLabel)), at);
	}
	if (!result.equal) {
		/* translators: %s: "today 14:03:22". */
		return sprintf(__('Your site does not equal %s', 'holdfast'), at);
	}
	if (!isGood(result)) {
		/* translators: %s: "today 14:03:22". */
		return sprintf(__('Your site equals %s, but part of it does not answer', 'holdfast'), at);
	}
	/* translators: %s: "today 14:03:22". */
	return sprintf(__('Your site equals %s', 'holdfast'), at);
}

function titleOfParts(result: RestoreResult, what: string, at: string): string {
	if (!result.equal) {
		/* translators: 1: "Plugins and Post 12". 2: "today 14:03:22". */
		return sprintf(__('%1$s: not as it was %2$s', 'holdfast'), what, at);
	}
	return isGood(result)
		? /* translators: 1: "Plugins and Post 12". 2: "today 14:03:22". */
			sprintf(__('%1$s: as it was %2$s', 'holdfast'), what, at)
		: /* translators: 1: "Plugins and Post 12". 2: "today 14:03:22". */
			sprintf(__('%1$s: as it was %2$s, but part of your site does not answer', 'holdfast'), what, at);
}

export function resultNumbers(result: RestoreResult): string {
	const compared = sprintf(
		/* translators: 1: "1,204 rows", 2: "12,907 files", 3: number that differ, 4: number kept. */
		__('%1$s and %2$s compared, %3$s differ, %4$s kept as now.', 'holdfast'),
		rows(result.compared.rows),
		files(result.compared.files),
		count(result.differing.length),
		count(result.kept.length),
	);
	/* translators: %s: "3.1 seconds". */
	return `${compared} ${sprintf(__('Maintenance took %s.', 'holdfast'), measured(result.windowMs))}`;
}

/** A person whose data the point still has. */
export function erasureWords({ email, done, messages }: NonNullable<RestoreResult['erased']>[number]): { what: string; why: string } {
	const said = done
		? __('Erased again.', 'holdfast')
		: __('They are there again. WordPress erases them at one of its next requests; look at Tools → Erase Personal Data.', 'holdfast');
	return { what: email, why: [said, ...messages].join(' ') };
}

/** Whose page caches were emptied, and whose cache only the owner can empty. */
export function cacheWords({ purged, cdn }: NonNullable<RestoreResult['caches']>): string[] {
	return [
		/* translators: %s: "WP Rocket and Autoptimize". */
		...(purged.length > 0 ? [sprintf(__('Page caches were emptied: %s.', 'holdfast'), list(purged))] : []),
		...(cdn !== null
			? [
					sprintf(
						/* translators: %s: "Cloudflare". */
						__('%s stands before this site and may still show pages of before: empty its cache there.', 'holdfast'),
						cdn,
					),
				]
			: []),
	];
}

type Answer = RestoreResult['answers'][number];

export function answerName({ url }: Pick<Answer, 'url'>): string {
	if (/wp-login/.test(url)) {
		return __('Login', 'holdfast');
	}
	return /wp-json|rest_route/.test(url) ? __('REST', 'holdfast') : __('Front page', 'holdfast');
}

/** One sentence for those that answer, one for each that does not. */
export function answerWords(answers: Answer[]): string[] {
	const good = answers.filter((answer) => answer.ok && !answer.why).map(answerName);
	const bad = answers
		.filter((answer) => !answer.ok)
		/* translators: 1: "Front page", 2: HTTP status or a sentence that says why, 3: address. */
		.map((answer) =>
			sprintf(
				__('%1$s does not answer as it should (%2$s): %3$s', 'holdfast'),
				answerName(answer),
				answer.why ?? (answer.status ? String(answer.status) : __('no answer', 'holdfast')),
				answer.url,
			),
		);
	const unknown = answers.filter((answer) => answer.ok && answer.why).map((answer) => `${answerName(answer)}: ${answer.why}`);
	/* translators: %s: "Front page, Login and REST". */
	return good.length > 0 ? [sprintf(__('These answer: %s.', 'holdfast'), list(good)), ...bad, ...unknown] : [...bad, ...unknown];
}
