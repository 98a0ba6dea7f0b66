<?php
/**
 * Does other code see exactly what it would see without Holdfast?
 *
 * @package Holdfast
 */

namespace Holdfast\Tests\Integration;

use PHPUnit\Framework\TestCase;

/**
 * The same script with and without capture. After each statement: what the server says of the last one, the state of
 * the transaction, all properties of wpdb (private and protected ones too) and of mysqli, PHP's last error.
 *
 * FOUND_ROWS() is asked for behind SQL_CALC_FOUND_ROWS, and right behind any other read; the rest is test_what_differs.
 */
final class InvisibleTest extends TestCase {

	const SCRIPT = array(
		"INSERT INTO wp_options (option_name, option_value) VALUES ('new', '1')",
		"UPDATE wp_options SET option_value='2' WHERE option_name='new'",
		"UPDATE wp_options SET option_value='2' WHERE option_name='new'",
		"UPDATE wp_options SET option_value='3' WHERE option_value='2'",
		"UPDATE wp_options SET option_name='NEW ' WHERE option_name='new'",
		"DELETE FROM wp_options WHERE option_name LIKE 'n%'",
		"DELETE FROM wp_options WHERE option_name='not there'",
		"INSERT INTO wp_posts (post_title) VALUES ('a'), ('b'), ('c')",
		"INSERT INTO wp_posts (ID, post_title) VALUES (500, 'a')",
		"INSERT INTO wp_options (option_name, option_value) VALUES ('foo', '1') ON DUPLICATE KEY UPDATE option_value='1', option_id=LAST_INSERT_ID(option_id)",
		"REPLACE INTO wp_options (option_name, option_value) VALUES ('foo', '2')",
		"INSERT IGNORE INTO wp_options (option_name, option_value) VALUES ('foo', '2')",
		"INSERT INTO wp_options (option_name, option_value) VALUES ('foo', '2')",
		"INSERT IGNORE INTO wp_posts (ID, comment_count) VALUES ('7x', '12abc')",
		"UPDATE wp_posts SET comment_count='5x' WHERE post_title LIKE 'b%'",
		'UPDATE wp_posts SET comment_count=1 WHERE post_title=5',
		"UPDATE wp_posts SET nonsense=1 WHERE post_title LIKE 'b%'",
		"UPDATE wp_nowhere SET a=1 WHERE b LIKE 'x'",
		'this is no statement',
		'SELECT * FROM wp_posts LIMIT 2',
		'SELECT FOUND_ROWS()',
		'SELECT * FROM wp_posts LIMIT 2',
		"INSERT INTO wp_posts (post_title) VALUES ('no look-up')",
		'UPDATE wp_posts SET comment_count=3 WHERE ID=1',
		'SELECT FOUND_ROWS()',
		'SELECT SQL_CALC_FOUND_ROWS * FROM wp_posts LIMIT 2',
		"DELETE FROM wp_names WHERE slug LIKE 'o%'",
		'SELECT FOUND_ROWS()',
		'/* counted */ SELECT SQL_CALC_FOUND_ROWS * FROM wp_posts LIMIT 1',
		"UPDATE wp_names SET hits=5 WHERE slug LIKE 'x%'",
		'SELECT FOUND_ROWS()',
		"UPDATE wp_names SET hits=hits+1 WHERE slug LIKE 'x%'",
		'INSERT INTO wp_log VALUES (ROW_COUNT())',
		"UPDATE wp_posts SET post_author=ROW_COUNT() WHERE post_title LIKE 'a%'",
		'SET @rows = ROW_COUNT()',
		'SELECT @rows',
		"INSERT INTO wp_posts (post_title, comment_count) VALUES ('w', '9z')",
		'SHOW WARNINGS',
		'CREATE TABLE IF NOT EXISTS wp_posts (id int)',
		'SET @one=1',
		'SHOW WARNINGS',
		'CREATE TABLE wp_fresh (id int)',
		'INSERT INTO wp_fresh VALUES (LAST_INSERT_ID()), (2)',
		'INSERT INTO wp_fresh VALUES (@@warning_count)',
		'TRUNCATE TABLE wp_fresh',
		'DROP TABLE wp_fresh',
		'START TRANSACTION',
		"UPDATE wp_posts SET post_name='t' WHERE post_title LIKE 'a%'",
		"DELETE FROM wp_posts WHERE post_status='publish' AND post_title > 'b'",
		"INSERT INTO wp_posts (post_title) VALUES ('x'), ('y')",
		"REPLACE INTO wp_options (option_name, option_value) VALUES ('foo', '9')",
		'SAVEPOINT a',
		"UPDATE wp_options SET option_value='5' WHERE option_value > '0'",
		'ROLLBACK TO a',
		'COMMIT',
		'SET autocommit=0',
		"DELETE FROM wp_names WHERE slug LIKE 'z%'",
		"UPDATE wp_names SET hits=9 WHERE slug LIKE 'x%'",
		'ROLLBACK',
		'SET autocommit=1',
		"DELETE a, b FROM wp_options a, wp_options b WHERE a.option_name LIKE '\\\\_transient\\\\_%' AND a.option_name NOT LIKE '\\\\_transient\\\\_timeout\\\\_%' AND b.option_name=CONCAT('_transient_timeout_', SUBSTRING(a.option_name, 12)) AND b.option_value < 1700000000",
		'CALL up_twice()',
		"SELECT noted('x')",
		'SELECT ROW_COUNT(), LAST_INSERT_ID()',
		"PREPARE s FROM 'UPDATE wp_counter SET n=n+1'",
		'EXECUTE s',
		"UPDATE wp_posts SET post_title='ü' WHERE post_title LIKE 'ä%'",
		"UPDATE wp_posts SET post_title='\xff' WHERE ID=1",
		'LOCK TABLES wp_posts WRITE',
		"UPDATE wp_posts SET post_title='l' WHERE post_name LIKE 't%'",
		"UPDATE wp_names SET hits=1 WHERE slug LIKE 'x%'",
		'UNLOCK TABLES',
	);

	/**
	 * What was seen is the same, whichever question is asked first: by one SELECT, or by SHOW WARNINGS.
	 *
	 * @testWith ["SELECT LAST_INSERT_ID(), ROW_COUNT(), @@warning_count, @@error_count, @@in_transaction, @@autocommit, @@sql_mode, @@character_set_client"]
	 *           ["SHOW WARNINGS"]
	 *           [""]
	 * @param string $question What is asked after each statement; '' = nothing.
	 */
	public function test_same( string $question ): void {
		$with    = $this->seen( $question, true );
		$without = $this->seen( $question, false );
		foreach ( self::SCRIPT as $index => $sql ) {
			$this->assertSame( $without[ $index ], $with[ $index ], $sql );
		}
		$this->assertCount( count( self::SCRIPT ), $with );
	}

	/**
	 * What a run of the script saw.
	 *
	 * @param string $question What is asked after each statement.
	 * @param bool   $capture  Whether with capture.
	 * @return array<int, mixed>
	 */
	private function seen( string $question, bool $capture ): array {
		$tree   = Child::tree();
		$server = Server::running();
		if ( null === $tree || null === $server ) {
			$this->markTestSkipped( 'There is no WordPress tree (HOLDFAST_TEST_WP) or no MariaDB server.' );
		}
		$site = new Child( $server, $tree );
		try {
			$site->sql( (string) file_get_contents( __DIR__ . '/schema.sql' ) );
			$site->sql( (string) file_get_contents( __DIR__ . '/rows.sql' ) );
			$out = $site->run(
				"require_once ABSPATH . 'wp-includes/l10n.php';
				\$question = " . var_export( $question, true ) . ';
				foreach ( ' . var_export( self::SCRIPT, true ) . " as \$sql ) {
					\$returned = \$wpdb->query( \$sql );
					\$link     = \$wpdb->__get( 'dbh' );
					\$seen     = array( \$returned, \$link->affected_rows, \$link->insert_id, \$link->errno, \$link->error, \$link->sqlstate );
					if ( 0 === \$link->errno ) { // After an error these are still those of the statement before, whoever sent it.
						array_push( \$seen, \$link->info, \$link->warning_count, \$link->field_count );
					}
					\$answer   = '' === \$question ? null : \$link->query( \$question );
					\$seen[]   = \$answer instanceof mysqli_result ? \$answer->fetch_all() : \$answer;
					foreach ( ( new ReflectionClass( 'wpdb' ) )->getProperties() as \$property ) {
						\$property->setAccessible( true );
						if ( ! in_array( \$property->getName(), array( 'dbh', 'result', 'time_start', 'dbname' ), true ) && ! \$property->isStatic() ) {
							\$seen[ \$property->getName() ] = \$property->getValue( \$wpdb );
						}
					}
					\$seen['last'] = error_get_last();
					\$out[] = json_decode( str_replace( DB_NAME, 'site', (string) json_encode( \$seen, JSON_INVALID_UTF8_SUBSTITUTE ) ), true );
				}",
				$capture
			);
			$this->assertSame( $capture, count( $site->log() ) > 50 );
		} finally {
			$site->clean();
		}
		return $out;
	}

	/**
	 * The two things in which a look-up can be told (Lookup): nothing else differs, and nothing where there is none.
	 */
	public function test_what_differs(): void {
		$tree   = Child::tree();
		$server = Server::running();
		if ( null === $tree || null === $server ) {
			$this->markTestSkipped( 'There is no WordPress tree (HOLDFAST_TEST_WP) or no MariaDB server.' );
		}
		$seen = array();
		foreach ( array( false, true ) as $capture ) {
			$site = new Child( $server, $tree );
			try {
				$site->sql( (string) file_get_contents( __DIR__ . '/schema.sql' ) );
				$site->sql( (string) file_get_contents( __DIR__ . '/rows.sql' ) );
				$seen[] = $site->run(
					"require_once ABSPATH . 'wp-includes/l10n.php';
					\$rows = static function () use ( \$wpdb ) { return \$wpdb->get_var( 'SELECT FOUND_ROWS()' ); };
					\$wpdb->query( 'SELECT 1 UNION SELECT 2 UNION SELECT 3' );
					\$wpdb->query( \"UPDATE wp_posts SET comment_count=3 WHERE post_title LIKE 'none%'\" );
					\$out['found_rows'] = \$rows();
					\$wpdb->query( 'UPDATE wp_posts SET comment_count=comment_count+1' );
					\$wpdb->query( \"UPDATE wp_posts SET nonsense=1 WHERE post_title LIKE 'none%'\" );
					\$link = \$wpdb->__get( 'dbh' );
					\$out['info'] = null === \$link->info;
					\$out['failed'] = array( \$link->errno, \$link->error, \$link->sqlstate, \$link->affected_rows, \$link->insert_id, \$wpdb->last_error, \$wpdb->rows_affected );
					\$wpdb->query( 'UPDATE wp_posts SET comment_count=comment_count+1' );
					\$wpdb->query( 'UPDATE wp_posts SET nonsense=1 WHERE ID=1' );
					\$out['info_without_look_up'] = null === \$link->info;",
					$capture
				);
			} finally {
				$site->clean();
			}
		}
		list( $without, $with ) = $seen;
		$this->assertSame( array( '3', '0' ), array( $without['found_rows'], $with['found_rows'] ) );
		$this->assertSame( array( false, true ), array( $without['info'], $with['info'] ) );
		$this->assertSame( $without['failed'], $with['failed'] );
		$this->assertSame( array( false, false ), array( $without['info_without_look_up'], $with['info_without_look_up'] ) );
	}

	/**
	 * A transaction's read view opens when it would: with the first read of the application itself, not with ours.
	 *
	 * @testWith [true]
	 *           [false]
	 * @param bool $capture Whether with capture.
	 */
	public function test_read_view( bool $capture ): void {
		$tree   = Child::tree();
		$server = Server::running();
		if ( null === $tree || null === $server ) {
			$this->markTestSkipped( 'There is no WordPress tree (HOLDFAST_TEST_WP) or no MariaDB server.' );
		}
		$site = new Child( $server, $tree );
		try {
			$site->sql( (string) file_get_contents( __DIR__ . '/schema.sql' ) );
			$site->sql( (string) file_get_contents( __DIR__ . '/rows.sql' ) );
			$out = $site->run(
				"require HOLDFAST_TESTS . '/watch.php';
				\$other = holdfast_other();
				foreach ( array( \"DELETE FROM wp_names WHERE slug LIKE 'none%'\", \"UPDATE wp_options SET option_value='1' WHERE option_value='none'\", \"REPLACE INTO wp_options (option_name) VALUES ('z')\", \"INSERT INTO wp_log VALUES ('x')\", 'SET @one=1', 'CALL count_up(9)', \"INSERT INTO wp_posts (post_title) VALUES ('a'), ('b')\" ) as \$index => \$sql ) {
					foreach ( array( 'START TRANSACTION', 'SET autocommit=0' ) as \$begin ) {
						\$other->query( \"UPDATE wp_counter SET n=0 WHERE id=1\" );
						\$wpdb->query( \$begin );
						\$wpdb->query( \$sql );
						\$other->query( \"UPDATE wp_counter SET n=50 WHERE id=1\" );
						\$out[] = \$wpdb->get_var( 'SELECT n FROM wp_counter WHERE id=1' );
						\$other->query( \"UPDATE wp_counter SET n=60 WHERE id=1\" );
						\$out[] = \$wpdb->get_var( 'SELECT n FROM wp_counter WHERE id=1' );
						\$wpdb->query( 'ROLLBACK' );
						\$wpdb->query( 'SET autocommit=1' );
					}
				}",
				$capture
			);
		} finally {
			$site->clean();
		}
		$this->assertSame( array_fill( 0, 28, '50' ), $out );
	}
}
