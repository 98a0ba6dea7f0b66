/**
 * Reads wp-config.php without running it: constants and $table_prefix, in the order in which PHP would come by them.
 * What it cannot work out is named, never guessed.
 */
import { parsePhp } from './parse-php.ts';
import { asText, isTruthy, PhpScope, Unknown, type PhpEnvironment, type PhpNode, type PhpValue } from './php-scope.ts';
import { evaluate } from './php-value.ts';

export interface WpConfig {
	constants: Map<string, PhpValue>;
	tablePrefix: string | null;
	/** Constants and variables (with `$`) whose value is not understood, and why. */
	notUnderstood: { name: string; why: string; line: number }[];
	/** Environment variables that the file asks for and that are not set for the agent. */
	missingEnv: string[];
}

/** Files that a configuration includes, inside one another. */
const includeDepthMax = 5;

/** @throws SETTINGS_UNREADABLE where the text is no PHP. */
export function parseWpConfig(source: string, environment: PhpEnvironment): WpConfig {
	const scope = new PhpScope(environment);
	const run = new Run(scope);
	run.file(source, environment.path, 0);
	const constants = new Map<string, PhpValue>();
	for (const [name, value] of scope.constants) if (!(value instanceof Unknown)) constants.set(name, value);
	const prefix = scope.variables.get('table_prefix');
	return {
		constants,
		tablePrefix: prefix === undefined || prefix instanceof Unknown ? null : asText(prefix),
		notUnderstood: run.notUnderstood,
		missingEnv: [...scope.missingEnv],
	};
}

class Run {
	readonly notUnderstood: WpConfig['notUnderstood'] = [];
	readonly #scope: PhpScope;
	#ended = false;

	constructor(scope: PhpScope) {
		this.#scope = scope;
	}

	file(source: string, path: string, depth: number): void {
		this.#block(parsePhp(source, path)['children'] as PhpNode[], depth);
	}

	#block(nodes: readonly PhpNode[], depth: number): void {
		// PHP knows functions before it runs the first statement.
		for (const node of nodes) if (node.kind === 'function') this.#scope.functions.add(nameOf(node['name']).toLowerCase());
		for (const node of nodes) {
			if (this.#ended) return;
			this.#statement(node, depth);
		}
	}

	#statement(node: PhpNode, depth: number): void {
		switch (node.kind) {
			case 'expressionstatement':
				return this.#expression(node['expression'] as PhpNode, depth);
			case 'constantstatement':
				return void (node['constants'] as PhpNode[]).forEach((one) =>
					this.#define(nameOf(one['name']), one['value'] as PhpNode, one),
				);
			case 'if':
				return this.#if(node, depth);
			case 'block':
			case 'namespace':
				return this.#block(node['children'] as PhpNode[], depth);
			case 'exit':
			case 'return':
				this.#ended = true;
				return;
			case 'function':
			case 'inline':
			case 'noop':
			case 'echo':
			case 'usegroup':
			case 'declare':
				return;
			default:
				return this.#forget(node, `it is set in a ${node.kind}`);
		}
	}

	#expression(node: PhpNode, depth: number): void {
		if (
			node.kind === 'call' &&
			nameOf((node['what'] as PhpNode)['name'])
				.replace(/^\\/, '')
				.toLowerCase() === 'define'
		) {
			const [name, value] = node['arguments'] as PhpNode[];
			const constant = evaluate(name, this.#scope);
			return this.#define(constant instanceof Unknown ? '' : asText(constant), value, node);
		}
		if (node.kind === 'assign') return this.#assign(node);
		if (node.kind === 'include') return this.#include(node, depth);
		// `defined('X') || define('X', …);` and `cond and define(…)`
		if (node.kind === 'bin' && /^(\|\||or|&&|and)$/i.test(String(node['type']))) {
			const left = evaluate(node['left'] as PhpNode, this.#scope);
			if (left instanceof Unknown) return this.#forget(node['right'] as PhpNode, left.why);
			if (isTruthy(left) === /^(&&|and)$/i.test(String(node['type']))) this.#expression(node['right'] as PhpNode, depth);
			return;
		}
		if (node.kind === 'silent') return this.#expression(node['expr'] as PhpNode, depth);
		if (node.kind === 'eval') return this.#report('eval()', 'it runs text as PHP', node);
		if (node.kind === 'exit') this.#ended = true;
	}

	#define(name: string, value: PhpNode | undefined, at: PhpNode): void {
		if (name === '') return this.#report('define()', 'its name is computed', at);
		if (this.#scope.constants.has(name)) return; // PHP keeps the first
		const result = evaluate(value, this.#scope);
		this.#scope.constants.set(name, result);
		if (result instanceof Unknown) this.#report(name, result.why, at);
	}

	#assign(node: PhpNode): void {
		const left = node['left'] as PhpNode;
		if (left.kind !== 'variable' || typeof left['name'] !== 'string') return;
		const name = left['name'];
		let value = evaluate(node['right'] as PhpNode, this.#scope);
		const operator = String(node['operator'] ?? '=');
		const before = this.#scope.variables.get(name);
		if (operator === '.=')
			value =
				before === undefined || before instanceof Unknown
					? new Unknown(`$${name}`)
					: value instanceof Unknown
						? value
						: asText(before) + asText(value);
		else if (operator === '??=') value = before === undefined || before === null ? value : before;
		else if (operator !== '=') value = new Unknown(`operator ${operator}`);
		this.#scope.variables.set(name, value);
		if (value instanceof Unknown && name === 'table_prefix') this.#report('$table_prefix', value.why, node);
	}

	#if(node: PhpNode, depth: number): void {
		const test = evaluate(node['test'] as PhpNode, this.#scope);
		if (test instanceof Unknown) {
			this.#forget(node['body'] as PhpNode, `it depends on ${test.why}`);
			return this.#forget(node['alternate'] as PhpNode | null, `it depends on ${test.why}`);
		}
		const branch = (isTruthy(test) ? node['body'] : node['alternate']) as PhpNode | null;
		if (branch !== null && branch !== undefined) this.#statement(branch, depth);
	}

	#include(node: PhpNode, depth: number): void {
		const path = evaluate(node['target'] as PhpNode, this.#scope);
		if (!(path instanceof Unknown) && /wp-settings\.php$/.test(asText(path))) {
			this.#ended = true;
			return;
		}
		// ABSPATH . 'wp-settings.php' where ABSPATH is not understood.
		if (path instanceof Unknown && JSON.stringify(node['target']).includes('wp-settings.php')) {
			this.#ended = true;
			return;
		}
		const source = path instanceof Unknown ? null : (this.#scope.environment.readFile?.(asText(path)) ?? null);
		if (path instanceof Unknown || source === null || depth >= includeDepthMax) {
			return this.#report('include', path instanceof Unknown ? path.why : `${asText(path)} is not read`, node);
		}
		const nested = new Run(
			new Proxy(this.#scope, {
				get: (scope, field) =>
					field === 'environment'
						? { ...scope.environment, path: asText(path) }
						: (scope as unknown as Record<PropertyKey, unknown>)[field],
			}),
		);
		nested.file(source, asText(path), depth + 1);
		this.notUnderstood.push(...nested.notUnderstood);
	}

	/** What a piece of code that may or may not run would set is unknown from here on. */
	#forget(node: PhpNode | null | undefined, why: string): void {
		walk(node, (inner) => {
			if (inner.kind === 'call' && nameOf((inner['what'] as PhpNode | undefined)?.['name']).toLowerCase() === 'define') {
				const name = evaluate((inner['arguments'] as PhpNode[])[0], this.#scope);
				if (name instanceof Unknown || this.#scope.constants.has(asText(name))) return;
				this.#scope.constants.set(asText(name), new Unknown(why));
				this.#report(asText(name), why, inner);
			} else if (inner.kind === 'assign' && (inner['left'] as PhpNode).kind === 'variable') {
				const name = nameOf((inner['left'] as PhpNode)['name']);
				this.#scope.variables.set(name, new Unknown(why));
				if (name === 'table_prefix') this.#report('$table_prefix', why, inner);
			} else if (inner.kind === 'include' || inner.kind === 'eval')
				this.#report(inner.kind === 'eval' ? 'eval()' : 'include', why, inner);
		});
	}

	#report(name: string, why: string, at: PhpNode): void {
		this.notUnderstood.push({ name, why, line: at.loc?.start.line ?? 0 });
	}
}

const nameOf = (name: unknown): string =>
	typeof name === 'string' ? name : typeof name === 'object' && name !== null ? nameOf((name as { name?: unknown }).name) : '';

function walk(node: unknown, visit: (node: PhpNode) => void): void {
	if (Array.isArray(node)) return void node.forEach((one) => walk(one, visit));
	if (typeof node !== 'object' || node === null) return;
	if (typeof (node as PhpNode).kind === 'string') visit(node as PhpNode);
	for (const [field, value] of Object.entries(node)) if (field !== 'loc') walk(value, visit);
}
