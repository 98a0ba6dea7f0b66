import { ByteWriter, FormatError, type Position, type SiteId, envelopePrefixBytes } from '@holdfast/protocol';
import { EndpointError } from '../errors.ts';
import { commitName } from '../names.ts';
import type { Catalog } from '../ports/catalog.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore, StagedObject } from '../ports/objects.ts';
import { decide, positionOfHead } from './decide.ts';
import { type InspectedCommit, catalogRow, envelopeHash, inspectCommit } from './inspect.ts';
import type { Lanes } from './lanes.ts';
import { readInCommit } from './readIn.ts';
import { section, stagedSource } from './source.ts';

/*
 *   received ──inspect──> ┌ one at a time per site ─────────────────────────────────────────┐
 *   (staged)              │ decide ─> references live? ─> envelope ─> object ─> catalog ────┼─> reply
 *                         └─────────────────────────────────────────────────────────────────┘
 *
 * A crash before "object" leaves nothing; between object and catalog it is made good at the next start or by the
 * repeat; after the catalog only the reply is lost, and the repeat gets it.
 */

export interface AppendPorts {
	readonly objects: ObjectStore;
	readonly catalog: Catalog;
	readonly now: Clock;
	readonly appends: Lanes;
}

export interface Appended {
	/** False when exactly this commit was there already. */
	readonly created: boolean;
	readonly position: Position;
	readonly receivedAt: number;
}

/** Where in the stage the commit begins: the envelope's prefix is written before it when its time is known. */
export const commitOffset = envelopePrefixBytes;

/**
 * Appends the commit of `commitBytes` bytes that was received into `staged` from `commitOffset` on.
 * Durable when it returns. The stage is the caller's to discard.
 * @throws EndpointError COMMIT_INVALID, COMMIT_OTHER_SITE, COMMIT_OTHER_WRITER, COMMIT_CONFLICT, COMMIT_DEAD_REFERENCES, BUSY
 */
export async function appendCommit(
	ports: AppendPorts,
	siteId: SiteId,
	staged: StagedObject,
	commitBytes: number,
): Promise<Appended> {
	const commit = section(stagedSource(staged, commitOffset + commitBytes), commitOffset, commitBytes);
	const inspected = await inspectCommit(commit).catch(invalid);
	if (inspected.header.siteId !== siteId) throw new EndpointError('COMMIT_OTHER_SITE');

	return ports.appends.run(siteId, async () => {
		const before = await outcome(ports, siteId, inspected);
		if (before !== null) return before;
		await requireLive(ports, siteId, inspected);

		const head = await ports.catalog.head(siteId);
		/* The clock may be set back; within one timeline receive times never go back, because retention goes by them. */
		const receivedAt = Math.max(ports.now(), head?.receivedAt ?? 0);
		await staged.write(0, envelopePrefix(receivedAt, commitBytes, await envelopeHash(receivedAt, commit)));
		const name = commitName(siteId, inspected.position.seq);
		if ((await staged.publish(name)) === 'exists') {
			/* The catalog was behind the objects: a catalog write failed after the object was stored. */
			await readInCommit(ports, siteId, inspected.position.seq).catch((cause: unknown) => {
				throw cause instanceof FormatError ? new EndpointError('OBJECT_DAMAGED', { detail: name, cause }) : cause;
			});
			const after = await outcome(ports, siteId, inspected);
			if (after !== null) return after;
			throw new EndpointError('OBJECT_DAMAGED', { detail: name });
		}
		await ports.catalog.addCommit(siteId, ...catalogRow(inspected, commitBytes, receivedAt));
		return { created: true, position: inspected.position, receivedAt };
	});
}

/** The answer to a repeat, null where the commit may be appended. @throws EndpointError where it is refused */
async function outcome(
	{ catalog }: AppendPorts,
	siteId: SiteId,
	{ header, position }: InspectedCommit,
): Promise<Appended | null> {
	/* Asked again inside the lane: another writer may have taken over since the request began. */
	const site = await catalog.site(siteId);
	if (site === null) throw new EndpointError('TOKEN_UNKNOWN');
	const head = await catalog.head(siteId);
	const decision = decide(header, position, site.writer, head, await catalog.commit(siteId, position.seq));
	switch (decision.kind) {
		case 'repeat':
			return { created: false, position, receivedAt: decision.receivedAt };
		case 'other-writer':
			throw new EndpointError('COMMIT_OTHER_WRITER', { details: { head: positionOfHead(head) } });
		case 'conflict':
			throw new EndpointError('COMMIT_CONFLICT', { details: { head: positionOfHead(head) } });
		case 'append':
			return null;
	}
}

async function requireLive({ catalog }: AppendPorts, siteId: SiteId, { header }: InspectedCommit): Promise<void> {
	const missing = await catalog.missingChunks(siteId, header.references);
	if (missing.length > 0) throw new EndpointError('COMMIT_DEAD_REFERENCES', { details: { missing } });
}

function envelopePrefix(receivedAt: number, commitBytes: number, hash: Uint8Array): Buffer {
	return new ByteWriter(envelopePrefixBytes).objectHead('HFEV', 1).u64(receivedAt).u64(commitBytes).raw(hash).finish();
}

function invalid(error: unknown): never {
	if (error instanceof FormatError) throw new EndpointError('COMMIT_INVALID', { detail: error.message, cause: error });
	throw error;
}
