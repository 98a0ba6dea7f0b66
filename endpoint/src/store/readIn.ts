import {
	type CommitHeader,
	FormatError,
	type FormatErrorCode,
	type PackName,
	type Sequence,
	type SiteId,
	envelopePrefixBytes,
	refuse,
} from '@holdfast/protocol';
import { recordBytesMax } from '../limits.ts';
import {
	commitName,
	commitsPrefix,
	packObjectName,
	packsPrefix,
	pairingsPrefix,
	parseObjectName,
	recordsPrefix,
	sitesPrefix,
} from '../names.ts';
import type { Catalog, PackRow, SiteRow } from '../ports/catalog.ts';
import { type ObjectStore, ObjectTooLargeError, eachObject } from '../ports/objects.ts';
import { type SiteRecord, decodePairing, decodeSiteRecord } from '../records.ts';
import { catalogRow, indexedFrom, inspectEnvelope, readIndexOf } from './inspect.ts';
import { objectSource } from './source.ts';

/*
 * Brings the catalog up to what the objects say. With an empty catalog that is `reindex`; at start it makes good for a
 * crash between an object and its catalog row, and for catalog rows that a power cut took back. What is in the
 * catalog already is not read again.
 *
 *     pairing secrets ─> per site: records ─> packs ─> commits
 */

export interface ReadInPorts {
	readonly objects: ObjectStore;
	readonly catalog: Catalog;
}

export interface Damage {
	/** Name of the object. */
	readonly object: string;
	readonly code: FormatErrorCode | 'OBJECT_UNKNOWN' | 'OBJECT_MISSING' | 'KEY_DOES_NOT_OPEN';
	/** One sentence. */
	readonly message: string;
}

export interface ReadInReport {
	readonly sites: number;
	/** Objects that were new to the catalog. */
	readonly packs: number;
	readonly commits: number;
	/** What could not be read; all else was. */
	readonly damaged: Damage[];
}

export async function readIn(ports: ReadInPorts): Promise<ReadInReport> {
	const report = { sites: 0, packs: 0, commits: 0, damaged: [] as Damage[] };
	for await (const { name } of eachObject(ports.objects, pairingsPrefix)) {
		await noting(report.damaged, name, () => readInPairing(ports, name));
	}
	for await (const siteId of eachSite(ports.objects)) {
		report.sites++;
		if (!(await readInSite(ports, siteId, report.damaged))) continue;
		report.packs += await readInPacks(ports, siteId, report.damaged);
		report.commits += await readInCommits(ports, siteId, report.damaged);
	}
	return report;
}

/** Ids of the sites that have objects, ascending: one short listing each, over all that lies below. */
export async function* eachSite(objects: ObjectStore): AsyncGenerator<SiteId> {
	for (let after = sitesPrefix; ;) {
		const [first] = await objects.list(sitesPrefix, after, 1);
		if (first === undefined) return;
		const parsed = parseObjectName(first.name);
		if (parsed === null || parsed.kind === 'pairing') {
			after = first.name;
			continue;
		}
		yield parsed.siteId;
		/* `0` is the character behind `/`: greater than every name of this site, smaller than every other site's. */
		after = `${sitesPrefix}${parsed.siteId}0`;
	}
}

/** One commit's object into the catalog. False where there is none. @throws FormatError where it is damaged */
export async function readInCommit({ objects, catalog }: ReadInPorts, siteId: SiteId, seq: Sequence): Promise<boolean> {
	const name = commitName(siteId, seq);
	const source = await objectSource(objects, name);
	if (source === null) return false;
	const envelope = await inspectEnvelope(source);
	requirePlace(envelope.header, siteId, seq);
	await objects.settle(name);
	await catalog.addCommit(siteId, ...catalogRow(envelope, source.size - envelopePrefixBytes, envelope.receivedAt));
	return true;
}

/** One pack's object into the catalog; only its index is read. @throws FormatError where that is damaged */
export async function readInPack({ objects, catalog }: ReadInPorts, siteId: SiteId, name: PackName): Promise<boolean> {
	const object = packObjectName(siteId, name);
	const source = await objectSource(objects, object);
	if (source === null) return false;
	const index = await readIndexOf(source);
	await objects.settle(object);
	await catalog.addPack(siteId, { name, size: source.size, chunks: index.count }, indexedFrom(index, 0));
	return true;
}

async function readInPairing({ objects, catalog }: ReadInPorts, name: string): Promise<void> {
	const parsed = parseObjectName(name);
	if (parsed?.kind !== 'pairing') return;
	const secret = decodePairing((await objects.read(name, recordBytesMax)) ?? refuse('FORMAT_TRUNCATED', name));
	if (secret.secretHash !== parsed.secretHash) refuse('FORMAT_FIELD', 'the record belongs to another secret');
	await catalog.putSecret(secret);
}

/**
 * All versions of a site's record. Where the newest is damaged the one before it counts, but its token does not: it may
 * have been replaced because somebody else has it. False where no version can be read.
 */
async function readInSite({ objects, catalog }: ReadInPorts, siteId: SiteId, damaged: Damage[]): Promise<boolean> {
	let newest = null as SiteRow | null;
	for await (const { name } of eachObject(objects, recordsPrefix(siteId))) {
		const parsed = parseObjectName(name);
		if (parsed?.kind !== 'record') continue;
		/* An older version still uses up its pairing secret; its token may be another site's by now. */
		if (newest !== null) await catalog.putSite({ ...newest, tokenHash: null });
		const record: SiteRecord | null = await noting(damaged, name, () => readRecord(objects, name, siteId));
		if (record !== null) newest = { ...record, version: parsed.version };
		else if (newest !== null) newest = { ...newest, version: parsed.version, tokenHash: null };
	}
	if (newest !== null) await catalog.putSite(newest);
	return newest !== null;
}

/** @throws FormatError */
export async function readRecord(objects: ObjectStore, name: string, siteId: SiteId): Promise<SiteRecord> {
	const record = decodeSiteRecord((await objects.read(name, recordBytesMax)) ?? refuse('FORMAT_TRUNCATED', name));
	if (record.siteId !== siteId) refuse('FORMAT_FIELD', 'the record belongs to another site');
	await objects.settle(name);
	return record;
}

/** Merges two ascending lists of names: what the store has and what the catalog has. */
async function readInPacks(ports: ReadInPorts, siteId: SiteId, damaged: Damage[]): Promise<number> {
	let added = 0;
	const known = eachPack(ports.catalog, siteId);
	let next = await known.next();
	for await (const { name: object } of eachObject(ports.objects, packsPrefix(siteId))) {
		const parsed = parseObjectName(object);
		if (parsed?.kind !== 'pack') continue;
		while (next.done !== true && next.value.name < parsed.name) next = await known.next();
		if (next.done !== true && next.value.name === parsed.name) continue;
		if (await noting(damaged, object, () => readInPack(ports, siteId, parsed.name))) added++;
	}
	return added;
}

async function readInCommits(ports: ReadInPorts, siteId: SiteId, damaged: Damage[]): Promise<number> {
	let added = 0;
	const head = await ports.catalog.head(siteId);
	const after = head === null ? '' : commitName(siteId, head.seq);
	for await (const { name } of eachObject(ports.objects, commitsPrefix(siteId), after)) {
		const parsed = parseObjectName(name);
		if (parsed?.kind !== 'commit') continue;
		if (await noting(damaged, name, () => readInCommit(ports, siteId, parsed.seq))) added++;
	}
	return added;
}

export async function* eachPack(catalog: Catalog, siteId: SiteId): AsyncGenerator<PackRow> {
	for (let after = ''; ;) {
		const page = await catalog.packs(siteId, after, 1000);
		yield* page;
		const last = page.at(-1);
		if (last === undefined) return;
		after = last.name;
	}
}

/** @throws FormatError where a commit lies under another commit's name */
export function requirePlace(header: CommitHeader, siteId: SiteId, seq: Sequence): void {
	if (header.siteId !== siteId || header.sequence !== seq)
		refuse('FORMAT_FIELD', `this is commit ${header.sequence} of site ${header.siteId}`);
}

/** Runs a task that may find an object damaged; that is noted, and null is returned. Other errors go on up. */
export async function noting<T>(damaged: Damage[], object: string, task: () => Promise<T>): Promise<T | null> {
	try {
		return await task();
	} catch (error) {
		if (error instanceof FormatError) {
			damaged.push({ object, code: error.code, message: error.sentence });
		} else if (error instanceof ObjectTooLargeError) {
			damaged.push({ object, code: 'FORMAT_LIMIT', message: error.message });
		} else {
			throw error;
		}
		return null;
	}
}
