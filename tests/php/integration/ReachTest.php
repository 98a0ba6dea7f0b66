<?php
/**
 * Are the tables named that a statement really changes, whatever its text?
 *
 * @package Holdfast
 */

namespace Holdfast\Tests\Integration;

use Holdfast\Tests\Unit\Corpus;
use PHPUnit\Framework\TestCase;

/**
 * Checksums of every table before and after each statement, on a real server with cascades of several levels, triggers
 * that call routines, views of views, merged tables: what differs has to have been announced.
 */
final class ReachTest extends TestCase {

	/**
	 * The site.
	 *
	 * @var Child|null
	 */
	private $site = null;

	/**
	 * Makes a site in which much reaches much.
	 */
	protected function setUp(): void {
		$tree   = Child::tree();
		$server = Server::running();
		if ( null === $tree || null === $server ) {
			$this->markTestSkipped( 'There is no WordPress tree (HOLDFAST_TEST_WP) or no MariaDB server.' );
		}
		$this->site = new Child( $server, $tree );
		$this->site->sql( (string) file_get_contents( __DIR__ . '/schema.sql' ) );
		$this->site->sql( (string) file_get_contents( __DIR__ . '/rows.sql' ) );
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
	 * Each of these changes the tables listed, and each was announced.
	 */
	public function test_reached(): void {
		$statements = array(
			'DELETE FROM wp_parent WHERE id=1'            => 'wp_child wp_grandchild wp_parent',
			'UPDATE wp_parent SET id=20 WHERE id=2'       => 'wp_child wp_parent',
			'UPDATE wp_child SET id=50 WHERE id=5'        => 'wp_child wp_grandchild',
			'REPLACE INTO wp_parent VALUES (5, 9)'        => 'wp_child wp_grandchild wp_parent',
			'DELETE FROM wp_tree WHERE id=1'              => 'wp_tree',
			'INSERT INTO wp_audited VALUES (7, 3)'        => 'wp_audit wp_audited wp_parent',
			'UPDATE wp_audited SET v=8 WHERE id=5'        => 'wp_audited wp_counter',
			'DELETE FROM wp_audited WHERE id=5'           => 'wp_audited wp_log',
			'UPDATE wp_view SET v=77 WHERE id=6'          => 'wp_parent',
			'UPDATE wp_view2 SET v=78 WHERE id=6'         => 'wp_parent',
			'DELETE FROM wp_view2 WHERE id=6'             => 'wp_parent',
			"UPDATE wp_joined SET meta_value='new' WHERE ID=1" => 'wp_postmeta',
			"UPDATE wp_joined SET post_title='new' WHERE ID=1" => 'wp_posts',
			"INSERT INTO wp_merged VALUES (9, 'm')"       => 'wp_merged wp_old2',
			"UPDATE wp_merged SET name='n' WHERE id=1"    => 'wp_merged wp_old wp_old2',
			'CALL count_up(1)'                            => 'wp_counter',
			'CALL up_twice'                               => 'wp_counter',
			"CALL made_up('names')"                       => 'wp_names',
			"SELECT noted('x')"                           => 'wp_log',
			"select `through` ('y')"                      => 'wp_log',
			'SELECT * FROM wp_calling'                    => 'wp_log',
			"DO noted('x')"                               => 'wp_log',
			"SET @x = through('x')"                       => 'wp_log',
			"UPDATE wp_posts SET post_author=noted('in an update') WHERE ID=3" => 'wp_log wp_posts',
			"PREPARE one FROM 'UPDATE wp_counter SET n=n+10 WHERE id=1'" => '',
			'EXECUTE one'                                 => 'wp_counter',
			"EXECUTE IMMEDIATE 'DELETE FROM `wp.dots`'"   => 'wp.dots',
			"EXECUTE IMMEDIATE CONCAT('DELETE FROM ', '`wp``tick`')" => 'wp`tick',
			'BEGIN NOT ATOMIC DELETE FROM `wp_über` WHERE id=1; UPDATE `order` SET v=9; END' => 'order wp_über',
			'DELETE /*!999999 x */ FROM wp_counter WHERE id=2' => 'wp_counter',
			"UPDATE wp_posts SET post_title='z' --\x7f WHERE ID=1\n" => 'wp_posts',
			'INSERT INTO wp_posts (ID) VALUES (70) UNION SELECT 71' => 'wp_posts',
			'WITH x AS (SELECT 1) SELECT 1'               => '',
			'UPDATE { OJ wp_posts p LEFT OUTER JOIN wp_postmeta m ON p.ID=m.post_id } SET m.meta_value=3 WHERE ID=1' => 'wp_postmeta',
			'CREATE TRIGGER late BEFORE INSERT ON wp_names FOR EACH ROW BEGIN SET @y=1; INSERT INTO wp_log VALUES (NEW.slug); END' => '',
			"INSERT INTO wp_names VALUES ('fr', 'z', 1)"  => 'wp_log wp_names',
			'CREATE FUNCTION fresh() RETURNS int BEGIN UPDATE wp_counter SET n=n+5; RETURN 1; END' => '',
			'SELECT fresh()'                              => 'wp_counter',
			'RENAME TABLE `order` TO wp_order'            => 'order wp_order',
			'CREATE TABLE wp_copy SELECT * FROM wp_posts' => 'wp_copy',
			'DROP TABLE wp_copy, wp_order'                => 'wp_copy wp_order',
		);
		$out        = $this->site->run(
			"require HOLDFAST_TESTS . '/watch.php';
			\$other = holdfast_other(); \$offset = array();
			foreach ( " . var_export( array_keys( $statements ), true ) . ' as $sql ) {
				$out[] = holdfast_watched( $wpdb, $other, $sql, $offset );
			}'
		);
		foreach ( array_keys( $statements ) as $index => $sql ) {
			sort( $out[ $index ]['changed'] );
			$this->assertSame( array( $statements[ $sql ], array() ), array( implode( ' ', $out[ $index ]['changed'] ), $out[ $index ]['missed'] ), $sql . "\n" . $out[ $index ]['error'] );
		}
	}

	/**
	 * Mutants of the corpus on the real server: where it accepts one and rows of a table change, the table was named.
	 * HOLDFAST_FUZZ and HOLDFAST_FUZZ_SECONDS make it longer.
	 */
	public function test_mutants(): void {
		$statements = array();
		foreach ( Corpus::statements() as list( $sql, $outcome, $reading ) ) {
			if ( '' === $reading && 1 === preg_match( '/^(?:insert|replace|update|delete|delete-many|tables|calls)[;,]/', $outcome ) && 0 === preg_match( '/DATABASE|SCHEMA|OUTFILE|INFILE|SLEEP|GET_LOCK|RENAME USER|other\./i', $sql ) ) {
				$statements[] = str_replace( array( 'site.', '`site`', 'SITE.', 'write_log', 'write_rows' ), array( $this->site->database . '.', "`{$this->site->database}`", $this->site->database . '.', 'noted', 'up_twice' ), $sql );
			}
		}
		$out = $this->site->run(
			"require HOLDFAST_TESTS . '/watch.php';
			require HOLDFAST_TESTS . '/../unit/Mutants.php';
			require HOLDFAST_TESTS . '/mutants-child.php';
			\$out = holdfast_mutants( \$wpdb, " . var_export( $statements, true ) . ', ' . (int) ( getenv( 'HOLDFAST_FUZZ' ) ?: 600 ) . ', ' . (float) ( getenv( 'HOLDFAST_FUZZ_SECONDS' ) ?: 20 ) . ', ' . (int) ( getenv( 'HOLDFAST_SEED' ) ?: 4 ) . ' );'
		);
		if ( '' !== (string) getenv( 'HOLDFAST_SEED' ) ) {
			fwrite( STDERR, json_encode( array_diff_key( $out, array( 'missed' => 1 ) ) ) . "\n" );
		}
		$this->assertSame( array(), $out['missed'], (string) json_encode( $out['missed'], JSON_PRETTY_PRINT | JSON_INVALID_UTF8_SUBSTITUTE ) );
		$this->assertGreaterThan( 10, $out['changing'] );
	}
}
