/** WordPress's own maintenance mode: the file `.maintenance` in the root folder. */
import { HoldfastError } from '../errors.ts';
import { joinPath } from '../files/paths.ts';
import type { SiteTree } from '../files/site-tree.ts';

/** WordPress itself takes a maintenance file for stale after this. */
const updateMsMax = 10 * 60_000;
const mark = 'Holdfast restore';
const fileName = Buffer.from('.maintenance');

/**
 * Who looks after the agent while WordPress loads no plugin. @property plugin Holdfast's folder among the plugins. @property state the
 * state folder. @property command what starts the agent, for a person
 */
export type Rescue = { plugin: string; state: string; command: string };

/** `since` is PHP: what WordPress compares with its clock. */
const content = (id: string, since: string, rescue: Rescue | null): Buffer => Buffer.from([
	'<?php',
	`// ${mark} ${id}. The agent removes this file when the restore has ended. If it was killed, this finishes it or takes it back:`,
	`// ${(rescue?.command ?? 'holdfast run').replaceAll(/[\r\n]|\?>/g, ' ')}`,
	`$upgrading = ${since};`,
	...(rescue === null ? [] : [
		`if ( is_file( ${phpText(`${rescue.plugin}/maintenance.php`)} ) ) {`,
		`	include_once ${phpText(`${rescue.plugin}/maintenance.php`)};`,
		`	\\Holdfast\\keep_agent_in_maintenance( ${phpText(rescue.state)} );`,
		'}',
	]),
	'',
].join('\n'));

const phpText = (text: string): string => `'${text.replaceAll(/['\\]/g, '\\$&')}'`;

export class Maintenance {
	readonly #tree: SiteTree;
	readonly #rescue: Rescue | null;

	constructor(tree: SiteTree, rescue: Rescue | null = null) {
		this.#rescue = rescue;
		this.#tree = tree;
	}

	/**
	 * Nothing is decided yet: should the agent be killed now, WordPress itself lets visitors in again after ten minutes, and rightly so.
	 * @throws RESTORE_SITE_UPDATING while WordPress is in an update
	 */
	async on(id: string, nowMs: number): Promise<void> {
		if (await this.isUpdating(nowMs)) {
			throw new HoldfastError('RESTORE_SITE_UPDATING', 'WordPress is being updated right now.');
		}
		await this.#put(id, String(Math.floor(nowMs / 1000)));
	}

	/** Whether somebody else has put the site into maintenance, not so long ago that WordPress would not look at it any more. */
	async isUpdating(nowMs: number): Promise<boolean> {
		const [stat] = await this.#tree.files.stat([this.#path]);
		return stat != null && nowMs - Number(stat.mtimeNs / 1_000_000n) < updateMsMax && !(await this.#isOurs());
	}

	/** The switch is decided: only its end lets visitors in again. `time()` is asked at each request, so it never expires by itself. */
	async keep(id: string): Promise<void> {
		await this.#put(id, 'time()');
	}

	async #put(id: string, since: string): Promise<void> {
		const { files } = this.#tree;
		const waiting = Buffer.concat([this.#path.subarray(0, this.#path.length - fileName.length), Buffer.from(`.holdfast-${id}-0.tmp`)]);
		await files.remove(waiting);
		await files.create(waiting, [content(id, since, this.#rescue)], 0o644);
		await files.replace(waiting, this.#path);
	}

	/** Removes the file if it is ours; nothing there is not an error. */
	async off(): Promise<void> {
		if (await this.#isOurs()) { await this.#tree.files.remove(this.#path); }
	}

	get #path(): Buffer {
		return joinPath(this.#tree.scope.roots.place('root')!.real, fileName);
	}

	async #isOurs(): Promise<boolean> {
		const [stat] = await this.#tree.files.stat([this.#path]);
		if (stat?.type !== 'file' || stat.size > 4096) { return false; }
		let text = '';
		for await (const piece of this.#tree.files.read(this.#path)) { text += Buffer.from(piece).toString('latin1'); }
		return text.includes(mark);
	}
}
