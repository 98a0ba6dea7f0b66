import { readFile } from 'node:fs/promises';
import { decodeRecoveryKey, FormatError, type RootKey, type SiteId } from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';

const fileBytesMax = 4096;

export type RecoveryKey = { rootKey: RootKey; siteId: SiteId };

/**
 * Reads the recovery key out of a file that holds it and nothing else. It is never taken from the command line, which others on the
 * machine can see.
 * @throws RECOVERY_KEY_FILE, RECOVERY_KEY_INVALID saying whether it is cut off, mistyped or something else
 */
export async function readRecoveryKeyFile(path: string): Promise<RecoveryKey> {
	const bytes = await readFile(path).catch((error: unknown) => {
		throw new HoldfastError('RECOVERY_KEY_FILE', `${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}).`, { cause: error });
	});
	if (bytes.length > fileBytesMax) {
		throw new HoldfastError('RECOVERY_KEY_INVALID', `${path} holds more than a recovery key.`);
	}
	try {
		return decodeRecoveryKey(bytes.toString('utf8'));
	} catch (error) {
		const { sentence, hint } = error as FormatError;
		if (!(error instanceof FormatError)) { throw error; }
		throw new HoldfastError('RECOVERY_KEY_INVALID', `${path} holds no whole recovery key. ${sentence}`, { cause: error, hint });
	}
}
