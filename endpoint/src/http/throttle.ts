import { EndpointError } from '../errors.ts';
import type { Limits } from '../limits.ts';
import type { Clock } from '../ports/clock.ts';

const addressesMax = 10_000;

/** Slows down whoever tries pairing secrets. The secrets are too long to guess; this keeps the noise and the log small. */
export class SecretThrottle {
	readonly #now: Clock;
	readonly #limits: Limits;
	#since = 0;
	#ofAll = 0;
	readonly #wrong = new Map<string, number>();

	constructor(now: Clock, limits: Limits) {
		this.#now = now;
		this.#limits = limits;
	}

	/** @throws EndpointError PAIRING_TOO_MANY, also for a right secret, so that the answer says nothing about it */
	admit(address: string): void {
		const { wrongSecretsMax, wrongSecretsOfAllMax, wrongSecretsWindowMs } = this.#limits;
		const elapsed = this.#now() - this.#since;
		/* A clock that was set back begins a new window as well: else it would lock everybody out until it catches up. */
		if (elapsed >= wrongSecretsWindowMs || elapsed < 0) {
			this.#since = this.#now();
			this.#ofAll = 0;
			this.#wrong.clear();
		}
		if ((this.#wrong.get(address) ?? 0) >= wrongSecretsMax || this.#ofAll >= wrongSecretsOfAllMax) {
			throw new EndpointError('PAIRING_TOO_MANY', {
				retryAfterMs: Math.max(1, this.#since + wrongSecretsWindowMs - this.#now()),
			});
		}
	}

	wrong(address: string): void {
		this.#ofAll++;
		if (this.#wrong.size < addressesMax) this.#wrong.set(address, (this.#wrong.get(address) ?? 0) + 1);
	}
}
