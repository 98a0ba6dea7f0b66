/** A table's value: its incarnation, how to create it, and how its rows are laid out and keyed. */
import { Type, type Static } from 'typebox';
import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { refuse } from '../errors.ts';
import { parseIncarnation, type Incarnation } from '../ids.ts';
import type { KeyColumnPlace } from '../keys/rowKey.ts';
import { columnsMax, valueBytesMax } from '../limits.ts';
import { jsonCodec } from './json.ts';

export const TableLayoutSchema = Type.Object({
	engine: Type.String(),
	transactional: Type.Boolean(),
	columns: Type.Array(
		Type.Object({
			name: Type.String({ minLength: 1 }),
			type: Type.String({ minLength: 1 }),
			charset: Type.Union([Type.String(), Type.Null()]),
			nullable: Type.Boolean(),
			/** Left out of rows. */
			generated: Type.Boolean(),
			/** What the reader asks the server for: the column, CAST AS DOUBLE, CAST AS BINARY(n), or its number (ENUM and SET whose text does not tell the member). */
			read: Type.Union([Type.Literal('plain'), Type.Literal('double'), Type.Literal('binary16'), Type.Literal('binary4'), Type.Literal('number')]),
		}),
		{ maxItems: columnsMax },
	),
	key: Type.Object({
		/** `row`: no key; the row key is the hash of the row, and `columns` is empty. */
		kind: Type.Union([Type.Literal('primary'), Type.Literal('unique'), Type.Literal('row')]),
		columns: Type.Array(
			Type.Object({
				name: Type.String({ minLength: 1 }),
				as: Type.Union([Type.Literal('int'), Type.Literal('uint'), Type.Literal('bytes')]),
			}),
			{ maxItems: 64 },
		),
	}),
});
export type TableLayout = Static<typeof TableLayoutSchema>;

export interface TableValue {
	readonly incarnation: Incarnation;
	/** The answer of SHOW CREATE TABLE without its AUTO_INCREMENT=. */
	readonly create: Uint8Array;
	readonly layout: TableLayout;
}

const layoutJson = jsonCodec(TableLayoutSchema, 'layout');

/** @throws FormatError FORMAT_FIELD, FORMAT_JSON */
export function encodeTable(table: TableValue): Buffer {
	keyColumnPlaces(table.layout);
	return new ByteWriter(1024)
		.u8(1)
		.u64(parseIncarnation(table.incarnation))
		.field(table.create, valueBytesMax)
		.field(layoutJson.encode(table.layout), valueBytesMax)
		.finish();
}

/** @throws FormatError */
export function decodeTable(bytes: Uint8Array): TableValue {
	const reader = new ByteReader(bytes);
	reader.version(1);
	const incarnation = parseIncarnation(reader.u64());
	const create = reader.field(valueBytesMax);
	const layout = layoutJson.decode(reader.field(valueBytesMax));
	reader.done();
	keyColumnPlaces(layout);
	return { incarnation, create, layout };
}

/** The columns that a row's value has, in its order. */
export const storedColumns = (layout: TableLayout): TableLayout['columns'] => layout.columns.filter((column) => !column.generated);

/**
 * Where the key's columns stand in a row's value; empty for a table without a key.
 * @throws FormatError FORMAT_FIELD when the key names a column that rows do not have
 */
export function keyColumnPlaces(layout: TableLayout): KeyColumnPlace[] {
	if ((layout.key.kind === 'row') !== (layout.key.columns.length === 0)) refuse('FORMAT_FIELD', 'key kind and key columns');
	const stored = storedColumns(layout);
	return layout.key.columns.map(({ name, as }) => {
		const index = stored.findIndex((column) => column.name === name);
		return index >= 0 ? { index, as } : refuse('FORMAT_FIELD', 'the key names a column that rows do not have');
	});
}

/** The incarnation in a table's value, without decoding the rest. @throws FormatError */
export function incarnationOfTable(bytes: Uint8Array): Incarnation {
	const reader = new ByteReader(bytes);
	reader.version(1);
	return parseIncarnation(reader.u64());
}
