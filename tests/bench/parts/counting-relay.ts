import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { connect } from 'node:net';

/** Passes connections on to a port of this machine, and counts what comes back. */
export class CountingRelay {
	readonly #server: Server;
	readonly #open = new Set<Socket>();
	#bytes = 0;

	private constructor(port: number) {
		this.#server = createServer((near) => {
			const far = connect(port, '127.0.0.1');
			far.on('data', (piece) => { this.#bytes += piece.length; });
			for (const [socket, other] of [[near, far], [far, near]] as const) {
				this.#open.add(socket);
				socket.pipe(other);
				socket.on('error', () => other.destroy());
				socket.on('close', () => { this.#open.delete(socket); other.destroy(); });
			}
		});
	}

	static async to(port: number): Promise<CountingRelay> {
		const relay = new CountingRelay(port);
		await new Promise<void>((resolve, reject) => relay.#server.once('error', reject).listen(0, '127.0.0.1', resolve));
		return relay;
	}

	get url(): string { return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`; }

	/** Bytes that have come back since this was asked last. */
	take(): number {
		const bytes = this.#bytes;
		this.#bytes = 0;
		return bytes;
	}

	async close(): Promise<void> {
		for (const socket of this.#open) { socket.destroy(); }
		await new Promise((resolve) => this.#server.close(resolve));
	}
}
