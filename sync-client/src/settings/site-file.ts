/** `site.php`: what a running WordPress hands over. PROTOCOL.md section 1.1. */
import Type from 'typebox';
import { Value } from 'typebox/value';
import { HoldfastError } from '../errors.ts';
import type { SiteSettings } from './site-settings.ts';

const text = Type.String({ maxLength: 4096 });
const maybe = Type.Union([text, Type.Null()]);

export const SiteFileSchema = Type.Object({
	v: Type.Literal(1),
	plugin: text,
	abspath: text,
	home: text,
	siteurl: text,
	prefix: Type.String({ maxLength: 64 }),
	db: Type.Object({ host: text, user: text, password: text, name: text, charset: text, collate: text, flags: Type.Integer({ minimum: 0 }), socket: Type.Optional(maybe) }),
	roots: Type.Object({ root: text, content: text, plugins: text, 'mu-plugins': text, themes: text, uploads: text, languages: text }),
	wordpress: Type.Object({ version: text, locale: text }),
	php: Type.Object({ version: text, sapi: text }),
	customTables: Type.Object({ users: maybe, usermeta: maybe }),
	multisite: Type.Boolean(),
	timezone: text,
	/** Rules of Keep newer orders that plugins added; each is checked when it is used. */
	keep: Type.Optional(Type.Array(Type.Unknown(), { maxItems: 500 })),
});
export type SiteFile = Type.Static<typeof SiteFileSchema>;

/** @throws SETTINGS_INVALID where it has another shape; the member is named, its value is not. */
export function checkSiteFile(value: unknown): SiteFile {
	if (Value.Check(SiteFileSchema, value)) {
		return value;
	}
	const first = [...Value.Errors(SiteFileSchema, value)][0] as { instancePath?: string; message?: string } | undefined;
	throw new HoldfastError('SETTINGS_INVALID', `What WordPress handed over has another shape: ${first?.instancePath ?? ''} ${first?.message ?? ''}`);
}

/** The settings that it gives, in the shape in which wp-config.php gives them too. */
export function settingsFromWordPress(file: SiteFile): SiteSettings {
	const withoutSlash = (path: string): string => (path.length > 1 ? path.replace(/\/+$/, '') : path);
	const { db, roots } = file;
	return {
		v: 1,
		db: {
			host: db.host, name: db.name, user: db.user, password: db.password, charset: db.charset, collate: db.collate,
			clientFlags: db.flags, socket: db.socket ?? null,
		},
		prefix: file.prefix,
		customUserTable: file.customTables.users,
		customUserMetaTable: file.customTables.usermeta,
		dirs: {
			abspath: withoutSlash(file.abspath), content: withoutSlash(roots.content), plugins: withoutSlash(roots.plugins),
			muPlugins: withoutSlash(roots['mu-plugins']), themes: withoutSlash(roots.themes), uploads: withoutSlash(roots.uploads),
			languages: withoutSlash(roots.languages),
		},
	};
}
