/** Views and triggers. */
import { Type, type Static } from 'typebox';
import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { valueBytesMax } from '../limits.ts';
import { jsonCodec } from './json.ts';

export const DefinitionContextSchema = Type.Object({
	definer: Type.String(),
	sqlMode: Type.String(),
	characterSet: Type.String(),
	collation: Type.String(),
});
export type DefinitionContext = Static<typeof DefinitionContextSchema>;

export interface DefinitionValue {
	/** The create statement, as the server answers it. */
	readonly create: Uint8Array;
	readonly context: DefinitionContext;
}

const contextJson = jsonCodec(DefinitionContextSchema, 'definition');

/** @throws FormatError FORMAT_JSON, FORMAT_LIMIT */
export function encodeDefinition(definition: DefinitionValue): Buffer {
	return new ByteWriter().u8(1).field(definition.create, valueBytesMax).field(contextJson.encode(definition.context), valueBytesMax).finish();
}

/** @throws FormatError */
export function decodeDefinition(bytes: Uint8Array): DefinitionValue {
	const reader = new ByteReader(bytes);
	reader.version(1);
	const create = reader.field(valueBytesMax);
	const context = contextJson.decode(reader.field(valueBytesMax));
	reader.done();
	return { create, context };
}
