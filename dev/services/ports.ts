import getPort, { clearLockedPorts, portNumbers } from 'get-port';

/**
 * Ports for sites have five digits, always: a template's address can then be replaced by a copy's without changing
 * the length of any serialized string.
 */
const sitePorts = { from: 18_080, to: 29_999 };

const handedOut = new Set<number>();

/** @param preferred  or the next free one above it; a server that is started again asks for the port it had. */
export async function freePort(preferred?: number): Promise<number> {
	if (preferred === undefined) {
		// Not one of those that the kernel gives to clients: while the server is away somebody could get it.
		return await freeSitePort();
	}
	if (handedOut.has(preferred)) {
		// get-port gives none twice within 15 seconds.
		clearLockedPorts();
	}
	const port = await getPort({ port: portNumbers(preferred, preferred + 200) });
	handedOut.add(port);
	return port;
}

/** Several test workers look for ports at once, so each begins somewhere else. */
export async function freeSitePort(): Promise<number> {
	const from = sitePorts.from + Math.floor(Math.random() * (sitePorts.to - sitePorts.from - 500));
	const port = await getPort({ port: portNumbers(from, from + 500) });
	handedOut.add(port);
	return port;
}
