/** A backup as somebody reads it who has the endpoint's address and the recovery key, and nothing else. Nothing is ever appended. */
import { join } from 'node:path';
import { encodeKey, KeyRing, protocolVersion, readTokenOf, type Point, type SiteView } from '@holdfast/protocol';
import { retryBriefly, withRetries } from '../append/with-retries.ts';
import { HoldfastError } from '../errors.ts';
import type { IndexStore } from '../ports/index-store.ts';
import type { SiteState } from '../ports/site-state.ts';
import type { AgentAdapters } from '../run/adapters.ts';
import { ChunkCache } from '../state/chunk-cache.ts';
import { History } from '../state/history.ts';
import { LayeredStates } from '../state/site-states.ts';
import { Timeline } from '../timeline/timeline.ts';
import type { RecoveryKey } from './recovery-key.ts';

/** @property fingerprint SHA-256 of the endpoint's certificate as hex, where no authority vouches for it. */
export type BackupPlace = { url: string; fingerprint: string | null; key: RecoveryKey };

export type Backup = {
	/** As the endpoint tells it. */
	site: SiteView;
	ring: KeyRing;
	chunks: ChunkCache;
	states: LayeredStates;
	timeline: Timeline;
	close(): void;
};

/**
 * Opens a backup for reading.
 * @param folder for what is remembered of the timeline and for states; null: memory, for a look at the points only.
 * @throws RECOVERY_KEY_UNKNOWN where the endpoint has no backup that this key opens; ENDPOINT_…, PLAIN_HTTP_REFUSED
 */
export async function openBackup({ url, fingerprint, key }: BackupPlace, folder: string | null, adapters: AgentAdapters): Promise<Backup> {
	const ring = new KeyRing(key.rootKey, key.siteId);
	const endpoint = withRetries(adapters.openEndpoint({ url, fingerprint, token: readTokenOf(key.rootKey, key.siteId) }), retryBriefly);
	const health = await endpoint.health();
	if (health.protocol !== protocolVersion) {
		throw new HoldfastError('ENDPOINT_PROTOCOL', `The endpoint speaks version ${health.protocol} of the protocol, this agent version ${protocolVersion}.`);
	}
	const site = await endpoint.site().catch((error: unknown) => {
		if ((error as { code?: unknown }).code !== 'TOKEN_UNKNOWN') { throw error; }
		throw new HoldfastError('RECOVERY_KEY_UNKNOWN', `The recovery key is whole, and belongs to site ${key.siteId}; the endpoint at ${url} has no backup that it opens.`, { cause: error });
	});
	const index: IndexStore = adapters.openIndex(folder === null ? ':memory:' : join(folder, 'index.sqlite'));
	const chunks = new ChunkCache(endpoint, ring);
	const states = new LayeredStates({
		index, chunks, history: new History(endpoint, ring),
		openScratch: () => adapters.openScratch(folder === null ? ':memory:' : join(folder, `state-${Buffer.from(adapters.random.bytes(6)).toString('hex')}.sqlite`)),
	});
	const timeline = new Timeline({
		endpoint, store: adapters.openTimelineStore(folder === null ? ':memory:' : join(folder, 'timeline.sqlite')), ring, chunks, tables: async () => new Map(),
	});
	return { site, ring, chunks, states, timeline, close: () => { timeline.close(); index.close(); } };
}

/** The point that is meant: by number, the last one at or before a moment, or the newest. @throws POINT_UNKNOWN, POINT_NOT_RESTORABLE */
export async function chosenPoint({ timeline }: Backup, wanted: { point?: number; at?: number }): Promise<Point> {
	if (wanted.point !== undefined) { return timeline.point(wanted.point); }
	if (wanted.at !== undefined) { return timeline.pointAt(wanted.at); }
	await timeline.refresh();
	const newest = timeline.newest();
	if (newest === null) { throw new HoldfastError('POINT_NOT_RESTORABLE', 'The first backup of this site was never completed: no point can be restored.', { hint: 'There is nothing that Holdfast can bring back from this backup.' }); }
	return newest;
}

/** The fact `site` of a state: FORMAT.md section 3. */
export type SiteFact = {
	home: string; siteurl: string; prefix: string; wordpress: { version: string; locale: string };
	php: { version: string } | null; roots: Record<string, string>;
};

/** @throws POINT_NOT_RESTORABLE where the point does not say what site it is of */
export async function siteFactOf(state: SiteState): Promise<SiteFact> {
	const [value] = await state.get([encodeKey({ kind: 'fact', name: 'site' })]);
	const fact = value ? (JSON.parse(Buffer.from(value).toString('utf8')) as Partial<SiteFact>) : {};
	if (typeof fact.prefix !== 'string' || typeof fact.roots?.['root'] !== 'string') {
		throw new HoldfastError('POINT_NOT_RESTORABLE', 'This point does not say which folders and tables the site had.');
	}
	return { home: fact.home ?? '', siteurl: fact.siteurl ?? '', prefix: fact.prefix, wordpress: fact.wordpress ?? { version: 'unknown', locale: 'en_US' }, php: fact.php ?? null, roots: fact.roots };
}
