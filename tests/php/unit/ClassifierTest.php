<?php
/**
 * Does the classifier know statements, whatever is thrown at it?
 *
 * @package Holdfast
 */

namespace Holdfast\Tests\Unit;

use Holdfast\Sql\Classifier;
use Holdfast\Sql\Lexis;
use Holdfast\Sql\Statement;
use PHPUnit\Framework\TestCase;

/**
 * Kind, tables and effect of statements.
 */
final class ClassifierTest extends TestCase {

	/**
	 * Statement, kind, tables, effect.
	 *
	 * @return array<string, array{0: string, 1: string, 2: string, 3: string}>
	 */
	public function statements(): array {
		$rows  = array(
			array( 'SELECT * FROM wp_posts', 'read', '', '' ),
			array( '(SELECT 1) UNION (SELECT 2)', 'read', '', '' ),
			array( "\n\t select 1 for update", 'read', '', '' ),
			array( 'SHOW TABLES', 'read', '', '' ),
			array( 'DESCRIBE wp_posts', 'read', '', '' ),
			array( 'EXPLAIN UPDATE wp_posts SET a=1', 'read', '', '' ),
			array( 'OPTIMIZE TABLE wp_posts', 'read', '', '' ),
			array( 'ANALYZE TABLE wp_posts', 'read', '', '' ),
			array( 'ANALYZE UPDATE wp_posts SET a=1', 'unknown', '', '' ),
			array( 'REPAIR TABLE wp_posts', 'read', '', '' ),
			array( 'CHECK TABLE wp_posts', 'read', '', '' ),
			array( 'DO GET_LOCK("x", 1)', 'read', '', '' ),
			array( 'USE other', 'read', '', '' ),
			array( 'WITH x AS (SELECT 1) SELECT * FROM x', 'read', '', '' ),
			array( 'WITH x AS (SELECT 1) UPDATE wp_posts, x SET a=1', 'unknown', '', '' ),
			array( "INSERT INTO `wp_options` (a) VALUES ('b')", 'insert', 'wp_options', '' ),
			array( 'insert low_priority ignore wp_x values (1),(2)', 'insert', 'wp_x', '' ),
			array( 'INSERT INTO db.wp_x SET a=1, b="2"', 'insert', 'db.wp_x', '' ),
			array( 'INSERT INTO `db`.`wp x` (SELECT 1)', 'insert', 'db.wp x', '' ),
			array( 'INSERT INTO wp_x () VALUES ()', 'insert', 'wp_x', '' ),
			array( 'INSERT wp_x (a) SELECT a FROM wp_y ON DUPLICATE KEY UPDATE a=1', 'insert', 'wp_x', '' ),
			array( 'REPLACE INTO wp_x VALUES (1)', 'replace', 'wp_x', '' ),
			array( '/* hi */ UPDATE -- x' . "\n" . ' wp_posts SET a=1', 'update', 'wp_posts', '' ),
			array( '# note' . "\n" . 'UPDATE `wp_po``sts` AS p SET p.a=1 WHERE p.b=2', 'update', 'wp_po`sts', '' ),
			array( 'UPDATE LOW_PRIORITY IGNORE wp_posts p SET a=1 ORDER BY b LIMIT 5', 'update', 'wp_posts', '' ),
			array( 'UPDATE wp_a, wp_b SET wp_a.x=wp_b.x', 'tables', 'wp_a,wp_b', '' ),
			array( 'UPDATE wp_a a INNER JOIN wp_b b ON a.x=b.x SET a.y=1', 'tables', 'wp_a,wp_b', '' ),
			array( 'UPDATE wp_a a JOIN (SELECT id FROM wp_c) c ON c.id=a.id SET a.y=1', 'update-found', 'wp_a', '' ),
			array( 'DELETE FROM wp_posts', 'delete', 'wp_posts', '' ),
			array( 'DELETE QUICK FROM wp_posts WHERE a=1 ORDER BY b LIMIT 1 RETURNING a', 'delete', 'wp_posts', '' ),
			array( 'DELETE a, b FROM wp_o a, wp_o b WHERE a.x=b.x', 'delete-many', 'a,b,wp_o,wp_o', '' ),
			array( 'DELETE a FROM wp_a a LEFT JOIN wp_b b ON a.x=b.x WHERE b.x IS NULL', 'tables', 'a,wp_a,wp_b', '' ),
			array( 'DELETE FROM wp_a USING wp_a, wp_b WHERE wp_a.x=wp_b.x', 'delete-many', 'wp_a,wp_a,wp_b', '' ),
			array( 'TRUNCATE wp_a', 'schema', 'wp_a', 'commits' ),
			array( 'TRUNCATE TABLE `wp_a`', 'schema', 'wp_a', 'commits' ),
			array( 'CREATE TABLE IF NOT EXISTS wp_a (id int)', 'schema', 'wp_a', 'commits' ),
			array( 'CREATE TEMPORARY TABLE wp_a (id int)', 'schema', 'wp_a', '' ),
			array( 'CREATE OR REPLACE TABLE wp_a SELECT 1', 'schema', 'wp_a', 'commits' ),
			array( 'CREATE ALGORITHM=MERGE DEFINER=`u`@`h` SQL SECURITY INVOKER VIEW v AS SELECT 1', 'schema', 'v', 'commits' ),
			array( 'CREATE UNIQUE INDEX i ON wp_a (b)', 'schema', 'wp_a', 'commits' ),
			array( 'CREATE TRIGGER t BEFORE INSERT ON wp_a FOR EACH ROW SET @x=1', 'schema', 'wp_a', 'commits' ),
			array( 'CREATE FUNCTION f() RETURNS int RETURN 1', 'read', '', 'commits' ),
			array( 'CREATE DATABASE d', 'read', '', 'commits' ),
			array( 'ALTER TABLE wp_a ADD COLUMN c int, RENAME TO wp_b', 'schema', 'wp_a,wp_b', 'commits' ),
			array( 'ALTER TABLE wp_a RENAME COLUMN x TO y', 'schema', 'wp_a', 'commits' ),
			array( 'ALTER TABLE wp_a EXCHANGE PARTITION p WITH TABLE wp_b', 'schema', 'wp_a,wp_b', 'commits' ),
			array( 'DROP TABLE IF EXISTS wp_a, db.wp_b', 'schema', 'wp_a,db.wp_b', 'commits' ),
			array( 'DROP VIEW v', 'schema', 'v', 'commits' ),
			array( 'DROP INDEX i ON wp_a', 'schema', 'wp_a', 'commits' ),
			array( 'RENAME TABLE wp_a TO wp_b, wp_c TO wp_d', 'schema', 'wp_a,wp_b,wp_c,wp_d', 'commits' ),
			array( 'LOAD DATA LOCAL INFILE "x" REPLACE INTO TABLE wp_a FIELDS TERMINATED BY ","', 'tables', 'wp_a', '' ),
			array( 'START TRANSACTION READ WRITE', 'read', '', 'begins' ),
			array( 'BEGIN', 'read', '', 'begins' ),
			array( 'begin work;', 'read', '', 'begins' ),
			array( 'COMMIT', 'read', '', 'commits' ),
			array( 'COMMIT AND CHAIN', 'read', '', 'chains' ),
			array( 'COMMIT AND NO CHAIN', 'read', '', 'commits' ),
			array( 'ROLLBACK', 'read', '', 'rolls back' ),
			array( 'ROLLBACK WORK TO SAVEPOINT x', 'read', '', '' ),
			array( 'SAVEPOINT x', 'read', '', '' ),
			array( 'RELEASE SAVEPOINT x', 'read', '', '' ),
			array( 'SET autocommit=0', 'read', '', 'autocommit off' ),
			array( 'SET SESSION autocommit = ON', 'read', '', 'autocommit on' ),
			array( 'SET @@session.autocommit=OFF, NAMES utf8mb4', 'read', '', 'autocommit off' ),
			array( 'SET autocommit = @old', 'read', '', 'unclear' ),
			array( 'SET GLOBAL autocommit=0', 'read', '', '' ),
			array( 'SET NAMES utf8mb4', 'read', '', '' ),
			array( 'SET STATEMENT max_statement_time=1 FOR DELETE FROM wp_a', 'delete', 'wp_a', '' ),
			array( 'LOCK TABLES wp_a WRITE', 'read', '', 'commits' ),
			array( 'UNLOCK TABLES', 'read', '', '' ),
			array( 'CALL p()', 'unknown', '', 'unclear' ),
			array( 'EXECUTE s', 'unknown', '', 'unclear' ),
			array( 'BEGIN NOT ATOMIC DELETE FROM wp_a; END', 'unknown', '', 'unclear' ),
			array( 'DELETE FROM wp_a; DELETE FROM wp_b', 'unknown', 'wp_a', 'unclear' ),
			array( 'DELETE FROM wp_a;', 'delete', 'wp_a', '' ),
			array( '/*!40000 DELETE FROM wp_a */', 'delete', 'wp_a', '' ),
			array( '/*! UPDATE */ wp_a SET x=1', 'update', 'wp_a', '' ),
			array( 'FROBNICATE wp_a', 'unknown', '', 'unclear' ),
			array( '', 'read', '', '' ),
			array( "UPDATE wp_a SET x='it\\'s; DROP TABLE wp_b' WHERE y='a''b'", 'update', 'wp_a', '' ),
		);
		$named = array();
		foreach ( $rows as $row ) {
			$named[ $row[0] ] = $row;
		}
		return $named;
	}

	/**
	 * Kind, tables and effect are as listed.
	 *
	 * @dataProvider statements
	 * @param string $sql    The statement.
	 * @param string $kind   Its kind.
	 * @param string $tables Its tables.
	 * @param string $effect Its effect.
	 */
	public function test_statement( string $sql, string $kind, string $tables, string $effect ): void {
		$statement = Classifier::classify( $sql, new Lexis() );
		$names     = array();
		foreach ( $statement->tables as list( $database, $table ) ) {
			$names[] = ( null === $database ? '' : $database . '.' ) . $table;
		}
		$this->assertSame( array( $kind, $tables, $effect ), array( $statement->kind, implode( ',', $names ), $statement->effect ) );
	}

	/**
	 * Executable comments, open quotes and unsafe character sets leave the tables and take away the keys.
	 */
	public function test_distrust(): void {
		foreach ( array( '/*!40000 DELETE FROM wp_a WHERE id=1 */', "DELETE FROM wp_a WHERE id='1", 'DELETE FROM wp_a WHERE id=1 /* x' ) as $sql ) {
			$this->assertFalse( Classifier::classify( $sql, new Lexis() )->exact, $sql );
		}
		$this->assertFalse( Classifier::classify( 'DELETE FROM wp_a WHERE id=1', new Lexis( false, true, false ) )->exact );
	}

	/**
	 * ANSI_QUOTES and NO_BACKSLASH_ESCAPES change what quotes mean.
	 */
	public function test_modes(): void {
		$ansi = Classifier::classify( 'DELETE FROM "wp_a"', new Lexis( true ) );
		$this->assertSame( array( array( null, 'wp_a' ) ), $ansi->tables );
		$plain = Classifier::classify( "UPDATE wp_a SET x='\\' WHERE id=1", new Lexis( false, false ) );
		$this->assertNotNull( $plain->where );
	}

	/**
	 * Any bytes at all: never throws, and takes time in proportion to the length.
	 */
	public function test_fuzz(): void {
		mt_srand( 7 );
		$parts = array( 'UPDATE', 'DELETE', 'INSERT', 'INTO', 'FROM', 'WHERE', 'SET', 'wp_a', '`b`', "'x'", '"', "'", '`', '\\', '/*', '*/', '/*!', '--', '#', "\n", ' ', '(', ')', ',', '=', ';', '@', '.', '0x', '1e', "x'4", 'JOIN', 'VALUES', 'ON DUPLICATE KEY UPDATE', 'BETWEEN', 'AND', 'IN', "\xff", "\0", 'RENAME', 'TABLE', 'ALTER', 'TO', 'USING', 'LIMIT' );
		for ( $round = 0; $round < 20000; ++$round ) {
			$sql = '';
			for ( $count = mt_rand( 1, 25 ); $count > 0; --$count ) {
				$sql .= $parts[ mt_rand( 0, count( $parts ) - 1 ) ] . ( mt_rand( 0, 1 ) ? ' ' : '' );
			}
			$statement = Classifier::classify( $sql, new Lexis( 0 === $round % 3, 0 === $round % 2 ) );
			foreach ( array( 'wp_posts', 'wp_options', 'wp_names', 'wp_log' ) as $name ) {
				PlannerTest::scope_of( $statement, Tables::of( $name ) );
			}
		}
		$this->assertTrue( true );
	}

	/**
	 * Long statements take linear time: strings, comments, nesting, open quotes.
	 */
	public function test_linear_time(): void {
		$shapes = array(
			static function ( int $n ): string {
				return "UPDATE wp_a SET x='" . str_repeat( "a\\'", $n ) . "' WHERE id=1";
			},
			static function ( int $n ): string {
				return 'DELETE FROM wp_a WHERE ' . str_repeat( '(', $n );
			},
			static function ( int $n ): string {
				return str_repeat( '/* x */', $n );
			},
			static function ( int $n ): string {
				return 'INSERT INTO wp_a VALUES ' . str_repeat( "('", $n );
			},
			static function ( int $n ): string {
				return 'DELETE FROM wp_a WHERE id IN (' . str_repeat( '1,', $n ) . '2)';
			},
			static function ( int $n ): string {
				return 'INSERT INTO wp_a (a) VALUES ' . str_repeat( "('x'),", $n ) . "('y')";
			},
		);
		foreach ( $shapes as $index => $shape ) {
			$seconds = array();
			// The best of three: a busy machine costs processor time, too.
			foreach ( array( 40000, 160000 ) as $n ) {
				$sql       = $shape( $n );
				$seconds[] = max( 0.02, min( self::cpu_of( $sql ), self::cpu_of( $sql ), self::cpu_of( $sql ) ) );
			}
			$this->assertLessThan( 10 * $seconds[0], $seconds[1], "shape $index" );
		}
	}

	/**
	 * Seconds of processor time that classifying takes: what else the machine does is not in it.
	 *
	 * @param string $sql A statement.
	 */
	private static function cpu_of( string $sql ): float {
		$used  = static function (): float {
			$usage = (array) getrusage();
			return $usage['ru_utime.tv_sec'] + $usage['ru_utime.tv_usec'] / 1e6;
		};
		$begin = $used();
		Classifier::classify( $sql, new Lexis() );
		return $used() - $begin;
	}

	/**
	 * The fast path agrees with the classifier.
	 */
	public function test_fast_path(): void {
		foreach ( $this->statements() as list( $sql, $kind ) ) {
			if ( Classifier::only_reads( $sql ) ) {
				$this->assertSame( Statement::READ, $kind, $sql );
			}
		}
	}
}
