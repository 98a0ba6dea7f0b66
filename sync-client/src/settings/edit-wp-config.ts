/**
 * Gives a wp-config.php other values: only the literals of the named constants and of $table_prefix are replaced, at the places where
 * the parser found them; every other byte stays. Nothing is executed. Pure.
 */
import { HoldfastError } from '../errors.ts';
import { parsePhp } from './parse-php.ts';
import { asText, type PhpEnvironment, type PhpNode } from './php-scope.ts';
import { parseWpConfig } from './wp-config.ts';

/** @property constants must be there. @property ifThere constants of which only a literal is replaced, by what the function says; null leaves it. */
export type WantedConfig = {
	constants: Readonly<Record<string, string>>;
	tablePrefix: string | null;
	ifThere: Readonly<Record<string, (value: string) => string | null>>;
};

/**
 * @property text the file as it should be; null where it could not be made by replacing literals alone.
 * @property changed names whose value is another now. @property why what stood in the way, by name.
 */
export type EditedConfig = { text: string | null; changed: string[]; why: { name: string; why: string }[]; notLiteral: string[] };

type Found = { name: string; value: PhpNode };
type Span = { start: { offset: number }; end: { offset: number } };

/** @param source the file's bytes as latin1. @throws SETTINGS_UNREADABLE where it is no PHP */
export function editWpConfig(source: string, wanted: WantedConfig, environment: PhpEnvironment): EditedConfig {
	const found = definitionsIn(parsePhp(source, environment.path));
	const edits: { start: number; end: number; text: string }[] = [];
	const changed = new Set<string>();
	const why: EditedConfig['why'] = [];
	const notLiteral: string[] = [];
	const replace = (one: Found, text: string): void => {
		const { start, end } = one.value.loc as unknown as Span;
		if (one.value['value'] === asLatin1(text)) { return; }
		edits.push({ start: start.offset, end: end.offset, text: phpString(text) });
		changed.add(one.name);
	};
	const mustHave: Record<string, string> = { ...wanted.constants, ...(wanted.tablePrefix === null ? {} : { $table_prefix: wanted.tablePrefix }) };
	for (const [name, value] of Object.entries(mustHave)) {
		const all = found.filter((one) => one.name === name);
		if (all.length === 0) { why.push({ name, why: 'is not set in this file' }); }
		for (const one of all) {
			if (one.value.kind === 'string') { replace(one, value); }
			else { why.push({ name, why: `is computed (line ${one.value.loc?.start.line ?? 0})` }); }
		}
	}
	for (const [name, valueOf] of Object.entries(wanted.ifThere)) {
		for (const one of found.filter((candidate) => candidate.name === name)) {
			if (one.value.kind !== 'string') { notLiteral.push(name); continue; }
			const value = valueOf(String(one.value['value']));
			if (value !== null) { replace(one, value); }
		}
	}
	if (why.length > 0) { return { text: null, changed: [], why, notLiteral }; }
	const text = applied(source, edits);
	const others = stillOther(text, mustHave, environment);
	return others.length > 0 ? { text: null, changed: [], why: others, notLiteral } : { text, changed: [...changed], why: [], notLiteral };
}

/**
 * The same file with the constants defined first: the first definition counts, later ones only warn. For where the values cannot be
 * replaced: a person looks at it and puts it in place. ($table_prefix is no constant: it cannot be set so.)
 */
export function configWithDefinitionsFirst(source: string, constants: Readonly<Record<string, string>>): string {
	const lines = Object.entries(constants).map(([name, value]) => `define( '${name}', ${phpString(value)} );`);
	return source.replace(/^(\u00ef\u00bb\u00bf)?<\?php\b/, (open) => `${open}\n// Set by Holdfast's restore; what is defined for these names below no longer counts.\n${lines.join('\n')}\n`);
}

/** A new configuration, for a site whose own was not in the backup. @param salts by name */
export function newWpConfig(constants: Readonly<Record<string, string>>, tablePrefix: string, salts: Readonly<Record<string, string>>): string {
	const lines = Object.entries({ ...constants, DB_CHARSET: 'utf8mb4', DB_COLLATE: '', ...salts }).map(([name, value]) => `define( '${name}', ${phpString(value)} );`);
	return [
		'<?php', '// Written by Holdfast: the configuration of this site was not in its backup.', '', ...lines, '', `$table_prefix = ${phpString(tablePrefix)};`, '',
		"if ( ! defined( 'ABSPATH' ) ) {", "\tdefine( 'ABSPATH', __DIR__ . '/' );", '}', "require_once ABSPATH . 'wp-settings.php';", '',
	].join('\n');
}

/** Every `define( 'X', … )`, `const X = …` and `$table_prefix = …`, wherever it stands. */
function definitionsIn(program: PhpNode): Found[] {
	const found: Found[] = [];
	visit(program, (node) => {
		if (node.kind === 'call' && nameOf((node['what'] as PhpNode | undefined)?.['name']).replace(/^\\/, '').toLowerCase() === 'define') {
			const [name, value] = node['arguments'] as PhpNode[];
			if (name?.kind === 'string' && value !== undefined) { found.push({ name: String(name['value']), value }); }
		} else if (node.kind === 'constant' && node['value'] !== null && typeof node['value'] === 'object') {
			found.push({ name: nameOf(node['name']), value: node['value'] as PhpNode });
		} else if (node.kind === 'assign' && (node['left'] as PhpNode).kind === 'variable' && (node['left'] as PhpNode)['name'] === 'table_prefix') {
			found.push({ name: '$table_prefix', value: node['right'] as PhpNode });
		}
	});
	return found;
}

/** A file that this one includes may have the last word: the result is worked out once more, as WordPress would come by it. */
function stillOther(text: string, wanted: Readonly<Record<string, string>>, environment: PhpEnvironment): EditedConfig['why'] {
	const config = parseWpConfig(text, environment);
	return Object.entries(wanted).flatMap(([name, value]) => {
		const now = name === '$table_prefix' ? config.tablePrefix : config.constants.has(name) ? asText(config.constants.get(name)!) : null;
		return now === asLatin1(value) ? [] : [{ name, why: now === null ? 'depends on what is not known here' : 'is set elsewhere as well' }];
	});
}

function applied(source: string, edits: { start: number; end: number; text: string }[]): string {
	let text = source;
	for (const { start, end, text: now } of edits.sort((a, b) => b.start - a.start)) {
		if (!/^['"]/.test(text.slice(start, end))) { throw new HoldfastError('SETTINGS_UNREADABLE', 'The parser did not find a literal where it said that one is.'); }
		text = text.slice(0, start) + now + text.slice(end);
	}
	return text;
}

/** As bytes: the file is handled as latin1, so that what is not touched keeps its bytes. */
const asLatin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
const phpString = (text: string): string => `'${asLatin1(text).replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
const nameOf = (name: unknown): string => (typeof name === 'string' ? name : typeof name === 'object' && name !== null ? nameOf((name as { name?: unknown }).name) : '');

function visit(node: unknown, act: (node: PhpNode) => void): void {
	if (Array.isArray(node)) { node.forEach((one) => visit(one, act)); return; }
	if (typeof node !== 'object' || node === null) { return; }
	if (typeof (node as PhpNode).kind === 'string') { act(node as PhpNode); }
	for (const [field, value] of Object.entries(node)) { if (field !== 'loc') { visit(value, act); } }
}
