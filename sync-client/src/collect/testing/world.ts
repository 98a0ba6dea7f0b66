import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstGeneration, gearTable, KeyRing, parseRootKey, parseSiteId, parseWriterId, type ChunkId } from '@holdfast/protocol';
import { MemoryEndpoint } from '../../adapters/memory-endpoint.ts';
import { MysqlDatabase } from '../../adapters/mysql/database.ts';
import type { TestServer } from '../../adapters/mysql/testing/server.ts';
import { openIndex, openScratch } from '../../adapters/sqlite-index.ts';
import { sqliteSorters } from '../../adapters/sqlite-sorter.ts';
import { systemClock } from '../../adapters/system-clock.ts';
import { Appender } from '../../append/appender.ts';
import { CommitSink } from '../../append/commit-sink.ts';
import { PackUploader } from '../../append/pack-uploader.ts';
import { UnsentFolder } from '../../append/unsent.ts';
import { Ledger } from '../../intents/ledger.ts';
import { LogFolder } from '../../intents/log-folder.ts';
import { RequestWriter } from '../../intents/testing/request-writer.ts';
import type { Endpoint } from '../../ports/endpoint.ts';
import { noFiles, type SiteFiles } from '../../ports/site-files.ts';
import { ChunkCache } from '../../state/chunk-cache.ts';
import { History } from '../../state/history.ts';
import { LayeredStates } from '../../state/site-states.ts';
import { StateFolder } from '../../state-folder/state-folder.ts';
import { Collector } from '../collector.ts';
import { floorsNote, loadFloors } from '../floors.ts';
import type { LiveLimits } from '../rows-step.ts';

export const siteId = parseSiteId('5a'.repeat(16));
export const writer = parseWriterId('77'.repeat(16));
export const ring = new KeyRing(parseRootKey(Buffer.alloc(32, 9)), siteId);
const keys = ring.generation(firstGeneration);

/** A site of rows only, with an agent's parts around it: real MariaDB, real log files, an endpoint in memory. */
export async function openWorld(server: TestServer, more: { limits?: LiveLimits; files?: SiteFiles; database?: string; endpoint?: MemoryEndpoint; remote?: Endpoint; folder?: string; sweepOwed?: (sweepsAll: boolean) => Promise<string | null> } = {}) {
	const folder = more.folder ?? mkdtempSync(join(tmpdir(), 'hf-world-'));
	const name = more.database ?? await server.database();
	const database = await MysqlDatabase.connect([server.target(name)]);
	const memory = more.endpoint ?? new MemoryEndpoint();
	const endpoint: Endpoint = more.remote ?? memory;
	const stateFolder = await StateFolder.open(join(folder, 'state'));
	const index = openIndex(join(folder, 'state', 'index.sqlite'));
	const chunks = new ChunkCache(endpoint, ring);
	const states = new LayeredStates({ index, chunks, history: new History(endpoint, ring), openScratch: () => openScratch(':memory:') });
	const ledger = new Ledger({ machine: 'm', boot: 'b', nowUs: systemClock.monotonicUs() });
	loadFloors(ledger, index.note(floorsNote));
	let seen = await stateFolder.seen.read();
	const log = new LogFolder(stateFolder.log, ledger, (request) => seen?.requests[request]);
	const uploader = new PackUploader(endpoint);
	const dead = new Set<ChunkId>();
	const appender = new Appender({
		endpoint, index, unsent: new UnsentFolder(stateFolder.unsent), ring, keys, writer, clock: systemClock,
		onDead: (ids) => ids.forEach((id) => dead.add(id)), 
		onDurable: async (_position, { forgottenTo, floors }) => {
			index.setNote(floorsNote, floors);
			seen = { v: 1, boot: null, databaseStartedAt: null, databaseSinceUs: null, sweepOwed: null, requests: forgottenTo };
			await stateFolder.seen.write(seen);
		},
	});
	let schemasVoided = 0;
	const collector = new Collector({
		onSchemaChanged: async () => { schemasVoided++; },
		database, files: more.files ?? noFiles, log, ledger, index, states, appender,
		openSink: () => new CommitSink(keys, (id) => index.isStored(id) && !dead.has(id), uploader),
		gear: gearTable(ring.cutterKey()), openSorter: sqliteSorters(folder), scope: { prefix: 'wp_' }, charset: 'utf8mb4',
		siteFact: async () => Buffer.from('{"prefix":"wp_"}'), clock: systemClock, ...(more.limits ? { limits: more.limits } : {}),
		...(more.sweepOwed ? { sweepOwed: more.sweepOwed } : {}),
	});
	return {
		/** How often PHP would have been told that its layouts are void. */
		get schemasVoided() { return schemasVoided; },
		name, folder, database, endpoint: memory, remote: endpoint, stateFolder, index, states, ledger, log, appender, collector, uploader, chunks, keys,
		sql: (text: string) => server.client(text, name),
		request: (connection?: number) => new RequestWriter(stateFolder.log, connection === undefined ? {} : { connection }),
		async close(keep = false) {
			index.close();
			await database.close();
			if (!keep) {
				rmSync(folder, { recursive: true, force: true });
			}
		},
	};
}
export type World = Awaited<ReturnType<typeof openWorld>>;
