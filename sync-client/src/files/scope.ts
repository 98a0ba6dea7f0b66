/** What of a site's files is backed up: one judgement per name, for scan and single look alike. Pure. */
import type { FileRoot, ReasonValue } from '@holdfast/protocol';
import type { FileStat } from '../ports/files.ts';
import { corePlace, isReleased, releaseName, type CoreRelease } from './core-files.ts';
import { isWithin, nameOf, tidyPath } from './paths.ts';
import type { SiteRoots } from './roots.ts';
import { folderRule, isLongLog, isUnseen, longLogReason, markerName } from './rules.ts';

export type ScopeSettings = {
	roots: SiteRoots;
	release: CoreRelease;
	/** Absolute paths: state folder, plugin folder, must-use loader. */
	own: readonly (string | Uint8Array)[];
	/** Absolute, or relative to the root folder, as the admin wrote them (fact `policy`, `scope`). */
	excluded: readonly string[];
};

/**
 * `keep`: an entry of its own. `leftOut`: a reason in its place, which for a folder stands for all below.
 * `core`: the release's own, or a folder in which such lie: not an entry; the named core places say so.
 * `unseen`: nothing at all. `elsewhere`: another root's place; its own walk takes it.
 */
export type Judgement =
	| { is: 'keep'; inCore: boolean }
	| { is: 'leftOut'; reason: ReasonValue }
	| { is: 'core' | 'unseen' | 'elsewhere' };

const keep: Judgement = { is: 'keep', inCore: false };
const keepInCore: Judgement = { is: 'keep', inCore: true };
const leftOut = (code: ReasonValue['code'], detail: string): Judgement => ({ is: 'leftOut', reason: { code, detail } });

export class Scope {
	readonly roots: SiteRoots;
	#release: CoreRelease;
	readonly #own: readonly Buffer[];
	readonly #excluded: readonly Buffer[];

	constructor(settings: ScopeSettings) {
		this.roots = settings.roots;
		this.#release = settings.release;
		this.#own = settings.own.map(tidyPath);
		const rootPath = settings.roots.places.find((place) => place.root === 'root')?.path.toString('latin1') ?? '';
		this.#excluded = settings.excluded.map((path) => tidyPath(path.startsWith('/') ? path : Buffer.from(`${rootPath}/${Buffer.from(path).toString('latin1')}`, 'latin1')));
	}

	/**
	 * Of one name, given that everything above it was judged `keep` or `core`.
	 * @param absolute where it lies, below the root's real place.
	 */
	judge(root: FileRoot, path: Buffer, absolute: Buffer, stat: FileStat): Judgement {
		const name = nameOf(path);
		if (path.length > 0 && this.roots.isOtherRoot(absolute, root)) { return { is: 'elsewhere' }; }
		if (isUnseen(root, path, name)) { return { is: 'unseen' }; }
		if (this.#isListed(this.#own, root, absolute)) { return leftOut('holdfast', 'Holdfast itself'); }
		if (this.#isListed(this.#excluded, root, absolute)) { return leftOut('excludedByAdmin', 'excluded in the settings'); }
		if (stat.type === 'other') { return leftOut('notRegular', 'socket, pipe or device'); }
		if (stat.type === 'folder' && path.length > 0) {
			const why = folderRule(root, path, name);
			if (why !== null) { return leftOut('excludedByRule', why); }
		}
		if (stat.type === 'file' && isLongLog(name, stat.size)) { return leftOut('overSizeLimit', longLogReason); }
		return root === 'root' ? this.#judgeCore(path, stat) : keep;
	}

	/** What the names in a folder say of the folder itself: a marker, or another WordPress. Null where it is kept. */
	judgeFolder(root: FileRoot, path: Uint8Array, has: (name: string) => boolean): ReasonValue | null {
		if (has(markerName.toString())) { return { code: 'excludedByRule', detail: 'folder with a file .donotbackup' }; }
		const isHome = root === 'root' && path.length === 0;
		return !isHome && has('wp-load.php') && has('wp-includes') ? { code: 'anotherSite', detail: 'another WordPress' } : null;
	}

	get release(): CoreRelease { return this.#release; }

	/** What a walk found of the release; nothing where its files are not there. */
	updated(release: CoreRelease): void {
		const isSame = release.version === this.#release.version && release.locale === this.#release.locale;
		if (release.written !== null) { this.#release = { ...(isSame ? this.#release : {}), ...release }; }
	}

	/** The reason that stands at core's places: its folders, and its files in the root folder. */
	get coreReason(): ReasonValue {
		return { code: 'coreFile', detail: releaseName(this.release) };
	}

	#judgeCore(path: Buffer, stat: FileStat): Judgement {
		const place = corePlace(path);
		if (place === null || this.release.written === null) { return keep; }
		// A folder of core is no entry; what is kept in it brings it back.
		if (stat.type === 'folder') { return { is: 'core' }; }
		return isReleased(path, stat, this.release) ? { is: 'core' } : keepInCore;
	}

	#isListed(paths: readonly Buffer[], root: FileRoot, absolute: Buffer): boolean {
		if (paths.length === 0) { return false; }
		const configured = this.roots.place(root)!;
		const asConfigured = configured.path.equals(configured.real) ? absolute : Buffer.concat([configured.path, absolute.subarray(configured.real.length)]);
		return paths.some((listed) => isWithin(absolute, listed) || (asConfigured !== absolute && isWithin(asConfigured, listed)));
	}
}
