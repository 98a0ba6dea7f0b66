/** JSON in stored bytes: checked against a schema; members that the schema does not know are kept. */
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { decodeUtf8, encodeUtf8 } from '../bytes/text.ts';
import { refuse } from '../errors.ts';

export interface JsonCodec<T> {
	/** @throws FormatError FORMAT_JSON when it does not have the shape */
	encode(value: T): Buffer;
	/** @throws FormatError FORMAT_TEXT, FORMAT_JSON, FORMAT_VERSION */
	decode(bytes: Uint8Array): T;
}

/**
 * `what` names the document in errors; with `version`, a member `v` above it is refused as newer.
 * The schema is compiled at first use.
 */
export function jsonCodec<S extends TSchema>(schema: S, what: string, version?: number): JsonCodec<Static<S>> {
	let compiled: { Check(value: unknown): boolean; Errors(value: unknown): { instancePath: string; message: string }[] } | undefined;
	function check(value: unknown): Static<S> {
		if (version !== undefined && isNewer(value, version)) refuse('FORMAT_VERSION', what);
		compiled ??= Compile(schema) as unknown as NonNullable<typeof compiled>;
		if (compiled.Check(value)) return value as Static<S>;
		const [first] = compiled.Errors(value);
		return refuse('FORMAT_JSON', `${what}${first?.instancePath ?? ''}: ${first?.message ?? 'shape'}`);
	}
	return {
		encode: (value) => encodeUtf8(JSON.stringify(check(value))),
		decode: (bytes) => check(parseJson(decodeUtf8(bytes), what)),
	};
}

function isNewer(value: unknown, version: number): boolean {
	return typeof value === 'object' && value !== null && 'v' in value && Number.isInteger(value.v) && (value.v as number) > version;
}

/** @throws FormatError FORMAT_JSON */
export function parseJson(text: string, what: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch (cause) {
		return refuse('FORMAT_JSON', what, cause);
	}
}
