import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { lockFile } from './sqlite-lock.ts';

test('one holds it; when it is given back another can', () => {
	const folder = mkdtempSync(join(tmpdir(), 'hf-lock-'));
	const path = join(folder, 'agent.lock');
	const held = lockFile(path);
	expect(held).not.toBeNull();
	expect(lockFile(path)).toBeNull();
	held!.release();
	const again = lockFile(path);
	expect(again).not.toBeNull();
	again!.release();
	rmSync(folder, { recursive: true });
});
