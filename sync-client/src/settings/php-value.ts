/** Works out PHP expressions that are constant given constants, variables and environment; says "unknown" for all else. Never runs PHP. */
import { posix } from 'node:path';
import { callFunction, constant, fromEnv } from './php-functions.ts';
import { asText, isTruthy, unknown, Unknown, type Evaluated, type PhpNode, type PhpScope, type PhpValue } from './php-scope.ts';

export function evaluate(node: PhpNode | null | undefined, scope: PhpScope): Evaluated {
	if (node === null || node === undefined) return null;
	switch (node.kind) {
		case 'string':
			return node['value'] as string;
		case 'nowdoc':
			return node['value'] as string;
		case 'number':
			return numberOf(String(node['value']));
		case 'boolean':
			return node['value'] as boolean;
		case 'nullkeyword':
			return null;
		case 'magic':
			return magic(node, scope);
		case 'name':
			return constant(String(node['name']), scope);
		case 'variable':
			return variable(node, scope);
		case 'offsetlookup':
			return superglobal(node, scope) ?? unknown('an array');
		case 'encapsed':
			return encapsed(node, scope);
		case 'parenthesis':
			return evaluate(node['inner'] as PhpNode, scope);
		case 'unary':
			return unary(node, scope);
		case 'cast':
			return cast(node, scope);
		case 'bin':
			return binary(node, scope);
		case 'retif':
			return ternary(node, scope);
		case 'silent':
			return evaluate(node['expr'] as PhpNode, scope);
		case 'isset':
			return isset(node['variables'] as PhpNode[], scope);
		case 'empty':
			return negate(evaluate(node['expression'] as PhpNode, scope));
		case 'call':
			return call(node, scope);
		case 'assign':
			return assigned(node, scope);
		default:
			return unknown(`an expression (${node.kind})`);
	}
}

const numberOf = (text: string): number => {
	const digits = text.replaceAll('_', '');
	return /^0[0-7]+$/.test(digits) ? parseInt(digits, 8) : Number(digits);
};

function magic(node: PhpNode, scope: PhpScope): Evaluated {
	const name = String(node['value']).toUpperCase();
	if (name === '__DIR__') return posix.dirname(scope.environment.path);
	if (name === '__FILE__') return scope.environment.path;
	if (name === '__LINE__') return node.loc?.start.line ?? unknown(name);
	return unknown(name);
}

function variable(node: PhpNode, scope: PhpScope): Evaluated {
	const name = typeof node['name'] === 'string' ? node['name'] : '';
	return scope.variables.has(name) ? scope.variables.get(name)! : unknown(`$${name}`);
}

function encapsed(node: PhpNode, scope: PhpScope): Evaluated {
	let text = '';
	for (const part of node['value'] as PhpNode[]) {
		const value = evaluate((part.kind === 'encapsedpart' ? part['expression'] : part) as PhpNode, scope);
		if (value instanceof Unknown) return value;
		text += asText(value);
	}
	return text;
}

/** $_ENV['X'], $_SERVER['X']; undefined for any other array. A missing one is null. */
function superglobal(node: PhpNode, scope: PhpScope): Evaluated | undefined {
	const what = node['what'] as PhpNode;
	const name = what.kind === 'variable' ? what['name'] : null;
	if (name !== '_ENV' && name !== '_SERVER') return undefined;
	const key = evaluate(node['offset'] as PhpNode, scope);
	if (key instanceof Unknown) return key;
	const given = name === '_SERVER' ? scope.environment.server?.[asText(key)] : undefined;
	if (given !== undefined) return given;
	// What a request brings is known only while it runs.
	if (/^(HTTP_|REQUEST_|REMOTE_|SERVER_|QUERY_|HTTPS$|SCRIPT_|DOCUMENT_|PHP_)/.test(asText(key)))
		return unknown(`$${name}['${asText(key)}']`);
	return fromEnv(asText(key), scope) ?? null;
}

function unary(node: PhpNode, scope: PhpScope): Evaluated {
	const value = evaluate(node['what'] as PhpNode, scope);
	if (value instanceof Unknown) return value;
	if (node['type'] === '!') return !isTruthy(value);
	if (node['type'] === '-') return -Number(value);
	return node['type'] === '+' ? Number(value) : unknown(`operator ${String(node['type'])}`);
}

const negate = (value: Evaluated): Evaluated => (value instanceof Unknown ? value : !isTruthy(value));

function cast(node: PhpNode, scope: PhpScope): Evaluated {
	const value = evaluate(node['expr'] as PhpNode, scope);
	if (value instanceof Unknown) return value;
	const type = String(node['type']).toLowerCase();
	if (/^bool/.test(type)) return isTruthy(value);
	if (/^int/.test(type)) return Math.trunc(parseFloat(asText(value)) || 0);
	return type === 'string' ? asText(value) : unknown(`a cast to ${type}`);
}

function binary(node: PhpNode, scope: PhpScope): Evaluated {
	const left = evaluate(node['left'] as PhpNode, scope);
	const right = (): Evaluated => evaluate(node['right'] as PhpNode, scope);
	const type = String(node['type']).toLowerCase();
	if (type === '??')
		return left === null
			? right()
			: left instanceof Unknown && !isUnset(node['left'] as PhpNode, scope)
				? left
				: left instanceof Unknown
					? right()
					: left;
	if (left instanceof Unknown) return left;
	if (type === '&&' || type === 'and') return isTruthy(left) ? booleanOf(right()) : false;
	if (type === '||' || type === 'or') return isTruthy(left) ? true : booleanOf(right());
	const other = right();
	if (other instanceof Unknown) return other;
	switch (type) {
		case '.':
			return asText(left) + asText(other);
		case '===':
			return left === other;
		case '!==':
			return left !== other;
		case '==':
			return typeof left === typeof other ? left === other : asText(left) === asText(other);
		case '!=':
			return typeof left === typeof other ? left !== other : asText(left) !== asText(other);
		case '|':
			return Number(left) | Number(other);
		case '+':
			return Number(left) + Number(other);
		case '*':
			return Number(left) * Number(other);
		default:
			return unknown(`operator ${type}`);
	}
}

const booleanOf = (value: Evaluated): Evaluated => (value instanceof Unknown ? value : isTruthy(value));

/** A variable that no statement so far has set. */
const isUnset = (node: PhpNode, scope: PhpScope): boolean =>
	node.kind === 'variable' && !scope.variables.has(String(node['name']));

function ternary(node: PhpNode, scope: PhpScope): Evaluated {
	const test = evaluate(node['test'] as PhpNode, scope);
	if (test instanceof Unknown) return test;
	if (!isTruthy(test)) return evaluate(node['falseExpr'] as PhpNode, scope);
	return node['trueExpr'] === null ? test : evaluate(node['trueExpr'] as PhpNode, scope);
}

/** `if ($x = …)`: the value, which the variable then has. */
function assigned(node: PhpNode, scope: PhpScope): Evaluated {
	const left = node['left'] as PhpNode;
	const value =
		node['operator'] === '=' ? evaluate(node['right'] as PhpNode, scope) : unknown(`operator ${String(node['operator'])}`);
	if (left.kind === 'variable' && typeof left['name'] === 'string') scope.variables.set(left['name'], value);
	return value;
}

function isset(nodes: PhpNode[], scope: PhpScope): Evaluated {
	for (const node of nodes) {
		if (isUnset(node, scope)) return false;
		const value = evaluate(node, scope);
		if (value instanceof Unknown) return value;
		if (value === null) return false;
	}
	return true;
}

function call(node: PhpNode, scope: PhpScope): Evaluated {
	const what = node['what'] as PhpNode;
	const name = what.kind === 'name' ? String(what['name']).replace(/^\\/, '').toLowerCase() : '';
	const args: PhpValue[] = [];
	for (const argument of node['arguments'] as PhpNode[]) {
		const value = evaluate(argument, scope);
		if (value instanceof Unknown) return value;
		args.push(value);
	}
	return callFunction(name, args, scope);
}
