import { decodePairingCode, FormatError, protocolVersion, type ConnectTest, type Health, type PairingCode } from '@holdfast/protocol';
import { errorView, HoldfastError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Endpoint } from '../ports/endpoint.ts';

/** Above this the clocks of site and endpoint are told to differ, in ms. */
const clockDifferenceMsMax = 60_000;

/** How an endpoint is reached before there is a token. */
export type OpenEndpoint = (options: { url: string; fingerprint: string | null; token: string | null }) => Endpoint;

export type Reached = { code: PairingCode; fingerprint: string | null; health: Health; sameMachine: boolean };

type Check = ConnectTest['checks'][number];

/** @throws PAIRING_CODE_INVALID, saying whether it is cut off, mistyped or something else. */
export function readPairingCode(text: string): { code: PairingCode; fingerprint: string | null } {
	try {
		const code = decodePairingCode(text);
		return { code, fingerprint: code.fingerprint ? Buffer.from(code.fingerprint).toString('hex') : null };
	} catch (error) {
		throw new HoldfastError('PAIRING_CODE_INVALID', `This pairing code cannot be read. ${error instanceof FormatError ? error.sentence : (error as Error).message}`, { cause: error });
	}
}

/**
 * Goes to the endpoint that a code names and says, check by check and in plain words, what works.
 * Nothing is paired and nothing is changed; the code stays unused. `reached` is null when a check that pairing needs failed.
 */
export async function testConnection(text: string, edges: { open: OpenEndpoint; clock: Clock; machineHash: string }): Promise<{ checks: Check[]; reached: Reached | null; failure: HoldfastError | null }> {
	const checks: Check[] = [];
	try {
		const { code, fingerprint } = readPairingCode(text);
		checks.push({ id: 'code', ok: true, message: `The pairing code is whole; it leads to ${code.url}.` });

		const endpoint = edges.open({ url: code.url, fingerprint, token: null });
		const began = edges.clock.monotonicUs();
		const health = await endpoint.health();
		const tookMs = Math.round((edges.clock.monotonicUs() - began) / 1000);
		checks.push({ id: 'reach', ok: true, message: `${health.name} ${health.version} answered after ${tookMs} ms.` });
		checks.push(transportCheck(code.url, fingerprint));

		if (health.protocol !== protocolVersion) {
			throw new HoldfastError('ENDPOINT_PROTOCOL', `The endpoint speaks version ${health.protocol} of the protocol, this agent version ${protocolVersion}.`);
		}
		checks.push({ id: 'version', ok: true, message: 'Endpoint and agent speak the same version.' });
		checks.push(health.acceptsWrites
			? { id: 'space', ok: true, message: 'The endpoint has room.' }
			: { id: 'space', ok: false, message: 'The disk of the endpoint is nearly full: it refuses new backups until there is room.' });

		const differenceMs = Math.abs(health.now - edges.clock.wallMs());
		checks.push({
			id: 'clock', ok: differenceMs <= clockDifferenceMsMax,
			message: differenceMs <= clockDifferenceMsMax ? 'Both clocks agree.' : `The clocks differ by ${Math.round(differenceMs / 1000)} s; times in the timeline will be off.`,
		});
		const sameMachine = health.machine !== undefined && health.machine === edges.machineHash;
		checks.push({
			id: 'machine', ok: true,
			message: sameMachine
				? 'The endpoint runs on this same machine: it protects from mistakes, not from losing this server.'
				: 'The endpoint runs on another machine.',
		});
		return { checks, reached: { code, fingerprint, health, sameMachine }, failure: null };
	} catch (error) {
		const failure = error instanceof HoldfastError ? error : new HoldfastError('INTERNAL', errorView(error).message, { cause: error });
		checks.push({ id: 'failure', ok: false, message: `${failure.message} ${failure.hint}` });
		return { checks, reached: null, failure };
	}
}

function transportCheck(url: string, fingerprint: string | null): Check {
	if (!url.startsWith('https:')) {
		return { id: 'transport', ok: true, message: 'Plain HTTP, on this machine only.' };
	}
	return {
		id: 'transport', ok: true,
		message: fingerprint === null ? 'HTTPS with a public certificate.' : 'HTTPS, and the certificate is the one that the code names.',
	};
}
