import type { DatabaseSync, StatementSync, SQLInputValue } from 'node:sqlite';
import {
	CompiledQuery,
	type DatabaseConnection,
	type Dialect,
	type Driver,
	type QueryResult,
	SqliteAdapter,
	SqliteIntrospector,
	SqliteQueryCompiler,
} from 'kysely';

/** Prepared statements kept per connection; Kysely writes the same few texts again and again. */
const statementsMax = 200;

/**
 * Kysely on `node:sqlite`: the SQLite that Node brings, so that nothing native has to be installed.
 * There is one connection, handed to one user at a time: a transaction is never interleaved with another query, and
 * writes are serialised. Transactions begin IMMEDIATE, because in WAL mode a transaction that began by reading
 * is refused at its first write, without waiting, when another process wrote meanwhile.
 */
export function nodeSqliteDialect(database: DatabaseSync): Dialect {
	return {
		createAdapter: () => new SqliteAdapter(),
		createDriver: () => new NodeSqliteDriver(database),
		createIntrospector: (db) => new SqliteIntrospector(db),
		createQueryCompiler: () => new SqliteQueryCompiler(),
	};
}

class NodeSqliteDriver implements Driver {
	readonly #database: DatabaseSync;
	readonly #connection: NodeSqliteConnection;
	/** Settled when the connection is free again. */
	#free: Promise<void> = Promise.resolve();
	#release: () => void = () => {};

	constructor(database: DatabaseSync) {
		this.#database = database;
		this.#connection = new NodeSqliteConnection(database);
	}

	async init(): Promise<void> {}

	async acquireConnection(): Promise<DatabaseConnection> {
		const before = this.#free;
		let release = (): void => {};
		this.#free = new Promise((resolve) => {
			release = resolve;
		});
		await before;
		this.#release = release;
		return this.#connection;
	}

	async beginTransaction(connection: DatabaseConnection): Promise<void> {
		await connection.executeQuery(CompiledQuery.raw('begin immediate'));
	}

	async commitTransaction(connection: DatabaseConnection): Promise<void> {
		await connection.executeQuery(CompiledQuery.raw('commit'));
	}

	async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
		/* SQLite has already rolled back after some errors (a full disk): then there is nothing to do. */
		if (this.#database.isTransaction) await connection.executeQuery(CompiledQuery.raw('rollback'));
	}

	async releaseConnection(): Promise<void> {
		this.#release();
	}

	async destroy(): Promise<void> {
		if (this.#database.isOpen) this.#database.close();
	}
}

class NodeSqliteConnection implements DatabaseConnection {
	readonly #database: DatabaseSync;
	readonly #statements = new Map<string, StatementSync>();

	constructor(database: DatabaseSync) {
		this.#database = database;
	}

	async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
		const statement = this.#statement(query.sql);
		const parameters = query.parameters.map(toSqlite);
		if (statement.columns().length > 0) return { rows: statement.all(...parameters) as R[] };
		const { changes, lastInsertRowid } = statement.run(...parameters);
		return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
	}

	async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
		for (const row of this.#statement(query.sql).iterate(...query.parameters.map(toSqlite))) yield { rows: [row as R] };
	}

	#statement(sql: string): StatementSync {
		let statement = this.#statements.get(sql);
		if (statement === undefined) {
			statement = this.#database.prepare(sql);
			if (this.#statements.size >= statementsMax) this.#statements.clear();
			this.#statements.set(sql, statement);
		}
		return statement;
	}
}

function toSqlite(value: unknown): SQLInputValue {
	if (value === null || typeof value === 'number' || typeof value === 'string' || typeof value === 'bigint') return value;
	if (value instanceof Uint8Array) return value;
	throw new TypeError(`SQLite takes no ${typeof value} as a parameter`);
}
