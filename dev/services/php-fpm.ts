import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { devUser, ensureOwnDir } from '../system/dev-user.ts';
import { requirePhpFpm } from '../system/programs.ts';
import { Service, type Command } from './service.ts';
import { accepts, socketPath } from './sockets.ts';

export class PhpFpm extends Service {
	readonly name = 'php-fpm';
	readonly folder: string;
	protected readonly logFile: string;
	readonly #mysqlSocket: string;

	constructor(folder: string, mysqlSocket: string) {
		super();
		this.folder = folder;
		this.logFile = join(folder, 'php-fpm.log');
		this.#mysqlSocket = mysqlSocket;
	}

	get socket(): string {
		return socketPath(this.folder, 'php.sock');
	}

	/** The settings that the command line uses too, so that both see the same temporary folder and database socket. */
	get iniFile(): string {
		return join(this.folder, 'php.ini');
	}

	protected override async prepare(): Promise<void> {
		ensureOwnDir(this.folder);
		const temporary = ensureOwnDir(join(this.folder, 'tmp'));
		writeFileSync(
			this.iniFile,
			lines({
				memory_limit: '256M',
				upload_max_filesize: '256M',
				post_max_size: '256M',
				max_execution_time: '120',
				error_reporting: 'E_ALL',
				display_errors: 'Off',
				log_errors: 'On',
				sys_temp_dir: temporary,
				upload_tmp_dir: temporary,
				'session.save_path': temporary,
				'date.timezone': 'UTC',
				'mysqli.default_socket': this.#mysqlSocket,
				'opcache.enable': '1',
				'opcache.memory_consumption': '128',
				'opcache.max_accelerated_files': '20000',
			}),
		);
		writeFileSync(
			this.#confFile,
			[
				'[global]',
				lines({ error_log: join(this.folder, 'error.log'), pid: join(this.folder, 'php-fpm.pid'), daemonize: 'no' }),
				'[holdfast]',
				lines({
					listen: this.socket,
					pm: 'dynamic',
					'pm.max_children': '12',
					'pm.start_servers': '3',
					'pm.min_spare_servers': '2',
					'pm.max_spare_servers': '6',
					catch_workers_output: 'yes',
					decorate_workers_output: 'no',
					clear_env: 'no',
				}),
				...(devUser().uid === 0 ? ['user = root', 'group = root'] : []),
				'',
			].join('\n'),
		);
	}

	protected command(): Command {
		const asRoot = devUser().uid === 0 ? ['-R'] : [];
		return {
			program: requirePhpFpm().fpm,
			args: [...asRoot, '--nodaemonize', '--fpm-config', this.#confFile, '-c', this.iniFile],
			cwd: this.folder,
		};
	}

	protected async probe(): Promise<void> {
		await accepts({ path: this.socket });
	}

	get #confFile(): string {
		return join(this.folder, 'php-fpm.conf');
	}
}

function lines(settings: Record<string, string>): string {
	return Object.entries(settings)
		.map(([name, value]) => `${name} = ${value}`)
		.join('\n');
}
