import { expect } from '@jest/globals';
import { restoredCopy, type ProtectedSite } from '../../harness/index.ts';

/** What a point says of the transfers. */
export interface Books {
	readonly seq: number;
	/** Named COMMIT or ROLLBACK or DIE, process, number and a random part. */
	readonly transfers: readonly string[];
}

const accounts = 20;
const balance = 1000;

/**
 * Brings a point's accounts up in an empty database, and expects that no transfer is there by half: the sum of all balances is what it
 * always was, every account is what the ledger says, every transfer has both its sides, none that was taken back or died is there.
 */
export async function booksAt(site: ProtectedSite, seq: number): Promise<Books> {
	const copy = await restoredCopy(site, seq, ['table:wp_load_accounts', 'table:wp_load_ledger']);
	try {
		expect(copy.result).toMatchObject({ equal: true, differing: [] });
		const [sums] = await copy.sql('SELECT COUNT(*), SUM(balance) FROM wp_load_accounts');
		const wrong = await copy.sql(`
			SELECT a.id, a.balance, COALESCE(SUM(l.amount), 0) FROM wp_load_accounts a LEFT JOIN wp_load_ledger l ON l.account = a.id
			GROUP BY a.id, a.balance HAVING a.balance <> ${balance} + COALESCE(SUM(l.amount), 0)`);
		const halves = await copy.sql('SELECT transfer FROM wp_load_ledger GROUP BY transfer HAVING COUNT(*) <> 2 OR SUM(amount) <> 0');
		const transfers = (await copy.sql('SELECT DISTINCT transfer FROM wp_load_ledger')).map(([transfer]) => transfer!);
		const neverCommitted = transfers.filter((transfer) => !transfer.startsWith('COMMIT '));
		expect({ seq, sums, wrong, halves, neverCommitted }).toEqual({
			seq,
			sums: [`${accounts}`, `${accounts * balance}`],
			wrong: [],
			halves: [],
			neverCommitted: [],
		});
		return { seq, transfers };
	} finally {
		await copy.forget();
	}
}

/** At most n of a list, from its whole length. */
export function spread<One>(list: readonly One[], n: number): One[] {
	return list.length <= n ? [...list] : Array.from({ length: n }, (_, i) => list[Math.round((i * (list.length - 1)) / (n - 1))]!);
}
