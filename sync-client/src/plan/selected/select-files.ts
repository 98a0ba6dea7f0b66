/** Files and folders that were chosen by name, as places of the site. */
import { asBuffer, fileKey, type FileRoot } from '@holdfast/protocol';
import { HoldfastError } from '../../errors.ts';
import { isWithin, joinPath, noPath, parentOf } from '../../files/paths.ts';
import type { SiteTree } from '../../files/site-tree.ts';
import type { SiteState } from '../../ports/site-state.ts';
import type { ChosenFiles } from '../parts.ts';
import type { SelectedPlace } from './selection.ts';

type Place = { root: FileRoot; path: Buffer };

/** Where the roots lie below the site's folder, where they do not lie there really: as WordPress has them by itself. */
const standardPlaces: Partial<Record<FileRoot, string>> = {
	content: 'wp-content', plugins: 'wp-content/plugins', 'mu-plugins': 'wp-content/mu-plugins', themes: 'wp-content/themes', uploads: 'wp-content/uploads', languages: 'wp-content/languages',
};

export class FileSelector {
	readonly #tree: SiteTree;
	readonly #state: SiteState;

	constructor(tree: SiteTree, state: SiteState) {
		this.#tree = tree;
		this.#state = state;
	}

	/** @throws RESTORE_PATH_OUTSIDE, RESTORE_PART_UNKNOWN where nothing of that name is there, now or then */
	async places({ part, kind, name }: ChosenFiles): Promise<SelectedPlace[]> {
		const candidates = kind === 'path' ? await this.#ofPath(name) : ownFolder(kind, name);
		const found: Place[] = [];
		for (const place of candidates) {
			if (place.path.length === 0 || (await this.isKnown(place))) { found.push(place); }
		}
		if (found.length === 0) { throw new HoldfastError('RESTORE_PART_UNKNOWN', `There is no ${kind === 'path' ? '' : `${kind} `}${name} among what is backed up, now or then (${part}).`); }
		return [...found.map((place) => shown(place, false)), ...(await this.missingFoldersAbove(found))];
	}

	/** Whether it is there now, or was then. */
	async isKnown(place: Place): Promise<boolean> {
		return (await this.wasThere(place)) || (await this.isThere(place));
	}

	async wasThere({ root, path }: Place): Promise<boolean> {
		const [value] = await this.#state.get([fileKey(root, path)]);
		return value !== null && value !== undefined;
	}

	async isThere({ root, path }: Place): Promise<boolean> {
		return (await this.#tree.look(root, path)).is === 'kept';
	}

	/** Folders that are gone and come back with what lies in them. */
	async missingFoldersAbove(places: readonly Place[]): Promise<SelectedPlace[]> {
		const folders = new Map<string, SelectedPlace>();
		for (const { root, path } of places) {
			for (let at = parentOf(path); at.length > 0; at = parentOf(at)) {
				const folder = shown({ root, path: at }, true);
				if (folders.has(`${root}/${folder.path}`)) { break; }
				if ((await this.isThere({ root, path: at })) || !(await this.wasThere({ root, path: at }))) { break; }
				folders.set(`${root}/${folder.path}`, folder);
			}
		}
		return [...folders.values()];
	}

	/** A path from the site's folder: a place in one root, and roots that lie below it. */
	async #ofPath(text: string): Promise<Place[]> {
		const wanted = Buffer.from(text.replace(/\/+$/, ''));
		const outside = (why: string): HoldfastError => new HoldfastError('RESTORE_PATH_OUTSIDE', `${text} ${why}.`);
		if (text.startsWith('/') || wanted.includes(0) || wanted.toString('latin1').split('/').some((part) => part === '' || part === '.' || part === '..')) {
			throw outside('is no path from the site’s folder');
		}
		const roots = this.#rootsBelow();
		const inside = roots.filter(({ at }) => isWithin(wanted, at)).sort((a, b) => b.at.length - a.at.length)[0];
		const below = roots.filter(({ at }) => at.length > wanted.length && isWithin(at, wanted)).map(({ root }) => ({ root, path: noPath }));
		if (inside === undefined) { throw outside('lies in no folder of this site'); }
		const path = asBuffer(wanted.subarray(inside.at.length === 0 ? 0 : Math.min(wanted.length, inside.at.length + 1)));
		if (await this.#leavesSite(inside.root, path)) { throw outside('leads out of the site by a link'); }
		return [{ root: inside.root, path }, ...below];
	}

	/** Roots with their paths from the site's folder; that folder itself has the empty one. */
	#rootsBelow(): { root: FileRoot; at: Buffer }[] {
		const { roots } = this.#tree.scope;
		const site = roots.place('root')!;
		return roots.places.flatMap(({ root, path, real }) => {
			const own = [path, real].find((one) => isWithin(one, site.path)) ?? [path, real].find((one) => isWithin(one, site.real));
			const above = own !== undefined && isWithin(own, site.path) ? site.path : site.real;
			const standard = standardPlaces[root];
			if (own === undefined) { return standard === undefined ? [] : [{ root, at: Buffer.from(standard) }]; }
			return [{ root, at: own.length === above.length ? noPath : own.subarray(above.length + 1) }];
		});
	}

	/** Whether a folder on the way is a link that leads elsewhere. */
	async #leavesSite(root: FileRoot, path: Buffer): Promise<boolean> {
		const place = this.#tree.scope.roots.place(root)!;
		for (let at = parentOf(path); at.length > 0; at = parentOf(at)) {
			const absolute = joinPath(place.real, at);
			const [stat] = await this.#tree.files.stat([absolute]);
			if (stat?.type !== 'link') { continue; }
			const real = await this.#tree.files.realPath(absolute).catch(() => null);
			if (real !== null && !this.#tree.scope.roots.holds(real)) { return true; }
		}
		return false;
	}
}

/** The folder of a plugin or theme; a plugin may be a single file. */
function ownFolder(kind: 'plugin' | 'theme', name: string): Place[] {
	if (name === '.' || name === '..' || name.includes('\0')) { return []; }
	return kind === 'theme' ? [{ root: 'themes', path: Buffer.from(name) }] : [name, `${name}.php`].map((file) => ({ root: 'plugins', path: Buffer.from(file) }));
}

export const shown = ({ root, path }: Place, only: boolean): SelectedPlace => ({ root, path: asBuffer(path).toString('latin1'), only });
