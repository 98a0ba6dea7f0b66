import { existsSync, renameSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DevError } from '../errors.ts';
import { cacheDir, ensureDir } from '../paths.ts';
import { step } from '../terminal.ts';
import { fromFolder } from './from-folder.ts';
import { fromWeb } from './from-web.ts';
import { fromMirror } from './from-mirror.ts';
import { makePlain } from './plain.ts';
import { oldestWordPress, versionOf } from './version.ts';

/** A plain WordPress as wordpress.org would hand it out: no configuration, no links, only read from. */
export interface WordPressTree {
	readonly root: string;
	readonly version: string;
	readonly origin: string;
}

/** Where WordPress comes from, in order; the result is kept, so this is work only once. */
export async function wordPressTree(): Promise<WordPressTree> {
	const given = process.env.HOLDFAST_WORDPRESS;
	if (given !== undefined && given !== '') {
		return await make('wordpress-given', `the folder ${given}`, async (into) => await fromFolder(given, into));
	}
	const kept = keptTree();
	if (kept !== undefined) {
		return kept;
	}
	const reasons: string[] = [];
	for (const [origin, bring] of [
		['wordpress.org', fromWeb],
		['the system’s package mirror', fromMirror],
	] as const) {
		try {
			return await make('wordpress', origin, bring);
		} catch (cause) {
			reasons.push(`${origin}: ${cause instanceof Error ? cause.message : String(cause)}`);
			step(`WordPress not from ${reasons.at(-1)}`);
		}
	}
	throw new DevError(
		'No WordPress could be had.',
		`unpack WordPress ${oldestWordPress} or newer somewhere and set HOLDFAST_WORDPRESS to that folder. (${reasons.join('; ')})`,
	);
}

const originFile = (root: string): string => `${root}.origin`;

function keptTree(): WordPressTree | undefined {
	const root = join(cacheDir, 'wordpress');
	return existsSync(originFile(root))
		? { root, version: versionOf(root), origin: readFileSync(originFile(root), 'utf8') }
		: undefined;
}

async function make(name: string, origin: string, bring: (into: string) => Promise<void>): Promise<WordPressTree> {
	const root = join(ensureDir(cacheDir), name);
	const work = `${root}.new`;
	rmSync(originFile(root), { force: true });
	rmSync(work, { recursive: true, force: true });
	step(`WordPress: trying ${origin}`);
	await bring(ensureDir(work));
	await makePlain(work);
	const version = versionOf(work);
	rmSync(root, { recursive: true, force: true });
	renameSync(work, root);
	writeFileSync(originFile(root), origin);
	step(`WordPress ${version} from ${origin}`);
	return { root, version, origin };
}
