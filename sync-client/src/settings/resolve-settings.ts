/** One set of settings from two sources: what WordPress handed over wins, wp-config.php stands in. Pure. */
import { posix } from 'node:path';
import { HoldfastError } from '../errors.ts';
import { asText } from './php-scope.ts';
import type { SiteSettings } from './site-settings.ts';
import type { WpConfig } from './wp-config.ts';

export interface SettingsDifference {
	/** `DB_HOST`, `$table_prefix`, `WP_CONTENT_DIR` … */
	name: string;
	/** Null where that source does not know it. Passwords are never shown: `(set)`. */
	fromWordPress: string | null;
	fromFile: string | null;
}

export interface ResolvedSettings {
	settings: SiteSettings;
	source: 'wordpress' | 'file';
	differences: SettingsDifference[];
}

/** Settings as wp-config.php and WordPress's defaults give them. @throws SETTINGS_INCOMPLETE naming what is not understood. */
export function settingsFromFile(config: WpConfig, absPath: string): SiteSettings {
	const abspath = withoutSlash(absPath);
	const constant = (name: string): string | null => (config.constants.has(name) ? asText(config.constants.get(name)!) : null);
	const unclear = ['DB_NAME', 'DB_USER', 'DB_PASSWORD', 'DB_HOST'].filter((name) => constant(name) === null);
	if (config.tablePrefix === null) unclear.push('$table_prefix');
	// A directory that is defined but not understood must not be taken as its default.
	unclear.push(
		...config.notUnderstood
			.map((one) => one.name)
			.filter((name) =>
				/^(WP_CONTENT_DIR|WP_PLUGIN_DIR|WPMU_PLUGIN_DIR|UPLOADS|WP_LANG_DIR|CUSTOM_USER_TABLE|CUSTOM_USER_META_TABLE|MYSQL_CLIENT_FLAGS)$/.test(
					name,
				),
			),
	);
	if (unclear.length > 0)
		throw new HoldfastError(
			'SETTINGS_INCOMPLETE',
			`wp-config.php computes ${[...new Set(unclear)].join(', ')} in a way that is not understood without running it.`,
		);
	const content = withoutSlash(constant('WP_CONTENT_DIR') ?? `${abspath}/wp-content`);
	const uploads = constant('UPLOADS');
	return {
		v: 1,
		db: {
			host: constant('DB_HOST')!,
			name: constant('DB_NAME')!,
			user: constant('DB_USER')!,
			password: constant('DB_PASSWORD')!,
			charset: constant('DB_CHARSET') ?? '',
			collate: constant('DB_COLLATE') ?? '',
			clientFlags: Number(constant('MYSQL_CLIENT_FLAGS') ?? 0) || 0,
			socket: null,
		},
		prefix: config.tablePrefix!,
		customUserTable: constant('CUSTOM_USER_TABLE'),
		customUserMetaTable: constant('CUSTOM_USER_META_TABLE'),
		dirs: {
			abspath,
			content,
			plugins: withoutSlash(constant('WP_PLUGIN_DIR') ?? `${content}/plugins`),
			muPlugins: withoutSlash(constant('WPMU_PLUGIN_DIR') ?? `${content}/mu-plugins`),
			themes: `${content}/themes`,
			// UPLOADS is relative to ABSPATH (wp_upload_dir).
			uploads: withoutSlash(uploads === null ? `${content}/uploads` : posix.join(abspath, uploads)),
			languages: withoutSlash(constant('WP_LANG_DIR') ?? `${content}/languages`),
		},
	};
}

/**
 * @param refused whether the database refused what WordPress handed over: then the file's database settings are used.
 * @param fromFile null where wp-config.php is not found or not understood.
 */
export function resolveSettings(
	handedOver: SiteSettings | null,
	fromFile: SiteSettings | null,
	refused = false,
): ResolvedSettings {
	if (handedOver === null) {
		if (fromFile === null)
			throw new HoldfastError('SETTINGS_INCOMPLETE', 'Neither WordPress nor wp-config.php tells the settings of this site.');
		return { settings: fromFile, source: 'file', differences: [] };
	}
	const differences = fromFile === null ? [] : compareSettings(handedOver, fromFile);
	if (!refused || fromFile === null) return { settings: handedOver, source: 'wordpress', differences };
	return { settings: { ...handedOver, db: { ...fromFile.db, socket: handedOver.db.socket } }, source: 'file', differences };
}

export function compareSettings(wordpress: SiteSettings, file: SiteSettings): SettingsDifference[] {
	const rows: [string, string | null, string | null][] = [
		['DB_HOST', wordpress.db.host, file.db.host],
		['DB_NAME', wordpress.db.name, file.db.name],
		['DB_USER', wordpress.db.user, file.db.user],
		['DB_PASSWORD', wordpress.db.password, file.db.password],
		['MYSQL_CLIENT_FLAGS', String(wordpress.db.clientFlags), String(file.db.clientFlags)],
		['$table_prefix', wordpress.prefix, file.prefix],
		['CUSTOM_USER_TABLE', wordpress.customUserTable, file.customUserTable],
		['CUSTOM_USER_META_TABLE', wordpress.customUserMetaTable, file.customUserMetaTable],
		['ABSPATH', wordpress.dirs.abspath, file.dirs.abspath],
		['WP_CONTENT_DIR', wordpress.dirs.content, file.dirs.content],
		['WP_PLUGIN_DIR', wordpress.dirs.plugins, file.dirs.plugins],
		['WPMU_PLUGIN_DIR', wordpress.dirs.muPlugins, file.dirs.muPlugins],
		['UPLOADS', wordpress.dirs.uploads, file.dirs.uploads],
		['WP_LANG_DIR', wordpress.dirs.languages, file.dirs.languages],
	];
	return rows
		.filter(([, one, other]) => one !== other)
		.map(([name, one, other]) =>
			name === 'DB_PASSWORD'
				? { name, fromWordPress: '(set)', fromFile: '(another)' }
				: { name, fromWordPress: one, fromFile: other },
		);
}

const withoutSlash = (path: string): string => (path.length > 1 ? path.replace(/\/+$/, '') : path);
