import getPort, { portNumbers } from 'get-port';

/**
 * Ports for sites have five digits, always: a template's address can then be replaced by a copy's without changing
 * the length of any serialized string.
 */
const sitePorts = { from: 18_080, to: 29_999 };

export async function freePort(preferred?: number): Promise<number> {
	return await getPort(preferred === undefined ? {} : { port: portNumbers(preferred, preferred + 200) });
}

/** Several test workers look for ports at once, so each begins somewhere else. */
export async function freeSitePort(): Promise<number> {
	const from = sitePorts.from + Math.floor(Math.random() * (sitePorts.to - sitePorts.from - 500));
	return await getPort({ port: portNumbers(from, from + 500) });
}
