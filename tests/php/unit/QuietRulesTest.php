<?php
/**
 * Which changes make no point?
 *
 * @package Holdfast
 */

namespace Holdfast\Tests\Unit;

use Holdfast\Capture\Plan;
use Holdfast\Capture\QuietRules;
use Holdfast\Sql\Classifier;
use Holdfast\Sql\Lexis;
use PHPUnit\Framework\TestCase;

/**
 * The table of rules, on statements as WordPress and WooCommerce write them.
 */
final class QuietRulesTest extends TestCase {

	/**
	 * Table, the values that the change names, the statement, whether it is quiet.
	 *
	 * @return array<string, array{0: string, 1: array<string, string[]>, 2: string, 3: bool}>
	 */
	public function changes(): array {
		$option = static function ( string ...$names ): array {
			return array( 'option_name' => $names );
		};
		$meta   = static function ( string ...$names ): array {
			return array( 'meta_key' => $names ); // phpcs:ignore WordPress.DB.SlowDBQuery -- A column's name, not a query.
		};
		return array(
			'a transient'                 => array( 'wp_options', $option( '_transient_doing_cron' ), 'UPDATE wp_options SET option_value = 1', true ),
			'two transients'              => array( 'wp_options', $option( '_transient_a', '_site_transient_b' ), '', true ),
			'a transient and a setting'   => array( 'wp_options', $option( '_transient_a', 'blogname' ), '', false ),
			'the cron option'             => array( 'wp_options', $option( 'cron' ), '', true ),
			'an option that begins alike' => array( 'wp_options', $option( 'cron_settings' ), '', false ),
			'rewrite rules'               => array( 'wp_options', $option( 'rewrite_rules' ), '', true ),
			'options by id'               => array( 'wp_options', array(), 'DELETE FROM wp_options WHERE option_id = 3', false ),
			'a lock of the editor'        => array( 'wp_postmeta', $meta( '_edit_lock' ), '', true ),
			'a price'                     => array( 'wp_postmeta', $meta( '_price' ), '', false ),
			'a session'                   => array( 'wp_usermeta', $meta( 'session_tokens' ), '', true ),
			'roles'                       => array( 'wp_usermeta', $meta( 'wp_capabilities' ), '', false ),
			'a session of the shop'       => array( 'wp_woocommerce_sessions', array(), 'INSERT INTO wp_woocommerce_sessions VALUES (1)', true ),
			'the same on another blog'    => array( 'wp_7_woocommerce_sessions', array(), '', true ),
			'stock reservations'          => array( 'wp_wc_reserved_stock', array(), '', true ),
			'computed tables'             => array( 'wp_wc_order_product_lookup', array(), '', true ),
			'orders'                      => array( 'wp_wc_orders', array(), "UPDATE wp_wc_orders SET status = 'x'", false ),
			'order items'                 => array( 'wp_woocommerce_order_items', array(), '', false ),
			'a claim'                     => array( 'wp_actionscheduler_actions', array(), "UPDATE wp_actionscheduler_actions t1 JOIN ( SELECT action_id from wp_actionscheduler_actions WHERE claim_id = 0 ORDER BY action_id LIMIT 5 FOR UPDATE ) t2 ON t1.action_id = t2.action_id SET claim_id=5, last_attempt_gmt='x', last_attempt_local='x'", true ),
			'an attempt'                  => array( 'wp_actionscheduler_actions', array(), "UPDATE wp_actionscheduler_actions SET attempts = attempts+1, status='in-progress', last_attempt_gmt = 'x', last_attempt_local = 'x' WHERE action_id = 3", true ),
			'an action is scheduled'      => array( 'wp_actionscheduler_actions', array(), "INSERT INTO wp_actionscheduler_actions (hook, status) VALUES ('x', 'pending')", false ),
			'an action gets another time' => array( 'wp_actionscheduler_actions', array(), "UPDATE wp_actionscheduler_actions SET status = 'pending', scheduled_date_gmt = 'x' WHERE action_id = 3", false ),
			'an action is deleted'        => array( 'wp_actionscheduler_actions', array(), 'DELETE FROM wp_actionscheduler_actions WHERE action_id = 3', false ),
			'an API key was used'         => array( 'wp_woocommerce_api_keys', array(), "UPDATE `wp_woocommerce_api_keys` SET `last_access` = 'x' WHERE `key_id` = 1", true ),
			'an API key was changed'      => array( 'wp_woocommerce_api_keys', array(), "UPDATE `wp_woocommerce_api_keys` SET `permissions` = 'write', `last_access` = 'x' WHERE `key_id` = 1", false ),
			'assignments not understood'  => array( 'wp_woocommerce_api_keys', array(), "UPDATE wp_woocommerce_api_keys a JOIN b SET last_access = 'x', @x := permissions WHERE 1", false ),
			'a log goes'                  => array( 'wp_actionscheduler_logs', array(), 'DELETE FROM wp_actionscheduler_logs WHERE log_id < 3', true ),
			'the log table is altered'    => array( 'wp_actionscheduler_logs', array(), 'ALTER TABLE wp_actionscheduler_logs ADD x INT', false ),
			'a table with another prefix' => array( 'other_woocommerce_sessions', array(), '', false ),
			'a table of a plugin'         => array( 'wp_boats', array(), '', false ),
		);
	}

	/**
	 * The built-in rules.
	 *
	 * @dataProvider changes
	 *
	 * @param string                  $table    The table.
	 * @param array<string, string[]> $marks    Values that the change names.
	 * @param string                  $sql      The statement.
	 * @param bool                    $is_quiet Whether it is quiet.
	 */
	public function test_rules( string $table, array $marks, string $sql, bool $is_quiet ): void {
		$plan        = new Plan( $table );
		$plan->marks = $marks;
		$this->assertSame( $is_quiet, ( new QuietRules() )->apply_to( $plan, 'wp_', '' === $sql ? null : Classifier::classify( $sql, new Lexis() ) ) );
	}
}
