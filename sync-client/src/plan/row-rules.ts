/**
 * Rows of which a restore in place keeps something as it is now. Pure but for loading what is there now.
 *
 *     options          siteurl, home                value as now
 *                      active_plugins               Holdfast's entry as now
 *     users, usermeta  account-rules.ts
 *     a shop's         kept-rows.ts, keep-rules.ts
 *     chosen tables    rows that were added since
 */
import type { KeepChoice, TableLayout } from '@holdfast/protocol';
import type { Snapshot } from '../ports/database.ts';
import { AccountRules } from './account-rules.ts';
import { asNow, asThen, liveColumns, textEquals, type AdjustedRow, type Kept, type LayoutOf, type RowPair } from './adjusted.ts';
import { holdsFor, KeepMatcher, stockRule, type KeepRule } from './keep-rules.ts';
import { keptBy, KeptRows, owners } from './kept-rows.ts';
import { withOwnAsNow } from './php-list.ts';
import { plainName } from './plain-name.ts';
import { columnIndex, columnText, withColumn } from './row-columns.ts';

export type { AdjustedRow, Kept } from './adjusted.ts';

/**
 * @property actorId the acting admin's user id, null on the command line. @property ownPlugin `holdfast/holdfast.php`.
 * @property isProof the site is compared after the switch: what began since is left alone.
 */
export type RuleSettings = {
	prefix: string; usersTable: string; usermetaTable: string; actorId: number | null; ownPlugin: string;
	keepRules: readonly KeepRule[]; orders: boolean | null; stock: 'now' | 'thenLessSold'; accounts: 'now' | 'then'; added: readonly string[]; isProof: boolean;
};

/** Where the rules look for what is there now. @property tables all names, now or then. @property wholeDatabase tables chosen one by one are restored as they are. */
export type RuleSources = { snapshot: Snapshot; layoutOf: LayoutOf; tables: ReadonlySet<string>; wholeDatabase: boolean };

const optionNames = ['siteurl', 'home', 'active_plugins'];
const urls: Kept = { what: 'Address of the site (siteurl, home)', why: 'The site keeps the address that it has now.' };
const plugin: Kept = { what: 'Holdfast in the list of active plugins', why: 'Holdfast stays as it is now.' };

type Loaded = { settings: RuleSettings; options: ReadonlyMap<string, string>; accounts: AccountRules; kept: KeptRows | null; hasShop: boolean };

export class RowRules {
	readonly #loaded: Loaded | null;

	private constructor(loaded: Loaded | null) {
		this.#loaded = loaded;
	}

	/** Onto an empty target nothing is kept. */
	static none(): RowRules {
		return new RowRules(null);
	}

	static async load(settings: RuleSettings, { snapshot, layoutOf, tables, wholeDatabase }: RuleSources): Promise<RowRules> {
		const options = new Map<string, string>();
		for await (const [name, value] of liveColumns(snapshot, await layoutOf(`${settings.prefix}options`), ['option_name', 'option_value'], optionNames.map((one) => [textEquals('option_name', one)]))) {
			options.set(name!, value ?? '');
		}
		const accounts = await AccountRules.load(snapshot, settings, layoutOf);
		const wanted = settings.keepRules.filter((rule) => settings.stock === 'now' || rule.id !== stockRule.id);
		const holding = wanted.filter((rule) => holdsFor(rule, tables, settings.prefix));
		const keeps = wholeDatabase && holding.length > 0 && settings.orders !== false;
		const names = { prefix: settings.prefix, usermeta: settings.usermetaTable, actorId: settings.actorId };
		const kept = keeps ? await KeptRows.load(snapshot, new KeepMatcher(holding), names, layoutOf) : null;
		return new RowRules({ settings, options, accounts, kept, hasShop: holding.length > 0 });
	}

	/** Whether newer orders are kept; null where there is no shop. */
	get keepsOrders(): boolean | null { return this.#loaded?.hasShop === true ? this.#loaded.kept !== null : null; }
	get newer(): KeptRows['newer'] { return this.#loaded?.kept?.newer ?? { orders: 0, customers: 0 }; }
	get stock(): KeptRows['stock'] { return this.#loaded?.kept?.stock ?? new Map<number, never>(); }
	get collisions(): ReadonlyMap<string, number> { return this.#loaded?.kept?.collisions ?? new Map<string, number>(); }

	/** Why a table stays as it is now as a whole; null where it does not. */
	wholeTable(table: string): Kept | null {
		const rule = this.#loaded?.kept?.matcher.table(this.#plain(table)) ?? null;
		return rule === null ? null : keptBy(rule);
	}

	/** Where it stands among tables to be compared: owners of other rows first. */
	rank(table: string): number {
		const at = (owners as readonly string[]).indexOf(this.#plain(table));
		return at < 0 ? owners.length : at;
	}

	/** Whether rows of a table that is made anew may stay. */
	concerns(table: string): boolean {
		return this.#loaded !== null && (this.#loaded.kept !== null || this.#plain(table) === 'users' || this.#plain(table) === 'usermeta' || this.#loaded.settings.added.includes(table));
	}

	/** What shall be at a key, given the row of the state and the row that is there. `layout`: of the state; `live` of the same shape or null. */
	adjust(table: string, layout: TableLayout, target: Uint8Array | null, live: Uint8Array | null): AdjustedRow {
		const pair: RowPair = { layout, target, live };
		if (this.#loaded === null) { return asThen(pair); }
		const { settings, accounts, kept } = this.#loaded;
		if (target === null && live !== null && settings.added.includes(table)) { return asNow(pair, { what: `Rows added to ${table}`, why: 'You chose to keep them.' }); }
		const name = this.#plain(table);
		const own = kept?.adjust(name, pair) ?? null;
		if (own !== null) { return own; }
		switch (name) {
			case 'options': return this.#option(pair);
			case 'users': return accounts.user(pair);
			case 'usermeta': return accounts.meta(pair);
			default: return asThen(pair);
		}
	}

	/** Whether a live row stays although its table is made anew. */
	isKeptLive(table: string, layout: TableLayout, live: Uint8Array): boolean {
		if (this.#loaded === null) { return false; }
		const { settings, accounts, kept } = this.#loaded;
		return settings.added.includes(table) || accounts.isKeptLive(table, layout, live) || kept?.isKeptLive(this.#plain(table), layout, live) === true;
	}

	/** Whether everybody else's sessions end; then which rows of usermeta these are. */
	endsSession(layout: TableLayout, live: Uint8Array): boolean {
		return this.#loaded !== null && this.#loaded.settings.accounts === 'now' && this.#loaded.accounts.isOthersSession(layout, live);
	}

	#option(pair: RowPair): AdjustedRow {
		const { layout, target } = pair;
		if (target === null) { return asThen(pair); }
		const { settings, options } = this.#loaded!;
		const name = columnText(target, columnIndex(layout, 'option_name'));
		const now = name === null ? undefined : options.get(name);
		const at = columnIndex(layout, 'option_value');
		const then = columnText(target, at);
		if (now === undefined || then === null || then === now) { return asThen(pair); }
		if (name === 'active_plugins') {
			const folder = `${settings.ownPlugin.split('/')[0]}/`;
			const value = withOwnAsNow(then, now, (one) => one.startsWith(folder));
			return value === null || value === then ? asThen(pair) : { value: withColumn(target, at, Buffer.from(value, 'latin1')), kept: plugin };
		}
		return { value: withColumn(target, at, Buffer.from(now, 'latin1')), kept: urls };
	}

	#plain(table: string): string { return this.#loaded === null ? table : plainName(table, this.#loaded.settings); }
}

/** A person's choice with what it means where he left something out. @param orders whether newer orders are kept, null where there is no shop */
export const choiceMade = (choice: KeepChoice, orders: boolean | null) => ({ orders, stock: choice.stock ?? 'now', accounts: choice.accounts ?? 'now', added: choice.added ?? [] });
