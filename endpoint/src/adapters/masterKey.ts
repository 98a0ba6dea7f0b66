import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { SiteId } from '@holdfast/protocol';
import type { KeyVault } from '../ports/vault.ts';
import { isCode, syncFolder, writeAll } from './files.ts';

export const masterKeyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const version = 1;

/** Wrapped: `u8` 1, nonce, AES-256-GCM of the root key with the site's id as authenticated data, tag. FORMAT.md section 12. */
export function masterKeyVault(masterKey: Uint8Array): KeyVault {
	const context = (siteId: SiteId): Buffer => Buffer.from(`holdfast/root-key/${siteId}`);
	return {
		wrap: (siteId, rootKey) => {
			const nonce = randomBytes(nonceBytes);
			const cipher = createCipheriv('aes-256-gcm', masterKey, nonce, { authTagLength: tagBytes }).setAAD(context(siteId));
			const sealed = [cipher.update(rootKey), cipher.final(), cipher.getAuthTag()];
			return Buffer.concat([Buffer.of(version), nonce, ...sealed]).toString('hex');
		},
		unwrap: (siteId, wrapped) => {
			const bytes = Buffer.from(wrapped, 'hex');
			if (bytes.length < 1 + nonceBytes + tagBytes || bytes[0] !== version) return null;
			const cipher = createDecipheriv('aes-256-gcm', masterKey, bytes.subarray(1, 1 + nonceBytes), { authTagLength: tagBytes })
				.setAAD(context(siteId))
				.setAuthTag(bytes.subarray(-tagBytes));
			try {
				return Buffer.concat([cipher.update(bytes.subarray(1 + nonceBytes, -tagBytes)), cipher.final()]);
			} catch {
				return null;
			}
		},
	};
}

/** The master key in `<folder>/master.key`, or null where there is none. Throws where it does not have 32 bytes. */
export async function readMasterKey(folder: string): Promise<Uint8Array | null> {
	const key = await readFile(join(folder, 'master.key')).catch((error: unknown) => {
		if (isCode(error, 'ENOENT')) return null;
		throw error;
	});
	if (key !== null && key.length !== masterKeyBytes)
		throw new Error(`master.key has ${key.length} bytes instead of ${masterKeyBytes}`);
	return key;
}

/** Makes the master key, mode 0600, durable before it is used. link() never replaces one that is there. */
export async function makeMasterKey(folder: string): Promise<Uint8Array> {
	await mkdir(folder, { recursive: true, mode: 0o700 });
	await syncFolder(join(folder, '..'));
	const key = randomBytes(masterKeyBytes);
	const temporary = join(folder, `master.key.${process.pid}`);
	const file = await open(temporary, 'w', 0o600);
	try {
		await writeAll(file, 0, key);
		await file.sync();
	} finally {
		await file.close();
	}
	try {
		await link(temporary, join(folder, 'master.key'));
	} finally {
		await unlink(temporary);
	}
	await syncFolder(folder);
	return key;
}
