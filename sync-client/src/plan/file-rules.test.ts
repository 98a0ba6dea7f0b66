import { expect, test } from '@jest/globals';
import { encodeFile, fileKey, type ChunkId, type FileRoot, type FileValue, type ReasonValue } from '@holdfast/protocol';
import { adjustFile, howFileChanges, OutOfScope } from './file-rules.ts';

const common = { unstable: false, inCoreFolder: false, mode: 0o644, uid: 1, gid: 1, mtime: 5_000n };
const file = (letter: string, more: Partial<FileValue> = {}): FileValue => ({ ...common, type: 'file', size: 3, pieces: [{ id: letter.repeat(64) as ChunkId, length: 3 }], ...more }) as FileValue;
const folder: FileValue = { ...common, type: 'folder', mtime: 0n };
const core: ReasonValue = { code: 'coreFile', detail: 'WordPress 7.1 en_US' };

function decide(path: string, target: FileValue | null, live: FileValue | null, more: { root?: FileRoot; then?: [string, ReasonValue][]; now?: [string, ReasonValue][]; inPlace?: boolean; isNamed?: boolean; owners?: boolean } = {}): 'as live' | 'as target' {
	const root = more.root ?? 'root';
	const [then, now] = [new OutOfScope(), new OutOfScope()];
	for (const [at, reason] of more.then ?? []) { then.add(root, Buffer.from(at), reason); }
	for (const [at, reason] of more.now ?? []) { now.add(root, Buffer.from(at), reason); }
	const values = [target, live].map((value) => (value === null ? null : encodeFile(value))) as [Buffer | null, Buffer | null];
	const { value } = adjustFile({ owners: more.owners ?? true, then, now, inPlace: more.inPlace ?? true, isNamed: () => more.isNamed ?? false }, fileKey(root, Buffer.from(path)), values[0], values[1]);
	return value === values[1] ? 'as live' : 'as target';
}

const excluded: ReasonValue = { code: 'excludedByAdmin', detail: 'excluded in the settings' };

test('what was or is out of scope is neither deleted nor replaced', () => {
	expect(decide('private/a', null, file('a'), { then: [['private', excluded]] })).toBe('as live');
	expect(decide('private/a', file('b'), null, { now: [['private', excluded]] })).toBe('as live');
	expect(decide('private/a', file('b'), file('a'), { now: [['private', excluded]] })).toBe('as live');
	expect(decide('private', null, folder, { now: [['private/inner/deep', excluded]] })).toBe('as live');
	expect(decide('private-2/a', null, file('a'), { then: [['private', excluded]] })).toBe('as target');
	expect(decide('link', null, file('a'), { then: [['link', { code: 'linkLeavesSite', detail: 'x' }]] })).toBe('as target');
});

test('core folders: what is there stays, because it may be the release\'s own, changed since; what was changed or added then comes back', () => {
	expect(decide('wp-includes/version.php', null, file('a'), { then: [['wp-includes', core]], now: [['wp-includes', core]] })).toBe('as live');
	expect(decide('wp-includes/version.php', null, file('a'), { then: [['wp-includes', { ...core, detail: 'WordPress 7.0 en_US' }]], now: [['wp-includes', core]] })).toBe('as live');
	expect(decide('wp-includes/patched.php', file('b'), null, { then: [['wp-includes', core]], now: [['wp-includes', core]] })).toBe('as target');
});

test('settings of the server stay, and come back where they are missing; onto an empty target they are as recorded', () => {
	for (const name of ['wp-config.php', '.env', '.htaccess', '.user.ini', 'php.ini']) {
		expect(decide(name, file('b'), file('a'))).toBe('as live');
		expect(decide(name, null, file('a'))).toBe('as live');
		expect(decide(name, file('b'), null)).toBe('as target');
		expect(decide(name, file('b'), file('a'), { inPlace: false })).toBe('as target');
		expect(decide(`sub/${name}`, file('b'), file('a'))).toBe('as target');
	}
});

test('owners count only where they can be set; how it was read never counts', () => {
	expect(decide('a', file('a', { uid: 7 }), file('a'), { owners: false })).toBe('as live');
	expect(decide('a', file('a', { uid: 7 }), file('a'))).toBe('as target');
	expect(decide('a', file('a', { unstable: true, inCoreFolder: true }), file('a'))).toBe('as live');
});

test('content or attributes', () => {
	expect([howFileChanges(file('a'), file('a', { mode: 0o600 })), howFileChanges(file('a'), file('b')), howFileChanges(file('a'), folder), howFileChanges(folder, folder), howFileChanges(file('a'), null)])
		.toEqual(['attributes', 'write', 'write', 'attributes', 'write']);
	expect(howFileChanges(file('a', { hardLink: Buffer.from('x') }), file('a'))).toBe('write');
});
