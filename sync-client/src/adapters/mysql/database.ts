/**
 * The database port on MariaDB and MySQL: hands out connections and knows the server.
 *
 *     control   stays open: identity, lock, lists, KILL QUERY
 *     snapshot  up to `snapshotsMax`, two of them kept warm between snapshots
 *     writer    one per restore, its own
 */
import { hostname } from 'node:os';
import { HoldfastError } from '../../errors.ts';
import type {
	Accounts,
	Database,
	Definition,
	ServerIdentity,
	Snapshot,
	TableLayout,
	TableListing,
	TableScope,
	Writer,
	WriterLock,
} from '../../ports/database.ts';
import { databaseError } from './mysql-errors.ts';
import { readLayout } from './layout.ts';
import { listRoutinesAndEvents, readAccounts } from './server-objects.ts';
import { flavourOf, sessionStatements, writerStatements, type Flavour } from './session.ts';
import { MysqlSnapshot } from './snapshot.ts';
import { listDefinitions, listTables } from './tables.ts';
import { Wire, type WireOptions } from './wire.ts';
import { MysqlWriter } from './writer.ts';
import { WireLock } from './writer-lock.ts';

const snapshotsMax = 4;
const idleWiresMax = 2;

export class MysqlDatabase implements Database {
	readonly #targets: readonly WireOptions[];
	readonly #idle: Wire[] = [];
	readonly #rowBytes = new Map<string, number>();
	readonly #waiting: (() => void)[] = [];
	#control: Promise<Wire> | null = null;
	/** Ids of our connections since the control connection was opened: for as long as it lives the server gives none of them again. */
	readonly #ownIds = new Set<number>();
	#flavour: Flavour = 'mariadb';
	#openSnapshots = 0;
	#closed = false;

	private constructor(targets: readonly WireOptions[]) {
		this.#targets = targets;
	}

	/**
	 * @param targets ways to reach the server, tried in order while they are not reachable; a refused login ends it.
	 * @throws DB_UNREACHABLE, DB_LOGIN_REFUSED, DB_UNKNOWN_DATABASE, DB_TLS.
	 */
	static async connect(targets: readonly WireOptions[]): Promise<MysqlDatabase> {
		const database = new MysqlDatabase(targets);
		await database.#wire();
		return database;
	}

	async identity(): Promise<ServerIdentity> {
		const wire = await this.#wire();
		const [row] = await wire.text(
			`SELECT VERSION(), @@hostname, @@port, DATABASE(), @@max_allowed_packet, @@read_only, @@default_storage_engine, @@lower_case_table_names, @@datadir`,
			'Asking the server who it is',
		);
		// Of one statement, so that both are of the same second: their difference stays the same for as long as the server lives.
		const status = this.#flavour === 'mariadb' ? 'information_schema' : 'performance_schema';
		const [times] = await wire.text(
			`SELECT UNIX_TIMESTAMP(NOW(3)) * 1000, VARIABLE_VALUE FROM ${status}.global_status WHERE VARIABLE_NAME = 'Uptime'`,
			'Asking the server since when it runs',
		);
		const [uid] = await wire
			.text(this.#flavour === 'mariadb' ? 'SELECT @@server_uid' : 'SELECT @@server_uuid')
			.catch(() => [[null]]);
		const [version, serverName, port, database, packet, readOnly, engine, lower, dataFolder] = row!;
		const nowMs = Math.round(Number(times?.[0]));
		// Below zero, which the server prints as unsigned, where its clock was set back to before its start.
		const uptimeS = Number(BigInt.asIntN(64, BigInt(times?.[1] ?? 0)));
		return {
			version: version!,
			flavour: this.#flavour,
			uid: uid?.[0] ?? null,
			hostname: serverName ?? '',
			port: Number(port),
			database: database ?? '',
			startedAtMs: (Math.floor(nowMs / 1000) - uptimeS) * 1000,
			uptimeS,
			nowMs,
			maxAllowedPacketBytes: Number(packet),
			readOnly: readOnly === '1' || readOnly === 'ON',
			defaultEngine: engine ?? '',
			lowerCaseTableNames: Number(lower),
			connectionId: wire.connectionId,
			dataFolder: this.#isLocal(serverName ?? '') ? dataFolder! : null,
		};
	}

	/** Reached by a socket, or on a loopback address and of this machine's name: a container that forwards its port has another. */
	#isLocal(serverName: string): boolean {
		const [target] = this.#targets;
		return target?.socketPath !== undefined || (serverName === hostname() && /^(localhost|127\.|::1$)/.test(target?.host ?? ''));
	}

	async acquireWriterLock(name: string): Promise<WriterLock> {
		return WireLock.acquire(await this.#wire(), name);
	}

	async listTables(scope: TableScope): Promise<TableListing> {
		const wire = await this.#wire();
		const [row] = await wire.text('SELECT @@lower_case_table_names');
		return listTables(wire, scope, row![0] !== '0');
	}

	async listDefinitions(scope: TableScope): Promise<Definition[]> {
		return listDefinitions(await this.#wire(), (await this.listTables(scope)).tables);
	}

	async accounts(): Promise<Accounts> {
		return readAccounts(await this.#wire());
	}

	async listRoutinesAndEvents(): Promise<string[]> {
		return listRoutinesAndEvents(await this.#wire());
	}

	async readSchema(table: string): Promise<TableLayout> {
		return readLayout(await this.#wire(), table);
	}

	async openSnapshot(): Promise<Snapshot> {
		while (this.#openSnapshots >= snapshotsMax) await new Promise<void>((resolve) => this.#waiting.push(resolve));
		this.#openSnapshots++;
		let wire: Wire | undefined;
		try {
			await this.#wire(); // needed for KILL QUERY
			do wire = this.#idle.pop();
			while (wire?.isLost === true);
			wire ??= await this.#open();
			return await MysqlSnapshot.open(
				wire,
				(id) => this.#killQuery(id),
				this.#rowBytes,
				(used) => this.#release(used),
			);
		} catch (error) {
			wire?.destroy();
			this.#oneLess();
			throw error;
		}
	}

	async openWriter(): Promise<Writer> {
		const { maxAllowedPacketBytes } = await this.identity();
		const wire = await this.#open();
		await setUp(wire, writerStatements(this.#flavour));
		return new MysqlWriter(wire, maxAllowedPacketBytes);
	}

	async connectionIds(only: { ofThisDatabase: boolean } = { ofThisDatabase: false }): Promise<Set<number>> {
		const sql = `SELECT ID FROM information_schema.PROCESSLIST${only.ofThisDatabase ? ' WHERE DB = DATABASE()' : ''}`;
		const rows = await (await this.#wire()).text(sql, 'Reading the process list');
		// After a restart the server may give us a number that a request of the site had before: we are not that request.
		return new Set(rows.map((row) => Number(row[0])).filter((id) => !this.#ownIds.has(id)));
	}

	async close(): Promise<void> {
		this.#closed = true;
		const control = await this.#control?.catch(() => null);
		await Promise.all([...this.#idle.splice(0), ...(control ? [control] : [])].map((wire) => wire.close()));
	}

	/** The control connection; made anew when it was lost. A writer lock does not come back with it. */
	async #wire(): Promise<Wire> {
		if (this.#closed) throw new HoldfastError('DB_GONE', 'The database was closed.', { retry: 'never' });
		const current = await this.#control?.catch(() => null);
		if (current && !current.isLost) return current;
		this.#ownIds.clear();
		this.#control = this.#open();
		return this.#control;
	}

	async #open(): Promise<Wire> {
		let last: unknown = new HoldfastError('DB_UNREACHABLE', 'No address of the database is known.');
		for (const target of this.#targets) {
			try {
				const wire = await Wire.open(target);
				const [row] = await wire.text('SELECT VERSION()');
				this.#flavour = flavourOf(row![0]!);
				await setUp(wire, sessionStatements(this.#flavour));
				this.#ownIds.add(wire.connectionId);
				return wire;
			} catch (error) {
				last = databaseError(error, 'Connecting to the database');
				if ((last as HoldfastError).code !== 'DB_UNREACHABLE') throw last;
			}
		}
		throw last;
	}

	async #killQuery(connectionId: number): Promise<void> {
		await (await this.#wire()).run(`KILL QUERY ${connectionId}`, 'Ending a statement of ours');
	}

	async #release(wire: Wire): Promise<void> {
		try {
			if (wire.isLost || this.#closed || this.#idle.length >= idleWiresMax) await wire.close();
			else {
				await wire.run('ROLLBACK');
				this.#idle.push(wire);
			}
		} catch {
			wire.destroy(); // a read-only transaction ends with its connection
		} finally {
			this.#oneLess();
		}
	}

	#oneLess(): void {
		this.#openSnapshots--;
		this.#waiting.shift()?.();
	}
}

async function setUp(wire: Wire, statements: { required: string[]; optional: string[] }): Promise<void> {
	for (const sql of statements.required) await wire.run(sql, 'Setting up the database session');
	for (const sql of statements.optional) await wire.run(sql).catch(() => {}); // unknown to this server's version
}
