/*
 * Faults for tests: wrappers over ports, so that no adapter knows of them. A fault that never fired fails the test,
 * else the test would show nothing:
 *
 *     const faults = new Faults();
 *     const catalog = faults.over('catalog', memoryCatalog());
 *     faults.fail('catalog.addCommit', new Error('disk gone'));
 *     … faults.requireFired();
 */

type When = 'before' | 'after';

interface Fault {
	readonly call: string;
	readonly when: When;
	/** Throws, waits, or does something else in between. */
	readonly act: () => Promise<void> | void;
	left: number;
}

export class Faults {
	readonly #faults: Fault[] = [];

	/** The port, with faults. `name` is the first part of a call's name: `objects.create`, `catalog.addPack`. */
	over<T extends object>(name: string, port: T): T {
		return new Proxy(port, {
			get: (target, member) => {
				const value: unknown = Reflect.get(target, member);
				if (typeof value !== 'function' || typeof member !== 'string') return value;
				return async (...args: unknown[]): Promise<unknown> => {
					await this.#fire(`${name}.${member}`, 'before');
					const result: unknown = await Reflect.apply(value, target, args);
					await this.#fire(`${name}.${member}`, 'after');
					/* A stage is a port of its own: `objects.stage` gives one whose calls are `staged.write`, `staged.publish`, … */
					return member === 'stage' ? this.over('staged', result as object) : result;
				};
			},
		});
	}

	/** The next `times` calls throw: before anything was done, or after all was done but the reply. */
	fail(call: string, error: Error, { when = 'before', times = 1 }: { when?: When; times?: number } = {}): void {
		this.act(call, () => Promise.reject(error), { when, times });
	}

	/** The next `times` calls wait for, or do, what `act` does. */
	act(call: string, act: () => Promise<void> | void, { when = 'before', times = 1 }: { when?: When; times?: number } = {}): void {
		this.#faults.push({ call, when, act, left: times });
	}

	/** Throws unless every fault fired as often as was asked for. */
	requireFired(): void {
		const quiet = this.#faults.filter(({ left }) => left > 0);
		if (quiet.length > 0)
			throw new Error(`These faults never fired: ${quiet.map(({ call, when }) => `${when} ${call}`).join(', ')}`);
	}

	async #fire(call: string, when: When): Promise<void> {
		const fault = this.#faults.find((one) => one.call === call && one.when === when && one.left > 0);
		if (fault === undefined) return;
		fault.left--;
		await fault.act();
	}
}
