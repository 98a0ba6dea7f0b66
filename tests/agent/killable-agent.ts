/** An agent of rows only, to be killed: takes the first backup, then collects until it dies. Run by kill.test.ts as a process of its own. */
import { HttpEndpoint } from '../../sync-client/src/adapters/http-endpoint.ts';
import { TestServer } from '../../sync-client/src/adapters/mysql/testing/server.ts';
import { retryForEver, withRetries } from '../../sync-client/src/append/with-retries.ts';
import { firstBackupOf } from '../../sync-client/src/collect/testing/first-backup.ts';
import { openWorld } from '../../sync-client/src/collect/testing/world.ts';

const [url, token, folder, database] = process.argv.slice(2) as [string, string, string, string];
const server = await TestServer.start();
const remote = withRetries(new HttpEndpoint({ url, fingerprint: null, token }), { ...retryForEver, retryDelayMsMax: 500 });
const world = await openWorld(server, { remote, folder, database });
await world.appender.resume();
if (world.index.image() === null) {
	void firstBackupOf(world, { partBlocksMax: 2, sliceBytesMax: 128 * 1024 }).run();
}
process.send?.('up');
for (;;) {
	if (world.index.note('imageBase') !== null || world.index.image() !== null) {
		await world.collector.collectOnce();
	}
	await new Promise((resolve) => setTimeout(resolve, 30));
}
