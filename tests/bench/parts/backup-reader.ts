import {
	decodeHeader,
	decodeKey,
	decodeManifest,
	KeyRing,
	open,
	parseRootKey,
	parseSiteId,
	positionOf,
	type Incarnation,
} from '@holdfast/protocol';
import { HttpEndpoint } from '../../../sync-client/src/adapters/http-endpoint.ts';
import { ChunkCache } from '../../../sync-client/src/state/chunk-cache.ts';
import { entriesOfCommit } from '../../../sync-client/src/state/commit-entries.ts';
import { StateFolder } from '../../../sync-client/src/state-folder/state-folder.ts';

const commitsAtOnce = 100;

export interface BackedUpRow {
	/** The table, as the backup names it. */
	readonly incarnation: Incarnation;
	readonly value: Buffer;
}

/** The backup as the endpoint has it, read with the site's token and key; nothing is asked of the agent. */
export class BackupReader {
	readonly #endpoint: HttpEndpoint;
	readonly #ring: KeyRing;
	readonly #chunks: ChunkCache;

	private constructor(endpoint: HttpEndpoint, ring: KeyRing) {
		this.#endpoint = endpoint;
		this.#ring = ring;
		this.#chunks = new ChunkCache(endpoint, ring);
	}

	static async open(state: string): Promise<BackupReader> {
		const pairing = await StateFolder.at(state).pairing.read();
		if (pairing === null) {
			throw new Error(`${state} is not paired.`);
		}
		const { url, fingerprint, token } = pairing;
		const ring = new KeyRing(parseRootKey(Buffer.from(pairing.rootKey, 'hex')), parseSiteId(pairing.siteId));
		return new BackupReader(new HttpEndpoint({ url, fingerprint, token }), ring);
	}

	/** The sequence of the last durable commit. */
	async head(): Promise<number> {
		return (await this.#endpoint.site()).head?.seq ?? 0;
	}

	/** Commits after `from`, in order, each with the rows that it put. */
	async *commitsAfter(from: number): AsyncGenerator<{ seq: number; receivedAt: number; rows: BackedUpRow[] }> {
		for (let after = from; ;) {
			const records = await this.#endpoint.commits(after, commitsAtOnce, 'manifests');
			for (const { header, manifest, receivedAt } of records) {
				const decoded = decodeHeader(header);
				after = positionOf(decoded, header).seq;
				const opened = await open(this.#ring, manifest!, { kind: 'manifest', id: decoded.manifest });
				yield { seq: after, receivedAt, rows: await this.#rows(decodeManifest(opened)) };
			}
			if (records.length < commitsAtOnce) {
				return;
			}
		}
	}

	async #rows(manifest: ReturnType<typeof decodeManifest>): Promise<BackedUpRow[]> {
		const rows: BackedUpRow[] = [];
		for await (const { keys, values } of entriesOfCommit(manifest, this.#chunks)) {
			for (const [i, bytes] of keys.entries()) {
				const key = decodeKey(bytes);
				const value = values[i];
				if (key.kind === 'row' && value != null) {
					rows.push({ incarnation: key.incarnation, value: Buffer.from(value) });
				}
			}
		}
		return rows;
	}
}
