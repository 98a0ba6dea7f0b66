import { Wire } from '../../sync-client/src/adapters/mysql/wire.ts';
import type { TestServer } from '../../sync-client/src/adapters/mysql/testing/server.ts';
import { RequestWriter } from '../../sync-client/src/intents/testing/request-writer.ts';

export const writerSchema = `
	CREATE TABLE wp_posts (ID bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, title varchar(200), n int NOT NULL DEFAULT 0) ENGINE=InnoDB;
	CREATE TABLE wp_meta (k varchar(50) COLLATE utf8mb4_unicode_ci NOT NULL PRIMARY KEY, v varchar(50)) ENGINE=InnoDB;
	INSERT INTO wp_posts (title) SELECT CONCAT('post ', seq, REPEAT(' lorem', 15)) FROM seq_1_to_60000;
	INSERT INTO wp_meta SELECT CONCAT('key ', seq), '0' FROM seq_1_to_200;
`;

const draw = (n: number): number => Math.floor(Math.random() * n);

/** Plays requests of a site: announces, writes, closes, as the plugin does; some are slow, some roll back, some die. */
export class SiteWriter {
	readonly #server: TestServer;
	readonly #database: string;
	readonly #logFolder: string;
	/** What requests that ended said. */
	readonly said: string[] = [];
	requests = 0;

	constructor(server: TestServer, database: string, logFolder: string) {
		this.#server = server;
		this.#database = database;
		this.#logFolder = logFolder;
	}

	async run(isOn: () => boolean): Promise<void> {
		while (isOn()) {
			const wire = await Wire.open(this.#server.target(this.#database));
			try {
				for (let i = 0; i < 5 && isOn(); i++) {
					await this.#request(wire);
				}
			} finally {
				await wire.close().catch(() => undefined);
			}
		}
	}

	async #request(wire: Wire): Promise<void> {
		const log = new RequestWriter(this.#logFolder, { connection: wire.connectionId });
		this.requests++;
		const sentence = `request ${log.id}`;
		switch (draw(5)) {
			case 0: await this.#transaction(wire, log, true); break;
			case 1: await this.#transaction(wire, log, false); break;
			case 2: await this.#inserts(wire, log); break;
			case 3:
				await this.#updates(wire, log);
				if (draw(3) === 0) {
					wire.destroy(); // killed between write and end
					throw new Killed();
				}
				break;
			default: await this.#updates(wire, log);
		}
		log.activity(sentence).end();
		this.said.push(sentence);
	}

	async #updates(wire: Wire, log: RequestWriter): Promise<void> {
		for (let i = 0; i < 3; i++) {
			const id = 1 + draw(60_000);
			log.intent('wp_posts', { k: [[id]] });
			await wire.run(draw(6) === 0 ? `DELETE FROM wp_posts WHERE ID = ${id}` : `UPDATE wp_posts SET n = n + 1 WHERE ID = ${id}`);
			log.close();
		}
	}

	async #inserts(wire: Wire, log: RequestWriter): Promise<void> {
		const n = log.intent('wp_posts', { n: 2 });
		await wire.run("INSERT INTO wp_posts (title) VALUES ('a'), ('b')");
		const [row] = await wire.text('SELECT LAST_INSERT_ID()');
		log.created(n, [Number(row![0])], [Number(row![0]) + 1]).close();
	}

	async #transaction(wire: Wire, log: RequestWriter, commits: boolean): Promise<void> {
		await wire.run('START TRANSACTION');
		for (let i = 0; i < 3; i++) {
			const key = `key ${1 + draw(200)}`;
			log.lookup('wp_meta').intent('wp_meta', { k: [[key]] }, 1);
			await wire.run(`UPDATE wp_meta SET v = v + 1 WHERE k = '${key}'`).catch(() => undefined);
			const n = log.intent('wp_posts', { n: 1 }, 1);
			await wire.run("INSERT INTO wp_posts (title) VALUES ('in a transaction')");
			void n;
			await new Promise((resolve) => setTimeout(resolve, draw(120)));
		}
		await wire.run(commits ? 'COMMIT' : 'ROLLBACK');
		log.close();
	}
}

export class Killed extends Error {}
