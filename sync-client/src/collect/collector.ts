import { asBuffer, compareBytes, encodeKey, flagsOf, noCounts, type Activity, type TableValue } from '@holdfast/protocol';
import type { CommitSink } from '../append/commit-sink.ts';
import { EntryWriter } from '../append/entry-writer.ts';
import { HoldfastError } from '../errors.ts';
import type { Closed } from '../intents/ledger.ts';
import { Named } from '../intents/named.ts';
import type { Snapshot } from '../ports/database.ts';
import type { FilesRead } from '../ports/site-files.ts';
import type { SiteState } from '../ports/site-state.ts';
import { LargeValues, storingPieces } from '../rows/large-values.ts';
import type { CollectorParts, CollectRequest, CollectResult } from './collect-request.ts';
import { definitionChanges } from './definitions.ts';
import { floorsIn, floorsToKeep } from './floors.ts';
import { Incarnations } from './incarnations.ts';
import { KnownTables } from './known-tables.ts';
import { PendingKeys, whyPostponed } from './pending-keys.ts';
import { liveLimits, readNamedTables, schemaEntries, writeRows } from './rows-step.ts';
import { planTables, schemasHold, tablesRead, type Planned } from './table-plan.ts';

export type { CollectorParts, CollectRequest, CollectResult } from './collect-request.ts';

/** A schema changed under the reading this often in a row: something alters tables all the time. */
const restartsMax = 5;

const nothing = new Named();

/** What steps (a) to (c) found; `missed`: why more than that may have changed; `updating`: an update ran. */
type Look = { closed: Closed; named: { loud: Named; quiet: Named }; missed: string | null; updating: boolean; isGone: (id: number) => boolean };

/**
 * One commit from what the intents name. PROTOCOL.md section 4:
 *
 *     (a) process list, then the log ──> closed
 *     (b) snapshot ─────────────────────────────────────────┐
 *     (c) the log again ──> named (closed and open)         │ one moment
 *     (d) schemas, rows, schemas again ─────────────────────┘ then files
 *     (e) commit: save, send, wait until it is durable
 *     (f) forget what was closed at (a)
 *
 * A whole table is compared with state(now); above `liveRowsMax` / `liveBytesMax` named rows become that, too. Its blocks go
 * ahead in packs as they are read, so memory stays bounded and the commit is exact, however large; live changes wait meanwhile.
 */
export class Collector {
	readonly known: KnownTables;
	readonly incarnations: Incarnations;
	readonly pending: PendingKeys;
	readonly #parts: CollectorParts;
	/** The site's tables by name. */
	#inScope: Map<string, { isReadable: boolean; bytesEstimate: number }> | null = null;
	#tail: Promise<unknown> = Promise.resolve();

	constructor(parts: CollectorParts) {
		this.#parts = parts;
		this.known = new KnownTables(parts.index, parts.states);
		this.incarnations = new Incarnations(() => parts.appender.head.seq);
		this.pending = new PendingKeys(parts.index);
	}

	/** One collect at a time. @throws what database, files and endpoint throw; then nothing is forgotten. */
	collectOnce(request: CollectRequest = {}): Promise<CollectResult> {
		return this.exclusively(() => this.#untilSchemasHold(request));
	}

	/**
	 * Runs `work` while no collect is under way. A collect opens state(now) once and relies on what it knows:
	 * whoever changes what the index holds below the overlay does it here.
	 */
	exclusively<T>(work: () => Promise<T>): Promise<T> {
		const turn = this.#tail.then(work, work);
		this.#tail = turn.catch(() => {});
		return turn;
	}

	async #untilSchemasHold(request: CollectRequest): Promise<CollectResult> {
		for (let restarts = 0; ; restarts++) {
			try {
				return await this.#collect(request);
			} catch (error) {
				const again = error instanceof HoldfastError && error.retry === 'now' && error.code !== 'AGENT_STOPPING';
				if (!again || restarts >= restartsMax) {
					throw error;
				}
				this.#inScope = null;
			}
		}
	}

	async #collect(request: CollectRequest): Promise<CollectResult> {
		const { database, ledger, log, clock } = this.#parts;
		// (a) The process list first: a connection that is gone by then has written its last line.
		const known = ledger.read;
		const connections = await database.connectionIds();
		await log.read();
		const isGone = (id: number): boolean => !connections.has(id);
		const updating = await this.#isUpdating();
		const closed = ledger.closed(isGone, known, clock.monotonicUs());
		const snapshot = await database.openSnapshot(); // (b)
		let state: SiteState | null = null;
		try {
			await log.read(); // (c)
			const named = ledger.named();
			named.loud.add(request.extra ?? nothing);
			named.quiet.add(request.quiet ?? nothing);
			[...this.pending.brokenTables, ...(request.tablesNow === true ? this.pending.laterTables : [])].forEach((table) => named.loud.rows(table).addWhole());
			const missed = ledger.sweepWanted ?? (await this.#parts.sweepOwed?.(request.sweepsAll === true)) ?? null;
			state = named.loud.tables.size + named.quiet.tables.size === 0 ? null : await this.#parts.states.now();
			return await this.#commit(request, { closed, named, missed, updating, isGone }, snapshot, state);
		} finally {
			await snapshot.close();
			await state?.close();
		}
	}

	async #commit(
		request: CollectRequest, { closed, named, missed, updating, isGone }: Look, snapshot: Snapshot, state: SiteState | null,
	): Promise<CollectResult> {
		const { appender, ledger, index, openSink } = this.#parts;
		const sink = openSink();
		const writer = new EntryWriter(sink);
		const { planned, floors } = await this.#writeTables(request, named, writer, sink, snapshot, state);
		await snapshot.close();
		const files = await this.#writeFiles(named.loud, writer, sink, request.largeFiles ?? 'later');
		await writer.finish();
		const tables = tablesRead(planned, request.compared ?? []);
		// What a table could not be asked for stays announced.
		closed.intents.forEach((intent) => tables.broken.includes(intent.table) && closed.intents.delete(intent));

		const activities = [...(request.activities ?? []), ...ledger.activities(closed)];
		const forgottenTo = ledger.forgottenTo(closed);
		this.pending.leave(tables.later);
		const postponed = whyPostponed(files);
		this.pending.leaveFiles(postponed.map(({ key }) => key));
		const pending = this.pending.next(appender.head.seq, { postponed, settled: files.settled, tables, missed, scanned: request.scanned === true });
		const settles = JSON.stringify(pending) !== JSON.stringify(this.pending.list());
		const flags = this.#flags(request, writer, activities, updating || (await this.#isUpdating()));
		const committed = writer.entries > 0 || activities.length > 0 || request.always !== undefined || settles;
		if (committed) {
			this.pending.announce(pending);
			const kept = this.#floorsAfter(floors, planned);
			await appender.append({
				flags,
				snapshotAt: snapshot.takenAtMs,
				manifest: {
					v: 1, entries: writer.places, counts: writer.counts,
					...(activities.length > 0 ? { activities } : {}), ...(pending.length > 0 ? { pending } : {}), ...request.manifest,
				},
				sink,
				blocks: writer.kept,
				consequences: { forgottenTo, floors: floorsToKeep(ledger, closed, kept) },
			});
			this.pending.take(pending);
			index.setFileStats(files.stats);
			await this.#learn(planned);
		}
		for (const [table, floor] of floors) {
			ledger.floors.set(table, floor);
		}
		ledger.forget(closed, forgottenTo, this.#parts.clock.monotonicUs()); // (f)
		const wanted = ledger.takeSweepWanted();
		if (wanted !== null) {
			// Before the file that asked for it may go.
			await this.#parts.onSweepWanted?.(wanted);
		}
		await this.#parts.log.removeSpent(isGone, this.#parts.clock.monotonicUs());
		return {
			position: appender.head, committed, snapshotAt: snapshot.takenAtMs, counts: committed ? writer.counts : { ...noCounts },
			forgotten: closed.intents.size + closed.files.size, postponed: files.postponed.filter(({ isFolder }) => !isFolder).map(({ key }) => key), unstable: files.again,
			wantsScan: files.postponed.some(({ isFolder }) => isFolder),
		};
	}

	/** Schemas, rows, and the schemas again. */
	async #writeTables({ extra, quiet, tablesNow }: CollectRequest, named: { loud: Named; quiet: Named }, writer: EntryWriter, sink: CommitSink, snapshot: Snapshot, state: SiteState | null): Promise<{ planned: Planned; floors: Map<string, bigint> }> {
		const { index, gear, openSorter, charset, limits, database, scope } = this.#parts;
		const known = await this.known.load();
		const isComparable = (table: TableValue): boolean => this.known.isComparable(table.incarnation);
		const anySchema = [...named.loud.tables.values(), ...named.quiet.tables.values()].some((rows) => rows.schema);
		const inScope = await this.#scopeFor(named, anySchema);
		const planned = await planTables(snapshot, named, known, inScope, isComparable, this.incarnations);
		const isLong = (table: string): boolean => tablesNow !== true && [extra, quiet].every((one) => one?.tables.get(table)?.whole !== true)
			&& (this.#inScope?.get(table)?.bytesEstimate ?? 0) > (limits ?? liveLimits).inlineTableBytesMax;
		const parts = { snapshot, state, index, large: new LargeValues(gear, storingPieces(sink)), openSorter, charset, limits: limits ?? liveLimits, isComparable, isLong, incarnations: this.incarnations };
		const read = await readNamedTables(planned, parts);
		const schema: { key: Uint8Array; value: Uint8Array | null; isQuiet: boolean }[] = schemaEntries(planned, index);
		if (anySchema) {
			const changes = await definitionChanges(await database.listDefinitions(scope), state);
			schema.push(...changes.map(([key, value]) => ({ key, value, isQuiet: false })));
		}
		for (const { key, value, isQuiet } of [...(await this.#facts(named.loud)), ...schema].sort((a, b) => compareBytes(a.key, b.key))) {
			await writer.add(key, value, isQuiet);
		}
		await writeRows(planned, read, writer, parts);
		const floors = await floorsIn(snapshot, planned.tables);
		if (!(await schemasHold(snapshot, planned.tables))) {
			throw new HoldfastError('DB_TABLE_CHANGED', 'A table was altered while it was read.');
		}
		return { planned, floors };
	}

	async #writeFiles(named: Named, writer: EntryWriter, sink: CommitSink, large: 'now' | 'later'): Promise<FilesRead> {
		const files = await this.#parts.files.read({ paths: named.paths, keys: named.fileKeys }, sink, large);
		await writer.addAll(files.entries);
		return files;
	}

	async #facts(named: Named): Promise<{ key: Buffer; value: Buffer; isQuiet: boolean }[]> {
		if (!named.facts.has('site')) {
			return [];
		}
		const key = encodeKey({ kind: 'fact', name: 'site' });
		const value = await this.#parts.siteFact();
		const before = this.#parts.index.overlayGet(key)?.value ?? null;
		return before !== null && asBuffer(before).equals(value) ? [] : [{ key, value, isQuiet: true }];
	}

	/** Whether a table is the site's, null where it cannot be opened; asked anew where a name is unknown or a schema changed. */
	async #scopeFor({ loud, quiet }: { loud: Named; quiet: Named }, anySchema: boolean): Promise<(table: string) => boolean | null> {
		const names = [...loud.tables.keys(), ...quiet.tables.keys()];
		const anyWhole = [...loud.tables.values(), ...quiet.tables.values()].some((rows) => rows.whole);
		if (this.#inScope === null || anySchema || anyWhole || names.some((name) => this.#inScope!.get(name)?.isReadable !== true)) {
			const { tables } = await this.#parts.database.listTables(this.#parts.scope);
			this.#inScope = new Map(tables.filter((table) => table.kind === 'table').map((table) => [table.name, { isReadable: table.broken === null, bytesEstimate: table.bytesEstimate }]));
		}
		const inScope = this.#inScope;
		return (table) => inScope.has(table) && this.#parts.isExcluded?.(table) !== true && (inScope.get(table)!.isReadable || null);
	}

	async #isUpdating(): Promise<boolean> {
		return this.#parts.ledger.duringUpdate || (await this.#parts.isUpdating?.()) === true;
	}

	#flags(request: CollectRequest, writer: EntryWriter, activities: readonly Activity[], updating: boolean): number {
		const isQuiet = writer.loud === 0 && activities.every((activity) => activity.quiet) && request.always !== 'point';
		return (request.flags ?? 0) | (isQuiet ? flagsOf('quiet') : 0) | (updating ? flagsOf('duringUpdate') : 0);
	}

	/** Floors once this collect's are known, without those of tables that are gone. */
	#floorsAfter(floors: ReadonlyMap<string, bigint>, planned: Planned): Map<string, bigint> {
		const after = new Map([...this.#parts.ledger.floors, ...floors]);
		planned.gone.forEach((name) => after.delete(name));
		return after;
	}

	async #learn(planned: Planned): Promise<void> {
		if (planned.gone.length > 0 || planned.tables.some((plan) => plan.schemaChanged)) {
			this.known.forget();
			await this.#parts.onSchemaChanged?.();
		}
	}
}
