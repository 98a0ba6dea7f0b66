import type { SiteDatabase } from '../../../dev/site/site.ts';
import { ask, quoted } from './client.ts';

export interface SchemaFact {
	readonly kind: 'table' | 'view' | 'trigger';
	/** For a trigger, the table it belongs to. */
	readonly table: string;
	/** The statement that makes it, without the counter. */
	readonly create: string;
	readonly autoIncrement: bigint | undefined;
}

/** Every table, view and trigger of the database, under a name such as `table wp_posts`. */
export async function schemaFacts(db: SiteDatabase): Promise<Map<string, SchemaFact>> {
	const [tables = [], triggers = []] = await ask(
		db,
		`SELECT HEX(TABLE_NAME), IF(TABLE_TYPE = 'VIEW', 'view', 'table') FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() ORDER BY 1;`,
		"SELECT HEX(EVENT_OBJECT_TABLE), 'trigger', HEX(TRIGGER_NAME) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() ORDER BY 3;",
	);
	const things = [...tables, ...triggers].map(([hexTable = '', kind, hexName = hexTable]) => ({
		kind: kind as SchemaFact['kind'],
		table: fromHex(hexTable),
		name: fromHex(hexName),
	}));
	const printed = await ask(db, ...things.map(({ kind, name }) => `SHOW CREATE ${kind.toUpperCase()} ${quoted(name)};`));
	return new Map(things.map(({ kind, table, name }, index) => [`${kind} ${name}`, fact(kind, table, printed[index]?.[0] ?? [])]));
}

function fact(kind: SchemaFact['kind'], table: string, printed: readonly string[]): SchemaFact {
	if (kind !== 'table') {
		// A trigger's last cell is the day it was made, which a restore cannot keep.
		return { kind, table, create: printed.slice(1, 6).join(' '), autoIncrement: undefined };
	}
	const create = printed[1] ?? '';
	return { kind, table, create: create.replace(counter, ''), autoIncrement: BigInt(counter.exec(create)?.[1] ?? 0) };
}

/** Part of the table's options, after the closing bracket of its columns; a comment may hold the same words. */
const counter = /(?<=\\n\) ENGINE=\S+) AUTO_INCREMENT=(\d+)/;

export const fromHex = (hex: string): string => Buffer.from(hex, 'hex').toString('utf8');
