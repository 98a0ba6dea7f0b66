<?php
/**
 * Does the short way make the plan that the general way makes?
 *
 * @package Holdfast
 */

namespace Holdfast\Tests\Unit;

use Holdfast\Capture\Plan;
use Holdfast\Capture\QuietRules;
use Holdfast\Capture\Usual;
use Holdfast\Schema\Catalog;
use Holdfast\Schema\Database;
use Holdfast\Schema\RowKey;
use Holdfast\Sql\Classifier;
use Holdfast\Sql\Lexis;
use Holdfast\State\Folder;
use Holdfast\State\Guarded;
use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/PlannerTest.php'; // Whose way of asking the planners is used here.

/**
 * Both ways, on statements as wpdb makes them and on their neighbours.
 */
final class UsualTest extends TestCase {

	/**
	 * A state folder in which all tables are known.
	 *
	 * @var string
	 */
	private static $state = '';

	/**
	 * Makes the folder.
	 */
	public static function setUpBeforeClass(): void {
		self::$state = sys_get_temp_dir() . '/holdfast-test-' . bin2hex( random_bytes( 6 ) );
		mkdir( self::$state . '/schema', 0700, true );
		$known = Guarded::GUARD . "\"\"\n";
		foreach ( array( 'wp_posts', 'wp_options', 'wp_postmeta', 'wp_term_relationships', 'wp_sessions', 'wp_names', 'wp_blobs', 'wp_log', 'wp_old', 'wp_small' ) as $name ) {
			$key    = RowKey::of( Tables::of( $name ) );
			$known .= json_encode( $name ) . "\t" . time() . "\t" . json_encode( null === $key ? null : $key->fields() ) . "\t{}\n";
		}
		file_put_contents( self::$state . '/schema/known.php', $known );
	}

	/**
	 * Removes it.
	 */
	public static function tearDownAfterClass(): void {
		Folder::delete( self::$state );
	}

	/**
	 * The plan of the short way.
	 *
	 * @param string $sql The statement.
	 */
	private static function usual( string $sql ): ?Plan {
		$database             = new Database();
		$database->opaque     = array( 'wp_sessions' => true );
		$database->dependents = array( 'wp_old' => array( 'wp_log' ) );
		$catalog              = new Catalog( self::$state, 'site' );
		$catalog->refresh();
		return Usual::plan( $sql, $catalog, $database );
	}

	/**
	 * What a plan says.
	 *
	 * @param Plan $plan The plan.
	 */
	private static function said( Plan $plan ): string {
		return (string) json_encode( array( $plan->table, $plan->scope(), $plan->marks, $plan->consecutive, $plan->leaves_rows && $plan->fresh > 0, $plan->lookup, $plan->parts, $plan->locks, null === $plan->otherwise ? null : $plan->otherwise->scope(), $plan->assigned, ( new QuietRules() )->apply_to( $plan, 'wp_' ) ) );
	}

	/**
	 * Statements that go the short way.
	 *
	 * @return array<string, array{0: string}>
	 */
	public function usual_statements(): array {
		$long = str_repeat( "It\\'s a `WHERE` = 1, \\\\ ", 2000 );
		$rows = array(
			"UPDATE `wp_posts` SET `post_title` = 'a' WHERE `ID` = 12",
			"UPDATE `wp_posts` SET `post_title` = 'a', `post_author` = 3, `post_name` = NULL WHERE `ID` = '12'",
			"UPDATE `wp_posts` SET `post_title` = 'x WHERE `ID` = 5' WHERE `id` = 12",
			"UPDATE `wp_posts` SET `post_title` = '$long' WHERE `ID` = 999999999999999",
			"UPDATE `wp_posts` SET `post_title` = '', `post_author` = -1.50 WHERE `ID` = 0",
			"UPDATE `wp_posts` SET `id2` = 'a' WHERE `ID` = 12",
			"UPDATE `wp_postmeta` SET `meta_key` = '_edit_lock' WHERE `meta_id` = 4",
			"UPDATE `wp_postmeta` SET `meta_value` = 'it\\'s' WHERE `post_id` = 12 AND `meta_key` = '_edit_lock'",
			"UPDATE `wp_postmeta` SET `meta_value` = 'x WHERE `post_id` = 1' WHERE `META_KEY` = '_price [x] %' AND `post_id` = 3",
			'UPDATE `wp_postmeta` SET `meta_value` = NULL WHERE `post_id` = 12',
			"UPDATE `wp_postmeta` SET `meta_value` = '' WHERE `meta_key` = ''",
			'DELETE FROM `wp_posts` WHERE `ID` = 12',
			"DELETE FROM `wp_postmeta` WHERE `meta_id` = '7'",
			'UPDATE `wp_posts` SET `post_author` = `post_author` + 1 WHERE `ID` = 12',
			"UPDATE wp_posts SET post_author = 5, post_title = 'it\\'s WHERE ID = 3' WHERE ID IN (1,2, 3)",
			"UPDATE `wp_posts` SET `post_title` = 'ID = 5' WHERE `id` IN ('12','13', '7')",
			'UPDATE wp_posts SET post_author = 5 WHERE ID IN ( ' . implode( ',', range( 1, 1000 ) ) . ' )',
			'UPDATE wp_posts SET post_author = 5 WHERE ID IN (7,7,0,999999999999999)',
			"UPDATE wp_posts SET post_author = 5 WHERE ID = '12'",
			"UPDATE wp_postmeta SET meta_value = meta_value - 1 WHERE post_id = 12 AND meta_key = '_stock'",
			"UPDATE wp_postmeta SET meta_value = meta_value + 12, x = 'y' WHERE meta_key = '_edit_lock'",
			"UPDATE wp_options SET option_value = 'b' WHERE option_name = 'blogname'",
			'DELETE FROM `wp_posts` WHERE `ID` IN (12)',
			'DELETE FROM wp_postmeta WHERE meta_id IN( 1,2,3 )',
			'DELETE FROM wp_posts WHERE ID = 12',
			"DELETE FROM `wp_options` WHERE `option_name` = '_transient_a'",
			"DELETE FROM wp_postmeta WHERE post_id = 5 AND meta_key = '_edit_lock'",
			'DELETE FROM wp_postmeta WHERE post_id = 5',
			"INSERT INTO wp_postmeta (post_id, meta_key, meta_value) VALUES (1,'_edit_last', '1')",
			"INSERT INTO wp_options (option_name, option_value, autoload) VALUES ('_transient_a', 'it\\'s', 'off') ON DUPLICATE KEY UPDATE option_value = VALUES(option_value)",
			"INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('blogname', '1', 'on') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`)",
			"INSERT INTO `wp_posts` (`post_title`, `post_author`) VALUES ('a, `ID`', 3)",
			"INSERT INTO `wp_posts` (`post_title`) VALUES ('$long')",
			"INSERT INTO `wp_postmeta` (`post_id`, `meta_key`, `meta_value`) VALUES (1, '_edit_last', '1')",
			"INSERT INTO `wp_postmeta` (`meta_key`, `post_id`, `meta_value`) VALUES ('_price', 1, NULL)",
			"INSERT INTO `wp_postmeta` (`post_id`, `meta_value`, `META_KEY`) VALUES ('1, ', 'it\\'s, ', '_edit_lock')",
		);
		return array_combine( array_map( array( self::class, 'shown' ), $rows ), array_chunk( $rows, 1 ) );
	}

	/**
	 * Statements that look like them and go the general way.
	 *
	 * @return array<string, array{0: string}>
	 */
	public function other_statements(): array {
		$rows = array(
			"UPDATE `wp_posts` SET `post_title` = 'a' WHERE `ID` = 12 ",
			"UPDATE `wp_posts` SET `post_title` = 'a' WHERE `ID` = 12; DROP TABLE `wp_posts`",
			"UPDATE `wp_posts` SET `post_title` = 'a' WHERE `ID` = 12 OR 1 = 1",
			"UPDATE `wp_posts` SET `post_title` = 'a' WHERE `ID` = 0012",
			"UPDATE `wp_posts` SET `post_title` = 'a' WHERE `ID` = '12",
			"UPDATE `wp_posts` SET `post_title` = 'a' WHERE `ID` = -12",
			"UPDATE `wp_posts` SET `post_title` = 'a' WHERE `ID` = 1000000000000000",
			"UPDATE `wp_posts` SET `post_title` = 'a' WHERE `post_author` = 12",
			'UPDATE `wp_posts` SET `ID` = 13 WHERE `ID` = 12',
			"UPDATE `wp_posts` SET `post_title` = 'a', `id` = 13 WHERE `ID` = 12",
			"UPDATE `wp_posts` SET `post_title` = 'a''b' WHERE `ID` = 12",
			'UPDATE `wp_posts` SET `post_title` = "a" WHERE `ID` = 12',
			"UPDATE `wp_posts` SET `post_title` = CONCAT('a', 'b') WHERE `ID` = 12",
			"UPDATE `wp_posts` SET `post_title` = 'a' /* x */ WHERE `ID` = 12",
			"UPDATE `wp_posts` SET `post_title` = 'a' WHERE `ID` = 12 -- x",
			"UPDATE `wp_posts` SET `post_title` = 'a', WHERE `ID` = 12",
			"UPDATE `wp_posts` SET `post_title` = 'a\\' WHERE `ID` = 12",
			"UPDATE `other`.`wp_posts` SET `post_title` = 'a' WHERE `ID` = 12",
			"UPDATE `wp_unknown` SET `a` = 'a' WHERE `ID` = 12",
			'UPDATE `wp_names` SET `hits` = 1 WHERE `lang` = 1',
			"UPDATE `wp_old` SET `name` = 'a' WHERE `id` = 12",
			"UPDATE wp_old SET name = 'a' WHERE id IN (1,2)",
			'DELETE FROM wp_old WHERE id IN (1,2)',
			"INSERT INTO wp_old (name) VALUES ('a')",
			"UPDATE `wp_sessions` SET `session_value` = 'a' WHERE `session_id` = 12",
			"UPDATE `wp_postmeta` SET `meta_value` = 'a' WHERE `post_id` = '12'",
			"UPDATE `wp_postmeta` SET `meta_value` = 'a' WHERE `meta_key` = 12",
			"UPDATE `wp_postmeta` SET `meta_value` = 'a' WHERE `meta_key` = 'ä'",
			"UPDATE `wp_postmeta` SET `meta_value` = 'a' WHERE `meta_key` = 'it\\'s'",
			"UPDATE `wp_postmeta` SET `meta_value` = 'a' WHERE `meta_key` = 'it''s'",
			"UPDATE `wp_postmeta` SET `meta_value` = 'a' WHERE `post_id` = 012 AND `meta_key` = 'a'",
			"UPDATE `wp_postmeta` SET `meta_value` = 'a' WHERE `meta_key` = 'a' AND `Meta_Key` = 'b'",
			"UPDATE `wp_postmeta` SET `Meta_Key` = 'a' WHERE `post_id` = 12 AND `meta_key` = 'b'",
			"UPDATE `wp_postmeta` SET `post_id` = 13 WHERE `post_id` = 12 AND `meta_key` = 'b'",
			"UPDATE `wp_postmeta` SET `meta_id` = 13 WHERE `post_id` = 12 AND `meta_key` = 'b'",
			"UPDATE `wp_postmeta` SET `meta_value` = 'a' WHERE `meta_id` = 12 AND `meta_key` = 'b'",
			"UPDATE `wp_postmeta` SET `meta_value` = 'a' WHERE `post_id` = 12 OR `meta_key` = 'b'",
			"UPDATE `wp_postmeta` SET `meta_value` = 'a' WHERE `post_id` = 12 AND `meta_key` = 'b' AND `meta_value` = 'c'",
			"UPDATE `wp_postmeta` SET `meta_value` = 'a' WHERE `post_id` = 12 AND `meta_value` = 'c'",
			'DELETE FROM `wp_posts` WHERE `ID` = 12 LIMIT 1',
			'DELETE FROM `wp_term_relationships` WHERE `object_id` = 12',
			'DELETE FROM wp_posts',
			"UPDATE `wp_posts` SET `post_title` = 'a' WHERE `post_name` = 'x WHERE y'",
			'DELETE FROM wp_posts p WHERE ID = 12',
			'DELETE FROM wp_posts, wp_postmeta WHERE ID = 12',
			'DELETE FROM wp_posts WHERE ID IN (1,2) AND post_author = 3',
			'DELETE FROM wp_posts WHERE ID IN (1,2) LIMIT 1',
			'DELETE FROM wp_posts WHERE ID IN (1,02)',
			"DELETE FROM wp_posts WHERE ID IN (1,'2')",
			'DELETE FROM wp_posts WHERE ID IN (1,-2)',
			'DELETE FROM wp_posts WHERE ID IN (1,)',
			'DELETE FROM wp_posts WHERE ID IN ()',
			'DELETE FROM wp_posts WHERE ID IN (1,1000000000000000)',
			'DELETE FROM wp_posts WHERE post_author IN (1,2)',
			'DELETE FROM wp_posts WHERE ID IN (' . implode( ',', range( 1, 1001 ) ) . ')',
			'DELETE FROM wp_posts WHERE ID IN (SELECT post_id FROM wp_postmeta WHERE meta_id IN (1,2))',
			"DELETE FROM wp_postmeta WHERE meta_value = 'a'",
			"DELETE FROM wp_options WHERE option_name = 'it\\'s'",
			'DELETE FROM wp_names WHERE id IN (1,2)',
			'UPDATE wp_posts SET post_author = 5 WHERE ID IN (1,2) OR ID IN (3)',
			'UPDATE wp_posts SET ID = 5 WHERE ID IN (1,2)',
			'UPDATE wp_posts SET post_author = 5, `id` = 6 WHERE ID IN (1,2)',
			'UPDATE wp_posts SET post_author = 5, post_title = (SELECT 1 WHERE ID IN (1,2)',
			'UPDATE wp_posts SET post_author = SLEEP(1) WHERE ID IN (1,2)',
			'UPDATE wp_posts SET post_author = post_author * 2 WHERE ID IN (1,2)',
			'UPDATE wp_posts SET post_author = @x WHERE ID IN (1,2)',
			"UPDATE wp_posts SET post_title = 'a WHERE ID IN (1,2)",
			'UPDATE wp_posts SET post_title = "a" WHERE ID IN (1,2)',
			'UPDATE wp_posts SET post_author = 5 -- x WHERE ID IN (1,2)',
			'UPDATE wp_posts p SET post_author = 5 WHERE ID IN (1,2)',
			'UPDATE wp_postmeta SET post_id = post_id + 1 WHERE post_id = 12',
			'UPDATE `wp_posts, x` SET post_author = 5 WHERE ID IN (1,2)',
			'UPDATE wp_posts SET `a = 1, b` = 5 WHERE ID IN (1,2)',
			"INSERT INTO wp_options (option_name, option_value) VALUES ('a ', 'b') ON DUPLICATE KEY UPDATE option_value = VALUES(option_value)",
			"INSERT INTO wp_options (option_name, option_value) VALUES ('" . str_repeat( 'a', 192 ) . "', 'b') ON DUPLICATE KEY UPDATE option_value = VALUES(option_value)",
			"INSERT INTO wp_options (option_name, option_value) VALUES ('ä', 'b') ON DUPLICATE KEY UPDATE option_value = VALUES(option_value)",
			"INSERT INTO wp_options (option_name, option_value) VALUES ('a', 'b') ON DUPLICATE KEY UPDATE option_value = VALUES(option_name)",
			"INSERT INTO wp_options (option_name, option_value) VALUES ('a', 'b') ON DUPLICATE KEY UPDATE option_value = 'c'",
			"INSERT INTO wp_options (option_name, option_value) VALUES ('a', 'b') ON DUPLICATE KEY UPDATE option_id = VALUES(option_id)",
			"INSERT INTO wp_options (option_id, option_name) VALUES (5, 'b') ON DUPLICATE KEY UPDATE option_name = VALUES(option_name)",
			"INSERT INTO wp_options (option_value) VALUES ('b') ON DUPLICATE KEY UPDATE option_value = VALUES(option_value)",
			"INSERT INTO wp_postmeta (post_id, meta_key) VALUES (5, 'b') ON DUPLICATE KEY UPDATE meta_key = VALUES(meta_key)",
			"INSERT INTO wp_postmeta (post_id, meta_key) VALUES (5, 'b''c')",
			"INSERT INTO `wp_posts` (`ID`, `post_title`) VALUES (12, 'a')",
			"INSERT INTO `wp_posts` (`post_title`, `id`) VALUES ('a', NULL)",
			"INSERT INTO `wp_posts` (`post_title`) VALUES ('a'), ('b')",
			"INSERT INTO `wp_posts` (`post_title`) VALUES ('a') ON DUPLICATE KEY UPDATE `post_title` = 'b'",
			'INSERT INTO `wp_posts` (`post_title`) VALUES (NOW())',
			"INSERT INTO `wp_posts` VALUES ('a')",
			"INSERT IGNORE INTO `wp_posts` (`post_title`) VALUES ('a')",
			"INSERT INTO `wp_postmeta` (`post_id`, `meta_key`) VALUES (1, 'it\\'s')",
			'INSERT INTO `wp_postmeta` (`post_id`, `meta_key`) VALUES (1, NULL)',
			"INSERT INTO `wp_postmeta` (`post_id`, `meta_key`) VALUES ('_edit_lock')",
			"INSERT INTO `wp_log` (`message`) VALUES ('a')",
			"REPLACE INTO `wp_posts` (`post_title`) VALUES ('a')",
			"INSERT INTO `wp_posts` (`post_title`) VALUES ('" . str_repeat( 'x', Usual::BYTES_MAX ) . "')",
			'',
		);
		return array_combine( array_map( array( self::class, 'shown' ), $rows ), array_chunk( $rows, 1 ) );
	}

	/**
	 * A statement as a name.
	 *
	 * @param string $sql The statement.
	 */
	private static function shown( string $sql ): string {
		return substr( $sql, 0, 100 ) . ' ' . strlen( $sql );
	}

	/**
	 * The same plan, both ways.
	 *
	 * @dataProvider usual_statements
	 *
	 * @param string $sql The statement.
	 */
	public function test_equal( string $sql ): void {
		$plan      = self::usual( $sql );
		$statement = Classifier::classify( $sql, new Lexis() );
		$this->assertNotNull( $plan );
		$this->assertSame( array( '', array(), false, '' ), array( $statement->effect, $statement->settings, $statement->temporary, $statement->sweep ) );
		$this->assertSame( array( array( null, $plan->table ) ), $statement->tables );
		$general = PlannerTest::scope_of( $statement, Tables::of( $plan->table ) );
		$this->assertNotNull( $general );
		$this->assertSame( self::said( $general ), self::said( $plan ) );
	}

	/**
	 * Whatever goes the short way has the same plan as the general way: all statements above, with a letter more, less or
	 * another one, thousands of times.
	 */
	public function test_edited(): void {
		mt_srand( 20261128 );
		$letters = array( "'", '`', '\\', ' ', ',', '(', ')', '=', '0', '7', 'a', 'I', '-', ';', '.', '"', '#', "\n", '', '', '', ' WHERE ', ' AND ', '--', '/*', 'NULL', "\0", 'ä' );
		$count   = 0;
		foreach ( array_merge( $this->usual_statements(), $this->other_statements() ) as list( $sql ) ) {
			$times = strlen( $sql ) > 4000 ? 3 : 300;
			for ( $n = 0; $n < $times; ++$n ) {
				$at     = mt_rand( 0, strlen( $sql ) );
				$edited = substr( $sql, 0, $at ) . $letters[ mt_rand( 0, count( $letters ) - 1 ) ] . substr( $sql, $at + mt_rand( 0, 3 ) );
				$plan   = self::usual( $edited );
				if ( null === $plan ) {
					continue;
				}
				++$count;
				$statement = Classifier::classify( $edited, new Lexis() );
				$this->assertSame( array( array( null, $plan->table ) ), $statement->tables, $edited );
				if ( null !== $statement->columns && count( $statement->columns ) !== count( $statement->rows[0] ?? array() ) ) {
					continue; // The server refuses it.
				}
				$general = PlannerTest::scope_of( $statement, Tables::of( $plan->table ) );
				$this->assertNotNull( $general, $edited );
				$this->assertSame( self::said( $general ), self::said( $plan ), $edited );
			}
		}
		$this->assertGreaterThan( 1000, $count );
	}

	/**
	 * What is not one of them to the letter is left to the general way.
	 *
	 * @dataProvider other_statements
	 *
	 * @param string $sql The statement.
	 */
	public function test_left( string $sql ): void {
		$this->assertNull( self::usual( $sql ) );
	}
}
