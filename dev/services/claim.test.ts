import { expect, test } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimFolder, isClaimed } from './claim.ts';

const folder = (): string => join(mkdtempSync(join(tmpdir(), 'holdfast-claim-')), 'site');

test('a folder that a living process holds is refused, and the process is named', () => {
	const site = folder();
	writeFileSync(`${site}.pid`, String(process.ppid));
	expect(() => claimFolder(site)).toThrow(String(process.ppid));
});

test('a folder whose process is gone is free', () => {
	const site = folder();
	writeFileSync(`${site}.pid`, '4194999');
	expect(isClaimed(site)).toBe(false);
	const release = claimFolder(site);
	expect(isClaimed(site)).toBe(true);
	release();
	expect(isClaimed(site)).toBe(false);
});
