import type { Actor } from '@holdfast/protocol';
import type { RuleSettings } from './row-rules.ts';

/** What the rules of a restore in place need of the site. @property usersTable of CUSTOM_USER_TABLE where set. */
export type SiteRules = { prefix: string; usersTable: string; usermetaTable: string; ownPlugin: string };

export const siteRules = (prefix: string, custom: { users: string | null; usermeta: string | null } = { users: null, usermeta: null }): SiteRules =>
	({ prefix, usersTable: custom.users ?? `${prefix}users`, usermetaTable: custom.usermeta ?? `${prefix}usermeta`, ownPlugin: 'holdfast/holdfast.php' });

/** Only a person who acts through wp-admin has an account to keep. */
export const asSettings = (rules: SiteRules, by: Actor): RuleSettings => ({ ...rules, actorId: by.type === 'user' ? by.id ?? null : null });
