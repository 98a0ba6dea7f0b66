import {
	encodeRecoveryKey, parseRootKey, parseSiteId, protocolVersion, readHashOf, type Binding, type ConnectReply,
} from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Pairing } from '../state-folder/schemas.ts';
import type { StateFolder } from '../state-folder/state-folder.ts';
import { testConnection, type OpenEndpoint } from './connection-test.ts';

export type ConnectEdges = {
	open: OpenEndpoint;
	state: StateFolder;
	clock: Clock;
	random: Random;
	binding: Binding;
	/** SHA-256 of the machine id, as an endpoint on the same machine would say it. */
	machineHash: string;
	/** What the endpoint's own listing calls this site. */
	label: string;
};

/**
 * Pairs this site with the endpoint of a code. What is drawn (site id, writer, token, root key) is saved before the
 * endpoint is asked, under the same code's secret, so that a lost answer is made good by pairing again: the endpoint
 * takes the same writer again until its first commit.
 * @throws PAIRING_CODE_INVALID, PAIRING_USED, ALREADY_CONNECTED, ENDPOINT_…
 */
export async function connect(text: string, sealed: boolean, edges: ConnectEdges): Promise<{ pairing: Pairing; reply: ConnectReply }> {
	const { state, random, clock, binding } = edges;
	if (await state.isPaired()) {
		throw new HoldfastError('ALREADY_CONNECTED', 'This site is connected to an endpoint already.');
	}
	const { reached, failure } = await testConnection(text, edges);
	if (reached === null) {
		throw failure ?? new HoldfastError('PAIRING_CODE_INVALID', 'This pairing code does not lead to an endpoint.');
	}
	const { code, fingerprint, health, sameMachine } = reached;
	const hex = (bytes: number) => Buffer.from(random.bytes(bytes)).toString('hex');
	const begun = await state.pairing.read();
	const pairing: Pairing = begun !== null && begun.url === code.url
		? { ...begun, fingerprint, sealed, home: binding.home, binding }
		: {
			v: 1, url: code.url, fingerprint, siteId: hex(16), writer: hex(16), token: hex(32), rootKey: hex(32), sealed,
			recoveryShown: false, home: binding.home, binding,
			endpoint: { name: health.name, version: health.version, sameMachine }, pairedAt: Math.round(clock.wallMs()),
		};
	await state.pairing.write(pairing);
	const endpoint = edges.open({ url: code.url, fingerprint, token: null });
	await endpoint.pair({
		secret: Buffer.from(code.secret).toString('hex'), siteId: pairing.siteId, writer: pairing.writer, binding, home: binding.home,
		label: edges.label, token: pairing.token, ...(sealed ? {} : { rootKey: pairing.rootKey }), readHash: readHashOfPairing(pairing), protocol: protocolVersion,
	});
	return {
		pairing,
		reply: { siteId: pairing.siteId, recoveryKey: recoveryKeyOf(pairing), endpoint: { url: code.url, name: health.name, version: health.version } },
	};
}

/** What lets the recovery key read at the endpoint. PROTOCOL.md section 6.1. */
export function readHashOfPairing(pairing: Pairing): string {
	return readHashOf(parseRootKey(Buffer.from(pairing.rootKey, 'hex')), parseSiteId(pairing.siteId));
}

/** The owner's way into the backup when this server is gone: FORMAT.md section 13. */
export function recoveryKeyOf(pairing: Pairing): string {
	return encodeRecoveryKey(parseRootKey(Buffer.from(pairing.rootKey, 'hex')), parseSiteId(pairing.siteId));
}
