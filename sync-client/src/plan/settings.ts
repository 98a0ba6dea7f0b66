import type { Actor, KeepChoice } from '@holdfast/protocol';
import type { KeepRule } from './keep-rules.ts';
import type { RuleSettings } from './row-rules.ts';

/** What the rules of a restore in place need of the site. @property usersTable of CUSTOM_USER_TABLE where set. @property keepRules all that are known, whether they hold here or not */
export type SiteRules = { prefix: string; usersTable: string; usermetaTable: string; ownPlugin: string; keepRules: readonly KeepRule[] };

export const siteRules = (prefix: string, keepRules: readonly KeepRule[], custom: { users: string | null; usermeta: string | null } = { users: null, usermeta: null }): SiteRules =>
	({ prefix, usersTable: custom.users ?? `${prefix}users`, usermetaTable: custom.usermeta ?? `${prefix}usermeta`, ownPlugin: 'holdfast/holdfast.php', keepRules });

/** Only a person who acts through wp-admin has an account to keep. @param isProof the site is compared after the switch */
export const asSettings = (rules: SiteRules, by: Actor, keep: KeepChoice, isProof = false): RuleSettings => ({
	...rules, actorId: by.type === 'user' ? by.id ?? null : null, orders: keep.orders ?? null, stock: keep.stock ?? 'now', accounts: keep.accounts ?? 'now', added: keep.added ?? [], isProof,
});
