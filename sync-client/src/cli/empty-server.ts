/** What the command line does without a site: `restore --to`, `key check`, `release`. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Job } from '@holdfast/protocol';
import { checkKey, type KeyCheck } from '../empty-server/key-check.ts';
import { wordPressOrg } from '../empty-server/core-release.ts';
import { release } from '../empty-server/held.ts';
import { readRecoveryKeyFile } from '../empty-server/recovery-key.ts';
import { planOnto, restoreOnto, type OntoPlan, type OntoRequest, type OntoResult } from '../empty-server/restore-onto.ts';
import type { DatabaseSettings } from '../empty-server/target-database.ts';
import { HoldfastError } from '../errors.ts';
import { Jobs } from '../jobs/jobs.ts';
import type { AgentAdapters } from '../run/adapters.ts';

/** As they stand on the command line. */
export type BackupOptions = { endpoint?: string; fingerprint?: string; recoveryKeyFile?: string };
export type OntoOptions = BackupOptions & {
	to: string; db?: string; dbHost?: string; dbName?: string; dbUser?: string; dbPasswordFile?: string; dbTls?: boolean;
	point?: number; at?: number; part?: string[]; core?: string; url?: string; prefix?: string;
};

/** The password of the new database; on the command line others on the machine could see it. */
export const passwordVariable = 'HOLDFAST_DB_PASSWORD';
/** Takes the place of wordpress.org, for a mirror of one's own. */
const coreSourceVariable = 'HOLDFAST_CORE_SOURCE';

export type EmptyServer = {
	restore(options: OntoOptions, onProgress: (job: Job) => void): Promise<OntoResult>;
	plan(options: OntoOptions): Promise<OntoPlan>;
	checkKey(options: BackupOptions): Promise<KeyCheck>;
	release(folder: string): Promise<string>;
};

type Surroundings = { adapters: AgentAdapters; workingFolder: string; env: Readonly<Record<string, string | undefined>>; sleep: (ms: number) => Promise<void> };

const pollMs = 200;

export function emptyServer(around: Surroundings): EmptyServer {
	const { adapters, workingFolder, sleep } = around;
	return {
		async restore(options, onProgress) {
			const request = await requestOf(options, around);
			const jobs = new Jobs(adapters.clock, adapters.random);
			let failure: unknown = null;
			const job = jobs.start('restore', true, (progress) => restoreOnto(request, adapters, progress).catch((error: unknown) => {
				failure = error;
				throw error;
			}));
			let isThrough = false;
			void jobs.ended(job.id).then(() => { isThrough = true; });
			while (!isThrough) {
				onProgress(job);
				await Promise.race([jobs.ended(job.id), sleep(pollMs)]);
			}
			if (failure !== null) { throw failure as Error; }
			return job.result as OntoResult;
		},
		plan: async (options) => planOnto(await requestOf(options, around), adapters),
		checkKey: async (options) => checkKey(await placeOf(options, workingFolder), adapters),
		release: (folder) => release(resolve(workingFolder, folder)),
	};
}

async function placeOf({ endpoint, fingerprint, recoveryKeyFile }: BackupOptions, workingFolder: string): Promise<OntoRequest['backup']> {
	if (endpoint === undefined || recoveryKeyFile === undefined) { throw options('The address of the endpoint (--endpoint URL) and the recovery key (--recovery-key-file FILE) are needed.'); }
	if (!/^https?:\/\/\S+$/.test(endpoint) || !URL.canParse(endpoint)) { throw options('--endpoint is an http or https address.'); }
	if (fingerprint !== undefined && !/^[0-9a-fA-F]{64}$/.test(fingerprint.replaceAll(':', ''))) { throw options('--fingerprint is the SHA-256 of the endpoint’s certificate, 64 hex digits.'); }
	return { url: endpoint, fingerprint: fingerprint?.replaceAll(':', '').toLowerCase() ?? null, key: await readRecoveryKeyFile(resolve(workingFolder, recoveryKeyFile)) };
}

async function requestOf(given: OntoOptions, around: Surroundings): Promise<OntoRequest> {
	const { workingFolder, env } = around;
	if (given.part !== undefined && given.part.join() !== 'everything') { throw options('Onto an empty server everything is restored: leave --part out.'); }
	if (given.prefix !== undefined && !/^[A-Za-z0-9_]{1,20}$/.test(given.prefix)) { throw options('--prefix has letters, digits and underscores only, as WordPress wants it.'); }
	const base = env[coreSourceVariable];
	return {
		folder: resolve(workingFolder, given.to), database: await databaseOf(given, around), backup: await placeOf(given, workingFolder),
		...(given.point === undefined ? {} : { point: given.point }), ...(given.at === undefined ? {} : { at: given.at }),
		core: given.core === undefined ? null : resolve(workingFolder, given.core), coreSource: base === undefined ? wordPressOrg : { archives: base, api: base },
		url: given.url === undefined ? null : addressOf(given.url), prefix: given.prefix ?? null,
	};
}

function addressOf(text: string): string {
	if (!/^https?:\/\/[^\s/]+/.test(text) || !URL.canParse(text)) { throw options('--url is the http or https address of the copy, such as https://new.example.'); }
	const { origin, pathname, search, hash } = new URL(text);
	if (search !== '' || hash !== '') { throw options('--url is an address without ? and #.'); }
	return origin + pathname.replace(/\/+$/, '');
}

/** `--db mysql://user@host:port/name[?socket=PATH]`, or its parts one by one. */
async function databaseOf(given: OntoOptions, { workingFolder, env }: Surroundings): Promise<DatabaseSettings> {
	const parts = given.db === undefined ? { host: given.dbHost, name: given.dbName, user: given.dbUser } : partsOfUrl(given.db);
	const { host = 'localhost', name, user } = parts;
	if (name === undefined || user === undefined) { throw options('The new, empty database is needed: --db mysql://user@host/name, or --db-host, --db-name and --db-user.'); }
	const file = given.dbPasswordFile;
	const password = file === undefined ? env[passwordVariable] : await readFile(resolve(workingFolder, file), 'utf8').then((text) => text.replace(/\r?\n$/, ''), () => {
		throw options(`The file with the database’s password, ${file}, cannot be read.`);
	});
	if (password === undefined) { throw options(`The database’s password is needed: in the environment variable ${passwordVariable}, or in a file named by --db-password-file. (Empty is allowed, but must be said.)`); }
	return { host, name, user, password, tls: given.dbTls ?? false };
}

function partsOfUrl(text: string): { host?: string; name?: string; user?: string } {
	if (!/^(mysql|mariadb):\/\//.test(text) || !URL.canParse(text)) { throw options('--db has the form mysql://user@host:port/name.'); }
	const url = new URL(text);
	if (url.password !== '') { throw options(`A password does not belong on the command line, where others see it: put it into ${passwordVariable}, or into a file named by --db-password-file.`); }
	const socket = url.searchParams.get('socket');
	const name = decodeURIComponent(url.pathname.replace(/^\//, ''));
	const user = decodeURIComponent(url.username);
	return { host: socket === null ? url.host : `localhost:${socket}`, ...(name === '' ? {} : { name }), ...(user === '' ? {} : { user }) };
}

const options = (message: string): HoldfastError => new HoldfastError('RESTORE_OPTIONS', message);
