import { type ChunkId, type Hash, type Sequence, type SiteId, checkContinues, origin, refuse } from '@holdfast/protocol';
import { recordBytesMax } from '../limits.ts';
import { commitName, packObjectName, parseObjectName } from '../names.ts';
import type { Catalog } from '../ports/catalog.ts';
import { type ObjectStore, eachObject } from '../ports/objects.ts';
import type { KeyVault } from '../ports/vault.ts';
import { decodePairing } from '../records.ts';
import { inspectEnvelope, inspectPack } from './inspect.ts';
import { type Damage, eachPack, noting, readRecord, requirePlace } from './readIn.ts';
import { objectSource, sha256Of } from './source.ts';

/*
 * Reads every byte of every object, with no key: an envelope by its hash, a pack by its name, a record by its hash.
 * Then what lies between them: the chain of headers without a gap, references live, root keys that the master key
 * opens, nothing that the catalog knows missing. May run beside the server: what is added meanwhile is not damage.
 */

export interface CheckPorts {
	readonly objects: ObjectStore;
	/** What should be there; null where there is no catalog. */
	readonly catalog: Catalog | null;
	/** null where the master key is gone. */
	readonly vault: KeyVault | null;
}

export interface CheckedSite {
	readonly siteId: SiteId;
	readonly home: string | null;
	readonly commits: number;
	readonly packs: number;
	/** Highest sequence. */
	readonly head: number;
}

export interface CheckReport {
	readonly objects: number;
	readonly bytes: number;
	readonly sites: CheckedSite[];
	readonly damaged: Damage[];
}

/** What is gathered of one site while its objects pass by: commits, then packs, then records, as their names sort. */
interface SiteState {
	readonly siteId: SiteId;
	home: string | null;
	commits: number;
	packs: number;
	last: { seq: Sequence; hash: Hash | null };
	/** Chunks in bodies so far: a commit may refer to earlier ones. */
	readonly live: Set<ChunkId>;
	/** Chunks referred to and not seen yet, with the commit that refers to them first. */
	readonly wanted: Map<ChunkId, Sequence>;
}

export async function check(ports: CheckPorts): Promise<CheckReport> {
	const report = { objects: 0, bytes: 0, sites: [] as CheckedSite[], damaged: [] as Damage[] };
	/* First of all: what is known now must be there later; packs before commits, as the agent sends them. */
	const expected = ports.catalog === null ? [] : await expectedObjects(ports.catalog);
	let state: SiteState | null = null;
	const finish = (): void => {
		if (state === null) return;
		deadReferences(state, report.damaged);
		const { siteId, home, commits, packs, last } = state;
		report.sites.push({ siteId, home, commits, packs, head: last.seq });
		state = null;
	};
	for await (const { name, size } of eachObject(ports.objects, '')) {
		report.objects++;
		report.bytes += size;
		const parsed = parseObjectName(name);
		if (parsed !== null && parsed.kind !== 'pairing' && parsed.siteId !== (state as SiteState | null)?.siteId) {
			finish();
			state = newState(parsed.siteId);
		}
		await noting(report.damaged, name, () => checkObject(ports, name, state, report.damaged));
	}
	finish();
	for (const name of expected) {
		if ((await ports.objects.size(name)) === null && !report.damaged.some(({ object }) => object === name)) {
			report.damaged.push({
				object: name,
				code: 'OBJECT_MISSING',
				message: 'The object is in the catalog, but not in the store.',
			});
		}
	}
	return report;
}

const newState = (siteId: SiteId): SiteState => ({
	siteId,
	home: null,
	commits: 0,
	packs: 0,
	last: { ...origin },
	live: new Set(),
	wanted: new Map(),
});

async function checkObject(
	{ objects, vault }: CheckPorts,
	name: string,
	site: SiteState | null,
	damaged: Damage[],
): Promise<void> {
	const parsed = parseObjectName(name);
	if (parsed === null) {
		damaged.push({ object: name, code: 'OBJECT_UNKNOWN', message: 'No object of Holdfast has such a name.' });
	} else if (parsed.kind === 'pairing') {
		const secret = decodePairing((await objects.read(name, recordBytesMax)) ?? refuse('FORMAT_TRUNCATED', name));
		if (secret.secretHash !== parsed.secretHash) refuse('FORMAT_FIELD', 'the record belongs to another secret');
	} else if (site === null) {
		throw new Error(`${name} without its site`);
	} else if (parsed.kind === 'commit') {
		await checkCommit(objects, site, parsed.seq, damaged);
	} else if (parsed.kind === 'pack') {
		site.packs++;
		const source = (await objectSource(objects, name)) ?? refuse('FORMAT_TRUNCATED', name);
		if ((await sha256Of(source)) !== parsed.name) refuse('FORMAT_HASH', name);
		for (const { id } of await inspectPack(source)) site.wanted.delete(id);
	} else {
		const record = await readRecord(objects, name, parsed.siteId);
		site.home = record.home;
		if (vault !== null && record.wrappedKey !== null && vault.unwrap(record.siteId, record.wrappedKey) === null) {
			damaged.push({
				object: name,
				code: 'KEY_DOES_NOT_OPEN',
				message: 'The master key does not open the root key of this site. Restores with the recovery key still work.',
			});
		}
	}
}

async function checkCommit(objects: ObjectStore, site: SiteState, seq: Sequence, damaged: Damage[]): Promise<void> {
	site.commits++;
	for (let gap = site.last.seq + 1; gap < seq; gap++) {
		damaged.push({
			object: commitName(site.siteId, gap as Sequence),
			code: 'OBJECT_MISSING',
			message: 'The chain of commits has a gap here.',
		});
		site.last = { seq: gap as Sequence, hash: null };
	}
	const before = site.last;
	/* Where it is damaged the next one cannot be compared with it. */
	site.last = { seq, hash: null };
	const name = commitName(site.siteId, seq);
	const commit = await inspectEnvelope((await objectSource(objects, name)) ?? refuse('FORMAT_TRUNCATED', name));
	requirePlace(commit.header, site.siteId, seq);
	for (const id of commit.header.references) if (!site.live.has(id) && !site.wanted.has(id)) site.wanted.set(id, seq);
	for (const { id } of commit.index) {
		site.live.add(id);
		site.wanted.delete(id);
	}
	site.last = { seq, hash: commit.position.hash };
	if (before.hash !== null) checkContinues(commit.header, { seq: before.seq, hash: before.hash });
}

/** Chunks that no pack and no earlier commit holds make the commits that refer to them incomplete. */
function deadReferences({ siteId, wanted }: SiteState, damaged: Damage[]): void {
	const perCommit = new Map<Sequence, number>();
	for (const seq of wanted.values()) perCommit.set(seq, (perCommit.get(seq) ?? 0) + 1);
	for (const [seq, count] of perCommit) {
		damaged.push({
			object: commitName(siteId, seq),
			code: 'OBJECT_MISSING',
			message: `${count} chunks that this commit refers to are in no object, or in a damaged one.`,
		});
	}
}

async function expectedObjects(catalog: Catalog): Promise<string[]> {
	const names: string[] = [];
	for (const { siteId } of await catalog.sites()) {
		const head = await catalog.head(siteId);
		/* Gaps below the head show in the chain; only its end can be missing unnoticed. */
		if (head !== null) names.push(commitName(siteId, head.seq));
		for await (const { name } of eachPack(catalog, siteId)) names.push(packObjectName(siteId, name));
	}
	return names;
}
