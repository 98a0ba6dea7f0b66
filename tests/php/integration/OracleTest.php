<?php
/**
 * Does an intent name every row that its statement changes?
 *
 * @package Holdfast
 */

namespace Holdfast\Tests\Integration;

use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/random-statements.php';

/**
 * Random statements over tables of several key shapes and collations, some with another session's statement between
 * look-up and run. Triggers log each changed key in the same transaction, and the table is read before and after: what
 * was logged or differs has to be named by what capture wrote. Shares no code with the planners.
 */
final class OracleTest extends TestCase {

	const STATEMENTS = 3000;

	/**
	 * Missed is 0; most is exact.
	 */
	public function test_random_statements(): void {
		$tree   = Child::tree();
		$server = Server::running();
		if ( null === $tree || null === $server ) {
			$this->markTestSkipped( 'There is no WordPress tree (HOLDFAST_TEST_WP) or no MariaDB server.' );
		}
		$site = new Child( $server, $tree );
		try {
			$site->sql( implode( ';', holdfast_random_tables() ) );
			$out = $site->run( "require HOLDFAST_TESTS . '/random-statements.php';\n" . preg_replace( '/^<\?php/', '', (string) file_get_contents( __DIR__ . '/oracle-child.php' ) ) . "\n\$out = holdfast_oracle( \$wpdb, " . self::STATEMENTS . ', ' . (int) ( getenv( 'HOLDFAST_SEED' ) ?: 11 ) . ' );' );
			fwrite( STDERR, '' === (string) getenv( 'HOLDFAST_SEED' ) ? '' : json_encode( array_diff_key( $out, array( 'missed' => 1 ) ) ) . "\n" );
			$this->assertSame( array(), $out['missed'], (string) json_encode( $out['missed'], JSON_PRETTY_PRINT ) );
			$this->assertGreaterThan( 500, $out['changes'] );
			$this->assertGreaterThan( 100, $out['rivals'] );
			$this->assertGreaterThan( 500, $out['logged'] );
			$this->assertGreaterThan( 0.5, $out['named'] / $out['nameable'] );
		} finally {
			$site->clean();
		}
	}
}
