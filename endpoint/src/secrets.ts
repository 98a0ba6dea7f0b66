import { createHash } from 'node:crypto';
import type { Hash } from '@holdfast/protocol';

/** SHA-256 of a secret given as hex; what is kept of tokens and pairing secrets. */
export function hashOfSecret(hex: string): Hash {
	return createHash('sha256').update(Buffer.from(hex, 'hex')).digest('hex') as Hash;
}
