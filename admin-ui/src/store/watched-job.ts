/* Remembers the restore on screen across reloads and a new sign-in, in this tab only. */

const storageKey = 'holdfast.watchedJob';

export function rememberedJob(): string | null {
	try {
		return window.sessionStorage.getItem(storageKey);
	} catch {
		return null;
	}
}

export function rememberJob(id: string | null): void {
	try {
		if (id === null) {
			window.sessionStorage.removeItem(storageKey);
		} else {
			window.sessionStorage.setItem(storageKey, id);
		}
	} catch {
		// Storage is switched off: status.jobs still finds a restore that runs.
	}
}
