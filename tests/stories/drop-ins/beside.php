<?php
/**
 * Plugin Name: Beside capture
 * Description: For tests: statements of every kind in one request, and filters on `query` that rewrite what they see.
 *
 * @package Holdfast\Tests
 * @license GPL-2.0-or-later
 */

defined( 'ABSPATH' ) || exit;

// phpcs:disable WordPress.Security, WordPress.DB -- A site of a test, on loopback.

add_action(
	'wp_loaded',
	static function () {
		global $wpdb;
		if ( isset( $_GET['holdfast_beside'] ) ) {
			$options = $wpdb->options;
			foreach ( array(
				"INSERT INTO $options (option_name, option_value) VALUES ('beside_a', '1'), ('beside_b', '2'), ('beside_c', '3')",
				"UPDATE $options SET option_value = '4' WHERE option_name LIKE 'beside\\_%'",
				'START TRANSACTION',
				"UPDATE $options SET option_value = '5' WHERE option_name = 'beside_a'",
				"DELETE FROM $options WHERE option_name = 'beside_b'",
				'ROLLBACK',
				'START TRANSACTION',
				"REPLACE INTO $options (option_name, option_value) VALUES ('beside_b', '6'), ('beside_d', '7')",
				'COMMIT',
				"INSERT INTO $options (option_name, option_value) VALUES ('beside_a', '8') ON DUPLICATE KEY UPDATE option_value = VALUES(option_value)",
				"UPDATE $options SET option_name = 'beside_e' WHERE option_name = 'beside_a'",
				"SELECT SQL_CALC_FOUND_ROWS * FROM $options LIMIT 2",
				'SELECT FOUND_ROWS()',
				"UPDATE $options SET nonsense = 1 WHERE option_name = 'beside_c'",
				"DELETE FROM $options WHERE option_name LIKE 'beside\\_%' ORDER BY option_id LIMIT 2",
				"DELETE FROM $options WHERE option_name LIKE 'beside\\_%'",
			) as $sql ) {
				$wpdb->query( $sql );
			}
			echo 'done';
			exit;
		}
		if ( isset( $_GET['holdfast_rewrites'] ) ) {
			// Plugins that split tables, route statements, add hints or comments; before us, and behind us at our own priority.
			$rewrites = array(
				'first'  => static fn( $sql ) => str_replace( 'rewritten_first', 'first', $sql ),
				'hint'   => static fn( $sql ) => preg_replace( '/^UPDATE/', '/* hint */ UPDATE', $sql ),
				'behind' => static fn( $sql ) => str_replace( array( 'rewritten_behind', 'rewritten_table' ), array( 'behind', $GLOBALS['wpdb']->postmeta ), $sql ),
				'none'   => static fn( $sql ) => false === strpos( $sql, 'not_at_all' ) ? $sql : '',
				'other'  => static fn( $sql ) => false === strpos( $sql, 'something_else' ) ? $sql : "DELETE FROM {$GLOBALS['wpdb']->options} WHERE option_name = 'first'",
			);
			add_filter( 'query', $rewrites['first'], 1 );
			add_filter( 'query', $rewrites['hint'], 10 );
			add_filter( 'query', $rewrites['behind'], PHP_INT_MAX );
			add_filter( 'query', $rewrites['none'], PHP_INT_MAX );
			add_filter( 'query', $rewrites['other'], PHP_INT_MAX );
			$wpdb->query( "INSERT INTO $wpdb->options (option_name, option_value) VALUES ('rewritten_first', '1')" );
			$wpdb->query( "UPDATE $wpdb->options SET option_value = '2' WHERE option_name = 'rewritten_first'" );
			$wpdb->query( "INSERT INTO $wpdb->options (option_name, option_value) VALUES ('rewritten_behind', '1')" );
			$wpdb->query( "UPDATE $wpdb->options SET option_value = '2' WHERE option_name = 'rewritten_behind'" );
			$wpdb->query( "INSERT INTO rewritten_table (post_id, meta_key, meta_value) VALUES (1, 'rewritten', 'x')" );
			$wpdb->query( "UPDATE $wpdb->options SET option_value = 'not_at_all' WHERE option_name = 'behind'" );
			$wpdb->query( "UPDATE $wpdb->options SET option_value = 'something_else' WHERE option_name = 'behind'" );
			$wpdb->query( "DELETE FROM $wpdb->options WHERE option_name = 'rewritten_behind'" );
			$wpdb->query( "DELETE FROM rewritten_table WHERE meta_key = 'rewritten'" );
			echo 'done';
			exit;
		}
	}
);
