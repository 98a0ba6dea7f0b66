/** Key material, FORMAT.md section 5: everything derives from the root key by HKDF-SHA-256. */
import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { encodeHex } from '../bytes/text.ts';
import { refuse } from '../errors.ts';
import { parseGeneration, type Brand, type Generation, type PendingId, type SiteId } from '../ids.ts';

/** 32 random bytes, made by the agent at pairing. */
export type RootKey = Brand<Uint8Array, 'RootKey'>;

/** @throws FormatError FORMAT_FIELD unless 32 bytes */
export const parseRootKey = (bytes: Uint8Array): RootKey =>
	bytes.length === 32 ? (bytes as RootKey) : refuse('FORMAT_FIELD', 'a root key has 32 bytes');

export const firstGeneration = 1 as Generation;

export type KeyPurpose = 'chunk-encrypt' | 'chunk-id' | 'chunk-nonce' | 'pending-id' | 'cutter' | 'read-token';

/** The 32 bytes for one purpose and generation. */
export function deriveSubkey(rootKey: RootKey, siteId: SiteId, purpose: KeyPurpose, generation: number): Buffer {
	return Buffer.from(hkdfSync('sha256', rootKey, encodeHex(siteId), `holdfast/v1/${purpose}/${generation}`, 32));
}

/** One generation's keys. */
export interface ChunkKeys {
	readonly generation: Generation;
	readonly encrypt: KeyObject;
	readonly id: KeyObject;
	readonly nonce: KeyObject;
	readonly pending: KeyObject;
}

/** All generations of one site's keys, each derived once. */
export class KeyRing {
	readonly siteId: SiteId;
	readonly #rootKey: RootKey;
	readonly #generations = new Map<Generation, ChunkKeys>();

	constructor(rootKey: RootKey, siteId: SiteId) {
		this.siteId = siteId;
		this.#rootKey = parseRootKey(rootKey);
	}

	generation(generation: Generation): ChunkKeys {
		const known = this.#generations.get(generation);
		if (known) return known;
		parseGeneration(generation);
		const key = (purpose: KeyPurpose) => createSecretKey(deriveSubkey(this.#rootKey, this.siteId, purpose, generation));
		const keys: ChunkKeys = {
			generation,
			encrypt: key('chunk-encrypt'),
			id: key('chunk-id'),
			nonce: key('chunk-nonce'),
			pending: key('pending-id'),
		};
		// A hostile header can name any generation: what is remembered is bounded.
		if (this.#generations.size < 16) this.#generations.set(generation, keys);
		return keys;
	}

	/** The key of the content cutter: generation 0 always, so that equal content is cut equally for ever. */
	cutterKey(): Buffer {
		return deriveSubkey(this.#rootKey, this.siteId, 'cutter', 0);
	}
}

/** What stands for a key in a commit's clear header. */
export const pendingIdOf = (keys: ChunkKeys, key: Uint8Array): PendingId =>
	createHmac('sha256', keys.pending).update(key).digest('hex').slice(0, 32) as PendingId;
