/* Why the command line ends, with its exit code: endpoint/README.md. */
const commandTable = {
	USAGE: [2, 'The command was not understood.', 'See `holdfast-endpoint --help`.'],
	DAMAGE_FOUND: [
		3,
		'Objects are damaged or missing.',
		'Put back the named objects from a copy of the data directory. Points that do not need them stay restorable.',
	],
	DATA_IN_WORDPRESS: [
		4,
		'The data directory lies inside a WordPress site.',
		'Choose a directory outside every site, best on another machine: what destroys the site must not reach its backup.',
	],
	DATA_UNUSABLE: [
		4,
		'The data directory cannot be used.',
		'Check that it exists, is a local file system and belongs to the user that runs the endpoint.',
	],
	DATA_MISSING: [
		4,
		'There is no endpoint in this directory.',
		'Check --data, or start one there with `holdfast-endpoint serve --data DIR`.',
	],
	PLAIN_HTTP_REFUSED: [
		4,
		'Without TLS the endpoint listens on loopback only.',
		'Give --tls-cert and --tls-key, or put a proxy with TLS in front and listen on 127.0.0.1, or pass --allow-plain-http in a network that you trust.',
	],
	TLS_UNUSABLE: [
		4,
		'Certificate and key cannot be used.',
		'Check that --tls-cert and --tls-key name PEM files that belong together.',
	],
	LISTEN_FAILED: [4, 'The endpoint cannot listen there.', 'Choose another --listen HOST:PORT; port 0 takes a free one.'],
	MASTER_KEY_MISSING: [
		4,
		'The master key is gone, but sites were paired under it.',
		'Put keys/master.key back from a copy. If it is lost, pass --new-master-key: backups go on and restores work with the recovery keys, only downloads made by the endpoint do not.',
	],
	MASTER_KEY_UNUSABLE: [
		4,
		'The master key cannot be read.',
		'Check that keys/master.key has 32 bytes and belongs to the user that runs the endpoint.',
	],
	CATALOG_UNUSABLE: [
		4,
		'The catalog cannot be read.',
		'It is only a cache: stop the endpoint and run `holdfast-endpoint reindex --data DIR`.',
	],
	DATA_LOCKED: [5, 'Another endpoint is using this data directory.', 'Stop it first.'],
	ADDRESS_UNKNOWN: [4, 'The address of the endpoint is not known yet.', 'Start `holdfast-endpoint serve` once, or pass --url.'],
	SITE_UNKNOWN: [4, 'There is no such site here.', 'See the sites with `holdfast-endpoint check --data DIR`.'],
	UNEXPECTED: [
		1,
		'Something went wrong.',
		'If the message does not help, run the command again with --json and report what it prints.',
	],
} as const satisfies Record<string, readonly [exit: number, sentence: string, hint: string]>;

export type CommandErrorCode = keyof typeof commandTable;

/** Ends a command: sentence, what exactly, hint, exit code. */
export class CommandError extends Error {
	override readonly name = 'CommandError';
	readonly code: CommandErrorCode;
	readonly exit: number;
	readonly hint: string;

	constructor(code: CommandErrorCode, detail?: string, cause?: unknown) {
		const [exit, sentence, hint] = commandTable[code];
		super(detail === undefined ? sentence : `${sentence} ${detail}`, cause === undefined ? undefined : { cause });
		this.code = code;
		this.exit = exit;
		this.hint = hint;
	}
}
