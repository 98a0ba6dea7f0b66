import { join } from 'node:path';
import { execa } from 'execa';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const download = 'https://wordpress.org/latest.tar.gz';
/** Machines without that road mostly drop packets silently, so a short wait decides. */
const answerMsMax = 8_000;
const downloadMsMax = 180_000;

/** @param address  of the archive; another one for a test of its own. */
export async function fromWeb(into: string, address = download): Promise<void> {
	const reach = await fetch(address, { method: 'HEAD', signal: AbortSignal.timeout(answerMsMax) });
	if (!reach.ok) {
		throw new Error(`it answered ${reach.status}`);
	}
	const response = await fetch(address, { signal: AbortSignal.timeout(downloadMsMax) });
	if (!response.ok || response.body === null) {
		throw new Error(`it answered ${response.status}`);
	}
	const archive = join(into, '..', 'wordpress.tar.gz');
	await pipeline(Readable.from(response.body), createWriteStream(archive));
	await execa('tar', ['-xzf', archive, '-C', into, '--strip-components=1', '--no-same-owner']);
	await rm(archive);
}
