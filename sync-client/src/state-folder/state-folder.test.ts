import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { guardLine } from './guarded.ts';
import { StateFolder } from './state-folder.ts';
import { writeWhole } from './whole-file.ts';

let folder: string;
let state: StateFolder;
beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'hf-state-'));
	chmodSync(folder, 0o755);
	state = await StateFolder.open(folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

const modeOf = (path: string): number => statSync(path).mode & 0o777;

test('nobody else can look in', () => {
	expect(modeOf(folder)).toBe(0o700);
	expect(modeOf(state.log)).toBe(0o700);
});

test('a guarded file is JSON behind a line that ends PHP, readable by its owner only', async () => {
	expect(await state.control.read()).toBeNull();
	const control = { v: 1 as const, socket: '/x', port: null, secret: 's', pid: 1, version: '0', startedAt: 5 };
	await state.control.write(control);
	expect(readFileSync(state.control.path, 'utf8').split('\n')[0]).toBe(guardLine);
	expect(modeOf(state.control.path)).toBe(0o600);
	expect(await state.control.read()).toEqual(control);
	expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test.each(['', 'hello', `${guardLine}\n{`, `${guardLine}\n{"v":2}`, '{"v":1}'])('what is not ours is named, not taken: %j', async (content) => {
	writeFileSync(state.pairing.path, content);
	await expect(state.pairing.read()).rejects.toMatchObject({ code: 'STATE_FOLDER_BROKEN', message: expect.stringContaining('pairing.php') });
});

test('a write that fails leaves the old file and no other', async () => {
	await writeWhole(join(folder, 'x'), 'old');
	await expect(writeWhole(join(folder, 'x'), { length: 3 } as never)).rejects.toThrow();
	expect(readFileSync(join(folder, 'x'), 'utf8')).toBe('old');
	expect(readdirSync(folder).filter((name) => name.startsWith('x'))).toEqual(['x']);
});

test('ok, paired, epoch', async () => {
	expect([await state.isOk(), await state.isPaired(), await state.epoch()]).toEqual([false, false, 0]);
	await state.markOk();
	await state.markPaired();
	await state.setEpoch(7);
	expect([await state.isOk(), await state.isPaired(), await state.epoch()]).toEqual([true, true, 7]);
	writeFileSync(join(folder, 'epoch'), 'seven');
	expect(await state.epoch()).toBe(0);
	await state.dropPairing();
	expect(await state.isPaired()).toBe(false);
});
