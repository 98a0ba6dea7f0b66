const signals: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

export interface Stopping {
	/** Stops without a signal; more than once is once. */
	now(): Promise<void>;
	/** Waits until a signal has stopped everything; the process ends then. */
	forever(): Promise<never>;
}

/** What shells report of a program that Ctrl-C has ended. */
const interrupted = 130;

/**
 * Runs `stop` once, at the first signal or when asked. A second Ctrl-C ends at once.
 * @param exitCode  after a signal: work that was cut off has not succeeded; 0 where a signal is how it is meant to end
 */
export function stopOnSignal(stop: () => Promise<void>, exitCode = interrupted): Stopping {
	let running: Promise<void> | undefined;
	const now = async (): Promise<void> => await (running ??= stop());
	const ignored = new Set<NodeJS.Signals>();
	for (const signal of signals) {
		process.on(signal, () => {
			// npm passes on what the terminal has sent already, so the same Ctrl-C arrives twice, close together.
			if (ignored.has(signal)) {
				return;
			}
			ignored.add(signal);
			setTimeout(() => ignored.delete(signal), 500).unref();
			if (running !== undefined) {
				process.exit(interrupted);
			}
			// Whatever was going on when the signal came may fail now, and that is no news.
			now().then(
				() => process.exit(exitCode),
				(error: unknown) => {
					process.stderr.write(`${String(error)}\n`);
					process.exit(1);
				},
			);
		});
	}
	return {
		now,
		forever: async () => {
			// A pending promise alone does not keep Node running.
			setInterval(() => {}, 2 ** 30);
			return await new Promise<never>(() => {});
		},
	};
}
