import { cp, copyFile, mkdir, readdir, readlink, stat, chmod } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DevError } from '../errors.ts';

/** Links that point at settings of a system-wide install mean nothing in a plain tree. */
const leftOut = [/^\/etc\/wordpress\//];
const depthMax = 8;

/**
 * Copies a package's folder so that no link is left: a link is followed inside what was unpacked first (packages write
 * absolute links as if they were installed), then on the machine (the CA bundle). One that leads nowhere is an error.
 */
export async function copyResolved({ from, unpacked, into }: { from: string; unpacked: string; into: string }): Promise<void> {
	await mkdir(into, { recursive: true });
	for (const entry of await readdir(from, { withFileTypes: true })) {
		const source = join(from, entry.name);
		const target = join(into, entry.name);
		if (entry.isDirectory()) {
			await copyResolved({ from: source, unpacked, into: target });
		} else if (entry.isFile()) {
			await copyFile(source, target);
		} else if (entry.isSymbolicLink()) {
			const end = await follow(source, unpacked);
			if (end !== undefined) {
				await cp(end, target, { recursive: true, dereference: true });
			}
		}
	}
	await chmod(into, 0o755);
}

async function follow(link: string, unpacked: string): Promise<string | undefined> {
	let here = link;
	for (let depth = 0; depth < depthMax; depth++) {
		const goal = await readlink(here).catch(() => undefined);
		if (goal === undefined) {
			break;
		}
		if (leftOut.some((pattern) => pattern.test(goal))) {
			return undefined;
		}
		const inside = goal.startsWith('/') ? join(unpacked, goal) : resolve(dirname(here), goal);
		here = existsSync(inside) || !goal.startsWith('/') ? inside : goal;
	}
	if (!(await stat(here).catch(() => undefined))) {
		throw new DevError(
			`A link of the WordPress package leads nowhere: ${link} → ${here}.`,
			'set HOLDFAST_WORDPRESS to a WordPress folder, and report this: a package is missing from the list in dev/wordpress/from-mirror.ts.',
		);
	}
	return here;
}
