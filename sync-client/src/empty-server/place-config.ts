/** wp-config.php of a restored site: the database's settings of here in it, nothing else changed. */
import { existsSync, readFileSync } from 'node:fs';
import { chmod, chown, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '../ports/clock.ts';
import { configWithDefinitionsFirst, editWpConfig, newWpConfig } from '../settings/edit-wp-config.ts';
import { readIfThere, writeWhole } from '../state-folder/whole-file.ts';
import type { DatabaseSettings } from './target-database.ts';

const besideName = 'wp-config.holdfast-new.php';
const salts = ['AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'SECURE_AUTH_SALT', 'LOGGED_IN_SALT', 'NONCE_SALT'];

/**
 * `edited`: the values were replaced in it. `new`: it was not in the backup; a new one was written.
 * `beside`: its values are no literals; it is as the backup has it, and a file with the right values lies beside it.
 */
export type ConfigOutcome = { how: 'edited' | 'new' | 'beside'; file: string; changed: string[]; why: { name: string; why: string }[]; notLiteral: string[] };

export type ConfigRequest = {
	folder: string;
	database: DatabaseSettings;
	/** Of the site; `isOther` where it is not the backup's. */
	prefix: string;
	isOtherPrefix: boolean;
	/** WP_HOME and WP_SITEURL under the new address; null where the address stays. */
	address: ((value: string) => string) | null;
	random: Random;
};

/** @throws SETTINGS_UNREADABLE where it is no PHP, FILE_UNWRITABLE */
export async function placeConfig({ folder, database, prefix, isOtherPrefix, address, random }: ConfigRequest): Promise<ConfigOutcome> {
	const file = join(folder, 'wp-config.php');
	const constants = { DB_NAME: database.name, DB_USER: database.user, DB_PASSWORD: database.password, DB_HOST: database.host };
	const before = await readIfThere(file);
	if (before === null) {
		const drawn = Object.fromEntries(salts.map((name) => [name, Buffer.from(random.bytes(48)).toString('base64')]));
		await written(file, newWpConfig(constants, prefix, drawn), null);
		return { how: 'new', file, changed: Object.keys(constants), why: [], notLiteral: [] };
	}
	const source = before.toString('latin1');
	const renamed = (value: string): string | null => (address === null ? null : address(value));
	const edited = editWpConfig(source, { constants, tablePrefix: isOtherPrefix ? prefix : null, ifThere: { WP_HOME: renamed, WP_SITEURL: renamed } }, {
		path: file, env: {}, readFile: (path) => (path.startsWith(`${folder}/`) && existsSync(path) ? readFileSync(path, 'latin1') : null),
	});
	if (edited.text !== null) {
		if (edited.text !== source) { await written(file, edited.text, file); }
		return { how: 'edited', file, changed: edited.changed, why: [], notLiteral: edited.notLiteral };
	}
	const beside = join(folder, besideName);
	await written(beside, configWithDefinitionsFirst(source, constants), file);
	return { how: 'beside', file: beside, changed: [], why: edited.why, notLiteral: edited.notLiteral };
}

/** Whole, with mode and owner of `like`; for its owner and group only where there is none. */
async function written(path: string, latin1: string, like: string | null): Promise<void> {
	const stats = like === null ? null : await stat(like);
	await writeWhole(path, Buffer.from(latin1, 'latin1'));
	if (stats !== null && process.getuid?.() === 0) { await chown(path, stats.uid, stats.gid); }
	await chmod(path, stats === null ? 0o640 : stats.mode & 0o7777);
}
