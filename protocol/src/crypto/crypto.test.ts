import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as P from '../index.ts';
import { bytes, generation, rootKey, siteId } from '../testing/arbitraries.ts';
import { codeOf } from '../testing/damage.ts';

const ring = new P.KeyRing(P.parseRootKey(Buffer.alloc(32, 1)), P.parseSiteId('02'.repeat(16)));
const keys = ring.generation(P.firstGeneration);
const kinds = Object.keys(P.chunkKinds) as P.ChunkKind[];

test('subkeys are RFC 5869 with the site as salt and the purpose as info', () => {
	const extracted = createHmac('sha256', Buffer.alloc(16, 2)).update(Buffer.alloc(32, 1)).digest();
	const expanded = createHmac('sha256', extracted).update('holdfast/v1/chunk-id/7').update(Buffer.of(1)).digest();
	expect(P.deriveSubkey(P.parseRootKey(Buffer.alloc(32, 1)), P.parseSiteId('02'.repeat(16)), 'chunk-id', 7).equals(expanded)).toBe(true);
});

describe('chunks', () => {
	test('open gives what seal took, sync and async alike', async () => {
		await fc.assert(
			fc.asyncProperty(
				rootKey,
				siteId,
				generation,
				fc.constantFrom(...kinds),
				fc.oneof(
					bytes(100),
					bytes(20).map((all) => Buffer.concat(Array(50).fill(all))),
				),
				async (root, site, gen, kind, plaintext) => {
					const one = new P.KeyRing(root, site);
					const sealed = P.sealSync(one.generation(gen), kind, plaintext);
					// The two may compress differently: the id is the same, and each opens the other's.
					const other = await P.seal(one.generation(gen), kind, plaintext);
					const expected = { kind, id: sealed.id };
					expect(other.id).toBe(sealed.id);
					expect(P.openSync(one, other.bytes, expected).equals(plaintext)).toBe(true);
					expect(P.openSync(one, sealed.bytes, expected).equals(plaintext)).toBe(true);
					expect((await P.open(one, sealed.bytes, expected)).equals(plaintext)).toBe(true);
					expect(sealed.id).toBe(P.chunkIdOf(one.generation(gen), kind, plaintext));
				},
			),
		);
	});

	test('compression only where it makes the bytes fewer', () => {
		const text = Buffer.from('again and again '.repeat(100));
		expect(P.readChunkHeader(P.sealSync(keys, 'content', text).bytes)).toMatchObject({ compressed: true, plaintextBytes: 1600 });
		expect(P.readChunkHeader(P.sealSync(keys, 'content', text, { compress: false }).bytes)).toMatchObject({
			compressed: false,
			encryptedBytes: 1600,
		});
		const random = Buffer.concat(
			Array.from({ length: 40 }, (_, i) => Buffer.from(P.chunkIdOf(keys, 'content', Buffer.of(i)), 'hex')),
		);
		expect(P.readChunkHeader(P.sealSync(keys, 'content', random).bytes).compressed).toBe(false);
	});

	test('ids depend on kind, content, site and generation', () => {
		const other = new P.KeyRing(P.parseRootKey(Buffer.alloc(32, 1)), P.parseSiteId('03'.repeat(16)));
		const content = Buffer.from('x');
		const ids = [
			P.chunkIdOf(keys, 'content', content),
			P.chunkIdOf(keys, 'manifest', content),
			P.chunkIdOf(ring.generation(P.parseGeneration(2)), 'content', content),
			P.chunkIdOf(other.generation(P.firstGeneration), 'content', content),
		];
		expect(new Set(ids).size).toBe(4);
	});

	test('the right bytes in the wrong place are refused', async () => {
		const one = P.sealSync(keys, 'content', Buffer.from('one'));
		const two = P.sealSync(keys, 'content', Buffer.from('two'));
		const foreign = new P.KeyRing(P.parseRootKey(Buffer.alloc(32, 9)), ring.siteId);
		expect(codeOf(() => P.openSync(ring, one.bytes, { kind: 'content', id: two.id }))).toBe('FORMAT_ID_MISMATCH');
		expect(codeOf(() => P.openSync(ring, one.bytes, { kind: 'entries', id: one.id }))).toBe('FORMAT_KIND_MISMATCH');
		expect(codeOf(() => P.openSync(foreign, one.bytes, { kind: 'content', id: one.id }))).toBe('FORMAT_DECRYPT');
		await expect(P.open(foreign, one.bytes, { kind: 'content', id: one.id })).rejects.toMatchObject({ code: 'FORMAT_DECRYPT' });
	});

	test('a key holder who lies about id or length is found out', async () => {
		const lied = P.sealSync(keys, 'content', Buffer.from('one'), { id: P.chunkIdOf(keys, 'content', Buffer.from('two')) });
		expect(codeOf(() => P.openSync(ring, lied.bytes, { kind: 'content', id: lied.id }))).toBe('FORMAT_ID_MISMATCH');
		expect(codeOf(() => P.sealSync(keys, 'content', Buffer.alloc(P.contentPlaintextBytesMax + 1)))).toBe('FORMAT_LIMIT');
	});
});

test('pending ids stand for keys: 16 bytes, keyed', () => {
	const other = ring.generation(P.parseGeneration(2));
	expect(P.parsePendingId(P.pendingIdOf(keys, Buffer.from('k')))).not.toBe(P.pendingIdOf(other, Buffer.from('k')));
});

describe('recovery key', () => {
	test('comes back, however it is typed', () => {
		fc.assert(
			fc.property(rootKey, siteId, (root, site) => {
				const text = P.encodeRecoveryKey(root, site);
				for (const typed of [
					text,
					` ${text.toLowerCase()}\n`,
					text.replaceAll('-', ' '),
					`HF1-${text.slice(4).replaceAll('-', '').replaceAll('0', 'o').replaceAll('1', 'I')}`,
				]) {
					expect(P.decodeRecoveryKey(typed)).toEqual({ rootKey: root, siteId: site });
				}
			}),
		);
	});

	test('a wrong character, two exchanged ones and a cut are told apart', () => {
		fc.assert(
			fc.property(
				rootKey,
				siteId,
				fc.nat(200),
				fc.constantFrom(...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'),
				(root, site, where, character) => {
					const text = P.encodeRecoveryKey(root, site);
					const at = 4 + (where % (text.length - 5));
					fc.pre(text[at] !== '-' && text[at] !== character);
					expect(codeOf(() => P.decodeRecoveryKey(text.slice(0, at) + character + text.slice(at + 1)))).toBe(
						'FORMAT_CODE_MISTYPED',
					);
					expect(codeOf(() => P.decodeRecoveryKey(text.slice(0, at)))).toBe('FORMAT_CODE_CUT_OFF');
					expect(codeOf(() => P.decodeRecoveryKey(text.slice(0, at) + character + text.slice(at)))).toBe('FORMAT_CODE_MISTYPED');
				},
			),
		);
	});

	test.each(['', 'HF2-AAAAA', 'password', 'holdfast1_AAAA'])('%j is no recovery key', (text) => {
		expect(codeOf(() => P.decodeRecoveryKey(text))).toBe('FORMAT_CODE_PREFIX');
	});
});

describe('pairing code', () => {
	const code = fc
		.record({
			url: fc.webUrl({ validSchemes: ['http', 'https'] }),
			fingerprint: fc.option(bytes(32, 32), { nil: undefined }),
			secret: bytes(16, 16),
		})
		.map(({ url, fingerprint, secret }): P.PairingCode => ({ url, secret, ...(fingerprint && { fingerprint }) }));

	test('comes back, also with line breaks in it', () => {
		fc.assert(
			fc.property(code, (one) => {
				const text = P.encodePairingCode(one);
				expect(P.decodePairingCode(text)).toEqual(one);
				expect(P.decodePairingCode(` ${text.slice(0, 20)}\n  ${text.slice(20)}\n`)).toEqual(one);
			}),
		);
	});

	test('a cut is called cut off, a typo mistyped', () => {
		const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_!';
		fc.assert(
			fc.property(code, fc.nat(), fc.constantFrom(...alphabet), (one, where, character) => {
				const text = P.encodePairingCode(one);
				const at = 1 + (where % (text.length - 1));
				expect(codeOf(() => P.decodePairingCode(text.slice(0, at)))).toBe('FORMAT_CODE_CUT_OFF');
				fc.pre(at >= 10 && text[at] !== character);
				const typo = codeOf(() => P.decodePairingCode(text.slice(0, at) + character + text.slice(at + 1)));
				// Only a typo in a length (url's: characters 12 to 15, fingerprint's: behind the url) can look like a missing end.
				expect(['FORMAT_CODE_MISTYPED', 'FORMAT_CODE_CUT_OFF']).toContain(typo);
				if (at > text.length - 22 - 5) expect(typo).toBe('FORMAT_CODE_MISTYPED');
			}),
		);
	});

	test.each(['password', 'HF1-AAAAA', 'https://backup.example'])('%j is no pairing code', (text) => {
		expect(codeOf(() => P.decodePairingCode(text))).toBe('FORMAT_CODE_PREFIX');
	});
	test.each(['ftp://x', 'javascript:alert(1)', 'https://', 'https://a b'])('%j is no address', (url) => {
		expect(codeOf(() => P.encodePairingCode({ url, secret: Buffer.alloc(16) }))).toBe('FORMAT_FIELD');
	});
});
