/**
 * Erasures of personal data that WordPress carried out since a point. The point still has these data: after a restore they are erased
 * again, by WordPress itself (its erasers are PHP, and plugins add to them).
 */
import type { Database, Snapshot } from '../ports/database.ts';
import { withSnapshot } from '../sweep/with-snapshot.ts';
import { layoutIfThere, liveColumns, numberEquals, textEquals, type Kept } from './adjusted.ts';

/** A person whose data were erased; `at` ms since 1970. */
export type Erasure = { email: string; at: number };

/** Requests of one person, or of so many, are more than anybody makes. */
const erasuresMax = 1000;
const emailBytesMax = 320;

/** Completed requests that the live site knows, oldest first, each person once: those after `since` (ms). */
export function erasuresSince(database: Database, prefix: string, since: number): Promise<Erasure[]> {
	return withSnapshot(database, async (snapshot) => {
		const requests = await completed(snapshot, prefix);
		const found = new Map<string, Erasure>();
		for (const { email, at } of [...requests.values()].sort((a, b) => a.at - b.at)) {
			if (at > since && found.size < erasuresMax) { found.set(email.toLowerCase(), { email, at }); }
		}
		return [...found.values()];
	});
}

async function completed(snapshot: Snapshot, prefix: string): Promise<Map<string, Erasure>> {
	const found = new Map<string, Erasure>();
	const isErasure = [textEquals('post_type', 'user_request'), textEquals('post_name', 'remove_personal_data'), textEquals('post_status', 'request-completed')];
	const posts = await layoutIfThere(snapshot, `${prefix}posts`);
	for await (const [id, title, modified] of liveColumns(snapshot, posts, ['ID', 'post_title', 'post_modified_gmt'], [isErasure])) {
		const email = Buffer.from(title ?? '', 'latin1').toString('utf8').trim();
		if (email !== '' && email.length <= emailBytesMax) { found.set(id!, { email, at: Date.parse(`${modified?.replace(' ', 'T')}Z`) || 0 }); }
	}
	const meta = found.size === 0 ? null : await layoutIfThere(snapshot, `${prefix}postmeta`);
	const isTime = [...found.keys()].map((id) => [numberEquals('post_id', Number(id)), textEquals('meta_key', '_wp_user_request_completed_timestamp')]);
	for await (const [id, seconds] of liveColumns(snapshot, meta, ['post_id', 'meta_value'], isTime)) {
		const request = found.get(id!);
		if (request !== undefined && Number(seconds) > 0) { found.set(id!, { ...request, at: Number(seconds) * 1000 }); }
	}
	return found;
}

/** For the plan: what will be done about it. */
export const erasuresAsKept = (erasures: readonly Erasure[]): Kept[] => erasures.map(({ email, at }) => ({
	what: `Erasure of the personal data of ${email}`, why: `Done ${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC, since this point; done again after the restore.`,
}));
