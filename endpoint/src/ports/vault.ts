import type { SiteId } from '@holdfast/protocol';

/**
 * Wraps root keys with the endpoint's own master key, which never lies in the object store: whoever steals the objects
 * cannot read them. Unwrapping is for downloads and test restores, never for receiving.
 */
export interface KeyVault {
	/** Hex, different each time, bound to the site: it does not open for another one. */
	wrap(siteId: SiteId, rootKey: Uint8Array): string;
	/** The root key, or null where this master key does not open it. */
	unwrap(siteId: SiteId, wrapped: string): Uint8Array | null;
}
