import { expect, test } from '@jest/globals';
import { FormatError, encodeEnvelope, splitCommit, verifyCommit, verifyPack } from '@holdfast/protocol';
import { TestAgent } from '../testing/agent.ts';
import { inspectCommit, inspectEnvelope, inspectPack } from './inspect.ts';
import type { Source } from './source.ts';

const sourceOf = (bytes: Uint8Array): Source => ({
	size: bytes.length,
	read: async (offset, length) => bytes.subarray(offset, offset + length),
});

/** `ok`, or the code of the refusal. */
async function verdict(task: () => unknown): Promise<string> {
	try {
		await task();
		return 'ok';
	} catch (error) {
		if (error instanceof FormatError) return error.code;
		throw error;
	}
}

/** Flipped bits, cuts and additions at every place. */
function* damaged(bytes: Uint8Array): Generator<Buffer> {
	for (let at = 0; at < bytes.length; at++) {
		const flipped = Buffer.from(bytes);
		flipped[at]! ^= 1 << (at % 8);
		yield flipped;
		yield Buffer.from(bytes.subarray(0, at));
	}
	yield Buffer.concat([bytes, Buffer.of(0)]);
}

const agent = new TestAgent('http://127.0.0.1');
const commit = agent.commit(['one', 'two'], [agent.seal('elsewhere').id]);

test('piece by piece gives the same verdict as the whole in memory: packs', async () => {
	const pack = agent.pack(agent.seal('a'), agent.seal('b'));
	expect([...(await inspectPack(sourceOf(pack.bytes)))]).toEqual([...verifyPack(pack.bytes)]);
	for (const bytes of damaged(pack.bytes)) {
		const [pieces, whole] = [await verdict(() => inspectPack(sourceOf(bytes))), await verdict(() => verifyPack(bytes))];
		expect(pieces === 'ok').toBe(whole === 'ok');
	}
});

test('piece by piece gives the same verdict as the whole in memory: commits', async () => {
	const whole = splitCommit(commit.bytes);
	const pieces = await inspectCommit(sourceOf(commit.bytes));
	expect(pieces.header).toEqual(whole.header);
	expect(pieces.position).toEqual(commit.position);
	expect([...pieces.index]).toEqual([...verifyCommit(whole)]);
	for (const bytes of damaged(commit.bytes)) {
		const inMemory = await verdict(() => verifyCommit(splitCommit(bytes)));
		expect((await verdict(() => inspectCommit(sourceOf(bytes)))) === 'ok').toBe(inMemory === 'ok');
	}
});

test('an envelope: every byte counts', async () => {
	const envelope = encodeEnvelope(1_700_000_000_000, commit.bytes);
	expect(await inspectEnvelope(sourceOf(envelope))).toMatchObject({ receivedAt: 1_700_000_000_000, position: commit.position });
	for (const bytes of damaged(envelope)) expect(await verdict(() => inspectEnvelope(sourceOf(bytes)))).not.toBe('ok');
});
