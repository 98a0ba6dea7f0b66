<?php
/**
 * Is nothing believed closed that the server may still roll back?
 *
 * @package Holdfast
 */

namespace Holdfast\Tests\Integration;

use Holdfast\Tests\Unit\Corpus;
use PHPUnit\Framework\TestCase;

/**
 * Open and closed (PROTOCOL.md section 2) against the server's own word, `@@in_transaction`.
 */
final class TransactionsTest extends TestCase {

	/**
	 * The site.
	 *
	 * @var Child|null
	 */
	private $site = null;

	/**
	 * Makes a site.
	 */
	protected function setUp(): void {
		$tree   = Child::tree();
		$server = Server::running();
		if ( null === $tree || null === $server ) {
			$this->markTestSkipped( 'There is no WordPress tree (HOLDFAST_TEST_WP) or no MariaDB server.' );
		}
		$this->site = new Child( $server, $tree );
		$this->site->sql(
			"CREATE TABLE wp_things (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, n int NOT NULL DEFAULT 0, s varchar(50), KEY n (n)) ENGINE=InnoDB;
			CREATE TABLE wp_posts (ID int NOT NULL AUTO_INCREMENT PRIMARY KEY, post_title varchar(50), post_name varchar(50)) ENGINE=InnoDB;
			CREATE TABLE wp_old (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, n int) ENGINE=MyISAM;
			CREATE PROCEDURE off() SET autocommit=0;
			CREATE PROCEDURE opens() START TRANSACTION;
			CREATE PROCEDURE ends() COMMIT;
			INSERT INTO wp_things (n, s) VALUES (1,'a'),(1,'b'),(2,'c'),(3,'d'),(4,'e'),(5,'f');
			INSERT INTO wp_posts (post_title) VALUES ('a'),('b')"
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
	 * Every statement of the corpus that could end a transaction, inside one: what is believed closed is closed.
	 */
	public function test_every_statement(): void {
		$statements = array( 'SET autocommit=1', 'UNLOCK TABLES', 'CALL off()', 'CALL opens()', 'CALL ends()', "EXECUTE IMMEDIATE 'COMMIT'", 'DROP PREPARE nobody', 'CREATE TEMPORARY TABLE t1 (id int)', 'ALTER TABLE t1 ADD x int', 'TRUNCATE t1', 'RENAME TABLE t1 TO t2', 'DROP TEMPORARY TABLE t2', 'CREATE TABLE wp_posts (id int)', 'CREATE TABLE IF NOT EXISTS wp_posts (id int)', 'UPDATE wp_things SET nonsense=1', 'SET completion_type=1', 'SET completion_type=CHAIN, autocommit=1', 'CHECKSUM TABLE wp_things', 'HANDLER wp_things OPEN', 'HANDLER wp_things CLOSE' );
		foreach ( Corpus::statements() as list( $sql, $outcome, $reading ) ) {
			if ( '' === $reading && 1 === preg_match( '/^(?:schema|read, |read;|unknown|calls)/', $outcome ) && 0 === preg_match( '/SHUTDOWN|RESTART|KILL|GLOBAL|PERSIST|DATABASE|SCHEMA|USER|ROLE|SERVER|GRANT|REVOKE|PASSWORD|SLAVE|PURGE|FLUSH|RESET|OUTFILE|INFILE|IMPORT|BINLOG|INSTANCE|RELEASE$|SLEEP|GET_LOCK/i', $sql ) ) {
				$statements[] = $sql;
			}
		}
		$out = $this->site->run(
			"require HOLDFAST_TESTS . '/watch.php';
			\$other = holdfast_other();
			\$wpdb->query( 'UPDATE wp_things SET n=n WHERE id=1' );
			foreach ( " . var_export( $statements, true ) . " as \$sql ) {
				\$wpdb->query( 'START TRANSACTION' );
				\$wpdb->query( 'UPDATE wp_things SET n=n+1 WHERE id=1' );
				\$wpdb->query( \$sql );
				\$wpdb->query( 'SELECT 1' );
				\$rows     = \$wpdb->__get( 'dbh' )->query( 'SELECT @@in_transaction, @@autocommit' );
				\$believed = holdfast_believed( \$wpdb );
				\$state    = \$rows ? \$rows->fetch_row() : array( '?', '?' );
				\$out[]    = array( \$sql, 0 === \$believed->open_intent, 0 === \$believed->open_intent && '0' !== \$state[0] && ! holdfast_is_free( \$other ), \$believed->commits_by_itself(), \$state[0], \$state[1] );
				\$wpdb->query( 'UNLOCK TABLES' );
				\$wpdb->query( 'SET autocommit=1, completion_type=0' );
				\$wpdb->query( 'ROLLBACK' );
				\$wpdb->query( \"SET sql_mode='', NAMES utf8mb4\" );
			}"
		);
		$this->assertCount( count( $statements ), $out );
		$closed = 0;
		foreach ( $out as list( $sql, $is_closed, $is_wrong, $by_itself, $inside, $autocommit ) ) {
			$this->assertFalse( $is_wrong, "Believed closed, and is open: $sql" );
			$this->assertFalse( $by_itself && ( '0' !== $inside || '1' !== $autocommit ), "Believed to commit by itself, and does not: $sql" );
			$closed += (int) $is_closed;
		}
		$this->assertGreaterThan( 30, $closed );
	}

	/**
	 * Random walks: whatever was said before, what is believed closed is closed, and after each plain COMMIT all is.
	 */
	public function test_random_walk(): void {
		$out = $this->site->run(
			"require HOLDFAST_TESTS . '/watch.php';
			\$other = holdfast_other();
			mt_srand( " . (int) ( getenv( 'HOLDFAST_SEED' ) ?: 9 ) . " );
			\$say = array( 'START TRANSACTION', 'BEGIN', 'COMMIT', 'ROLLBACK', 'COMMIT AND CHAIN', 'ROLLBACK AND CHAIN', 'SAVEPOINT a', 'ROLLBACK TO a', 'RELEASE SAVEPOINT a', 'SET autocommit=0', 'SET autocommit=1', 'SET @@session.autocommit := OFF', 'SET autocommit = @zero', 'SET autocommit = @one', 'SET completion_type=1', 'SET completion_type=0', 'SET completion_type=@one', 'CREATE TEMPORARY TABLE IF NOT EXISTS t (id int)', 'CREATE TABLE IF NOT EXISTS wp_more (id int)', 'ALTER TABLE wp_old AUTO_INCREMENT=50', 'LOCK TABLES wp_old READ', 'UNLOCK TABLES', 'CALL off()', 'CALL opens()', 'CALL ends()', \"EXECUTE IMMEDIATE 'ROLLBACK'\", 'EXECUTE IMMEDIATE @text', '/*! COMMIT */', '/*!999999 COMMIT */', '/*!999999 SET autocommit=1 */', 'SELECT * FROM wp_things WHERE id=3 FOR UPDATE', 'INSERT INTO wp_things (id) VALUES (1)', 'nonsense', 'COMMIT WORK AND NO CHAIN', 'SET STATEMENT max_statement_time=5 FOR UPDATE wp_things SET n=n+1 WHERE id=4' );
			\$wpdb->query( \"SET @zero=0, @one=1, @text='START TRANSACTION'\" );
			\$out = array( 'wrong' => array(), 'closed' => 0, 'steps' => 0 );
			\$path = array();
			for ( \$step = 0; \$step < 700; ++\$step ) {
				\$sql    = \$say[ mt_rand( 0, count( \$say ) - 1 ) ];
				\$path[] = \$sql;
				\$wpdb->query( 'UPDATE wp_things SET n=n+1 WHERE id=1' );
				\$intent = holdfast_believed( \$wpdb )->open_intent;
				\$wpdb->query( \$sql );
				\$wpdb->query( mt_rand( 0, 1 ) ? 'SELECT 1' : 'DO 1' );
				\$state    = \$wpdb->__get( 'dbh' )->query( 'SELECT @@in_transaction, @@autocommit' )->fetch_row();
				\$believed = holdfast_believed( \$wpdb );
				\$closed   = 0 === \$believed->open_intent;
				\$out['closed'] += (int) \$closed;
				++\$out['steps'];
				if ( ( \$closed && '0' !== \$state[0] && ! holdfast_is_free( \$other ) ) || ( \$believed->commits_by_itself() && array( '0', '1' ) !== \$state ) ) {
					\$out['wrong'][] = array( array_slice( \$path, -6 ), \$closed, \$state );
				}
				if ( 0 === \$step % 20 ) {
					\$wpdb->query( 'UNLOCK TABLES' );
					\$wpdb->query( 'SET completion_type=0' );
					\$wpdb->query( 'ROLLBACK' );
					\$wpdb->query( 'SET autocommit=1' );
					\$path = array();
				}
			}"
		);
		$this->assertSame( array(), $out['wrong'], (string) json_encode( array_slice( $out['wrong'], 0, 3 ), JSON_PRETTY_PRINT ) );
		$this->assertSame( 700, $out['steps'] );
		$this->assertGreaterThan( 100, $out['closed'] );
	}

	/**
	 * What cannot be known from the text is asked for, and then closes again: a procedure, a setting from a variable.
	 */
	public function test_asks(): void {
		$this->site->run(
			"\$wpdb->query( 'CALL ends()' );
			\$wpdb->query( 'UPDATE wp_things SET n=9 WHERE id=1' );
			\$wpdb->query( 'SET @one=1' );
			\$wpdb->query( 'SET autocommit=@one' );
			\$wpdb->query( 'UPDATE wp_things SET n=9 WHERE id=2' );"
		);
		$this->assertSame( array( '["w",1,"wp_things",{"k":[[1]]},0,0]', '["c",1,0]', '["w",2,"wp_things",{"k":[[2]]},0,0]', '["c",2,0]', '["e",]' ), $this->site->log() );
	}

	/**
	 * Savepoints: what was rolled back to one is still open; DDL closes all that was before.
	 */
	public function test_savepoint_and_ddl(): void {
		$this->site->run(
			"\$wpdb->query( 'START TRANSACTION' );
			\$wpdb->query( 'UPDATE wp_things SET n=5 WHERE id=1' );
			\$wpdb->query( 'SAVEPOINT a' );
			\$wpdb->query( 'UPDATE wp_things SET n=5 WHERE id=2' );
			\$wpdb->query( 'ROLLBACK TO SAVEPOINT a' );
			\$wpdb->query( 'RELEASE SAVEPOINT a' );
			\$wpdb->get_var( 'SELECT 1' );
			file_put_contents( HOLDFAST_STATE . '/mark', (string) filesize( glob( HOLDFAST_STATE . '/log/*.php' )[0] ) );
			\$wpdb->query( 'CREATE TABLE wp_new (id int)' );
			\$wpdb->query( 'UPDATE wp_things SET n=5 WHERE id=3' );"
		);
		$this->assertSame(
			array( '["w",1,"wp_things",{"k":[[1]]},1,0]', '["w",2,"wp_things",{"k":[[2]]},1,0]', '["w",3,"wp_new",{"s":1},1,0]', '["c",3,0]', '["w",4,"wp_things",{"k":[[3]]},0,0]', '["c",4,0]', '["e",]' ),
			$this->site->log()
		);
	}

	/**
	 * A deadlock in which the caller is the victim: nothing of its transaction is believed closed before it says so, and
	 * its look-ups neither wait nor make it the victim.
	 */
	public function test_deadlock(): void {
		$out = $this->site->run(
			"require HOLDFAST_TESTS . '/watch.php';
			\$wpdb->query( 'UPDATE wp_things SET n=n WHERE id=1' );
			\$other = holdfast_other();
			\$other->query( 'SET innodb_lock_wait_timeout=10' );
			\$wpdb->query( 'SET innodb_lock_wait_timeout=10' );
			\$other->query( 'START TRANSACTION' );
			foreach ( array( 3, 4, 5, 6 ) as \$id ) { \$other->query( 'UPDATE wp_things SET n=100 WHERE id=' . \$id ); }
			\$wpdb->query( 'START TRANSACTION' );
			\$wpdb->query( \"UPDATE wp_things SET s='mine' WHERE id=1\" );
			\$other->query( 'UPDATE wp_things SET n=100 WHERE id=1', MYSQLI_ASYNC );
			usleep( 300000 );
			\$begin = microtime( true );
			\$wpdb->query( \"UPDATE wp_things SET s='victim' WHERE n=100 OR n=4\" ); // Looked up first, without waiting.
			\$out['error'] = \$wpdb->last_error;
			\$out['seconds'] = microtime( true ) - \$begin;
			\$wpdb->get_var( 'SELECT 1' );
			\$out['open'] = holdfast_believed( \$wpdb )->open_intent;
			\$wpdb->query( 'ROLLBACK' );
			\$wpdb->get_var( 'SELECT 1' );
			\$out['then'] = holdfast_believed( \$wpdb )->open_intent;
			\$other->reap_async_query();
			\$other->query( 'ROLLBACK' );"
		);
		$this->assertStringContainsString( 'Deadlock', $out['error'] );
		$this->assertLessThan( 5, $out['seconds'] );
		$this->assertSame( array( 3, 0 ), array( $out['open'], $out['then'] ) );
	}

	/**
	 * With another transaction's locks in the way of a look-up the caller's transaction lives, and is the same as without
	 * us: the look-up gives up at once, the statement itself waits as it would.
	 *
	 * @testWith [true]
	 *           [false]
	 * @param bool $capture Whether with capture.
	 */
	public function test_lock_wait( bool $capture ): void {
		$out = $this->site->run(
			"\$other = new mysqli( 'localhost', DB_USER, DB_PASSWORD, DB_NAME, 0, substr( DB_HOST, 10 ) );
			\$other->query( 'START TRANSACTION' );
			\$other->query( 'UPDATE wp_things SET n=100 WHERE id=3' );
			\$wpdb->query( 'SET innodb_lock_wait_timeout=1' );
			\$wpdb->query( 'START TRANSACTION' );
			\$wpdb->query( \"UPDATE wp_things SET s='mine' WHERE id=1\" );
			\$wpdb->query( \"UPDATE wp_things SET s='late' WHERE n > 1\" );
			\$out[] = \$wpdb->last_error;
			\$other->query( 'ROLLBACK' );
			\$wpdb->query( \"UPDATE wp_things SET s='late' WHERE n > 1\" );
			\$wpdb->query( 'COMMIT' );
			\$out[] = \$wpdb->get_col( 'SELECT s FROM wp_things ORDER BY id' );",
			$capture
		);
		$this->assertStringContainsString( 'Lock wait timeout', $out[0] );
		$this->assertSame( array( 'mine', 'b', 'late', 'late', 'late', 'late' ), $out[1] );
		if ( $capture ) {
			$log = $this->site->log();
			$this->assertContains( '["w",2,"wp_things",{"t":1},1,0]', $log );
			$this->assertContains( '["w",3,"wp_things",{"k":[[3],[4],[5],[6]]},1,0]', $log );
		}
	}

	/**
	 * LOCK TABLES: look-ups of other tables fail and widen, statements succeed as they would.
	 */
	public function test_lock_tables(): void {
		$out = $this->site->run(
			"\$wpdb->query( 'UPDATE wp_things SET n=n WHERE id=1' );
			\$wpdb->query( 'UPDATE wp_posts SET post_title=post_title WHERE ID=1' );
			\$wpdb->query( 'LOCK TABLES wp_things WRITE, wp_old READ' );
			\$out[] = \$wpdb->query( \"UPDATE wp_things SET s='locked' WHERE n<2\" );
			\$out[] = \$wpdb->query( \"UPDATE wp_posts SET post_title='x' WHERE post_name='a'\" );
			\$out[] = \$wpdb->query( 'UPDATE wp_things AS t SET t.n=3 WHERE t.n=1' );
			\$wpdb->query( 'UNLOCK TABLES' );
			\$out[] = \$wpdb->query( \"DELETE FROM wp_things WHERE s='locked'\" );"
		);
		$this->assertSame( array( 2, false, false, 2 ), $out );
		$log = $this->site->log();
		$this->assertContains( '["w",3,"wp_things",{"k":[[1],[2]]},0,0]', $log );
		$this->assertContains( '["w",6,"wp_things",{"k":[[1],[2]]},0,0]', $log );
		$this->assertSame( '["e",]', end( $log ) );
	}

	/**
	 * Another server connection under the same wpdb and with the same number (a restarted server counts anew): what was
	 * open on the old one is not taken for open or closed by what the new one says.
	 */
	public function test_same_number_again(): void {
		$out = $this->site->run(
			"require HOLDFAST_TESTS . '/watch.php';
			\$wpdb->query( 'BEGIN' );
			\$wpdb->query( 'UPDATE wp_things SET n=2 WHERE id=2' );
			\$wpdb->get_var( 'SELECT 1' );
			\$believed = holdfast_believed( \$wpdb );
			\$out[]    = \$believed->explicit;
			\$wpdb->query( 'DO 1' );
			\$wpdb->close();
			\$wpdb->db_connect();
			\$believed->server_id = \$wpdb->__get( 'dbh' )->thread_id; // As if the server had given it the same number.
			\$wpdb->query( 'UPDATE wp_things SET n=3 WHERE id=3' );
			\$out[] = \$believed->explicit;
			\$out[] = \$believed->commits_by_itself();"
		);
		$this->assertSame( array( true, false, true ), $out );
		$log = $this->site->log();
		$this->assertNotContains( '["e",]', $log );
		$this->assertStringContainsString( '"wp_things",{"k":[[3]]},0,', implode( "\n", $log ) );
	}

	/**
	 * A server without autocommit as its default, with chained transactions, an AUTO_INCREMENT of steps, other quotes, and
	 * whole transactions rolled back where a lock is not to be had.
	 */
	public function test_odd_server(): void {
		$server = Server::odd( '--autocommit=0 --completion-type=1 --auto-increment-increment=7 --auto-increment-offset=3 --sql-mode=ANSI_QUOTES --innodb-rollback-on-timeout --innodb-lock-wait-timeout=1 --lower-case-table-names=1' );
		$tree   = Child::tree();
		if ( null === $server || null === $tree ) {
			$this->markTestSkipped( 'No second MariaDB server could be started.' );
		}
		$site = new Child( $server, $tree );
		$site->sql( 'CREATE TABLE wp_things (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, n int, s varchar(50)) ENGINE=InnoDB; INSERT INTO wp_things (n) VALUES (1),(2),(3); COMMIT' );
		$out = $site->run(
			"require HOLDFAST_TESTS . '/watch.php';
			\$other = holdfast_other();
			\$wpdb->query( 'UPDATE \"WP_THINGS\" SET n=9 WHERE \"id\"=3' );
			\$wpdb->query( 'INSERT INTO wp_things (n) VALUES (4),(5)' );
			\$wpdb->query( 'COMMIT' );
			\$out['closed'] = holdfast_believed( \$wpdb )->commits_by_itself();
			\$out['ids'] = \$other->query( 'SELECT id FROM wp_things ORDER BY id' )->fetch_all();
			\$other->query( 'COMMIT' );
			\$other->query( 'UPDATE wp_things SET n=100 WHERE id=10' );
			\$wpdb->query( 'UPDATE wp_things SET n=50 WHERE id=3' );
			\$wpdb->query( \"UPDATE wp_things SET n=51 WHERE n=50 OR s='x'\" ); // A look-up of ours would roll back.
			\$out['error'] = \$wpdb->last_error;
			\$out['n'] = \$wpdb->get_var( 'SELECT n FROM wp_things WHERE id=3' );"
			. "\$other->query( 'ROLLBACK' );"
		);
		$log = $site->log();
		$site->clean();
		$this->assertFalse( $out['closed'] );
		$this->assertSame( '["w",1,"wp_things",{"k":[[3]]},1,0]', $log[0] );
		$this->assertSame( '["r",2,[[24],[31]]]', $log[2] );
		$this->assertContains( '["w",4,"wp_things",{"t":1},1,0]', $log );
		$this->assertNotContains( '["o",4,"wp_things"]', $log );
	}

	/**
	 * Writes after WordPress' own end: a shutdown function that registers another, a session handler, a destructor, code
	 * behind the end of output. Each is in a log that has its end.
	 */
	public function test_late_writes(): void {
		$this->site->run(
			"\$wpdb->query( 'UPDATE wp_things SET n=1 WHERE id=1' );
			register_shutdown_function( static function () use ( \$wpdb ) {
				\$wpdb->query( 'UPDATE wp_things SET n=2 WHERE id=2' );
				register_shutdown_function( static function () use ( \$wpdb ) {
					\$wpdb->query( 'UPDATE wp_things SET n=3 WHERE id=3' );
					register_shutdown_function( static function () use ( \$wpdb ) {
						\$wpdb->query( 'UPDATE wp_things SET n=4 WHERE id=4' );
					} );
				} );
			} );
			class Handler implements SessionHandlerInterface {
				public function open( \$path, \$name ): bool { return true; }
				public function close(): bool { return true; }
				#[\ReturnTypeWillChange]
				public function read( \$id ) { return ''; }
				public function write( \$id, \$data ): bool { \$GLOBALS['wpdb']->query( 'UPDATE wp_things SET n=5 WHERE id=5' ); return true; }
				public function destroy( \$id ): bool { return true; }
				#[\ReturnTypeWillChange]
				public function gc( \$age ) { return 0; }
			}
			ini_set( 'session.use_cookies', '0' ); ini_set( 'session.cache_limiter', '' );
			session_set_save_handler( new Handler(), true );
			session_start();
			\$_SESSION['x'] = 1;
			class Last { public function __destruct() { \$GLOBALS['wpdb']->query( 'UPDATE wp_things SET n=6 WHERE id=6' ); } }
			\$GLOBALS['last'] = new Last();"
		);
		$named = array();
		$ends  = 0;
		foreach ( (array) glob( $this->site->state . '/log/*.php' ) as $path ) {
			$text = (string) file_get_contents( (string) $path );
			preg_match_all( '/"k":\[\[(\d+)\]\]/', $text, $match );
			$named = array_merge( $named, $match[1] );
			$ends += (int) ( false !== strpos( substr( $text, -40 ), '["e",' ) );
		}
		sort( $named );
		$this->assertSame( array( '1', '2', '3', '4', '5', '6' ), $named );
		$this->assertSame( count( (array) glob( $this->site->state . '/log/*.php' ) ), $ends );
	}
}
