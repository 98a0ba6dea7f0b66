import { Announced } from './announced.ts';
import { addOwn } from './overlap.ts';
import type { Intent, RequestLog } from './request-log.ts';

/** What kind of request wrote, for people. */
const kinds: Record<string, string> = { web: 'at a page view', rest: 'over REST', ajax: 'over admin-ajax', cron: 'in a scheduled job', cli: 'from the command line', xmlrpc: 'over XML-RPC' };
/** Told of one row, at most. */
const namesMax = 3;

/** Which code has written which rows since a moment, as far as intents tell: their `p` lines, asked for while a restore is verified. */
export class WrittenSince {
	readonly #byWriter = new Map<string, Announced>();
	readonly #fromWallMs: number;

	/** @param fromWallMs what was written before is left out */
	constructor(fromWallMs: number) {
		this.#fromWallMs = fromWallMs;
	}

	/** May be told the same intent again. */
	add(intents: Iterable<Intent>): void {
		for (const intent of intents) {
			const { header } = intent.request;
			if (header.wallMs + (intent.writtenUs - header.t) / 1000 < this.#fromWallMs) { continue; }
			const writer = nameOf(intent.origin, header.kind);
			let announced = this.#byWriter.get(writer);
			if (announced === undefined) { this.#byWriter.set(writer, (announced = new Announced())); }
			addOwn(intent, announced.named);
		}
	}

	/**
	 * Who may have written this row, for people: `the plugin “akismet” in a scheduled job`; none where no intent concerns it.
	 * `isCertain`: an intent names this very row; else ranges, conditions or the table.
	 * @param tuple the row's key as `tupleOfKey` gives it; null: the table has no key
	 */
	whoWrote(table: string, tuple: Buffer | null): { writers: string[]; isCertain: boolean } {
		const found = [...this.#byWriter].filter(([, announced]) => announced.explainsRow(table, tuple) || announced.explainsTable(table));
		const certain = tuple === null ? [] : found.filter(([, { named }]) => named.tables.get(table)?.keys.has(tuple.toString('latin1')));
		return { writers: (certain.length > 0 ? certain : found).map(([writer]) => writer).slice(0, namesMax), isCertain: certain.length > 0 };
	}
}

/** @param origin as a `p` line has it: `plugins/akismet`; empty for WordPress itself, null where nothing was said */
function nameOf(origin: string | null, kind: string): string {
	const [folder, name] = [origin?.replace(/\/.*/, ''), origin?.replace(/^[^/]*\//, '')];
	const what = folder === 'plugins' ? `the plugin “${name}”` : folder === 'mu-plugins' ? `the must-use plugin “${name}”` : folder === 'themes' ? `the theme “${name}”` : origin === '' ? 'WordPress itself' : 'the site';
	return `${what} ${kinds[kind] ?? ''}`.trim();
}

/** `look` after a read of the log; `end` when nobody asks any more. */
export type WrittenWatch = { look(): WrittenSince; end(): void };

/** Who wants to know; each is told what is forgotten meanwhile. */
export class WrittenWatches {
	readonly #requests: ReadonlyMap<string, RequestLog>;
	readonly #watches = new Set<WrittenSince>();

	constructor(requests: ReadonlyMap<string, RequestLog>) {
		this.#requests = requests;
	}

	/** From now on keeps who writes what. @param fromWallMs what was written before is left out */
	since(fromWallMs: number): WrittenWatch {
		const written = new WrittenSince(fromWallMs);
		this.#watches.add(written);
		return {
			look: () => {
				for (const request of this.#requests.values()) { written.add(request.intents.values()); }
				return written;
			},
			end: () => void this.#watches.delete(written),
		};
	}

	forgotten(intents: Iterable<Intent>): void {
		for (const written of this.#watches) { written.add(intents); }
	}
}
