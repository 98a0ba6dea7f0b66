/**
 * One connection to the server: statements as bytes in, rows as bytes out. The only file that touches the driver.
 *
 * Rows are taken from the driver's packet before it decodes them, by replacing `row` of its command object
 * (shared/design: twice as fast). That is not the driver's public interface: `provesRawRows` tries it on a known row when a connection
 * opens, and where it fails rows are re-encoded from the driver's own Buffers.
 */
import mysql from 'mysql2';
import type { HoldfastError } from '../../errors.ts';
import { encodeRow, readColumns, rowAt, rowCount } from '../../ports/row-batch.ts';
import { BatchBuilder } from './batch-builder.ts';
import { databaseError } from './mysql-errors.ts';

export interface WireOptions {
	socketPath?: string;
	host?: string;
	port?: number;
	user: string;
	password: string;
	database: string;
	tls?: boolean;
	compress?: boolean;
	connectTimeoutMs?: number;
	/** False forces the fallback; tests use it. */
	rawRows?: boolean;
}

export interface RunResult {
	affectedRows: number;
	warningCount: number;
}

/** Takes one row: `bytes[start … end)` is valid only during the call. */
export type RowSink = (bytes: Buffer, start: number, end: number) => void;

interface Packet {
	buffer: Buffer;
	offset: number;
	end: number;
	isEOF(): boolean;
}
type RowState = (this: unknown, packet: Packet, connection: unknown) => unknown;
interface Command {
	readField: RowState;
	row: RowState;
}
interface Driver {
	threadId: number;
	config: { charsetNumber: number };
	stream: { pause(): void; resume(): void };
	query(options: object, done: (error: unknown, result: unknown) => void): unknown;
	on(event: string, listener: (error: unknown) => void): void;
	once(event: string, listener: (error: unknown) => void): void;
	end(done: () => void): void;
	destroy(): void;
}

/** Statements travel as JavaScript strings with one byte per character: the driver is told that its charset is binary. */
const onWire = (sql: string | Uint8Array): string =>
	(typeof sql === 'string' ? Buffer.from(sql, 'utf8') : Buffer.from(sql.buffer, sql.byteOffset, sql.byteLength)).toString(
		'latin1',
	);

export class Wire {
	readonly connectionId: number;
	/** Resolves when the connection ended without close(). */
	readonly lost: Promise<HoldfastError>;
	readonly #driver: Driver;
	#raw: boolean;
	#closed = false;
	#lostError: HoldfastError | null = null;
	readonly #onLoss: (error: unknown) => void;

	private constructor(driver: Driver, raw: boolean) {
		this.#driver = driver;
		this.#raw = raw;
		this.connectionId = driver.threadId;
		let tell: (error: HoldfastError) => void = () => {};
		this.lost = new Promise((resolve) => {
			tell = resolve;
		});
		this.#onLoss = (error) => {
			if (this.#closed) return;
			this.#lostError ??= databaseError(
				error ?? { code: 'PROTOCOL_CONNECTION_LOST', message: 'the server closed the connection' },
				'The database connection',
			);
			tell(this.#lostError);
		};
		driver.on('error', this.#onLoss);
		driver.on('end', this.#onLoss);
	}

	static async open(options: WireOptions): Promise<Wire> {
		const driver = mysql.createConnection({
			...(options.socketPath !== undefined
				? { socketPath: options.socketPath }
				: { host: options.host ?? '127.0.0.1', port: options.port ?? 3306 }),
			user: Buffer.from(options.user, 'utf8').toString('latin1'),
			password: options.password,
			database: Buffer.from(options.database, 'utf8').toString('latin1'),
			charset: 'BINARY',
			connectTimeout: options.connectTimeoutMs ?? 10_000,
			compress: options.compress === true,
			// As PHP's mysqlnd does with MYSQLI_CLIENT_SSL and no CA: encrypted, the certificate is not checked.
			...(options.tls === true ? { ssl: { rejectUnauthorized: false } } : {}),
			flags: ['-LOCAL_FILES'],
			disableEval: true,
			supportBigNumbers: true,
			bigNumberStrings: true,
			connectAttributes: { program_name: 'holdfast' },
		}) as unknown as Driver;
		await new Promise<void>((resolve, reject) => {
			driver.once('connect', () => resolve());
			driver.once('error', (error) => reject(databaseError(error, 'Connecting to the database')));
		});
		const wire = new Wire(driver, options.rawRows !== false);
		if (wire.#raw) wire.#raw = await wire.#provesRawRows();
		return wire;
	}

	get rawRows(): boolean {
		return this.#raw;
	}

	get isLost(): boolean {
		return this.#lostError !== null || this.#closed;
	}

	/** Runs a statement whose rows, if any, are not wanted. */
	async run(sql: string | Uint8Array, doing = 'A statement'): Promise<RunResult> {
		const result = (await this.#query(sql, doing, () => {})) as
			{ affectedRows?: number | string; warningStatus?: number } | undefined;
		return { affectedRows: Number(result?.affectedRows ?? 0), warningCount: result?.warningStatus ?? 0 };
	}

	/** Streams the rows of a SELECT into `sink`, in the order of the server. */
	async rows(sql: string | Uint8Array, sink: RowSink, doing = 'Reading'): Promise<void> {
		await this.#query(sql, doing, sink);
	}

	/** A small result as bytes. */
	async bytes(sql: string | Uint8Array, doing = 'Reading'): Promise<(Buffer | null)[][]> {
		const builder = new BatchBuilder(Number.MAX_SAFE_INTEGER);
		await this.rows(sql, (bytes, start, end) => void builder.add(bytes, start, end), doing);
		const batch = builder.take();
		return Array.from({ length: rowCount(batch) }, (_, i) => readColumns(rowAt(batch, i), 0, rowAt(batch, i).length));
	}

	/** A small result as UTF-8 text: names, numbers, status. */
	async text(sql: string | Uint8Array, doing = 'Reading'): Promise<(string | null)[][]> {
		return (await this.bytes(sql, doing)).map((row) => row.map((column) => (column === null ? null : column.toString('utf8'))));
	}

	/** The server stops sending when its buffers are full; call from inside a sink. */
	pause(): void {
		this.#driver.stream.pause();
	}

	resume(): void {
		this.#driver.stream.resume();
	}

	async close(): Promise<void> {
		if (this.#closed) return;
		this.#closed = true;
		if (this.#lostError !== null) return this.#driver.destroy();
		await new Promise<void>((resolve) => {
			const timer = setTimeout(() => {
				this.#driver.destroy();
				resolve();
			}, 1000);
			this.#driver.end(() => {
				clearTimeout(timer);
				resolve();
			});
		});
	}

	/** Ends at once, whatever is under way. */
	destroy(): void {
		this.#closed = true;
		this.#driver.destroy();
	}

	#query(sql: string | Uint8Array, doing: string, sink: RowSink): Promise<unknown> {
		if (this.#lostError !== null) return Promise.reject(this.#lostError);
		this.#driver.config.charsetNumber = 63; // binary, whatever SET NAMES a definition's session asked for
		return new Promise((resolve, reject) => {
			const done = (error: unknown, result: unknown): void => {
				if (error !== null && error !== undefined) {
					const failed = databaseError(error, doing);
					// The driver tells the end of the connection to the statement that was under way, and then to nobody else.
					if (failed.code === 'DB_GONE') this.#onLoss(failed);
					return reject(failed);
				}
				if (!this.#raw && Array.isArray(result))
					for (const row of result as (Buffer | null)[][]) {
						const bytes = encodeRow(row);
						sink(bytes, 0, bytes.length);
					}
				resolve(result);
			};
			const decode = this.#raw ? {} : { rowsAsArray: true, typeCast: (field: { buffer(): Buffer | null }) => field.buffer() };
			const command = this.#driver.query({ sql: onWire(sql), ...decode }, done) as Command;
			if (this.#raw)
				takeRows(command, sink, (error) => {
					this.#driver.destroy();
					reject(databaseError(error, doing));
				});
		});
	}

	async #provesRawRows(): Promise<boolean> {
		const expected = encodeRow([Buffer.from('ab'), null, Buffer.alloc(300, 'x'), Buffer.alloc(0)]);
		let seen: Buffer | null = null;
		await this.rows("SELECT 'ab', NULL, REPEAT('x', 300), ''", (bytes, start, end) => {
			seen = Buffer.from(bytes.subarray(start, end));
		});
		return seen !== null && expected.equals(seen);
	}
}

/** Copies every row packet out; the driver reuses the packet object, so nothing of it is kept. */
function takeRows(command: Command, sink: RowSink, onSinkError: (error: unknown) => void): void {
	const original = command.row;
	let failed = false;
	// Column definitions are not looked at: the driver would decode names in the column's character set, and fails on ones it does not know.
	command.readField = function readField(packet) {
		return packet.isEOF() ? command.row : readField;
	};
	command.row = function row(packet, connection) {
		if (packet.isEOF()) return original.call(this, packet, connection);
		if (failed) return row;
		try {
			sink(packet.buffer, packet.offset, packet.end);
		} catch (error) {
			failed = true;
			onSinkError(error);
		}
		return row;
	};
}
