/** For tests: a real database and real folders with an agent's parts around them, and a first backup of it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BlockWriter, encodeKey, encodeLayer, encodeLayerIndex, flagsOf, noCounts, origin, type Position } from '@holdfast/protocol';
import type { TestServer } from '../../adapters/mysql/testing/server.ts';
import { LocalFiles } from '../../adapters/local-files.ts';
import { sqliteSorters } from '../../adapters/sqlite-sorter.ts';
import { systemClock } from '../../adapters/system-clock.ts';
import { CommitSink } from '../../append/commit-sink.ts';
import type { LiveLimits } from '../../collect/rows-step.ts';
import { openWorld, ring, type World } from '../../collect/testing/world.ts';
import { CollectedFiles } from '../../files/collected-files.ts';
import { SiteRoots, type ConfiguredRoots } from '../../files/roots.ts';
import { Scope } from '../../files/scope.ts';
import { SiteTree } from '../../files/site-tree.ts';
import { Named } from '../../intents/named.ts';
import type { SiteFiles } from '../../ports/site-files.ts';
import type { LiveSite } from '../site-comparison.ts';
import { watchAnnounced } from '../announced-watch.ts';
import type { SweepParts } from '../sweep.ts';

export const scope = { prefix: 'wp_' };

export const standardRoots = (root: string): ConfiguredRoots => {
	const content = join(root, 'wp-content');
	return { root, content, plugins: join(content, 'plugins'), 'mu-plugins': join(content, 'mu-plugins'), themes: join(content, 'themes'), uploads: join(content, 'uploads'), languages: join(content, 'languages') };
};

export async function treeOf(root: string, own: string[] = [], excluded: string[] = []): Promise<SiteTree> {
	const files = new LocalFiles();
	const roots = await SiteRoots.resolve(files, standardRoots(root));
	return new SiteTree(files, new Scope({ roots, release: { version: '7.1', locale: 'en_US', written: null }, own, excluded }), ring, () => Date.now() + 86_400_000);
}

export class TestSite {
	readonly world: World;
	readonly root: string;
	readonly tree: SiteTree;
	readonly live: LiveSite;

	private constructor(world: World, root: string, tree: SiteTree) {
		this.world = world;
		this.root = root;
		this.tree = tree;
		this.live = { database: world.database, scope, isExcluded: () => false, tree, keys: ring, index: world.index, openSorter: sqliteSorters(world.folder) };
	}

	static async open(server: TestServer, home: string, { limits }: { limits?: LiveLimits } = {}): Promise<TestSite> {
		const root = join(home, 'site');
		for (const folder of ['plugins', 'mu-plugins', 'themes', 'uploads', 'languages']) { mkdirSync(join(root, 'wp-content', folder), { recursive: true }); }
		const tree = await treeOf(root, [join(home, 'state')]);
		let collected: CollectedFiles | null = null;
		const files: SiteFiles = {
			read: (named, sink, large) => collected!.read(named, sink, large),
			all: (after, sink, groupBytes) => collected!.all(after, sink, groupBytes),
			gone: (keys) => collected!.gone(keys),
			totals: () => collected!.totals(),
		};
		const world = await openWorld(server, { files, folder: home, ...(limits && { limits }) });
		collected = new CollectedFiles({ tree, openState: () => world.states.now(), knowsAll: () => true });
		return new TestSite(world, root, tree);
	}

	/** One with tables and files of every kind in it. */
	static async seeded(server: TestServer, home: string, options: { limits?: LiveLimits } = {}): Promise<TestSite> {
		const site = await TestSite.open(server, home, options);
		await site.world.sql(seedSql);
		seedFiles(site);
		return site;
	}

	get sweepParts(): SweepParts {
		return { site: this.live, states: this.world.states, clock: systemClock, announced: () => watchAnnounced(this.world.ledger, this.world.log) };
	}

	put(path: string, content: string | Buffer = path): void {
		const at = join(this.root, path);
		mkdirSync(dirname(at), { recursive: true });
		writeFileSync(at, content);
	}

	/** Everything collected, under an image that holds one fact: the deltas of (0, …] are the whole state. */
	async firstBackup(): Promise<Position> {
		const { collector, appender, index, uploader, keys } = this.world;
		await collector.collectOnce({ extra: await this.everything(), largeFiles: 'now', always: 'point' });
		const sink = new CommitSink(keys, () => false, uploader);
		const writer = new BlockWriter();
		writer.add(encodeKey({ kind: 'fact', name: 'image' }), Buffer.from('{}'));
		const block = writer.finish()!;
		const blocks = [{ first: block.first, last: block.last, chunk: await sink.add('entries', block.plaintext), entries: 1 }];
		const indexId = await sink.add('layerIndex', encodeLayerIndex(blocks));
		const exactFrom = appender.head;
		const layer = await sink.add('layer', encodeLayer({
			v: 1, kind: 'image', base: origin, exactFrom, from: origin, to: exactFrom, indexes: [{ chunk: indexId, first: block.first.toString('hex'), last: block.last.toString('hex'), blocks: 1 }],
		}));
		await appender.append({
			flags: flagsOf('imagePart', 'imageComplete'), snapshotAt: Date.now(), sink, blocks: [],
			manifest: { v: 1, entries: [], counts: noCounts, image: { id: 'ab', base: origin, part: 1, indexes: [indexId], layer, exactFrom } },
		});
		index.setImage(origin, blocks);
		return appender.head;
	}

	async everything(): Promise<Named> {
		const named = new Named();
		const { tables } = await this.world.database.listTables(scope);
		for (const { name } of tables) {
			named.rows(name).schema = true;
			named.rows(name).addWhole();
		}
		const scan = this.tree.scan();
		for await (const batch of scan.run()) { for (const seen of batch) { named.addFileKey(seen.key); } }
		for (const one of scan.leftOut()) { named.addFileKey(one.key); }
		return named;
	}

	close(): Promise<void> {
		return this.world.close();
	}
}

const seedSql = `
	CREATE TABLE wp_posts (ID bigint unsigned NOT NULL AUTO_INCREMENT, post_author bigint unsigned NOT NULL DEFAULT 0, post_title text NOT NULL, post_content longtext NOT NULL, post_status varchar(20) NOT NULL DEFAULT 'publish', post_type varchar(20) NOT NULL DEFAULT 'post', PRIMARY KEY (ID), KEY type (post_type)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
	CREATE TABLE wp_options (option_id bigint unsigned NOT NULL AUTO_INCREMENT, option_name varchar(191) NOT NULL DEFAULT '', option_value longtext NOT NULL, autoload varchar(20) NOT NULL DEFAULT 'yes', PRIMARY KEY (option_id), UNIQUE KEY option_name (option_name)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
	CREATE TABLE wp_users (ID bigint unsigned NOT NULL AUTO_INCREMENT, user_login varchar(60) NOT NULL DEFAULT '', user_pass varchar(255) NOT NULL DEFAULT '', PRIMARY KEY (ID), KEY login (user_login)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
	CREATE TABLE wp_usermeta (umeta_id bigint unsigned NOT NULL AUTO_INCREMENT, user_id bigint unsigned NOT NULL DEFAULT 0, meta_key varchar(255) DEFAULT NULL, meta_value longtext, PRIMARY KEY (umeta_id), KEY user_id (user_id)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
	CREATE TABLE wp_comments (comment_ID bigint unsigned NOT NULL AUTO_INCREMENT, comment_author tinytext NOT NULL, comment_content text NOT NULL, PRIMARY KEY (comment_ID)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
	CREATE TABLE wp_keyless (a int, b varchar(50)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
	CREATE TABLE wp_composite (a varchar(40) NOT NULL, b int NOT NULL, c blob, PRIMARY KEY (a, b)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
	CREATE TABLE wp_binary (h binary(16) NOT NULL, v double, PRIMARY KEY (h)) ENGINE=InnoDB;
	CREATE TABLE wp_myisam (id int NOT NULL AUTO_INCREMENT, t text, PRIMARY KEY (id)) ENGINE=MyISAM DEFAULT CHARSET=latin1;
	CREATE TABLE wp_parent (id int NOT NULL, u int, PRIMARY KEY (id), UNIQUE KEY u (u)) ENGINE=InnoDB;
	CREATE TABLE wp_child (id int NOT NULL, parent int, PRIMARY KEY (id), CONSTRAINT child_parent FOREIGN KEY (parent) REFERENCES wp_parent (id)) ENGINE=InnoDB;
	CREATE TABLE wp_2_options (option_id int PRIMARY KEY); CREATE TABLE wp_2_users (id int PRIMARY KEY);
	INSERT INTO wp_2_options VALUES (1);
	INSERT INTO wp_posts (post_author, post_title, post_content, post_type) SELECT 1, CONCAT('Title ', seq), REPEAT('text ', seq), IF(seq % 5 = 0, 'page', IF(seq % 7 = 0, 'attachment', 'post')) FROM seq_1_to_300;
	INSERT INTO wp_options (option_name, option_value) VALUES ('siteurl','http://one.example'),('home','http://one.example'),('blogname','One'),('active_plugins','a:2:{i:0;s:19:"akismet/akismet.php";i:1;s:21:"holdfast/holdfast.php";}');
	INSERT INTO wp_users VALUES (1,'anna','hash1'),(2,'ben','hash2');
	INSERT INTO wp_usermeta VALUES (1,1,'wp_capabilities','a:1:{s:13:"administrator";b:1;}'),(2,1,'session_tokens','old session'),(3,2,'nickname','ben'),(4,2,'session_tokens','bens');
	INSERT INTO wp_comments (comment_author, comment_content) VALUES ('Eve','first'),('Zoe','zweite ✓');
	INSERT INTO wp_keyless VALUES (1,'x'),(1,'x'),(2,NULL),(NULL,NULL);
	INSERT INTO wp_composite VALUES ('a',1,x'00ff'),('ä',2,NULL),('B',3,'');
	INSERT INTO wp_binary VALUES (x'00112233445566778899aabbccddeeff',1.5),(x'ff000000000000000000000000000000',-0.1);
	INSERT INTO wp_myisam (t) VALUES ('\\n'),('zwei');
	INSERT INTO wp_parent VALUES (1,10),(2,20); INSERT INTO wp_child VALUES (1,1),(2,2);
	CREATE VIEW wp_view AS SELECT ID FROM wp_posts WHERE post_type = 'page';
	CREATE TRIGGER wp_trigger BEFORE INSERT ON wp_comments FOR EACH ROW SET NEW.comment_author = UPPER(NEW.comment_author);
`;

function seedFiles(site: TestSite): void {
	site.put('wp-config.php', '<?php // config');
	site.put('.htaccess', 'deny');
	site.put('wp-content/plugins/akismet/akismet.php', '<?php // akismet');
	site.put('wp-content/plugins/akismet/readme.txt', 'read me');
	site.put('wp-content/themes/twenty/style.css', 'body {}');
	site.put('wp-content/uploads/2026/11/photo.jpg', Buffer.alloc(30_000, 3));
	site.put('wp-content/uploads/2026/11/video.mp4', Buffer.alloc(2_500_000, 4));
	site.put('wp-content/languages/de.mo', 'mo');
	site.put('wp-content/index.php', '<?php');
	site.put('robots.txt', 'robots');
	site.put('wp-content/cache/page.html', 'cached');
}
