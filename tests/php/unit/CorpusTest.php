<?php
/**
 * Does every statement of the corpus mean what is written below it, and does nothing that is like one do harm?
 *
 * @package Holdfast
 */

namespace Holdfast\Tests\Unit;

use Holdfast\Sql\Classifier;
use Holdfast\Sql\Lexer;
use Holdfast\Sql\Lexis;
use PHPUnit\Framework\TestCase;

/**
 * The corpus and its mutants, from the lexer to the plans.
 */
final class CorpusTest extends TestCase {

	/**
	 * The corpus with its schema.
	 *
	 * @var Corpus
	 */
	private static $corpus;

	/**
	 * Makes the schema.
	 */
	public static function setUpBeforeClass(): void {
		self::$corpus = new Corpus();
	}

	/**
	 * Removes it.
	 */
	public static function tearDownAfterClass(): void {
		self::$corpus->remove();
	}

	/**
	 * Kind, effect, tables, scopes.
	 */
	public function test_corpus(): void {
		$wrong      = array();
		$statements = Corpus::statements();
		foreach ( $statements as list( $sql, $expected, $reading ) ) {
			$outcome = self::$corpus->outcome( $sql, $reading );
			if ( $outcome !== $expected ) {
				$wrong[] = array( $sql, $expected, $outcome );
			}
		}
		$this->assertSame( array(), $wrong );
		$this->assertGreaterThan( 600, count( $statements ) );
	}

	/**
	 * A topic of its own below which no statement is written twice: each line adds something.
	 */
	public function test_no_line_twice(): void {
		$seen = array();
		foreach ( Corpus::statements() as list( $sql, , $reading ) ) {
			$seen[ $reading . "\n" . $sql ][] = $sql;
		}
		$this->assertSame(
			array(),
			array_filter(
				$seen,
				static function ( array $same ): bool {
					return count( $same ) > 1;
				}
			)
		);
	}

	/**
	 * Random bytes, cut and mixed statements, quotes that are not closed: nothing throws, nothing warns (PHPUnit makes
	 * exceptions of warnings). HOLDFAST_FUZZ gives the number of rounds.
	 */
	public function test_mutants(): void {
		$statements = array_column( Corpus::statements(), 0 );
		$rounds     = (int) ( getenv( 'HOLDFAST_FUZZ' ) ?: 12000 );
		mt_srand( (int) ( getenv( 'HOLDFAST_SEED' ) ?: 5 ) );
		for ( $round = 0; $round < $rounds; ++$round ) {
			$reading = ( array_merge( array( '' ), Corpus::READINGS ) )[ $round % 6 ];
			$this->assertNotSame( '', self::$corpus->outcome( 0 === $round % 10 ? Mutants::bytes() : Mutants::of( $statements ), $reading ) );
		}
	}

	/**
	 * Work grows with the length: four times as long takes at most ten times the processor's time, where the square would take
	 * sixteen (and never mind what takes less than 50 ms). The best of five: a busy machine costs processor time, too.
	 *
	 * @dataProvider shapes
	 * @param callable(int): string $shape A statement of about that many bytes.
	 */
	public function test_linear( callable $shape ): void {
		$best = array( INF, INF );
		$try  = 0;
		do {
			foreach ( array( 262144, 1048576 ) as $index => $bytes ) {
				$sql            = $shape( $bytes );
				$begin          = self::processor();
				$outcome        = self::$corpus->outcome( $sql, '' );
				$best[ $index ] = min( $best[ $index ], self::processor() - $begin );
				$this->assertNotSame( '', $outcome );
			}
			$is_linear = $best[1] < max( 0.05, 10 * $best[0] );
		} while ( ! $is_linear && ++$try < 5 );
		$this->assertTrue( $is_linear, "{$best[0]} s, and {$best[1]} s for four times as much" );
	}

	/**
	 * Statements of 16 MB: as much as a server's default accepts. No more memory than a few copies of it.
	 */
	public function test_sixteen_megabytes(): void {
		$text     = str_repeat( "It''s a \\'long\\' text; -- # /* ", 524288 );
		$outcomes = array(
			"UPDATE wp_posts SET post_title='$text' WHERE ID=5" => 'update; wp_posts {"k":[[5]]}',
			"INSERT INTO wp_options (option_name, option_value) VALUES ('a', '$text')" => 'insert; wp_options {"n":1}',
			"DELETE FROM wp_posts WHERE post_title='$text' AND ID=5" => 'delete; wp_posts {"k":[[5]]}',
			"DELETE FROM wp_posts /* $text */ WHERE ID=5" => 'delete; wp_posts {"k":[[5]]}',
		);
		foreach ( $outcomes as $sql => $expected ) {
			$begin = memory_get_usage();
			$this->assertSame( $expected, self::$corpus->outcome( (string) $sql, '' ) );
			$this->assertLessThan( 4 * strlen( (string) $sql ), memory_get_peak_usage() - $begin );
		}
	}

	/**
	 * Beyond the bound on tokens a second statement is still seen.
	 */
	public function test_behind_the_bound(): void {
		$many = 'INSERT INTO wp_log (message) VALUES ' . str_repeat( "('a;b'),", 60000 ) . "('c')";
		$this->assertSame( 'insert; wp_log {"t":1}', self::$corpus->outcome( $many, '' ) );
		$this->assertSame( 'insert; wp_log {"t":1}', self::$corpus->outcome( $many . ' ; -- wp_posts', '' ) );
		$this->assertStringContainsString( 'wp_posts {"t":1}', self::$corpus->outcome( $many . '; DELETE FROM wp_posts', '' ) );
		$this->assertStringContainsString( 'wp_posts {"t":1}', self::$corpus->outcome( "INSERT INTO wp_log VALUES ('x'); " . $many . '; DELETE FROM wp_posts', '' ) );
	}

	/**
	 * Shapes of long statements.
	 *
	 * @return array<string, array{0: callable(int): string}>
	 */
	public function shapes(): array {
		$repeat = static function ( string $head, string $unit, string $tail = '' ): array {
			return array(
				static function ( int $bytes ) use ( $head, $unit, $tail ): string {
					return $head . str_repeat( $unit, intdiv( $bytes, strlen( $unit ) ) ) . $tail;
				},
			);
		};
		return array(
			'escapes'             => $repeat( "UPDATE wp_posts SET post_title='", "a\\'", "' WHERE ID=1" ),
			'doubled quotes'      => $repeat( "UPDATE wp_posts SET post_title='", "''", "' WHERE ID=1" ),
			'open quote'          => $repeat( "UPDATE wp_posts SET post_title='", 'a"' ),
			'many open quotes'    => $repeat( 'UPDATE wp_posts SET ', "' \" ` " ),
			'parentheses'         => $repeat( 'DELETE FROM wp_posts WHERE ', '(' ),
			'nested terms'        => array(
				static function ( int $bytes ): string {
					return 'DELETE FROM wp_posts WHERE ' . str_repeat( '(', intdiv( $bytes, 2 ) ) . 'ID=1' . str_repeat( ')', intdiv( $bytes, 2 ) );
				},
			),
			'terms'               => $repeat( 'DELETE FROM wp_posts WHERE 1', ' AND ID=1' ),
			'comments'            => $repeat( '', '/* x */', 'DELETE FROM wp_posts' ),
			'open comments'       => $repeat( 'DELETE FROM wp_posts ', '/*' ),
			'executable comments' => $repeat( 'DELETE FROM wp_posts ', '/*!50000 ' ),
			'line comments'       => $repeat( '', "-- x\n", 'DELETE FROM wp_posts' ),
			'dashes'              => $repeat( 'UPDATE wp_posts SET comment_count=1', '--1' ),
			'open rows'           => $repeat( 'INSERT INTO wp_posts VALUES ', "('" ),
			'rows'                => $repeat( 'INSERT INTO wp_posts (ID) VALUES (1)', ',(2)' ),
			'keys'                => $repeat( 'DELETE FROM wp_posts WHERE ID IN (1', ',2', ')' ),
			'names'               => $repeat( 'DELETE FROM ', 'wp_posts,', 'wp_options' ),
			'references'          => $repeat( 'UPDATE wp_posts', ' JOIN wp_options', ' SET a=1' ),
			'renames'             => $repeat( 'RENAME TABLE a TO b', ', a TO b' ),
			'digits'              => $repeat( 'DELETE FROM wp_posts WHERE ID=', '1' ),
			'dots'                => $repeat( 'DELETE FROM wp_posts WHERE ID=', '.' ),
			'ats'                 => $repeat( 'SET ', '@' ),
			'settings'            => $repeat( 'SET a=1', ',autocommit=0' ),
			'semicolons'          => $repeat( 'DELETE FROM wp_posts', ';' ),
			'bytes beyond ASCII'  => $repeat( 'DELETE FROM wp_posts WHERE ', "\xff " ),
			'one word'            => $repeat( 'DELETE FROM ', 'a' ),
			'assignments'         => $repeat( 'INSERT INTO wp_posts (ID) VALUES (1) ON DUPLICATE KEY UPDATE a=1', ',a=VALUES(a)' ),
			'made-up tables'      => $repeat( 'WITH a AS (SELECT 1)', ', a AS (SELECT 1)', ' SELECT 1' ),
		);
	}

	/**
	 * Seconds of processor time so far.
	 */
	private static function processor(): float {
		$usage = getrusage();
		return $usage['ru_utime.tv_sec'] + $usage['ru_stime.tv_sec'] + ( $usage['ru_utime.tv_usec'] + $usage['ru_stime.tv_usec'] ) / 1e6;
	}

	/**
	 * Tokens never overlap and never leave the statement, whatever it is.
	 */
	public function test_tokens(): void {
		mt_srand( 3 );
		$statements = array_column( Corpus::statements(), 0 );
		for ( $round = 0; $round < 3000; ++$round ) {
			$sql    = Mutants::of( $statements );
			$tokens = Lexer::read( $sql, new Lexis( 0 === $round % 2, 0 === $round % 3 ) );
			$end    = 0;
			for ( $at = 0; $at < $tokens->count; ++$at ) {
				$this->assertTrue( $tokens->starts[ $at ] >= $end && $tokens->ends[ $at ] > $tokens->starts[ $at ], $sql );
				$end = $tokens->ends[ $at ];
			}
			$this->assertLessThanOrEqual( strlen( $sql ), $end );
			Classifier::classify( $sql, new Lexis() );
		}
	}
}
