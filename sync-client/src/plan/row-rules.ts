/**
 * Rows of which a restore in place keeps something as it is now. Pure but for loading what is there now.
 *
 *     options     siteurl, home                     value as now
 *                 active_plugins                    Holdfast's entry as now
 *     users       the acting admin's account        as now
 *     usermeta    the acting admin's capabilities and session     as now, so that nobody is logged out of the restore
 */
import type { TableLayout } from '@holdfast/protocol';
import type { Equals, Snapshot, TableLayout as LiveLayout } from '../ports/database.ts';
import { rowAt, rowCount } from '../ports/row-batch.ts';
import { columnIndex, columnText, withColumn } from './row-columns.ts';
import { withOwnAsNow } from './php-list.ts';

/** @property actorId the acting admin's user id, null on the command line. @property ownPlugin `holdfast/holdfast.php`. */
export type RuleSettings = { prefix: string; usersTable: string; usermetaTable: string; actorId: number | null; ownPlugin: string };

export type Kept = { what: string; why: string };
export type AdjustedRow = { value: Uint8Array | null; kept: Kept | null };

const optionNames = ['siteurl', 'home', 'active_plugins'];
const account: Kept = { what: 'Your account and your session', why: 'So that you stay logged in.' };
const urls: Kept = { what: 'Address of the site (siteurl, home)', why: 'The site keeps the address that it has now.' };
const plugin: Kept = { what: 'Holdfast in the list of active plugins', why: 'Holdfast stays as it is now.' };

export class RowRules {
	readonly #settings: RuleSettings | null;
	/** Options by name, as they are now. */
	readonly #options: ReadonlyMap<string, string>;
	/** Keys of the acting admin's protected meta that exist now. */
	readonly #metaNow: ReadonlySet<string>;
	readonly #hasAccount: boolean;

	private constructor(settings: RuleSettings | null, options: ReadonlyMap<string, string>, metaNow: ReadonlySet<string>, hasAccount: boolean) {
		this.#settings = settings;
		this.#options = options;
		this.#metaNow = metaNow;
		this.#hasAccount = hasAccount;
	}

	/** Onto an empty target nothing is kept. */
	static none(): RowRules {
		return new RowRules(null, new Map(), new Set(), false);
	}

	/** @param layoutOf a live table's layout, null where it is not there. */
	static async load(snapshot: Snapshot, settings: RuleSettings, layoutOf: (table: string) => Promise<LiveLayout | null>): Promise<RowRules> {
		const options = await readPairs(snapshot, await layoutOf(`${settings.prefix}options`), 'option_name', 'option_value', optionNames.map((name) => [text('option_name', name)]));
		if (settings.actorId === null) { return new RowRules(settings, options, new Set(), false); }
		const actor = number(settings.actorId);
		const meta = await readPairs(snapshot, await layoutOf(settings.usermetaTable), 'meta_key', 'meta_value', protectedMeta(settings).map((key) => [{ column: 'user_id', literal: actor }, text('meta_key', key)]));
		const users = await readPairs(snapshot, await layoutOf(settings.usersTable), 'ID', 'user_login', [[{ column: 'ID', literal: actor }]]);
		return new RowRules(settings, options, new Set(meta.keys()), users.size > 0);
	}

	/** Whether rows of this table may be adjusted. */
	concerns(table: string): boolean {
		const settings = this.#settings;
		return settings !== null && (table === `${settings.prefix}options` || (settings.actorId !== null && (table === settings.usersTable || table === settings.usermetaTable)));
	}

	/** What shall be at a key, given the row of the state and the row that is there. `layout`: of the state; `live` of the same shape or null. */
	adjust(table: string, layout: TableLayout, target: Uint8Array | null, live: Uint8Array | null): AdjustedRow {
		if (!this.concerns(table)) { return { value: target, kept: null }; }
		const settings = this.#settings!;
		if (table === `${settings.prefix}options`) { return this.#option(layout, target); }
		return table === settings.usersTable ? this.#user(layout, target, live) : this.#meta(layout, target, live);
	}

	/** Whether a live row stays although its table is made anew. */
	isKeptLive(table: string, layout: TableLayout, live: Uint8Array): boolean {
		const settings = this.#settings;
		if (settings === null || settings.actorId === null) { return false; }
		if (table === settings.usersTable) { return this.#isActor(live, columnIndex(layout, 'ID')); }
		return table === settings.usermetaTable && this.#isProtected(layout, live);
	}

	#option(layout: TableLayout, target: Uint8Array | null): AdjustedRow {
		if (target === null) { return { value: null, kept: null }; }
		const name = columnText(target, columnIndex(layout, 'option_name'));
		const now = name === null ? undefined : this.#options.get(name);
		const at = columnIndex(layout, 'option_value');
		const then = columnText(target, at);
		if (now === undefined || then === null || then === now) { return { value: target, kept: null }; }
		if (name === 'active_plugins') {
			const folder = `${this.#settings!.ownPlugin.split('/')[0]}/`;
			const value = withOwnAsNow(then, now, (one) => one.startsWith(folder));
			return value === null || value === then ? { value: target, kept: null } : { value: withColumn(target, at, Buffer.from(value, 'latin1')), kept: plugin };
		}
		return { value: withColumn(target, at, Buffer.from(now, 'latin1')), kept: urls };
	}

	#user(layout: TableLayout, target: Uint8Array | null, live: Uint8Array | null): AdjustedRow {
		const id = columnIndex(layout, 'ID');
		const isActor = this.#isActor(live ?? target, id);
		return isActor && this.#hasAccount && live !== null ? { value: live, kept: account } : { value: target, kept: null };
	}

	#meta(layout: TableLayout, target: Uint8Array | null, live: Uint8Array | null): AdjustedRow {
		if (live !== null && this.#isProtected(layout, live)) { return { value: live, kept: account }; }
		const key = target === null ? null : columnText(target, columnIndex(layout, 'meta_key'));
		const isReplaced = target !== null && this.#isProtected(layout, target) && this.#metaNow.has(key!);
		return isReplaced ? { value: null, kept: account } : { value: target, kept: null };
	}

	#isActor(row: Uint8Array | null, column: number): boolean {
		return row !== null && columnText(row, column) === String(this.#settings!.actorId);
	}

	#isProtected(layout: TableLayout, row: Uint8Array): boolean {
		return this.#isActor(row, columnIndex(layout, 'user_id')) && protectedMeta(this.#settings!).includes(columnText(row, columnIndex(layout, 'meta_key')) ?? '');
	}
}

const protectedMeta = ({ prefix }: RuleSettings): string[] => ['session_tokens', `${prefix}capabilities`, `${prefix}user_level`];
const text = (column: string, value: string): Equals => ({ column, literal: { kind: 'text', charset: 'utf8mb4', bytes: Buffer.from(value) } });
const number = (value: number): Equals['literal'] => ({ kind: 'number', digits: String(value) });

/** Rows for which one of the conditions holds, as name → value. */
async function readPairs(snapshot: Snapshot, layout: LiveLayout | null, name: string, value: string, conditions: Equals[][]): Promise<Map<string, string>> {
	const pairs = new Map<string, string>();
	if (layout === null) { return pairs; }
	const stored = layout.columns.filter((column) => column.read !== 'none');
	const [nameAt, valueAt] = [name, value].map((one) => stored.findIndex((column) => column.name === one)) as [number, number];
	if (nameAt < 0 || valueAt < 0) { return pairs; }
	const { rows } = await snapshot.readWhere(layout, conditions, { limitRows: 100, limitBytes: 16 * 1024 * 1024 });
	for (let i = 0; i < rowCount(rows); i++) {
		const row = rowAt(rows, i);
		const key = columnText(row, nameAt);
		if (key !== null) { pairs.set(key, columnText(row, valueAt) ?? ''); }
	}
	return pairs;
}
