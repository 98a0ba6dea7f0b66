import { join } from 'node:path';
import {
	decodeKey, decodeReason, firstGeneration, gearTable, kindRange, KeyRing, origin, parseRootKey, parseSiteId, parseWriterId, type ChunkId,
} from '@holdfast/protocol';
import { Appender } from '../append/appender.ts';
import { CommitSink } from '../append/commit-sink.ts';
import { PackUploader } from '../append/pack-uploader.ts';
import { UnsentFolder } from '../append/unsent.ts';
import { Collector } from '../collect/collector.ts';
import { floorsNote, loadFloors } from '../collect/floors.ts';
import { CollectedFiles, placeName } from '../files/collected-files.ts';
import type { SiteTree } from '../files/site-tree.ts';
import { FirstBackup, type BackupProgress } from '../image/first-backup.ts';
import { imageNote, findUnfinished } from '../image/unfinished.ts';
import { Ledger } from '../intents/ledger.ts';
import { LogFolder } from '../intents/log-folder.ts';
import type { Endpoint } from '../ports/endpoint.ts';
import { Maintenance } from '../restore/maintenance.ts';
import type { IndexStore } from '../ports/index-store.ts';
import { ChunkCache } from '../state/chunk-cache.ts';
import { History } from '../state/history.ts';
import { rebuildIndex } from '../state/rebuild.ts';
import { LayeredStates } from '../state/site-states.ts';
import type { Pairing } from '../state-folder/schemas.ts';
import type { StateFolder } from '../state-folder/state-folder.ts';
import type { LiveSite } from '../sweep/site-comparison.ts';
import { watchAnnounced } from '../sweep/announced-watch.ts';
import { QuietRules } from '../sweep/quiet-rules.ts';
import type { SweepParts } from '../sweep/sweep.ts';
import { Timeline } from '../timeline/timeline.ts';
import type { AgentAdapters } from './adapters.ts';
import { Seen } from './seen.ts';
import { siteFact, siteTree, type Site } from './site.ts';

export type EngineParts = {
	site: Site;
	state: StateFolder;
	pairing: Pairing;
	/** With retries until it answers or the agent stops. */
	endpoint: Endpoint;
	/** With few retries: for questions that a person waits for. */
	askedEndpoint: Endpoint;
	adapters: AgentAdapters;
	bootId: string;
	/** As PHP names this machine in the intent log. */
	logMachine: string;
};

/** Why a sweep is owed when PHP has unlinked `ok`. */
export const captureFailed = 'capture could not write its log';

/** Everything that works on one paired site, put together: what loops and jobs call. */
export class Engine {
	readonly site: Site;
	readonly state: StateFolder;
	readonly endpoint: Endpoint;
	readonly ring: KeyRing;
	readonly index: IndexStore;
	readonly history: History;
	readonly chunks: ChunkCache;
	readonly states: LayeredStates;
	readonly ledger: Ledger;
	readonly log: LogFolder;
	readonly appender: Appender;
	readonly collector: Collector;
	readonly files: CollectedFiles;
	readonly tree: SiteTree;
	readonly timeline: Timeline;
	readonly seen: Seen;
	readonly adapters: AgentAdapters;
	readonly #openSink: (inlineBytesMax?: number) => CommitSink;
	/** Chunks that were uploaded and that no commit refers to yet. */
	readonly #ahead = new Set<ChunkId>();
	readonly #excludedTables: readonly string[] = [];

	private constructor(parts: EngineParts, seen: Seen) {
		const { site, state, pairing, endpoint, adapters } = parts;
		const { clock } = adapters;
		const scratchPath = (): string => join(state.outgoing, `state-${Buffer.from(adapters.random.bytes(6)).toString('hex')}.sqlite`);
		this.site = site;
		this.state = state;
		this.endpoint = endpoint;
		this.seen = seen;
		this.adapters = adapters;
		this.ring = new KeyRing(parseRootKey(Buffer.from(pairing.rootKey, 'hex')), parseSiteId(pairing.siteId));
		const keys = this.ring.generation(firstGeneration);
		const writer = parseWriterId(pairing.writer);
		this.index = adapters.openIndex(state.index);
		this.chunks = new ChunkCache(parts.askedEndpoint, this.ring);
		this.history = new History(parts.askedEndpoint, this.ring);
		this.states = new LayeredStates({
			index: this.index, chunks: this.chunks, history: this.history, openScratch: () => adapters.openScratch(scratchPath()),
		});
		this.ledger = new Ledger({ machine: parts.logMachine, boot: parts.bootId, nowUs: clock.monotonicUs() });
		loadFloors(this.ledger, this.index.note(floorsNote));
		this.log = new LogFolder(state.log, this.ledger, (request) => seen.request(request));
		const isStored = (id: ChunkId): boolean => (this.index.isStored(id) || this.#ahead.has(id)) && !dead.has(id);
		const dead = new Set<ChunkId>();
		this.appender = new Appender({
			endpoint, index: this.index, unsent: new UnsentFolder(state.unsent), ring: this.ring, keys, writer, clock,
			onDead: (ids) => ids.forEach((id) => dead.add(id)),
			onDurable: async (_position, consequences) => {
				this.index.setNote(floorsNote, consequences.floors);
				await seen.usedUp(consequences.forgottenTo);
			},
		});
		this.#openSink = (inlineBytesMax) => new CommitSink(keys, isStored, new PackUploader(endpoint), inlineBytesMax);
		this.tree = siteTree(site, state, this.ring, []);
		const maintenance = new Maintenance(this.tree);
		this.files = new CollectedFiles({ tree: this.tree, openState: () => this.states.now(), knowsAll: () => this.hasImage, index: this.index });
		this.collector = new Collector({
			database: site.database, files: this.files, log: this.log, ledger: this.ledger, index: this.index, states: this.states,
			appender: this.appender, openSink: () => this.#openSink(), gear: gearTable(this.ring.cutterKey()),
			openSorter: adapters.sorters(state.outgoing), scope: site.tables, isExcluded: (table) => this.isExcluded(table),
			charset: site.settings.db.charset || 'utf8mb4', siteFact: async () => siteFact(site), clock,
			isUpdating: () => maintenance.isUpdating(clock.wallMs()),
			onSweepWanted: (why) => seen.oweSweep(clock.wallMs(), why), sweepOwed: (sweepsAll) => this.#sweepOwed(sweepsAll),
			onSchemaChanged: () => state.voidSchemas(Buffer.from(adapters.random.bytes(8)).toString('hex')),
		});
		this.timeline = new Timeline({
			endpoint: parts.askedEndpoint, store: adapters.openTimelineStore(join(state.path, 'timeline.sqlite')), ring: this.ring, chunks: this.chunks,
			tables: async () => this.collector.known.load(),
		});
	}

	/** Puts the parts together; nobody is asked yet. */
	static async open(parts: EngineParts): Promise<Engine> {
		return new Engine(parts, await Seen.load(parts.state));
	}

	/**
	 * Brings this side and the endpoint to the same head: what was saved and not sent goes first, a lost index is built again from the
	 * endpoint.
	 * @throws WRITER_FORK when another agent wrote to this backup
	 */
	async resume(): Promise<void> {
		if (this.index.position() === null) {
			await rebuildIndex(this.index, this.history, this.chunks);
			this.collector.pending.reload();
			this.appender.startAt(this.index.position() ?? origin);
			const unfinished = this.hasImage ? null : await findUnfinished(this.appender.head, origin, this.history);
			if (unfinished !== null) {
				this.index.setNote(imageNote, unfinished);
			}
		}
		await this.appender.resume();
	}

	get hasImage(): boolean {
		return this.index.image() !== null;
	}

	async #sweepOwed(sweepsAll: boolean): Promise<string | null> {
		return (sweepsAll ? this.seen.sweepOwedAgain : this.seen.sweepOwed?.why) ?? ((await this.state.isOk()) ? null : captureFailed);
	}

	/** A first backup has begun, and is or is not through. */
	get hasBegunImage(): boolean {
		return this.hasImage || this.index.note(imageNote) !== null;
	}

	isExcluded(table: string): boolean {
		return this.#excludedTables.includes(table);
	}

	/** The first backup, or the rest of one that was interrupted. Resolves when the site can be restored. */
	async firstBackup(onProgress: (progress: BackupProgress) => void, signal: AbortSignal): Promise<FirstBackup> {
		const backup = new FirstBackup({
			database: this.site.database, files: this.files, index: this.index, ledger: this.ledger, appender: this.appender,
			collector: this.collector, history: this.history, chunks: this.chunks, openSink: () => this.#openSink(),
			gear: gearTable(this.ring.cutterKey()), openSorter: this.adapters.sorters(this.state.outgoing), scope: this.site.tables,
			isExcluded: (table) => this.isExcluded(table), siteFact: async () => siteFact(this.site),
			policy: async () => Buffer.from(JSON.stringify({ paths: [], tables: this.#excludedTables })),
			clock: this.adapters.clock, random: this.adapters.random, onProgress, signal,
		});
		await backup.run();
		return backup;
	}

	/** Uploads the content of files ahead of the commit that will name them, so that live changes do not wait for it. */
	async uploadAhead(keys: readonly Uint8Array[], large: 'now' | 'later'): Promise<void> {
		const sink = this.#openSink(0);
		await this.files.readAhead(keys, sink, large);
		const { stored } = await sink.finish();
		stored.forEach((id) => this.#ahead.add(id));
	}

	/** What was uploaded ahead is referred to by a commit, or no longer wanted. */
	forgetAhead(): void {
		this.#ahead.clear();
		this.files.forgetAhead();
	}

	get live(): LiveSite {
		return {
			database: this.site.database, scope: this.site.tables, isExcluded: (table) => this.isExcluded(table), tree: this.tree, keys: this.ring,
			index: this.index, openSorter: this.adapters.sorters(this.state.outgoing),
		};
	}

	get sweepParts(): SweepParts {
		return {
			site: this.live, states: this.states, clock: this.adapters.clock, announced: () => watchAnnounced(this.ledger, this.log), quietRules: () => this.#quietRules(),
		};
	}

	/** As WordPress handed them over last: plugins come and go while the agent runs. */
	async #quietRules(): Promise<QuietRules> {
		const told = (await this.state.site.read()) as { quiet?: unknown } | null;
		return new QuietRules(told?.quiet, this.site.settings.prefix);
	}

	/** What is not backed up and why, as state(now) says it; at most `max`. */
	async leftOut(max: number): Promise<{ what: string; why: string }[]> {
		const found: { what: string; why: string }[] = [];
		const state = await this.states.now();
		try {
			const { low, high } = kindRange('fileLeftOut');
			for await (const { keys, values } of state.range(low, high)) {
				for (const [i, bytes] of keys.entries()) {
					const key = decodeKey(bytes);
					if (key.kind === 'fileLeftOut' && found.length < max) {
						found.push({ what: placeName(key.root, key.path), why: decodeReason(values[i]!).detail });
					}
				}
			}
		} finally {
			await state.close();
		}
		return found;
	}

	close(): void {
		this.index.close();
		this.timeline.close();
	}
}
