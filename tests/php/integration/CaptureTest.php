<?php
/**
 * Does capture name what changes, close what is done, and stay unnoticed, on a real server?
 *
 * @package Holdfast
 */

namespace Holdfast\Tests\Integration;

use PHPUnit\Framework\TestCase;

/**
 * The real wpdb, the real MariaDB, one PHP process per step.
 */
final class CaptureTest extends TestCase {

	/**
	 * The site.
	 *
	 * @var Child
	 */
	private $site;

	/**
	 * Makes a site with tables of several key shapes.
	 */
	protected function setUp(): void {
		$tree = Child::tree();
		if ( null === $tree ) {
			$this->markTestSkipped( 'There is no WordPress tree: set HOLDFAST_TEST_WP, or run `npm start -- --site-only` once.' );
		}
		$server = Server::running();
		if ( null === $server ) {
			$this->markTestSkipped( 'No MariaDB server could be started.' );
		}
		$this->site = new Child( $server, $tree );
		$this->site->sql(
			"CREATE TABLE wp_options (option_id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, option_name varchar(191) NOT NULL DEFAULT '', option_value longtext NOT NULL, autoload varchar(20) NOT NULL DEFAULT 'yes', UNIQUE KEY option_name (option_name)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
			CREATE TABLE wp_things (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, n int NOT NULL DEFAULT 0, s varchar(50), KEY n (n)) ENGINE=InnoDB;
			CREATE TABLE wp_words (word varchar(50) NOT NULL PRIMARY KEY, n int NOT NULL DEFAULT 0) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
			CREATE TABLE wp_latin (word varchar(50) NOT NULL PRIMARY KEY) ENGINE=InnoDB DEFAULT CHARSET=latin1;
			CREATE TABLE wp_old (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, n int) ENGINE=MyISAM;
			CREATE TABLE wp_bare (s text) ENGINE=InnoDB;
			INSERT INTO wp_things (n, s) VALUES (1,'a'),(1,'b'),(2,'c'),(3,'d');
			INSERT INTO wp_words VALUES ('foo', 1), ('bar', 2);
			INSERT INTO wp_latin VALUES ('Käse');
			INSERT INTO wp_options (option_name, option_value) VALUES ('one', '1')"
		);
	}

	/**
	 * Removes it.
	 */
	protected function tearDown(): void {
		if ( null !== $this->site ) {
			$this->site->clean();
		}
	}

	/**
	 * Keys, conditions, look-ups, new rows, closes.
	 */
	public function test_autocommit(): void {
		$this->site->run(
			"\$wpdb->query( \"UPDATE wp_things SET s='x' WHERE id=2\" );
			\$wpdb->query( \"UPDATE wp_things SET s='x' WHERE n IN (1) AND s LIKE 'a%'\" );
			\$wpdb->query( \"DELETE FROM wp_words WHERE word='FOO '\" );
			\$wpdb->insert( 'wp_things', array( 'n' => 7 ) );
			\$wpdb->query( \"INSERT INTO wp_things (n) VALUES (8),(9)\" );
			\$wpdb->query( \"INSERT INTO wp_options (option_name, option_value) VALUES ('one','2') ON DUPLICATE KEY UPDATE option_value=VALUES(option_value)\" );
			\$wpdb->query( \"DELETE FROM wp_latin WHERE word LIKE 'K%'\" );
			\$wpdb->query( \"INSERT INTO wp_bare VALUES ('x')\" );"
		);
		$this->assertSame(
			array(
				'["w",1,"wp_things",{"k":[[2]]},0,0]',
				'["c",1,0]',
				'["o",2,"wp_things"]',
				'["w",2,"wp_things",{"k":[[1]]},0,0]',
				'["c",2,0]',
				'["o",3,"wp_words"]',
				'["w",3,"wp_words",{"k":[["foo"]]},0,0]',
				'["c",3,0]',
				'["w",4,"wp_things",{"n":1},0,0]',
				'["r",4,[[5]]]',
				'["c",4,0]',
				'["w",5,"wp_things",{"n":2},0,0]',
				'["r",5,[[6],[7]]]',
				'["c",5,0]',
				'["w",6,"wp_options",{"c":[[["option_name","one"]]]},0,0]',
				'["c",6,0]',
				'["o",7,"wp_latin"]',
				'["w",7,"wp_latin",{"k":[[{"b":"S+RzZQ=="}]]},0,0]',
				'["c",7,0]',
				'["w",8,"wp_bare",{"t":1},0,0]',
				'["c",8,0]',
				'["e",]',
			),
			$this->site->log()
		);
	}

	/**
	 * Intents of a transaction close only when COMMIT, ROLLBACK or DDL has returned.
	 */
	public function test_transactions(): void {
		$this->site->run(
			"\$wpdb->query( 'START TRANSACTION' );
			\$wpdb->query( 'UPDATE wp_things SET n=5 WHERE id=1' );
			\$wpdb->get_var( 'SELECT 1' );
			\$wpdb->query( 'COMMIT' );
			\$wpdb->get_var( 'SELECT 1' );
			\$wpdb->query( 'SET autocommit=0' );
			\$wpdb->query( 'UPDATE wp_things SET n=5 WHERE id=2' );
			\$wpdb->query( 'ROLLBACK TO SAVEPOINT nope' );
			\$wpdb->query( 'ROLLBACK' );
			\$wpdb->query( 'UPDATE wp_things SET n=6 WHERE id=3' );
			\$wpdb->query( 'SET autocommit=1' );
			\$wpdb->query( 'BEGIN' );
			\$wpdb->query( 'UPDATE wp_things SET n=7 WHERE id=4' );
			\$wpdb->query( 'CREATE TABLE wp_new (id int PRIMARY KEY)' );"
		);
		$this->assertSame(
			array(
				'["w",1,"wp_things",{"k":[[1]]},1,0]',
				'["c",1,0]',
				'["w",2,"wp_things",{"k":[[2]]},1,0]',
				'["c",2,0]',
				'["w",3,"wp_things",{"k":[[3]]},1,0]',
				'["c",3,0]',
				'["w",4,"wp_things",{"k":[[4]]},1,0]',
				'["w",5,"wp_new",{"s":1},1,0]',
				'["c",5,0]',
				'["e",]',
			),
			$this->site->log()
		);
	}

	/**
	 * A transaction that is open at the end leaves no end line: the process list decides.
	 */
	public function test_open_at_the_end(): void {
		$this->site->run( "\$wpdb->query( 'BEGIN' ); \$wpdb->query( 'UPDATE wp_things SET n=5 WHERE id=1' );" );
		$this->assertSame( array( '["w",1,"wp_things",{"k":[[1]]},1,0]' ), $this->site->log() );
		$this->site->run( "\$wpdb->query( 'CALL nothing()' ); \$wpdb->query( 'UPDATE wp_things SET n=5 WHERE id=1' );" );
		$log = $this->site->log();
		$this->assertSame( '["x","sweep: a stored procedure or prepared statement was executed"]', $log[0] );
	}

	/**
	 * A statement that fails or finds nothing: closed, and no new rows.
	 */
	public function test_failures(): void {
		$this->site->run(
			"\$wpdb->query( \"INSERT INTO wp_options (option_name, option_value) VALUES ('one','2')\" );
			\$wpdb->query( \"INSERT IGNORE INTO wp_options (option_name, option_value) VALUES ('one','2')\" );
			\$wpdb->query( 'INSERT INTO wp_old (n) VALUES (1), (nope())' );
			\$wpdb->query( 'UPDATE wp_nowhere SET a=1 WHERE b=2' );"
		);
		$this->assertSame(
			array( '["w",1,"wp_options",{"n":1},0,0]', '["r",1,[]]', '["c",1,0]', '["w",2,"wp_options",{"n":1},0,0]', '["r",2,[]]', '["c",2,0]', '["w",3,"wp_old",{"n":2},0,0]', '["c",3,0]', '["w",4,"wp_nowhere",{"t":1},0,0]', '["c",4,0]', '["e",]' ),
			$this->site->log()
		);
	}

	/**
	 * What other code sees is what it would see without us: insert id, affected rows, FOUND_ROWS, ROW_COUNT, warnings,
	 * errors, wpdb's own state, and error_get_last().
	 */
	public function test_invisible(): void {
		$code = "\$look = static function () use ( \$wpdb, &\$out ) {
				\$link  = \$wpdb->__get( 'dbh' );
				\$out[] = array( \$wpdb->insert_id, \$wpdb->rows_affected, \$wpdb->num_rows, \$wpdb->last_error, \$wpdb->last_query, \$wpdb->num_queries, \$link->affected_rows, \$link->insert_id, \$link->errno, \$link->warning_count, \$link->query( 'SHOW WARNINGS' )->fetch_all(), error_get_last() );
				\$out[] = \$link->query( 'SELECT LAST_INSERT_ID(), ROW_COUNT()' )->fetch_row();
			};
			\$wpdb->get_results( 'SELECT SQL_CALC_FOUND_ROWS * FROM wp_things LIMIT 1' );
			\$wpdb->query( \"DELETE FROM wp_words WHERE word='nope'\" );
			\$out['found'] = \$wpdb->get_var( 'SELECT FOUND_ROWS()' );
			\$wpdb->insert( 'wp_things', array( 'n' => 1, 's' => 'new' ) ); \$look();
			\$wpdb->query( \"UPDATE wp_things SET s='y' WHERE s='c'\" ); \$look();
			\$wpdb->query( \"DELETE FROM wp_things WHERE s='d'\" ); \$look();
			\$wpdb->query( 'INSERT INTO wp_things (n) VALUES (1),(2)' ); \$look();
			\$wpdb->query( \"INSERT INTO wp_options (option_name, option_value) VALUES ('one','2')\" ); \$look();
			\$wpdb->query( \"UPDATE wp_things SET n='5x' WHERE s='a'\" ); \$look();
			\$wpdb->query( \"REPLACE INTO wp_words VALUES ('FOO', 3)\" ); \$look();
			\$wpdb->query( 'this is not SQL' ); \$look();";
		$with = $this->site->run( $code );
		$this->site->clean();
		$this->setUp();
		$without = $this->site->run( $code, false );
		$this->assertSame( '4', $with['found'] );
		$this->assertSame( $without, $with );
	}

	/**
	 * Inside a transaction a look-up opens no read view, and where a row is locked it neither waits nor fails the
	 * caller: the table is named instead.
	 */
	public function test_read_view(): void {
		$out = $this->site->run(
			"\$other = new mysqli( 'localhost', DB_USER, DB_PASSWORD, DB_NAME, 0, substr( DB_HOST, 10 ) );
			\$wpdb->query( \"UPDATE wp_things SET s='warm' WHERE n=99\" );
			\$wpdb->query( 'START TRANSACTION' );
			\$wpdb->query( \"DELETE FROM wp_words WHERE word='none'\" );
			\$other->query( \"UPDATE wp_things SET s='other' WHERE id=1\" );
			\$out['seen'] = \$wpdb->get_var( 'SELECT s FROM wp_things WHERE id=1' );
			\$wpdb->query( 'COMMIT' );
			\$other->query( 'BEGIN' );
			\$other->query( 'UPDATE wp_things SET n=50 WHERE id=3' );
			\$wpdb->query( 'SET innodb_lock_wait_timeout=4' );
			\$wpdb->query( 'START TRANSACTION' );
			\$begin = microtime( true );
			\$wpdb->query( \"UPDATE wp_things SET s='z' WHERE s LIKE 'q%'\" );
			\$out['seconds'] = microtime( true ) - \$begin;
			\$out['error'] = \$wpdb->last_error;
			\$other->query( 'ROLLBACK' );
			\$wpdb->query( 'COMMIT' );"
		);
		$this->assertSame( 'other', $out['seen'] );
		$this->assertStringContainsString( 'Lock wait timeout', $out['error'] );
		$this->assertLessThan( 7.5, $out['seconds'], 'the time-out of 4 s passed once: the lookup did not wait' );
		$log = $this->site->log();
		$this->assertContains( '["w",3,"wp_things",{"t":1},1,0]', $log );
		$this->assertSame( '["e",]', end( $log ) );
	}

	/**
	 * While the agent asks whose code writes, each intent says it: the innermost code that is not WordPress's. At other times none does.
	 */
	public function test_origin(): void {
		$plugins = $this->site->state . '/plugins';
		mkdir( $plugins . '/scribe/inc', 0700, true );
		mkdir( $plugins . '/caller', 0700 );
		file_put_contents( $plugins . '/scribe/inc/write.php', '<?php function scribe( $id ) { $GLOBALS["wpdb"]->query( "UPDATE wp_things SET n=1 WHERE id=$id" ); }' );
		file_put_contents( $plugins . '/caller/caller.php', '<?php function call( $id ) { scribe( $id ); }' );
		$code = "define( 'WP_PLUGIN_DIR', " . var_export( $plugins, true ) . " ); // phpcs:ignore
			require WP_PLUGIN_DIR . '/scribe/inc/write.php';
			require WP_PLUGIN_DIR . '/caller/caller.php';
			call( 1 );
			\$wpdb->query( 'UPDATE wp_things SET n=2 WHERE id=2' );";
		touch( $this->site->state . '/origins' );
		$this->site->run( $code );
		$this->assertSame( array(), $this->origins() );
		file_put_contents( $this->site->state . '/epoch', "1\n" );
		$this->site->run( $code );
		$this->assertSame( array( '["p",1,"plugins/scribe"]', '["p",2,""]' ), $this->origins() );
	}

	/**
	 * The lines of the last log that say whose code wrote.
	 *
	 * @return string[]
	 */
	private function origins(): array {
		return array_values( (array) preg_grep( '/^\["p"/', $this->site->log() ) );
	}

	/**
	 * A connection that was lost and made anew in the middle of a statement: announced again on the new one before it
	 * runs there; what was open on the old one stays open.
	 */
	public function test_reconnect(): void {
		$this->site->run(
			"\$wpdb->query( 'UPDATE wp_things SET n=1 WHERE id=1' );
			\$wpdb->query( 'BEGIN' );
			\$wpdb->query( 'UPDATE wp_things SET n=2 WHERE id=2' );
			\$other = new mysqli( 'localhost', DB_USER, DB_PASSWORD, DB_NAME, 0, substr( DB_HOST, 10 ) );
			\$other->query( 'KILL ' . \$wpdb->__get( 'dbh' )->thread_id );
			usleep( 50000 );
			\$wpdb->query( 'UPDATE wp_things SET n=3 WHERE id=3' );
			\$wpdb->query( 'UPDATE wp_things SET n=4 WHERE id=4' );
			\$out['n'] = \$wpdb->get_col( 'SELECT n FROM wp_things ORDER BY id' );"
		);
		$log = (array) preg_replace( '/\["d",(\d+),\d+\]/', '["d",$1,*]', $this->site->log() );
		$this->assertSame(
			array(
				'["w",1,"wp_things",{"k":[[1]]},0,0]',
				'["c",1,0]',
				'["w",2,"wp_things",{"k":[[2]]},1,0]',
				'["w",3,"wp_things",{"k":[[3]]},1,0]',
				'["d",1,*]',
				'["w",4,"wp_things",{"k":[[3]]},0,1]',
				'["c",4,1]',
				'["w",5,"wp_things",{"k":[[4]]},0,1]',
				'["c",5,1]',
			),
			$log
		);
	}

	/**
	 * Core runs reads of its own between the filter and the statement; they do not close it.
	 */
	public function test_nested_reads(): void {
		$this->site->run( "\$wpdb->query( \"UPDATE wp_words SET n=5 WHERE word LIKE 'fö%'\" );" );
		$this->assertSame( array( '["o",1,"wp_words"]', '["w",1,"wp_words",{"k":[["foo"]]},0,0]', '["c",1,0]', '["e",]' ), $this->site->log() );
	}

	/**
	 * Triggers, cascades and views: what is reached without being named is named; DDL voids what was known.
	 */
	public function test_reached(): void {
		$this->site->sql(
			'CREATE TABLE wp_kids (id int PRIMARY KEY, thing int, FOREIGN KEY (thing) REFERENCES wp_things (id) ON DELETE CASCADE) ENGINE=InnoDB;
			CREATE TABLE wp_audit (id int AUTO_INCREMENT PRIMARY KEY, w varchar(50)) ENGINE=InnoDB;
			CREATE TRIGGER words_audit AFTER DELETE ON wp_words FOR EACH ROW INSERT INTO wp_audit (w) VALUES (OLD.word);
			CREATE VIEW wp_view AS SELECT id, n FROM wp_things WHERE n > 0'
		);
		$this->site->run(
			"\$wpdb->query( 'DELETE FROM wp_things WHERE id=1' );
			\$wpdb->query( \"DELETE FROM wp_words WHERE word='foo'\" );
			\$wpdb->query( 'UPDATE wp_view SET n=9 WHERE id=2' );
			\$wpdb->query( 'DROP TRIGGER words_audit' );
			\$wpdb->query( \"DELETE FROM wp_words WHERE word='bar'\" );"
		);
		$this->assertSame(
			array(
				'["w",1,"wp_things",{"k":[[1]]},0,0]',
				'["w",2,"wp_kids",{"t":1},0,0]',
				'["c",2,0]',
				'["w",3,"wp_words",{"t":1},0,0]',
				'["w",4,"wp_audit",{"t":1},0,0]',
				'["c",4,0]',
				'["w",5,"wp_view",{"t":1},0,0]',
				'["w",6,"wp_things",{"t":1},0,0]',
				'["w",7,"wp_kids",{"t":1},0,0]',
				'["c",7,0]',
				'["w",8,"wp_words",{"s":1},0,0]',
				'["w",9,"wp_audit",{"t":1},0,0]',
				'["c",9,0]',
				'["o",10,"wp_words"]',
				'["w",10,"wp_words",{"k":[["bar"]]},0,0]',
				'["c",10,0]',
				'["e",]',
			),
			$this->site->log()
		);
	}

	/**
	 * Before the site is paired nothing is written; a transaction that began before asks for a sweep, once the agent does
	 * not wait for its connection any more.
	 *
	 * @testWith [false, []]
	 *           [true, ["[\"x\",\"sweep: a transaction began before the site was paired\"]"]]
	 *
	 * @param bool     $reading Whether the first backup reads already.
	 * @param string[] $asked   What the log asks for.
	 */
	public function test_not_paired( bool $reading, array $asked ): void {
		unlink( $this->site->state . '/paired' );
		$this->site->run(
			"\$wpdb->query( 'UPDATE wp_things SET n=1 WHERE id=1' );
			\$wpdb->query( 'BEGIN' );
			\$wpdb->query( 'UPDATE wp_things SET n=2 WHERE id=1' );
			touch( HOLDFAST_STATE . '/paired' );" . ( $reading ? "touch( HOLDFAST_STATE . '/reading' );" : '' ) . "
			\$wpdb->query( 'COMMIT' );
			\$wpdb->query( 'UPDATE wp_things SET n=3 WHERE id=1' );"
		);
		// The connection comes in the header, or in a line of its own where something was said before.
		$lines = $reading ? array( '["d",1,*]', '["w",1,"wp_things",{"k":[[1]]},0,1]', '["c",1,1]', '["e",]' ) : array( '["w",1,"wp_things",{"k":[[1]]},0,0]', '["c",1,0]', '["e",]' );
		$this->assertSame( array_merge( $asked, $lines ), preg_replace( '/\["d",(\d+),\d+\]/', '["d",$1,*]', $this->site->log() ) );
	}

	/**
	 * A request of an older epoch does not write.
	 */
	public function test_epoch(): void {
		$out = $this->site->run(
			"\$out[] = \$wpdb->query( 'UPDATE wp_things SET n=90 WHERE id=1' );
			file_put_contents( HOLDFAST_STATE . '/epoch', '1' );
			file_put_contents( HOLDFAST_STATE . '/schema/generation', 'another' );
			\$out[] = \$wpdb->query( 'UPDATE wp_things SET n=91 WHERE id=1' );
			\$out[] = \$wpdb->query( 'TRUNCATE wp_things' );
			\$out[] = \$wpdb->get_var( 'SELECT n FROM wp_things WHERE id=1' );"
		);
		$this->assertSame( array( 1, false, false, '90' ), $out );
		$out = $this->site->run( "\$out[] = \$wpdb->query( 'UPDATE wp_things SET n=92 WHERE id=1' );" );
		$this->assertSame( array( 1 ), $out );
	}

	/**
	 * The epoch is seen behind DDL of the request's own, which voids what is known of schemas as well, and after a while
	 * where nothing else tells.
	 */
	public function test_epoch_unannounced(): void {
		$out = $this->site->run(
			"\$out[] = \$wpdb->query( 'UPDATE wp_things SET n=90 WHERE id=1' );
			\$out[] = \$wpdb->query( 'CREATE TABLE wp_more ( id INT PRIMARY KEY )' );
			file_put_contents( HOLDFAST_STATE . '/epoch', '1' );
			file_put_contents( HOLDFAST_STATE . '/schema/generation', 'another' );
			\$out[] = \$wpdb->query( 'UPDATE wp_things SET n=91 WHERE id=1' );"
		);
		$this->assertSame( array( 1, true, false ), $out );
		$out = $this->site->run(
			"\$out[] = \$wpdb->query( 'UPDATE wp_things SET n=92 WHERE id=1' );
			file_put_contents( HOLDFAST_STATE . '/epoch.new', '2' );
			rename( HOLDFAST_STATE . '/epoch.new', HOLDFAST_STATE . '/epoch' ); // As the agent does: in one second only the inode tells.
			usleep( 1100000 );
			\$out[] = \$wpdb->query( 'UPDATE wp_things SET n=93 WHERE id=1' );"
		);
		$this->assertSame( array( 1, false ), $out );
	}

	/**
	 * Several wpdb objects, and one whose query() is not core's.
	 */
	public function test_several_objects(): void {
		$this->site->run(
			"\$second = new wpdb( DB_USER, DB_PASSWORD, DB_NAME, DB_HOST );
			class Hyper extends wpdb { public function query( \$query ) { \$query = apply_filters( 'query', \$query ); return \$this->dbh->query( \$query ); } }
			\$third = new Hyper( DB_USER, DB_PASSWORD, DB_NAME, DB_HOST );
			\$wpdb->query( 'UPDATE wp_things SET n=1 WHERE id=1' );
			\$second->query( 'BEGIN' );
			\$second->query( 'UPDATE wp_things SET n=1 WHERE id=2' );
			\$third->query( 'UPDATE wp_words SET n=1 WHERE n=2' );
			\$wpdb->query( 'UPDATE wp_things SET n=1 WHERE id=3' );
			\$second->query( 'COMMIT' );"
		);
		$log = (array) preg_replace( '/\["d",(\d+),\d+\]/', '["d",$1,*]', $this->site->log() );
		$this->assertSame(
			array(
				'["w",1,"wp_things",{"k":[[1]]},0,0]',
				'["d",1,*]',
				'["w",2,"wp_things",{"k":[[2]]},1,1]',
				'["d",2,*]',
				'["w",3,"wp_words",{"t":1},1,2]',
				'["c",1,0]',
				'["w",4,"wp_things",{"k":[[3]]},0,0]',
				'["c",4,0]',
				'["c",2,1]',
				'["e",]',
			),
			$log
		);
	}

	/**
	 * A statement that another filter replaces behind ours is named when it is seen; destructors after the end open a
	 * new file.
	 */
	public function test_late(): void {
		$this->site->run(
			"add_filter( 'query', static function ( \$sql ) { return str_replace( 'wp_things', 'wp_words', \$sql ); }, PHP_INT_MAX );
			\$wpdb->query( 'UPDATE wp_things SET n=1' );
			class Late { public function __destruct() { \$GLOBALS['wpdb']->query( 'UPDATE wp_latin SET word=word' ); } }
			\$late = new Late();"
		);
		$log = $this->site->log();
		$this->assertSame( array( '["w",1,"wp_things",{"t":1},0,0]', '["w",2,"wp_words",{"t":1},0,0]', '["c",2,0]', '["e",]', '["w",1,"wp_latin",{"t":1},0,0]' ), array_slice( $log, 0, 5 ) );
	}

	/**
	 * A long process ends its file when it has grown, so that log and memory stay bounded.
	 */
	public function test_long_process(): void {
		$out   = $this->site->run(
			"\$before = memory_get_usage();
			for ( \$i = 0; \$i < 6000; ++\$i ) { \$wpdb->query( \"UPDATE wp_things SET s='\$i' WHERE id=1\" ); }
			\$out['memory'] = memory_get_usage() - \$before;"
		);
		$files = (array) glob( $this->site->state . '/log/*.php' );
		$this->assertGreaterThan( 1, count( $files ) );
		foreach ( $files as $file ) {
			$this->assertStringContainsString( '["e",', substr( (string) file_get_contents( (string) $file ), -30 ) );
		}
		$this->assertLessThan( 2000000, $out['memory'] );
	}

	/**
	 * With the log folder gone WordPress goes on, and `ok` is gone too.
	 */
	public function test_unwritable(): void {
		rmdir( $this->site->state . '/log' );
		$out = $this->site->run( "\$out[] = \$wpdb->query( 'UPDATE wp_things SET n=90 WHERE id=1' ); \$out[] = error_get_last();" );
		$this->assertSame( array( 1, null ), $out );
		$this->assertFileDoesNotExist( $this->site->state . '/ok' );
		mkdir( $this->site->state . '/log' );
	}
}
