import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DevError } from '../errors.ts';
import { devUser, ensureOwnDir } from '../system/dev-user.ts';
import { requireProgram } from '../system/programs.ts';
import { Service, type Command } from './service.ts';
import { accepts } from './sockets.ts';

export interface WebSite {
	readonly port: number;
	readonly root: string;
	readonly phpSocket: string;
}

const reloadMsMax = 10_000;

/** One nginx, one server block per site: a file in `sites/` and a reload. */
export class Nginx extends Service {
	readonly name = 'nginx';
	readonly folder: string;
	protected readonly logFile: string;
	protected override readonly stopSignal = 'SIGQUIT';

	constructor(folder: string) {
		super();
		this.folder = folder;
		this.logFile = join(folder, 'nginx.log');
	}

	get sitesFolder(): string {
		return join(this.folder, 'sites');
	}

	async addSite(site: WebSite): Promise<void> {
		await addSite({ sitesFolder: this.sitesFolder, pid: this.pid ?? 0 }, site);
	}

	protected override async prepare(): Promise<void> {
		ensureOwnDir(this.folder);
		ensureOwnDir(this.sitesFolder);
		const temporary = ensureOwnDir(join(this.folder, 'tmp'));
		const temporaryPaths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
			(kind) => `\t${kind}_temp_path ${join(temporary, kind)};`,
		);
		writeFileSync(
			this.#confFile,
			[
				...(devUser().uid === 0 ? ['user root;'] : []),
				'daemon off;',
				'worker_processes 1;',
				`pid ${join(this.folder, 'nginx.pid')};`,
				`error_log ${join(this.folder, 'error.log')} warn;`,
				'events { worker_connections 512; }',
				'http {',
				...temporaryPaths,
				`\taccess_log ${join(this.folder, 'access.log')};`,
				'\tdefault_type application/octet-stream;',
				`\ttypes { ${mimeTypes} }`,
				'\tsendfile on;',
				'\tclient_max_body_size 1g;',
				`\tinclude ${this.sitesFolder}/*.conf;`,
				'}',
				'',
			].join('\n'),
		);
	}

	protected command(): Command {
		return {
			program: requireProgram('nginx'),
			args: ['-p', this.folder, '-c', this.#confFile, '-e', join(this.folder, 'error.log')],
			cwd: this.folder,
		};
	}

	protected async probe(): Promise<void> {
		const ports = readdirSync(this.sitesFolder).map((name) => Number.parseInt(name));
		await Promise.all(ports.map(async (port) => await accepts({ host: '127.0.0.1', port })));
	}

	get #confFile(): string {
		return join(this.folder, 'nginx.conf');
	}
}

/** Also for processes that did not start this nginx themselves, such as test workers. */
export async function addSite(nginx: { sitesFolder: string; pid: number }, site: WebSite): Promise<void> {
	const file = siteFile(nginx.sitesFolder, site.port);
	// Another worker's reload may read the folder at any moment, so the file appears whole.
	writeFileSync(`${file}.new`, serverBlock(site));
	renameSync(`${file}.new`, file);
	if (nginx.pid === 0) {
		return;
	}
	process.kill(nginx.pid, 'SIGHUP');
	// A reload tells nobody when it is done; the port answering does.
	for (const giveUpAt = performance.now() + reloadMsMax; performance.now() < giveUpAt; await sleep(15)) {
		if (
			await accepts({ host: '127.0.0.1', port: site.port }).then(
				() => true,
				() => false,
			)
		) {
			return;
		}
	}
	rmSync(file);
	throw new DevError(
		`nginx does not answer on port ${site.port} after a reload.`,
		`read the error.log beside ${nginx.sitesFolder}.`,
	);
}

export function removeSite(nginx: { sitesFolder: string; pid: number }, port: number): void {
	rmSync(siteFile(nginx.sitesFolder, port), { force: true });
	if (nginx.pid !== 0) {
		process.kill(nginx.pid, 'SIGHUP');
	}
}

const siteFile = (folder: string, port: number): string => join(folder, `${port}.conf`);

const mimeTypes =
	'text/html html htm; text/css css; text/javascript js mjs; application/json json map; image/jpeg jpg jpeg; image/png png; image/gif gif; image/webp webp; image/svg+xml svg; image/x-icon ico; font/woff2 woff2; font/woff woff; text/plain txt log; application/xml xml; application/zip zip;';

const fastcgiParams = {
	SCRIPT_FILENAME: '$document_root$fastcgi_script_name',
	QUERY_STRING: '$query_string',
	REQUEST_METHOD: '$request_method',
	CONTENT_TYPE: '$content_type',
	CONTENT_LENGTH: '$content_length',
	SCRIPT_NAME: '$fastcgi_script_name',
	REQUEST_URI: '$request_uri',
	DOCUMENT_URI: '$document_uri',
	DOCUMENT_ROOT: '$document_root',
	SERVER_PROTOCOL: '$server_protocol',
	REQUEST_SCHEME: '$scheme',
	GATEWAY_INTERFACE: 'CGI/1.1',
	SERVER_SOFTWARE: 'nginx',
	REMOTE_ADDR: '$remote_addr',
	REMOTE_PORT: '$remote_port',
	SERVER_ADDR: '$server_addr',
	SERVER_PORT: '$server_port',
	SERVER_NAME: '$host',
	REDIRECT_STATUS: '200',
};

function serverBlock({ port, root, phpSocket }: WebSite): string {
	return `server {
	listen 127.0.0.1:${port};
	server_name _;
	root "${root}";
	index index.php index.html;
	location / { try_files $uri $uri/ /index.php?$args; }
	location ~ \\.php$ {
		try_files $uri =404;
${Object.entries(fastcgiParams)
	.map(([name, value]) => `\t\tfastcgi_param ${name} ${value};`)
	.join('\n')}
		fastcgi_read_timeout 300s;
		fastcgi_buffers 32 16k;
		fastcgi_buffer_size 32k;
		fastcgi_pass "unix:${phpSocket}";
	}
}
`;
}
