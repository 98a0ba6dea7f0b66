/** Where the logical roots of FORMAT.md section 2 lie on this machine, and which of them a path belongs to. */
import { fileRootNames, fileRoots, type FileRoot } from '@holdfast/protocol';
import type { Files } from '../ports/files.ts';
import { isWithin, joinPath, noPath, tidyPath } from './paths.ts';

/** Absolute paths as WordPress resolves them. Roots that the site does not have are left out. */
export type ConfiguredRoots = Partial<Record<FileRoot, string | Uint8Array>> & { root: string | Uint8Array };

export type RootPlace = {
	root: FileRoot;
	/** As configured, tidied. */
	path: Buffer;
	/** With links resolved; what is read and written. Equal to `path` where nothing was there when it was resolved. */
	real: Buffer;
};

export type Located = { root: FileRoot; path: Buffer };

/** The roots of one site. A file belongs to the most specific root that holds it: the one with the longest path. */
export class SiteRoots {
	/** In the order of their numbers; two roots of one folder are one: the later, more specific one. */
	readonly places: readonly RootPlace[];
	readonly #byLength: readonly { root: FileRoot; path: Buffer }[];

	constructor(places: readonly RootPlace[]) {
		this.places = places.filter((place, i) => !places.some((other, j) => j > i && other.real.equals(place.real)));
		this.#byLength = this.places
			.flatMap(({ root, path, real }) => (real.equals(path) ? [{ root, path }] : [{ root, path }, { root, path: real }]))
			.sort((a, b) => b.path.length - a.path.length);
	}

	static async resolve(files: Files, configured: ConfiguredRoots): Promise<SiteRoots> {
		const places: RootPlace[] = [];
		for (const root of fileRootNames) {
			const given = configured[root];
			if (given === undefined) { continue; }
			const path = tidyPath(given);
			const real = await files.realPath(path);
			places.push({ root, path, real: real === null ? path : tidyPath(real) });
		}
		return new SiteRoots(places.sort((a, b) => fileRoots[a.root] - fileRoots[b.root]));
	}

	/** The root and relative path of an absolute path, through the configured or the resolved place; null outside the site. */
	locate(absolute: Uint8Array): Located | null {
		const path = tidyPath(absolute);
		const found = this.#byLength.find((candidate) => isWithin(path, candidate.path));
		return found === undefined ? null : { root: found.root, path: found.path.length === path.length ? noPath : path.subarray(found.path.length + (found.path.length === 1 ? 0 : 1)) };
	}

	/** Where a file of this root lies today; null for a root that the site does not have. */
	absolute(root: FileRoot, path: Uint8Array): Buffer | null {
		const place = this.place(root);
		return place === null ? null : joinPath(place.real, path);
	}

	place(root: FileRoot): RootPlace | null {
		return this.places.find((place) => place.root === root) ?? null;
	}

	/** Whether an absolute path is the place of a root other than `than`: there that root's walk takes over. */
	isOtherRoot(absolute: Uint8Array, than: FileRoot): boolean {
		return this.#byLength.some(({ root, path }) => root !== than && path.equals(absolute));
	}

	/** Whether a resolved path lies inside the site. */
	holds(real: Uint8Array): boolean {
		return this.places.some((place) => isWithin(real, place.real));
	}
}
