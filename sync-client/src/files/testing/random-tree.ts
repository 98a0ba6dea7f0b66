/** For tests: random folders, and an independent walk over them that shares no code with the product. */
import { createHash } from 'node:crypto';
import { chmodSync, linkSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** xorshift: the same seed makes the same tree. */
export function randomOf(seed: number): (below: number) => number {
	let state = (seed | 1) >>> 0;
	return (below) => {
		state ^= state << 13; state ^= state >>> 17; state ^= state << 5;
		return (state >>> 0) % below;
	};
}

const names = ['a', 'b', 'a-b', 'ä', 'x.php', 'line\nbreak', 'sp ace', 'A'].map((name) => Buffer.from(name)).concat([Buffer.of(0xff, 0x80, 0x61)]);

const join = (folder: Buffer, name: Buffer): Buffer => Buffer.concat([folder, Buffer.from('/'), name]);

/** Changes about `steps` random things below `folder`: files, folders, links, twins, modes, times, removals, renames. */
export function disturb(folder: string, random: (below: number) => number, steps: number): void {
	const top: Buffer = Buffer.from(folder);
	mkdirSync(top, { recursive: true });
	for (let step = 0; step < steps; step++) {
		let at: Buffer = top;
		for (let depth = random(4); depth > 0; depth--) {
			const next = join(at, names[random(names.length)]!);
			if (!lstatSync(next, { throwIfNoEntry: false })) { mkdirSync(next); }
			if (!lstatSync(next).isDirectory()) { break; }
			at = next;
		}
		one(join(at, names[random(names.length)]!), top, random);
	}
}

function one(path: Buffer, top: Buffer, random: (below: number) => number): void {
	const there = lstatSync(path, { throwIfNoEntry: false });
	const size = [0, 10, 1000, 70_000, 1_500_000][random(5)]!;
	switch (random(9)) {
		case 0: rmSync(path, { recursive: true, force: true }); return;
		case 1: if (there && !there.isSymbolicLink()) { chmodSync(path, [0o644, 0o600, 0o755][random(3)]!); } return;
		case 2: if (there && !there.isSymbolicLink()) { utimesSync(path, 1_600_000_000 + random(1e6), 1_600_000_000.25 + random(1e6)); } return;
		case 3: rmSync(path, { recursive: true, force: true }); symlinkSync(['a', 'nowhere', '../b'][random(3)]!, path); return;
		case 4: {
			const other = join(top, names[random(names.length)]!);
			if (!there && lstatSync(other, { throwIfNoEntry: false })?.isFile()) { linkSync(other, path); }
			return;
		}
		case 5: {
			const other = join(Buffer.from(dirname(path.toString('latin1')), 'latin1'), names[random(names.length)]!);
			if (there && !lstatSync(other, { throwIfNoEntry: false })) { renameSync(path, other); }
			return;
		}
		default:
			if (there && !there.isFile()) { rmSync(path, { recursive: true }); }
			writeFileSync(path, contentOf(size, random));
	}
}

/** Every name below a folder with type, mode, time (files), content hash, link target; one line each, sorted. */
export function portrait(folder: string): string[] {
	const lines: string[] = [];
	const walk = (at: Buffer, name: string): void => {
		const stat = lstatSync(at);
		const mode = (stat.mode & 0o7777).toString(8);
		if (stat.isSymbolicLink()) { lines.push(`${name} link ${readlinkSync(at, 'latin1')}`); return; }
		if (stat.isDirectory()) {
			lines.push(`${name} folder ${mode}`);
			for (const child of readdirSync(at, { encoding: 'buffer' })) { walk(join(at, child), `${name}/${child.toString('latin1')}`); }
			return;
		}
		if (!stat.isFile()) { lines.push(`${name} other`); return; }
		lines.push(`${name} file ${mode} ${stat.size} ${Math.floor(stat.mtimeMs)} ${createHash('sha256').update(readFileSync(at)).digest('hex')}`);
	};
	walk(Buffer.from(folder), '.');
	return lines.sort();
}

function contentOf(size: number, random: (below: number) => number): Buffer {
	const content = Buffer.alloc(size, random(256));
	for (let at = 0; at + 4 <= size; at += 64) { content.writeUInt32LE(random(0xffff_ffff), at); }
	return content;
}
