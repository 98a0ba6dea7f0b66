import { createHash, timingSafeEqual } from 'node:crypto';
import { Agent, type AgentOptions } from 'node:https';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import type { Duplex } from 'node:stream';

/** What a connection fails with when the certificate is not the one of the pairing code. */
export const certificateChanged = 'HOLDFAST_CERTIFICATE_CHANGED';

/**
 * HTTPS to one certificate, known by the SHA-256 of its DER: a self-made certificate is as good as a bought one, and no
 * authority can vouch for another. Nothing is sent before the certificate was compared.
 */
export class PinnedAgent extends Agent {
	readonly #fingerprint: Buffer;

	constructor(fingerprintHex: string, options: AgentOptions = {}) {
		super({ keepAlive: true, maxSockets: 4, ...options });
		this.#fingerprint = Buffer.from(fingerprintHex, 'hex');
	}

	override createConnection(options: ConnectionOptions, callback?: (error: Error | null, stream: Duplex) => void): TLSSocket | undefined {
		const socket = connect({ ...options, rejectUnauthorized: false });
		const failed = (error: Error): void => callback?.(error, socket);
		socket.once('error', failed);
		socket.once('secureConnect', () => {
			socket.off('error', failed);
			const presented = createHash('sha256').update(socket.getPeerCertificate().raw ?? '').digest();
			if (timingSafeEqual(presented, this.#fingerprint)) {
				callback?.(null, socket);
				return;
			}
			const error = Object.assign(new Error('the certificate is not the one of the pairing code'), { code: certificateChanged });
			socket.destroy();
			callback?.(error, socket);
		});
		return undefined;
	}
}
