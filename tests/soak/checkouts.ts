import { makeProtectedSite, startSharedStack } from '../harness/index.ts';
import { checkoutsWhileRestoring, openShop } from '../path/load/checkouts.ts';
import { untilSettled } from '../path/load/kill.ts';

/** The long form of the shop in tests/path/restore-crash.test.ts: 500 orders, or as many as the first argument says, while restores run one after the other. */
export async function run(args: readonly string[]): Promise<Record<string, number>> {
	const orders = Number(args[0] ?? 500);
	const stopStack = await startSharedStack();
	const site = await makeProtectedSite();
	try {
		await untilSettled(site);
		const { lost, wrong, ...figures } = await checkoutsWhileRestoring(site, await openShop(site), { orders, restores: 3 }, (line) => console.log(`  ${line}`));
		if (lost.length + wrong.length > 0) { throw new Error([`${lost.length} confirmed orders are lost.`, ...lost.slice(0, 20), ...wrong].join('\n')); }
		return { ...figures, lost: lost.length };
	} finally {
		await site.destroy();
		await stopStack();
	}
}
