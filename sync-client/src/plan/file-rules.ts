/** Files of which a restore in place keeps what is there now. Pure. */
import { asBuffer, decodeFile, decodeKey, decodeReason, encodeFile, kindRange, type FileRoot, type FileValue, type ReasonValue } from '@holdfast/protocol';
import { parentOf } from '../files/paths.ts';
import type { SiteState } from '../ports/site-state.ts';
import type { Kept } from './adjusted.ts';

/** In the root folder: replaced or removed only when chosen by name; where they are missing they come back. */
const keptNames = new Set(['wp-config.php', '.env', '.htaccess', '.user.ini', 'php.ini']);

/** Places that were or are out of scope, by root and path; an entry stands for all below. */
export class OutOfScope {
	readonly #places = new Map<string, ReasonValue>();
	/** Folders above such places. */
	readonly #above = new Set<string>();

	add(root: FileRoot, path: Uint8Array, reason: ReasonValue): void {
		// A link that leaves the site is itself in scope; what lies behind it is no place of the site.
		if (reason.code === 'linkLeavesSite') { return; }
		this.#places.set(placeOf(root, path), reason);
		for (let at = asBuffer(path); at.length > 0;) {
			at = parentOf(at);
			this.#above.add(placeOf(root, at));
		}
	}

	/** What a state says of it. */
	async load(state: SiteState): Promise<void> {
		const { low, high } = kindRange('fileLeftOut');
		for await (const { keys, values } of state.range(low, high)) {
			keys.forEach((key, i) => {
				const place = decodeKey(key);
				if (place.kind === 'fileLeftOut') { this.add(place.root, place.path, decodeReason(values[i]!)); }
			});
		}
	}

	/** Whether such a place lies below this folder. */
	isAbove(root: FileRoot, path: Uint8Array): boolean {
		return this.#above.has(placeOf(root, path));
	}

	/** The reason that covers a path: its own or that of a folder above it. */
	covers(root: FileRoot, path: Uint8Array): ReasonValue | null {
		if (this.#places.size === 0) { return null; }
		for (let at = asBuffer(path); ; at = parentOf(at)) {
			const reason = this.#places.get(placeOf(root, at));
			if (reason !== undefined) { return reason; }
			if (at.length === 0) { return null; }
		}
	}
}

const placeOf = (root: FileRoot, path: Uint8Array): string => `${root}/${asBuffer(path).toString('latin1')}`;

/** @property owners whether owner and group can be set: where not, they are no difference. @property isNamed whether a file was chosen by its name. */
export type FileRuleSettings = { owners: boolean; then: OutOfScope; now: OutOfScope; inPlace: boolean; isNamed: (root: FileRoot, path: Uint8Array) => boolean };

export type AdjustedFile = { value: Uint8Array | null; kept: Kept | null };

/** What shall be at a file's key, given the value of the state and the one that is there. */
export function adjustFile(settings: FileRuleSettings, key: Uint8Array, target: Uint8Array | null, live: Uint8Array | null): AdjustedFile {
	const place = decodeKey(key);
	if (place.kind !== 'file') { return { value: live, kept: null }; }
	if (target !== null && live !== null && sameFile(decodeFile(target), decodeFile(live), settings.owners)) { return { value: live, kept: null }; }
	if (!settings.inPlace) { return { value: target, kept: null }; }
	const name = asBuffer(place.path).toString('latin1');
	if (live !== null && place.root === 'root' && keptNames.has(name) && !settings.isNamed(place.root, place.path)) { return { value: live, kept: { what: name, why: 'Never replaced unless chosen by name.' } }; }
	const now = settings.now.covers(place.root, place.path);
	if (now !== null && now.code !== 'coreFile') { return { value: live, kept: { what: name, why: `Not backed up now: ${now.detail}.` } }; }
	if (target === null) {
		const holds = settings.now.isAbove(place.root, place.path) || settings.then.isAbove(place.root, place.path);
		if (holds) { return { value: live, kept: { what: name, why: 'Holds what is not backed up.' } }; }
		const then = settings.then.covers(place.root, place.path);
		if (then !== null) {
			// Of core's places no file is removed: that there is no entry does not tell one that was added from the release's own, changed since.
			const why = then.code === 'coreFile' ? `Changed or added since in a place of ${then.detail}, whose own files are not backed up: reinstall it to be sure of them.` : `Was not backed up then: ${then.detail}.`;
			return { value: live, kept: { what: name, why } };
		}
	}
	return { value: target, kept: null };
}

/** Equal but for flags that say how it was read, and owners where they cannot be set. */
export function sameFile(a: FileValue, b: FileValue, owners: boolean): boolean {
	return encodeFile(comparable(a, owners)).equals(encodeFile(comparable(b, owners)));
}

const comparable = (file: FileValue, owners: boolean): FileValue => ({ ...file, unstable: false, inCoreFolder: false, ...(owners ? {} : { uid: 0, gid: 0 }) });

/** `write`: content, type or link changes. `attributes`: the content is right. */
export function howFileChanges(target: FileValue, live: FileValue | null): 'write' | 'attributes' {
	if (live === null || live.type !== target.type) { return 'write'; }
	if (target.type === 'folder' || live.type === 'folder') { return 'attributes'; }
	const groups = [target.hardLink, live.hardLink].map((group) => (group === undefined ? '' : asBuffer(group).toString('latin1')));
	if (groups[0] !== groups[1]) { return 'write'; }
	if (target.type === 'link') { return live.type === 'link' && asBuffer(live.target).equals(target.target) ? 'attributes' : 'write'; }
	return live.type === 'file' && live.size === target.size && live.pieces.length === target.pieces.length && live.pieces.every((piece, i) => piece.id === target.pieces[i]!.id) ? 'attributes' : 'write';
}
