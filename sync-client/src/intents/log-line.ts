import { ActivitySchema, type Activity } from '@holdfast/protocol';
import { Compile } from 'typebox/compile';
import { NotUnderstood, parseInteger, parseKey, parseValue } from './log-values.ts';
import type { Equality } from './named.ts';

/** Which rows an intent names. PROTOCOL.md section 2, "Scope". */
export type Scope = {
	keys: Buffer[];
	/** How many new rows get a key that the server chooses; 0 = none. */
	fresh: number;
	conditions: Equality[][];
	range: { low: bigint | null; high: bigint | null } | null;
	whole: boolean;
	schema: boolean;
	quiet: boolean;
};

/** A line of an intent log; `t` monotonic microseconds. */
export type LogLine =
	| { type: 'connection'; t: number; index: number; id: number }
	| { type: 'lookup'; t: number; n: number; table: string }
	| { type: 'intent'; t: number; n: number; table: string; scope: Scope; inTransaction: boolean; connection: number }
	| { type: 'origin'; t: number; n: number; origin: string }
	| { type: 'created'; t: number; n: number; keys: Buffer[] }
	| { type: 'closed'; t: number; n: number; connection: number }
	| { type: 'file'; t: number; n: number; path: Buffer; how: 'file' | 'tree' }
	| { type: 'activity'; t: number; activity: Activity }
	| { type: 'update'; t: number; begins: boolean; what: string }
	| { type: 'lost'; t: number; why: string }
	| { type: 'end'; t: number };

/** Line 2 of a log file. */
export type LogHeader = { request: string; connection: number; machine: string; boot: string; t: number; wallMs: number; kind: string; pid: number };

const activityCheck = Compile(ActivitySchema) as unknown as { Check(value: unknown): boolean };

/** The line, or null when it is not understood: a newer plugin, or damage. Never throws. */
export function parseLine(bytes: Buffer): LogLine | null {
	try {
		return lineOf(JSON.parse(bytes.toString('utf8')) as unknown);
	} catch {
		return null;
	}
}

/** The header, or null when it is not understood. */
export function parseHeader(bytes: Buffer): LogHeader | null {
	try {
		const json = JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
		if (json['v'] !== 1 || typeof json['r'] !== 'string') {
			return null;
		}
		return {
			request: json['r'], connection: whole(json['c'] ?? 0), machine: String(json['m'] ?? ''), boot: String(json['b'] ?? ''),
			t: whole(json['t']), wallMs: whole(json['w']), kind: String(json['k'] ?? ''), pid: whole(json['pid'] ?? 0),
		};
	} catch {
		return null;
	}
}

function lineOf(json: unknown): LogLine {
	if (!Array.isArray(json)) {
		throw new NotUnderstood('a line');
	}
	const [type, time, a, b, c, d, e] = json as unknown[];
	const t = whole(time);
	switch (type) {
		case 'd': return { type: 'connection', t, index: whole(a), id: whole(b) };
		case 'o': return { type: 'lookup', t, n: whole(a), table: text(b) };
		case 'w': return { type: 'intent', t, n: whole(a), table: text(b), scope: scopeOf(c), inTransaction: whole(d ?? 0) === 1, connection: whole(e ?? 0) };
		case 'p': return { type: 'origin', t, n: whole(a), origin: typeof b === 'string' ? b : refuse() };
		case 'r': return { type: 'created', t, n: whole(a), keys: list(b).map(parseKey) };
		case 'c': return { type: 'closed', t, n: whole(a), connection: b === -1 ? -1 : whole(b) };
		case 'f': return { type: 'file', t, n: whole(a), path: path(b), how: c === 'tree' ? 'tree' : c === 'file' ? 'file' : refuse() };
		case 'a': return activityCheck.Check(a) ? { type: 'activity', t, activity: a as Activity } : refuse();
		case 'u': return { type: 'update', t, begins: whole(a) === 1, what: String(b ?? '') };
		case 'x': return { type: 'lost', t, why: String(a ?? '') };
		case 'e': return { type: 'end', t };
		default: return refuse();
	}
}

function scopeOf(json: unknown): Scope {
	const { k, n, c, g, t, s, q } = (json ?? refuse()) as Record<string, unknown>;
	const scope: Scope = {
		keys: k === undefined ? [] : list(k).map(parseKey),
		fresh: n === undefined ? 0 : whole(n),
		conditions: c === undefined ? [] : list(c).map((conjunction) => list(conjunction).map(equality)),
		range: g === undefined ? null : rangeOf(list(g)),
		whole: t === 1, schema: s === 1, quiet: q === 1,
	};
	const names = k !== undefined || n !== undefined || c !== undefined || g !== undefined || scope.whole || scope.schema;
	return names && scope.conditions.every((conjunction) => conjunction.length > 0) ? scope : refuse();
}

function rangeOf([low, high]: unknown[]): { low: bigint | null; high: bigint | null } {
	return { low: parseInteger(low), high: parseInteger(high) };
}

function equality(json: unknown): Equality {
	const [column, value] = list(json);
	return { column: text(column), value: parseValue(value) };
}

function path(json: unknown): Buffer {
	const value = parseValue(json);
	return value !== null && value.kind === 'text' && value.bytes[0] === 0x2f ? value.bytes : refuse();
}

const list = (json: unknown): unknown[] => (Array.isArray(json) ? json : refuse());
const text = (json: unknown): string => (typeof json === 'string' && json !== '' ? json : refuse());
const whole = (json: unknown): number => (Number.isSafeInteger(json) && (json as number) >= 0 ? (json as number) : refuse());

function refuse(): never {
	throw new NotUnderstood('a field');
}
