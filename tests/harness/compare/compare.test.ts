import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { appendFile, chmod, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compareSnapshots, makeSite, snapshotSite, type Snapshot, type TestSite } from '../index.ts';

const content = (path: string): boolean => !/^wp-(admin|includes)$/.test(path);

let site: TestSite;
let before: Snapshot;
beforeAll(async () => {
	site = await makeSite();
	await site.sql(`
		CREATE TABLE wp_odd (f FLOAT, d DOUBLE, b BIT(9), e ENUM('','a'), s SET('a','b'), t TEXT CHARACTER SET latin1, u UUID, i INET6, g POINT, ts TIMESTAMP NULL) ENGINE=InnoDB;
		CREATE VIEW wp_view AS SELECT 1 AS one; CREATE TRIGGER wp_trigger BEFORE INSERT ON wp_odd FOR EACH ROW SET NEW.f = NEW.f;
		SET SESSION sql_mode = '';
		INSERT INTO wp_odd VALUES (0.1, 0.1, b'101', 'wrong', 'a', 'x', '123e4567-e89b-12d3-a456-426655440000', '::1', POINT(1, 2), '2024-01-01'), (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
		CREATE TABLE \`wp_back\`\`tick\` (a INT AUTO_INCREMENT PRIMARY KEY COMMENT ') ENGINE=x AUTO_INCREMENT=7'); INSERT INTO \`wp_back\`\`tick\` VALUES (5);`);
	before = await snapshotSite(site, { files: content });
});
afterAll(async () => {
	await before.forget();
	await site.destroy();
});

/** What the comparer says after a change, which is taken back then. */
async function differencesAfter(change: () => Promise<unknown>, back: () => Promise<unknown>): Promise<readonly string[]> {
	await change();
	const after = await snapshotSite(site, { files: content });
	await back();
	const { differences, equal } = await compareSnapshots(before, after);
	expect(equal).toBe(differences.length === 0);
	await after.forget();
	return differences;
}

const sql = (statements: string) => async (): Promise<unknown> => await site.sql(statements);
const nothing = async (): Promise<void> => {};

test('an untouched site is equal, and the numbers say what was looked at', async () => {
	const again = await snapshotSite(site, { files: content });
	const { equal, rowsCompared, filesCompared, tablesCompared } = await compareSnapshots(before, again, {
		autoIncrement: 'equal',
	});
	expect(equal).toBe(true);
	expect(tablesCompared).toBe(19);
	expect(rowsCompared).toBeGreaterThan(400);
	expect(filesCompared).toBeGreaterThan(50);
	await again.forget();
});

test.each([
	['a float’s last digit', 'f = 0.10000001', 'f = 0.1'],
	['the empty string against the error value', `e = ''`, 'e = 0'],
	['a bit', `b = b'100'`, `b = b'101'`],
	['a set', `s = 'a,b'`, `s = 'a'`],
	['a uuid', `u = '123e4567-e89b-12d3-a456-426655440001'`, `u = '123e4567-e89b-12d3-a456-426655440000'`],
	['an address', `i = '::2'`, `i = '::1'`],
	['a point', 'g = POINT(1, 3)', 'g = POINT(1, 2)'],
	['NULL against the empty string', `t = ''`, `t = 'x'`],
	['the word NULL against nothing', `t = 'NULL'`, `t = 'x'`],
])('it sees %s', async (_what, change, back) => {
	const update = (set: string) => sql(`SET SESSION sql_mode = ''; UPDATE wp_odd SET ${set}, ts = ts WHERE d IS NOT NULL`);
	const differences = await differencesAfter(update(change), update(back));
	expect(differences).toHaveLength(2);
	expect(differences[0]).toContain('row of wp_odd');
});

test('of equal rows in a keyless table it misses one that went', async () => {
	const differences = await differencesAfter(
		sql(`DELETE FROM wp_harbour_visits WHERE ship = 'MS Ship 1' ORDER BY arrived LIMIT 1`),
		sql(`INSERT INTO wp_harbour_visits SELECT * FROM wp_harbour_visits WHERE ship = 'MS Ship 1' ORDER BY arrived LIMIT 1`),
	);
	expect(differences).toHaveLength(1);
	expect(differences[0]).toMatch(/^row of wp_harbour_visits was there, is missing: ship="MS Ship 1"/);
});

test('it sees tables, columns, views and triggers', async () => {
	expect(await differencesAfter(sql('RENAME TABLE wp_links TO wp_gone'), sql('RENAME TABLE wp_gone TO wp_links'))).toEqual([
		'table wp_links: was there, is missing',
		'table wp_gone: was not there, is now',
	]);
	expect(
		(
			await differencesAfter(
				sql('ALTER TABLE wp_links ADD INDEX extra (link_name)'),
				sql('ALTER TABLE wp_links DROP INDEX extra'),
			)
		)[0],
	).toContain('table wp_links: made differently');
	expect(
		(
			await differencesAfter(
				sql('CREATE OR REPLACE VIEW wp_view AS SELECT 2 AS one'),
				sql('CREATE OR REPLACE VIEW wp_view AS SELECT 1 AS one'),
			)
		)[0],
	).toContain('view wp_view: made differently');
	expect(
		(
			await differencesAfter(
				sql('CREATE OR REPLACE TRIGGER wp_trigger BEFORE INSERT ON wp_odd FOR EACH ROW SET NEW.d = 2'),
				sql('CREATE OR REPLACE TRIGGER wp_trigger BEFORE INSERT ON wp_odd FOR EACH ROW SET NEW.f = NEW.f'),
			)
		)[0],
	).toContain('trigger wp_trigger: made differently');
});

test('a counter may go up in place, not down; on an empty target it is equal', async () => {
	const counter = async (value: number): Promise<Snapshot> => {
		await site.sql(`ALTER TABLE \`wp_back\`\`tick\` AUTO_INCREMENT = ${value}`);
		return await snapshotSite(site, { files: () => false, tables: (name) => name === 'wp_back`tick' });
	};
	const [low, high] = [await counter(10), await counter(20)];
	expect((await compareSnapshots(low, high)).equal).toBe(true);
	expect((await compareSnapshots(high, low)).differences).toEqual(['table wp_back`tick: its AUTO_INCREMENT was 20, is 10']);
	expect((await compareSnapshots(low, high, { autoIncrement: 'equal' })).equal).toBe(false);
	await counter(6);
});

test('it sees content, mode, links and odd names of files', async () => {
	const file = join(site.root, 'wp-content/themes/twentytwentyfive/style.css');
	const uploads = join(site.root, 'wp-content/uploads');
	expect(await differencesAfter(async () => await appendFile(file, ' '), nothing)).toEqual([
		'wp-content/themes/twentytwentyfive/style.css: has other content',
	]);
	await rename(file, `${file}.old`);
	expect(await differencesAfter(nothing, nothing)).toHaveLength(2);
	await rename(`${file}.old`, file);
	const config = join(site.root, 'wp-config.php');
	expect(
		await differencesAfter(
			async () => await chmod(config, 0o600),
			async () => await chmod(config, 0o640),
		),
	).toContain('wp-config.php: its mode was 640, is 600');
	const odd = Buffer.concat([Buffer.from(`${uploads}/b\n`), Buffer.from([0xff])]);
	expect(
		await differencesAfter(
			async () => {
				await writeFile(odd, '');
				await symlink('nowhere', join(uploads, 'link'));
			},
			async () => {
				await rm(odd);
				await rm(join(uploads, 'link'));
			},
		),
	).toEqual(
		expect.arrayContaining([
			'wp-content/uploads/b\n\\xff: was not there, is now',
			'wp-content/uploads/link: was not there, is now',
		]),
	);
});

test('what is to be ignored is counted, not reported', async () => {
	await site.sql(`UPDATE wp_options SET option_value = 'Changed' WHERE option_name = 'blogname'`);
	const after = await snapshotSite(site, { files: content });
	const result = await compareSnapshots(before, after, {
		ignoreRows: (table, row) => table === 'wp_options' && row.option_name === 'blogname',
		ignoreFiles: (path) => path.endsWith('style.css'),
	});
	expect(result).toMatchObject({ equal: true, rowsIgnored: 2, filesIgnored: 1 });
	await after.forget();
});
