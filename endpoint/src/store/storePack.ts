import { FormatError, type PackName, type SiteId } from '@holdfast/protocol';
import { EndpointError } from '../errors.ts';
import { packObjectName } from '../names.ts';
import type { Catalog, PackRow } from '../ports/catalog.ts';
import type { StagedObject } from '../ports/objects.ts';
import { indexedFrom, inspectPack } from './inspect.ts';
import { stagedSource } from './source.ts';

/**
 * Keeps the pack of `size` bytes that was received into `staged`; `hash` is the SHA-256 of what was received.
 * Durable when it returns; may be repeated. The stage is the caller's to discard.
 * @throws EndpointError PACK_INVALID
 */
export async function storePack(
	catalog: Catalog,
	siteId: SiteId,
	name: PackName,
	staged: StagedObject,
	size: number,
	hash: string,
): Promise<{ readonly created: boolean; readonly pack: PackRow }> {
	if (hash !== name) throw new EndpointError('PACK_INVALID', { detail: 'its SHA-256 is not its name' });
	const index = await inspectPack(stagedSource(staged, size)).catch((error: unknown) => {
		if (error instanceof FormatError) throw new EndpointError('PACK_INVALID', { detail: error.message, cause: error });
		throw error;
	});
	const pack: PackRow = { name, size, chunks: index.count };
	/* Where it exists already the bytes are the same, because the name is their hash; the catalog may still lack it. */
	const creation = await staged.publish(packObjectName(siteId, name));
	await catalog.addPack(siteId, pack, indexedFrom(index, 0));
	return { created: creation === 'created', pack };
}
