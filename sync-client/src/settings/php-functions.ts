/** The PHP functions that configuration files call, on known arguments. All others are unknown. */
import { posix } from 'node:path';
import { asText, unknown, Unknown, type Evaluated, type PhpScope, type PhpValue } from './php-scope.ts';

export function fromEnv(name: string, scope: PhpScope): string | undefined {
	const value = scope.environment.env[name];
	if (value === undefined) scope.missingEnv.add(name);
	return value;
}

export function constant(name: string, scope: PhpScope): Evaluated {
	const plain = name.replace(/^\\/, '');
	const known = scope.constants.get(plain);
	if (known !== undefined) return known;
	const builtIn: Record<string, PhpValue> = {
		DIRECTORY_SEPARATOR: '/',
		PHP_EOL: '\n',
		MYSQLI_CLIENT_SSL: 2048,
		MYSQLI_CLIENT_COMPRESS: 32,
		MYSQLI_CLIENT_FOUND_ROWS: 2,
		MYSQLI_CLIENT_IGNORE_SPACE: 256,
		MYSQLI_CLIENT_INTERACTIVE: 1024,
		MYSQLI_CLIENT_SSL_DONT_VERIFY_SERVER_CERT: 64,
		MYSQL_CLIENT_SSL: 2048,
		MYSQL_CLIENT_COMPRESS: 32,
	};
	if (/^(true|false|null)$/i.test(plain))
		return ({ true: true, false: false, null: null } as const)[plain.toLowerCase() as 'true'];
	return Object.hasOwn(builtIn, plain) ? builtIn[plain]! : unknown(`constant ${plain}`);
}

export function callFunction(name: string, args: readonly PhpValue[], scope: PhpScope): Evaluated {
	const text = args.map(asText);
	const readFile = scope.environment.readFile;
	switch (name) {
		case 'getenv':
			return fromEnv(text[0] ?? '', scope) ?? false;
		case 'defined': {
			const known = scope.constants.get(text[0] ?? '');
			return known instanceof Unknown ? true : known !== undefined;
		}
		case 'constant':
			return constant(text[0] ?? '', scope);
		case 'dirname': {
			let path = text[0] ?? '';
			for (let i = 0; i < Number(args[1] ?? 1); i++) path = posix.dirname(path);
			return path;
		}
		case 'basename':
			return posix.basename(text[0] ?? '', text[1]);
		case 'trim':
			return args.length === 1 ? text[0]!.replace(/^[ \t\n\r\0\x0B]+|[ \t\n\r\0\x0B]+$/g, '') : unknown('trim() with a list');
		case 'rtrim':
			return args.length === 1
				? text[0]!.replace(/[ \t\n\r\0\x0B]+$/, '')
				: text[1] === '/'
					? text[0]!.replace(/\/+$/, '')
					: unknown('rtrim() with a list');
		case 'strtolower':
			return text[0]!.toLowerCase();
		case 'intval':
			return Math.trunc(parseFloat(text[0] ?? '') || 0);
		case 'str_replace':
			return text[2]!.replaceAll(text[0]!, text[1]!);
		case 'file_exists':
		case 'is_file':
		case 'is_readable':
			return readFile === undefined ? unknown(`${name}()`) : readFile(text[0]!) !== null;
		case 'file_get_contents':
			return readFile === undefined ? unknown(`${name}()`) : (readFile(text[0]!) ?? false);
		// Declared inside `if (!function_exists(…))`: the branch is taken, and declares it.
		case 'function_exists':
			return scope.functions.has(text[0]!.toLowerCase())
				? true
				: text[0] === 'getenv_docker'
					? false
					: unknown('function_exists()');
		case 'getenv_docker':
			return scope.functions.has(name) ? dockerEnv(text[0]!, args[1] ?? null, scope) : unknown(`${name}()`);
		default:
			return unknown(`${name === '' ? 'a call' : `${name}()`}`);
	}
}

/** The function of the official Docker image: the file that X_FILE names, else X, else the default. */
function dockerEnv(name: string, fallback: PhpValue, scope: PhpScope): Evaluated {
	const file = scope.environment.env[`${name}_FILE`];
	if (file !== undefined) {
		const content = scope.environment.readFile?.(file) ?? null;
		return content === null ? unknown(`the file of ${name}_FILE`) : content.replace(/[\r\n]+$/, '');
	}
	return fromEnv(name, scope) ?? fallback;
}
