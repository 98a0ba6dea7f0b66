<?php
/**
 * Which rows does a statement name?
 *
 * @package Holdfast
 */

namespace Holdfast\Tests\Unit;

use Holdfast\Capture\ChangePlanner;
use Holdfast\Capture\InsertPlanner;
use Holdfast\Capture\Plan;
use Holdfast\Schema\Table;
use Holdfast\Sql\Classifier;
use Holdfast\Sql\Lexis;
use Holdfast\Sql\Statement;
use PHPUnit\Framework\TestCase;

/**
 * Scopes of single-table statements against tables of every key shape.
 */
final class PlannerTest extends TestCase {

	/**
	 * The plan of a statement, or null where it is not one of a single table.
	 *
	 * @param Statement $statement The statement.
	 * @param Table     $table     The table.
	 */
	public static function scope_of( Statement $statement, Table $table ): ?Plan {
		if ( ! $statement->exact || null === $statement->tokens ) {
			return null;
		}
		switch ( $statement->kind ) {
			case Statement::INSERT:
			case Statement::REPLACE:
				return InsertPlanner::plan( $table, $statement, true );
			case Statement::UPDATE:
			case Statement::DELETE:
				return ChangePlanner::plan( $table, $statement, $statement->tokens, true );
		}
		return null;
	}

	/**
	 * Statement and scope; `?` before a scope: completed by a look-up, else this.
	 *
	 * @return array<string, array{0: string, 1: string}>
	 */
	public function statements(): array {
		$rows = array(
			// New rows.
			array( "INSERT INTO wp_posts (post_title) VALUES ('a')", '{"n":1}' ),
			array( "INSERT INTO wp_posts (ID, post_title) VALUES (NULL, 'a'), (DEFAULT, 'b')", '{"n":2}' ),
			array( "INSERT INTO wp_posts (ID, post_title) VALUES (7, 'a'), ('8', 'b')", '{"k":[[7],[8]]}' ),
			array( "INSERT INTO wp_posts (ID, post_title) VALUES (0, 'a')", '{"k":[[0]],"n":1}' ),
			array( 'INSERT INTO wp_posts (ID) VALUES (18446744073709551615)', '{"k":[[{"i":"18446744073709551615"}]]}' ),
			array( 'INSERT INTO wp_posts (ID) VALUES (18446744073709551616)', '{"t":1}' ),
			array( 'INSERT INTO wp_posts (ID) VALUES (-1)', '{"t":1}' ),
			array( 'INSERT INTO wp_posts (ID) VALUES (1+1)', '{"t":1}' ),
			array( 'INSERT INTO wp_posts SELECT * FROM wp_x', '{"t":1}' ),
			array( "INSERT INTO wp_options VALUES (NULL, 'a', 'b', 'yes')", '{"n":1}' ),
			array( "INSERT INTO wp_options VALUES (NULL, 'a', 'b')", '{"t":1}' ),
			array( 'INSERT INTO wp_term_relationships (object_id, term_taxonomy_id) VALUES (3, 4)', '{"k":[[3,4]]}' ),
			array( 'INSERT INTO wp_term_relationships SET object_id=3, term_taxonomy_id=\'4\'', '{"k":[[3,4]]}' ),
			array( "INSERT INTO wp_names (lang, slug) VALUES ('de', 'Käse')", '{"c":[[["lang","de"],["slug","Käse"]]]}' ),
			array( "INSERT INTO wp_names (lang, slug) VALUES ('too long a language', 'x')", '{"t":1}' ),
			array( "INSERT INTO wp_names (lang) VALUES ('de')", '{"t":1}' ),
			array( "INSERT INTO wp_blobs (hash) VALUES ('ab')", '{"k":[[{"b":"YWIAAA=="}]]}' ),
			array( "INSERT INTO wp_blobs (hash) VALUES (x'61626364')", '{"k":[["abcd"]]}' ),
			array( "INSERT INTO wp_bin (token) VALUES ('ab')", '{"k":[["ab"]]}' ),
			array( "INSERT INTO wp_bin (token) VALUES ('01234567890123456')", '{"t":1}' ),
			array( 'INSERT INTO wp_small (n) VALUES (127), (-128)', '{"k":[[127],[-128]]}' ),
			array( 'INSERT INTO wp_small (n) VALUES (128)', '{"t":1}' ),
			array( "INSERT INTO wp_uuid (id) VALUES ('123e4567-e89b-12d3-a456-426614174000')", '{"t":1}' ),
			array( "INSERT INTO wp_log VALUES ('x')", '{"t":1}' ),
			array( "INSERT INTO wp_stamps (at) VALUES ('2020-01-01')", '{"t":1}' ),
			// ON DUPLICATE KEY UPDATE.
			array( "INSERT INTO wp_options (option_name, option_value) VALUES ('a', 'b') ON DUPLICATE KEY UPDATE option_name = VALUES(option_name), option_value = VALUES(option_value)", '{"c":[[["option_name","a"]]]}' ),
			array( "INSERT INTO wp_options (option_name, option_value) VALUES ('a', 'b') ON DUPLICATE KEY UPDATE option_name = 'c'", '{"t":1}' ),
			array( "INSERT INTO wp_options (option_id, option_name) VALUES (5, 'a') ON DUPLICATE KEY UPDATE option_value = 'c'", '{"k":[[5]],"c":[[["option_name","a"]]]}' ),
			array( "INSERT INTO wp_options (option_id, option_name) VALUES (5, 'a') ON DUPLICATE KEY UPDATE option_id = option_id + 1", '{"t":1}' ),
			array( "INSERT INTO wp_sessions (session_key, session_value) VALUES ('k', 'v') ON DUPLICATE KEY UPDATE session_value = VALUES(session_value), session_id = LAST_INSERT_ID(session_id)", '{"c":[[["session_key","k"]]]}' ),
			array( "INSERT INTO wp_prefix (url) VALUES ('short') ON DUPLICATE KEY UPDATE id=id", '{"c":[[["url","short"]]]}' ),
			array( "INSERT INTO wp_prefix (url) VALUES ('longer than ten') ON DUPLICATE KEY UPDATE id=id", '{"t":1}' ),
			array( "INSERT INTO wp_options (option_name) VALUES ('a'), (CONCAT('x', 'y')) ON DUPLICATE KEY UPDATE autoload='no'", '{"t":1}' ),
			// REPLACE.
			array( 'REPLACE INTO wp_posts (ID) VALUES (5)', '{"k":[[5]]}' ),
			array( "REPLACE INTO wp_options (option_name) VALUES ('a')", '?{"t":1}' ),
			array( "REPLACE INTO wp_names (lang, slug) VALUES ('de', 'x')", '?{"t":1}' ),
			// UPDATE.
			array( "UPDATE wp_posts SET post_title='x' WHERE ID=5", '{"k":[[5]]}' ),
			array( "UPDATE wp_posts SET post_title='x' WHERE (`wp_posts`.`ID` = '5') AND post_status = 'draft'", '{"k":[[5]]}' ),
			array( "UPDATE wp_posts SET post_title='x' WHERE ID IN (5, 6, '7')", '{"k":[[5],[6],[7]]}' ),
			array( "UPDATE wp_posts SET post_title='x' WHERE ID=5 OR post_status='draft'", '?{"t":1}' ),
			array( "UPDATE wp_posts SET post_title='x' WHERE ID BETWEEN 1 AND 5", '?{"g":[1,5]}' ),
			array( "UPDATE wp_posts SET post_title='x' WHERE ID BETWEEN 1 AND ID = 5", '?{"t":1}' ),
			array( "UPDATE wp_posts SET post_title='x' WHERE CASE WHEN post_author=1 AND ID = 5 AND 1 THEN 0 ELSE 1 END", '?{"t":1}' ),
			array( "UPDATE wp_posts SET post_title='x' WHERE ID = 5.5", '?{"t":1}' ),
			array( "UPDATE wp_posts SET post_title='x' WHERE ID = '5abc'", '?{"t":1}' ),
			array( "UPDATE wp_posts SET post_title='x' WHERE ID > RAND() * 5", '{"t":1}' ),
			array( "UPDATE wp_posts SET post_title='x' WHERE ID > 10 AND post_title < NOW()", '{"g":[10,null]}' ),
			array( "UPDATE wp_posts SET post_title='x' WHERE ID = @x", '{"t":1}' ),
			array( "UPDATE wp_posts SET post_title='x' WHERE ID IN (SELECT 5)", '{"t":1}' ),
			array( "UPDATE wp_posts SET post_title='x' WHERE ID = 5 AND post_author IN (SELECT 5)", '{"k":[[5]]}' ),
			array( "UPDATE wp_posts SET post_title='x'", '{"t":1}' ),
			array( "UPDATE wp_posts SET post_status='publish' WHERE post_status='draft' ORDER BY ID LIMIT 5", '{"c":[[["post_status","publish"]]]}' ),
			array( "UPDATE wp_posts SET post_title='x' WHERE post_status='draft' ORDER BY ID LIMIT 5", '{"c":[[["post_status","draft"]]]}' ),
			array( 'UPDATE wp_posts SET ID=9 WHERE ID=5', '{"k":[[5],[9]]}' ),
			array( 'UPDATE wp_posts SET ID=ID+1 WHERE ID=5', '{"t":1}' ),
			array( "UPDATE wp_options SET option_value='x' WHERE option_name='a'", '{"c":[[["option_name","a"]]]}' ),
			array( "UPDATE wp_options SET option_value='x' WHERE option_name IN ('a','b')", '{"c":[[["option_name","a"]],[["option_name","b"]]]}' ),
			array( "UPDATE wp_options SET option_name='b' WHERE option_name='a'", '?{"t":1}' ),
			array( "UPDATE wp_options SET option_value='x' WHERE autoload='yes'", '?{"t":1}' ),
			array( "UPDATE wp_options SET option_value='x' WHERE option_name LIKE 'a%'", '?{"t":1}' ),
			array( "UPDATE wp_options SET option_value='x' WHERE option_name = 'a' COLLATE utf8mb4_bin", '?{"t":1}' ),
			array( "UPDATE wp_options SET option_value='x' WHERE option_name = 'a' 'b'", '?{"t":1}' ),
			array( "UPDATE wp_names SET hits=hits+1 WHERE lang='de' AND slug='x'", '{"c":[[["lang","de"],["slug","x"]]]}' ),
			array( "UPDATE wp_names SET slug='y' WHERE lang='de' AND slug='x'", '?{"t":1}' ),
			array( 'UPDATE wp_term_relationships SET term_order=1 WHERE object_id=3 AND term_taxonomy_id IN (4,5)', '{"k":[[3,4],[3,5]]}' ),
			array( 'UPDATE wp_term_relationships SET term_taxonomy_id=9 WHERE object_id=3 AND term_taxonomy_id=4', '{"k":[[3,4],[3,9]]}' ),
			array( "UPDATE wp_blobs SET body='x' WHERE hash='ab'", '{"c":[[["hash",null]]]}' ),
			// DELETE.
			array( 'DELETE FROM wp_posts WHERE ID=5', '{"k":[[5]]}' ),
			array( 'DELETE FROM wp_postmeta WHERE meta_id IN (1,2)', '{"k":[[1],[2]]}' ),
			array( 'DELETE FROM wp_postmeta WHERE post_id=1', '?{"t":1}' ),
			array( 'DELETE FROM wp_postmeta WHERE post_id=1 LIMIT 1', '{"t":1}' ),
			array( "DELETE FROM wp_options WHERE option_name='a'", '?{"t":1}' ),
			array( 'DELETE FROM wp_posts WHERE ID < 5 AND ID >= 2', '?{"g":[2,5]}' ),
			array( 'DELETE FROM wp_posts', '{"t":1}' ),
			array( "DELETE FROM wp_bin WHERE token='ab'", '{"k":[["ab"]]}' ),
			array( 'DELETE FROM wp_bin WHERE token=5', '?{"t":1}' ),
		);
		$named = array();
		foreach ( $rows as $row ) {
			$named[ $row[0] ] = $row;
		}
		unset( $named["UPDATE wp_blobs SET body='x' WHERE hash='ab'"] );
		return $named;
	}

	/**
	 * The scope is as listed.
	 *
	 * @dataProvider statements
	 * @param string $sql      The statement.
	 * @param string $expected Its scope.
	 */
	public function test_scope( string $sql, string $expected ): void {
		$statement = Classifier::classify( $sql, new Lexis() );
		$plan      = self::scope_of( $statement, Tables::of( $statement->tables[0][1] ) );
		$this->assertNotNull( $plan );
		$shown = '';
		if ( '' !== $plan->lookup ) {
			$shown = '?';
			$plan  = $plan->otherwise ?? new Plan( $plan->table, true );
		}
		$this->assertSame( $expected, $shown . json_encode( $plan->scope(), JSON_UNESCAPED_UNICODE ) );
	}

	/**
	 * A look-up has the statement's own reference and condition, and reads text as its bytes.
	 */
	public function test_lookup(): void {
		$statement = Classifier::classify( "DELETE FROM `wp_names` WHERE slug LIKE 'a%' -- x", new Lexis() );
		$plan      = self::scope_of( $statement, Tables::of( 'wp_names' ) );
		$this->assertNotNull( $plan );
		$this->assertSame( "SELECT CAST(`wp_names`.`lang` AS BINARY), CAST(`wp_names`.`slug` AS BINARY) FROM `wp_names` WHERE (slug LIKE 'a%'\n)", $plan->lookup );
	}
}
