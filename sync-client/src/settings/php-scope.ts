/** The values of a PHP file as far as they are known, and what the evaluator is told of its surroundings. */

export type PhpValue = string | number | boolean | null;
/** Not a value: the expression is not understood, or depends on what is not known here. */
export class Unknown {
	readonly why: string;
	constructor(why: string) {
		this.why = why;
	}
}
export type Evaluated = PhpValue | Unknown;

/** A node of php-parser, loosely: its shape is checked where it is used. */
export interface PhpNode {
	kind: string;
	loc?: { start: { line: number } } | null;
	[field: string]: unknown;
}

export interface PhpEnvironment {
	/** Absolute path of the file: `__FILE__`. */
	path: string;
	/** Environment variables as PHP would see them. */
	env: Readonly<Record<string, string | undefined>>;
	/** What is known of $_SERVER besides the environment. */
	server?: Readonly<Record<string, string>>;
	/** Content of a file, null where there is none: for file_exists, and for Docker's `…_FILE` secrets. */
	readFile?: (path: string) => string | null;
}

export class PhpScope {
	readonly constants = new Map<string, Evaluated>();
	readonly variables = new Map<string, Evaluated>();
	readonly functions = new Set<string>();
	/** Environment variables that were asked for and are not set here; PHP may see others. */
	readonly missingEnv = new Set<string>();
	readonly environment: PhpEnvironment;
	constructor(environment: PhpEnvironment) {
		this.environment = environment;
	}
}

export const unknown = (why: string): Unknown => new Unknown(why);
export const isTruthy = (value: PhpValue): boolean =>
	!(value === null || value === false || value === 0 || value === '' || value === '0');
export const asText = (value: PhpValue): string =>
	value === null || value === false ? '' : value === true ? '1' : String(value);
