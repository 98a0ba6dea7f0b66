/** The write side of a restore: rows as they were read, back into the table, within the server's packet size. */
import { HoldfastError } from '../../errors.ts';
import type { ChangeCounts, DefinitionSession, RowChanges, TableLayout, Writer } from '../../ports/database.ts';
import { rowCount, spanAt, type RowBatch } from '../../ports/row-batch.ts';
import { selectExpression } from './column-reading.ts';
import { comparesExactly, exactKeysCondition, keyParts, keysCondition } from './conditions.ts';
import { appendTuple, insertHead, tupleBytes } from './insert.ts';
import { storedColumns } from './layout.ts';
import { chunksOf } from './snapshot.ts';
import { identifier, SqlWriter, textLiteral } from './sql-writer.ts';
import type { RunResult, Wire } from './wire.ts';

/** Measured: INSERTs of 1 MB in transactions of 8 MB load fastest (shared/design/database.md). */
const statementBytesTarget = 1024 * 1024;
const transactionBytesMax = 8 * 1024 * 1024;
const deletesPerStatementMax = 200;
const warningsMax = 20;

export class MysqlWriter implements Writer {
	readonly #wire: Wire;
	readonly #statementBytesMax: number;
	#inTransaction = false;

	constructor(wire: Wire, maxAllowedPacketBytes: number) {
		this.#wire = wire;
		this.#statementBytesMax = maxAllowedPacketBytes - 1024; // command byte, head of the next statement, and air
	}

	async begin(): Promise<void> {
		await this.#wire.run('START TRANSACTION', 'Beginning a transaction');
		this.#inTransaction = true;
	}

	async commit(): Promise<void> {
		await this.#wire.run('COMMIT', 'Committing');
		this.#inTransaction = false;
	}

	async rollback(): Promise<void> {
		this.#inTransaction = false;
		await this.#wire.run('ROLLBACK', 'Rolling back');
	}

	async applyRows(layout: TableLayout, changes: RowChanges): Promise<ChangeCounts> {
		const counts: ChangeCounts = { deleted: 0, inserted: 0, missing: 0, warnings: [] };
		if (changes.insertRows !== undefined) this.#refuseTooBig(layout, changes.insertRows);
		const own = !this.#inTransaction;
		try {
			if (own) await this.#wire.run('START TRANSACTION');
			if (changes.deleteKeys !== undefined) await this.#deleteByKeys(layout, changes.deleteKeys, counts);
			if (changes.deleteRows !== undefined) await this.#deleteExactRows(layout, changes.deleteRows, counts);
			if (changes.insertRows !== undefined) await this.#insert(layout, changes.insertRows, own, counts);
			if (own) await this.#wire.run('COMMIT');
		} catch (error) {
			if (own && !this.#wire.isLost) await this.#wire.run('ROLLBACK').catch(() => {});
			throw error;
		}
		return counts;
	}

	async execute(sql: string | Uint8Array, session?: DefinitionSession): Promise<{ affectedRows: number; warnings: string[] }> {
		if (this.#inTransaction)
			throw new HoldfastError('DB_STATEMENT', 'A definition cannot be changed inside a transaction: the server would commit it.');
		// Texts in definitions are utf8 unless their session says otherwise; under `binary` the server refuses 4-byte characters.
		const { characterSet, collation, sqlMode } = session ?? {
			characterSet: 'utf8mb4',
			collation: '',
			sqlMode: 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES',
		};
		const collate = collation === '' ? '' : ` COLLATE ${word(collation)}`;
		await this.#wire.run(`SET NAMES ${word(characterSet)}${collate}`);
		try {
			await this.#wire.run(`SET SESSION sql_mode = ${textLiteral(sqlMode)}`);
			const result = await this.#wire.run(sql, 'Changing a definition');
			return { affectedRows: result.affectedRows, warnings: await this.#warningsOf(result) };
		} finally {
			if (!this.#wire.isLost) {
				await this.#wire.run('SET NAMES binary');
				await this.#wire.run("SET SESSION character_set_results = NULL, sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'");
			}
		}
	}

	async raiseAutoIncrement(table: string, next: bigint): Promise<void> {
		// The server itself keeps the counter above what the rows need; only a lower setting has to be prevented here.
		const [row] = await this.#wire.text(
			`SELECT AUTO_INCREMENT FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ${textLiteral(table)}`,
		);
		if (row?.[0] === undefined || row[0] === null || BigInt(row[0]) >= next) return;
		await this.execute(`ALTER TABLE ${identifier(table)} AUTO_INCREMENT = ${next}`);
	}

	async close(): Promise<void> {
		await this.#wire.close();
	}

	async #deleteByKeys(layout: TableLayout, keys: RowBatch, counts: ChangeCounts): Promise<void> {
		const parts = keyParts(layout);
		if (parts.length === 0) throw new HoldfastError('DB_STATEMENT', `Table ${layout.name} has no key to delete by.`);
		const exact = comparesExactly(parts);
		const from = `DELETE FROM ${identifier(layout.name)} WHERE `;
		for (const chunk of chunksOf(keys, deletesPerStatementMax, statementBytesTarget / 8)) {
			const found = attempt(() => keysCondition(parts, chunk));
			const condition =
				found === null
					? exactKeysCondition(parts, chunk)
					: exact
						? found
						: `(${found}) AND (${exactKeysCondition(parts, chunk)})`;
			counts.deleted += (await this.#wire.run(from + condition, `Deleting rows of ${layout.name}`)).affectedRows;
		}
	}

	/** Every column compared as the bytes it is read as; one row per statement, because equal rows may occur more than once. */
	async #deleteExactRows(layout: TableLayout, rows: RowBatch, counts: ChangeCounts): Promise<void> {
		const expressions = storedColumns(layout).map(
			(column) => `CAST(${selectExpression(identifier(column.name), column.read)} AS BINARY) <=> `,
		);
		const span = { start: 0, end: 0, next: 0 };
		for (let row = 0; row < rowCount(rows); row++) {
			const sql = new SqlWriter().text(`DELETE FROM ${identifier(layout.name)} WHERE `);
			let at = rows.offsets[row]!;
			expressions.forEach((expression, i) => {
				at = spanAt(rows.bytes, at, span).next;
				sql.text(`${i === 0 ? '' : ' AND '}${expression}`);
				if (span.start < 0) sql.text('NULL');
				else sql.literal(rows.bytes, span.start, span.end);
			});
			const { affectedRows } = await this.#wire.run(sql.text(' LIMIT 1').view(), `Deleting a row of ${layout.name}`);
			counts.deleted += affectedRows;
			counts.missing += 1 - affectedRows;
		}
	}

	async #insert(layout: TableLayout, rows: RowBatch, ownTransaction: boolean, counts: ChangeCounts): Promise<void> {
		const columns = storedColumns(layout);
		const head = insertHead(layout.name, columns);
		const sql = new SqlWriter(Math.min(statementBytesTarget + 256 * 1024, rows.bytes.length * 2 + 4096)).text(head);
		const headBytes = sql.length;
		let transactionBytes = 0;
		const flush = async (): Promise<void> => {
			if (sql.length === headBytes) return;
			const result = await this.#wire.run(sql.view(), `Inserting rows into ${layout.name}`);
			counts.inserted += result.affectedRows;
			for (const warning of await this.#warningsOf(result))
				if (counts.warnings.length < warningsMax) counts.warnings.push(warning);
			transactionBytes += sql.length;
			sql.truncate(headBytes);
			if (!ownTransaction || transactionBytes < transactionBytesMax) return;
			await this.#wire.run('COMMIT');
			await this.#wire.run('START TRANSACTION');
			transactionBytes = 0;
		};
		for (let row = 0; row < rowCount(rows); row++) {
			const before = sql.length;
			appendTuple(sql, columns, rows.bytes, rows.offsets[row]!, before === headBytes);
			if (sql.length <= this.#statementBytesMax || before === headBytes) {
				if (sql.length >= Math.min(statementBytesTarget, this.#statementBytesMax)) await flush();
				continue;
			}
			sql.truncate(before);
			await flush();
			appendTuple(sql, columns, rows.bytes, rows.offsets[row]!, true);
		}
		await flush();
	}

	#refuseTooBig(layout: TableLayout, rows: RowBatch): void {
		const columns = storedColumns(layout);
		const head = Buffer.byteLength(insertHead(layout.name, columns));
		for (let row = 0; row < rowCount(rows); row++) {
			const at = rows.offsets[row]!;
			const rowBytes = rows.offsets[row + 1]! - at;
			// Escaping doubles at most: rows far below the limit need no exact count.
			if (rowBytes * 2 + columns.length * 32 + head < this.#statementBytesMax) continue;
			const needed = head + tupleBytes(columns, rows.bytes, at);
			if (needed <= this.#statementBytesMax) continue;
			throw new HoldfastError(
				'DB_ROW_TOO_BIG',
				`A row of ${layout.name} needs a statement of ${needed} bytes; the server takes ${this.#statementBytesMax + 1024} (max_allowed_packet).`,
			);
		}
	}

	async #warningsOf(result: RunResult): Promise<string[]> {
		if (result.warningCount === 0) return [];
		const rows = await this.#wire.text(`SHOW WARNINGS LIMIT ${warningsMax}`);
		return rows.filter(([level]) => level !== 'Note').map(([, code, message]) => `${code}: ${message}`);
	}
}

/** A name of a character set or collation as the server gave it. */
function word(name: string): string {
	if (!/^[a-z0-9_]+$/i.test(name))
		throw new HoldfastError('DB_STATEMENT', `${JSON.stringify(name)} is no character set or collation.`);
	return name;
}

function attempt(condition: () => string): string | null {
	try {
		return condition();
	} catch (error) {
		if (error instanceof HoldfastError && error.code === 'DB_INVALID_TEXT') return null;
		throw error;
	}
}
