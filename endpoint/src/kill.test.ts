import { afterAll, expect, jest, test } from '@jest/globals';
import { decodeEnvelope, decodePairingCode, splitCommit } from '@holdfast/protocol';
import { TestAgent } from './testing/agent.ts';
import { run, serve } from './testing/child.ts';
import { testFolders } from './testing/folder.ts';

jest.setTimeout(120_000);
const rounds = 6;
const folders = testFolders();
afterAll(() => folders.removeAll());

/** A site that appends without pause, as the real agent does: what was not answered is sent again. */
class Writer {
	readonly agent: TestAgent;
	/** Hashes of commits, by sequence, that the endpoint said were durable. */
	readonly acknowledged = new Map<number, string>();
	#stopped = false;

	constructor(agent: TestAgent) {
		this.agent = agent;
	}

	async write(): Promise<void> {
		let unsent = this.agent.commit([`first ${this.agent.head.seq}`]);
		while (!this.#stopped) {
			try {
				if (unsent.header.sequence % 5 === 0)
					await this.agent.putPack(this.agent.pack(this.agent.seal(`packed ${unsent.header.sequence}`)));
				const { status, json } = await this.agent.append(unsent);
				if (status !== 201 && status !== 200) throw new Error(JSON.stringify(json));
				expect(json.position).toEqual(unsent.position);
				this.acknowledged.set(unsent.position.seq, unsent.position.hash);
				this.agent.head = unsent.position;
				unsent = this.agent.commit([`content ${unsent.position.seq}`, 'x'.repeat(2_000)]);
			} catch (error) {
				/* The connection broke: the endpoint is being killed. A refusal would be a defect. */
				if (!(error instanceof TypeError) && (error as Error).name !== 'TypeError') throw error;
				await new Promise((resolve) => setTimeout(resolve, 10));
			}
		}
	}

	stop(): void {
		this.#stopped = true;
	}
}

test(`kill -9 in the middle of appends, ${rounds} times: what was acknowledged is there, and the chain is whole`, async () => {
	const data = await folders.make();
	let server = await serve(data);
	const port = new URL(server.url).port;
	const writers: Writer[] = [];
	for (let i = 0; i < 3; i++) {
		const { json } = await run('pair', '--data', data, '--json');
		const { secret } = decodePairingCode(json.code as string);
		const agent = new TestAgent(server.url);
		expect((await agent.pair(Buffer.from(secret).toString('hex'))).status).toBe(200);
		writers.push(new Writer(agent));
	}
	const writing = Promise.all(writers.map((writer) => writer.write()));
	for (let round = 0; round < rounds; round++) {
		await new Promise((resolve) => setTimeout(resolve, 150 + Math.random() * 400));
		await server.stop('SIGKILL');
		server = await serve(data, '--listen', `127.0.0.1:${port}`);
		expect(server.listening.damaged).toEqual([]);
	}
	await new Promise((resolve) => setTimeout(resolve, 300));
	for (const writer of writers) writer.stop();
	await writing;

	for (const { agent, acknowledged } of writers) {
		const { head, commits } = (await agent.ask('GET', '/v1/site')).json;
		expect(acknowledged.size).toBeGreaterThan(rounds);
		expect([head, commits]).toEqual([agent.head, acknowledged.size]);
		let previous = '0'.repeat(64);
		for (let seq = 1; seq <= commits; seq++) {
			const { bytes } = await agent.ask('GET', `/v1/site/commits/${seq}`);
			const { header, position } = splitCommit(decodeEnvelope(bytes).commit);
			expect([position.hash, header.previous]).toEqual([acknowledged.get(seq), previous]);
			previous = position.hash;
		}
	}
	expect(await server.stop()).toBe(0);
	expect(await run('check', '--data', data, '--json')).toMatchObject({ code: 0, json: { ok: true, damaged: [] } });
});
