/** The reading token: whoever has the root key may read the backup. PROTOCOL.md section 6.1. */
import { createHash } from 'node:crypto';
import type { Hash, SiteId } from '../ids.ts';
import { deriveSubkey, type RootKey } from './subkeys.ts';

/** 32 bytes as hex: what the endpoint takes as `Authorization: Bearer`, for reading only. */
export const readTokenOf = (rootKey: RootKey, siteId: SiteId): string => deriveSubkey(rootKey, siteId, 'read-token', 0).toString('hex');

/** What the endpoint keeps of it. */
export const readHashOf = (rootKey: RootKey, siteId: SiteId): Hash => createHash('sha256').update(Buffer.from(readTokenOf(rootKey, siteId), 'hex')).digest('hex') as Hash;
