<?php
/**
 * Does an intent name every row that its statement changes?
 *
 * @package Holdfast
 */

namespace Holdfast\Tests\Integration;

use PHPUnit\Framework\TestCase;

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
			$site->sql(
				'CREATE TABLE wp_a (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, n int, s varchar(20), u varchar(20) UNIQUE, KEY n (n), KEY s (s(5))) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
				CREATE TABLE wp_s (s varchar(12) NOT NULL, n int NOT NULL DEFAULT 0, PRIMARY KEY (s)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
				CREATE TABLE wp_c (s varchar(12) NOT NULL, id int NOT NULL, n int DEFAULT 3, PRIMARY KEY (s, id), KEY n (n)) ENGINE=InnoDB DEFAULT CHARSET=latin1;
				CREATE TABLE wp_b (b varbinary(12) NOT NULL, n tinyint NOT NULL DEFAULT 1, s varchar(20), PRIMARY KEY (b)) ENGINE=InnoDB;
				CREATE TABLE wp_p (b binary(4) NOT NULL PRIMARY KEY, n tinyint unsigned NOT NULL DEFAULT 1) ENGINE=MyISAM;
				CREATE TABLE wp_u (n smallint NOT NULL UNIQUE, s char(5) UNIQUE, x int) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
				CREATE TABLE wp_d (d decimal(8,2) NOT NULL PRIMARY KEY, n int, s varchar(20)) ENGINE=InnoDB;
				CREATE TABLE wp_n (s char(8) NOT NULL PRIMARY KEY, n int) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_nopad_ci;
				CREATE TABLE wp_z (n int, s varchar(20), x int, KEY n (n)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4'
			);
			$out = $site->run( (string) preg_replace( '/^<\?php/', '', (string) file_get_contents( __DIR__ . '/oracle-child.php' ) ) . "\n\$out = holdfast_oracle( \$wpdb, " . self::STATEMENTS . ', ' . (int) ( getenv( 'HOLDFAST_SEED' ) ?: 11 ) . ' );' );
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
