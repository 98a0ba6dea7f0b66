/** Views and triggers whose definer this server does not let us name: made again as ours. */
import { asBuffer, decodeDefinition, decodeKey, keyKinds } from '@holdfast/protocol';
import type { Database } from '../ports/database.ts';
import type { PlanStore } from '../ports/plan-store.ts';
import { nameOfKey } from './result.ts';
import type { Problem } from './switch-files.ts';

const definerClause = /\sDEFINER=`(?:[^`]|``)*`@`(?:[^`]|``)*`/;

/**
 * Tries what failed once more without its definer: it then belongs to the user of this restore, and runs with that user's rights.
 * @returns what was made so, with why; and the problems that are left
 */
export async function madeByUs(database: Database, store: PlanStore, problems: readonly Problem[]): Promise<{ made: { what: string; why: string }[]; problems: Problem[] }> {
	const made: { what: string; why: string }[] = [];
	let left = [...problems];
	if (left.length === 0) { return { made, problems: left }; }
	const writer = await database.openWriter();
	try {
		// Views may stand on views: those that fail are tried again as long as others succeed.
		for (let before = -1; left.length !== before && left.length > 0;) {
			before = left.length;
			const failed: Problem[] = [];
			for (const problem of left) {
				const { kind } = decodeKey(problem.key);
				const target = kind === 'view' || kind === 'trigger' ? (store.get(problem.key)?.target ?? null) : null;
				if (target === null || !(problem.key[0] === keyKinds.view || problem.key[0] === keyKinds.trigger)) { failed.push(problem); continue; }
				const { create, context } = decodeDefinition(target);
				try {
					await writer.execute(Buffer.from(asBuffer(create).toString('latin1').replace(definerClause, ''), 'latin1'), context);
					made.push({ what: nameOfKey(store, problem.key), why: `Its definer ${context.definer} cannot be named by this database user: it belongs to this user now.` });
				} catch (error) {
					failed.push({ key: problem.key, why: error instanceof Error ? error.message : String(error) });
				}
			}
			left = failed;
		}
		return { made, problems: left };
	} finally {
		await writer.close();
	}
}
