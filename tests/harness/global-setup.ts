import { startSharedStack } from './running-stack.ts';

declare global {
	var holdfastStopSharedStack: (() => Promise<void>) | undefined;
}

/** Jest calls this once per run, before its workers start; they inherit the environment variable it sets. */
export default async function globalSetup(): Promise<void> {
	globalThis.holdfastStopSharedStack = await startSharedStack();
}
