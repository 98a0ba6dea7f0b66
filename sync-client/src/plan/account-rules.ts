/**
 * Accounts in a restore in place:
 *
 *     users       the acting admin's account        as now
 *                 password of everybody else        as now: one that was changed since stays changed
 *     usermeta    the acting admin's capabilities and session     as now, so that nobody is logged out of the restore
 *                 sessions of everybody else        gone
 *                 application passwords             those that are there both then and now
 *
 * With `accounts: then` only the acting admin's own stay.
 */
import type { TableLayout } from '@holdfast/protocol';
import type { Snapshot } from '../ports/database.ts';
import { asNow, asThen, liveColumns, numberEquals, textEquals, type AdjustedRow, type Kept, type LayoutOf, type RowPair } from './adjusted.ts';
import { encodeArray, parseArray, textOf, type Element } from './php-array.ts';
import { columnIndex, columnText, withColumn } from './row-columns.ts';
import type { RuleSettings } from './row-rules.ts';

const account: Kept = { what: 'Your account and your session', why: 'So that you stay logged in.' };
const passwords: Kept = { what: 'Passwords', why: 'As they are now: one that was changed since stays changed.' };
export const sessions: Kept = { what: 'Sessions of other people', why: 'Everybody else is logged out.' };
const applicationPasswords: Kept = { what: 'Application passwords', why: 'One that was revoked or made since is gone.' };

export const sessionKey = 'session_tokens';
const applicationKey = '_application_passwords';
const passwordColumns = ['user_pass', 'user_activation_key'];

export class AccountRules {
	readonly #settings: RuleSettings;
	/** Keys of the acting admin's protected meta that exist now. */
	readonly #metaNow: ReadonlySet<string>;
	readonly #hasAccount: boolean;

	private constructor(settings: RuleSettings, metaNow: ReadonlySet<string>, hasAccount: boolean) {
		this.#settings = settings;
		this.#metaNow = metaNow;
		this.#hasAccount = hasAccount;
	}

	static async load(snapshot: Snapshot, settings: RuleSettings, layoutOf: LayoutOf): Promise<AccountRules> {
		const { actorId } = settings;
		const metaNow = new Set<string>();
		if (actorId === null) { return new AccountRules(settings, metaNow, false); }
		const wanted = protectedMeta(settings).map((key) => [numberEquals('user_id', actorId), textEquals('meta_key', key)]);
		for await (const [key] of liveColumns(snapshot, await layoutOf(settings.usermetaTable), ['meta_key'], wanted)) { metaNow.add(key!); }
		let hasAccount = false;
		for await (const _user of liveColumns(snapshot, await layoutOf(settings.usersTable), ['ID'], [[numberEquals('ID', actorId)]])) { hasAccount = true; }
		return new AccountRules(settings, metaNow, hasAccount);
	}

	user(pair: RowPair): AdjustedRow {
		const { layout, target, live } = pair;
		if (this.#hasAccount && live !== null && this.#isActor(live, columnIndex(layout, 'ID'))) { return asNow(pair, account); }
		if (this.#settings.accounts === 'then' || target === null || live === null) { return asThen(pair); }
		let value = target;
		for (const name of passwordColumns) {
			const at = columnIndex(layout, name);
			const now = columnText(live, at);
			if (now !== null && now !== columnText(value, at)) { value = withColumn(value, at, Buffer.from(now, 'latin1')); }
		}
		return { value, kept: value === target ? null : passwords };
	}

	meta(pair: RowPair): AdjustedRow {
		const { layout, target, live } = pair;
		if (live !== null && this.#isProtected(layout, live)) { return asNow(pair, account); }
		const [keyThen, keyNow] = [target, live].map((row) => (row === null ? null : columnText(row, columnIndex(layout, 'meta_key'))));
		if (target !== null && this.#isProtected(layout, target) && this.#metaNow.has(keyThen!)) { return { value: null, kept: account }; }
		if (this.#settings.accounts === 'then') { return asThen(pair); }
		// One that began after the switch is nobody's fault.
		if (keyNow === sessionKey) { return this.#settings.isProof ? asNow(pair, null) : { value: null, kept: sessions }; }
		if (keyThen === sessionKey) { return { value: null, kept: null }; }
		return keyThen === applicationKey ? this.#applications(pair, keyNow === applicationKey) : asThen(pair);
	}

	/** Whether a live row stays although its table is made anew. */
	isKeptLive(table: string, layout: TableLayout, live: Uint8Array): boolean {
		if (table === this.#settings.usersTable) { return this.#isActor(live, columnIndex(layout, 'ID')); }
		return table === this.#settings.usermetaTable && this.#isProtected(layout, live);
	}

	/** Whether this row of usermeta is the session of somebody else than the acting admin. */
	isOthersSession(layout: TableLayout, live: Uint8Array): boolean {
		return columnText(live, columnIndex(layout, 'meta_key')) === sessionKey && !this.#isActor(live, columnIndex(layout, 'user_id'));
	}

	#applications({ layout, target, live }: RowPair, isThere: boolean): AdjustedRow {
		if (!isThere) { return { value: null, kept: applicationPasswords }; }
		const at = columnIndex(layout, 'meta_value');
		const both = commonApplications(columnText(target!, at), columnText(live!, at));
		return both === null ? { value: live, kept: applicationPasswords } : { value: withColumn(target!, at, Buffer.from(both, 'latin1')), kept: applicationPasswords };
	}

	#isActor(row: Uint8Array | null, column: number): boolean {
		return row !== null && this.#settings.actorId !== null && columnText(row, column) === String(this.#settings.actorId);
	}

	#isProtected(layout: TableLayout, row: Uint8Array): boolean {
		return this.#isActor(row, columnIndex(layout, 'user_id')) && protectedMeta(this.#settings).includes(columnText(row, columnIndex(layout, 'meta_key')) ?? '');
	}
}

const protectedMeta = ({ prefix }: RuleSettings): string[] => [sessionKey, `${prefix}capabilities`, `${prefix}user_level`];

/** Of two serialized lists the applications that both have (by uuid), as they are now; null where either is no such list. */
export function commonApplications(then: string | null, now: string | null): string | null {
	const [listThen, listNow] = [then, now].map((text) => (text === null ? null : parseArray(text)));
	if (!listThen || !listNow) { return null; }
	const known = new Set(listThen.map(uuidOf));
	return encodeArray(listNow.filter((one) => known.has(uuidOf(one))).map(({ value }, i) => ({ key: `i:${i};`, value })));
}

const uuidOf = ({ value }: Element): string => textOf(parseArray(value)?.find(({ key }) => key === 's:4:"uuid";')?.value ?? '') ?? value;
