<?php
/**
 * A must-use plugin of the benchmark: requests that WordPress has no form for. A POST with `holdfast_bench` runs one.
 *
 * @package Holdfast\Tests
 * @license GPL-2.0-or-later
 */

add_action(
	'wp_loaded',
	static function (): void {
		global $wpdb;
		$kind = isset( $_POST['holdfast_bench'] ) ? sanitize_key( $_POST['holdfast_bench'] ) : ''; // phpcs:ignore WordPress.Security.NonceVerification -- A test's own site.
		$mark = isset( $_POST['mark'] ) ? (int) $_POST['mark'] : 0; // phpcs:ignore WordPress.Security.NonceVerification -- A test's own site.

		// 500 posts for the bulk edits, of a type of their own.
		$rows = static function () use ( $wpdb ): array {
			return array_map( 'intval', $wpdb->get_col( "SELECT ID FROM $wpdb->posts WHERE post_type = 'bench_row' ORDER BY ID LIMIT 500" ) );
		};
		switch ( $kind ) {
			case '':
				return;
			case 'prepare':
				for ( $n = count( $rows() ); $n < 500; ++$n ) {
					$wpdb->insert(
						$wpdb->posts,
						array(
							'post_type'    => 'bench_row',
							'post_status'  => 'publish',
							'post_title'   => "Row $n",
							'post_content' => 'A row to be edited.',
						)
					);
				}
				break;
			case 'statement': // 500 rows named by their keys, as plugins for bulk edits do it.
				$wpdb->query( $wpdb->prepare( "UPDATE $wpdb->posts SET menu_order = %d WHERE ID IN (" . implode( ',', $rows() ) . ')', $mark ) );
				break;
			case 'posts': // 500 posts, as wp-admin does it.
				foreach ( $rows() as $id ) {
					wp_update_post(
						array(
							'ID'         => $id,
							'menu_order' => $mark,
						)
					);
				}
				break;
			case 'burst': // An order comes in: 60 statements that write.
				$wpdb->insert( $wpdb->posts, array( 'post_type' => 'bench_order', 'post_status' => 'wc-pending', 'post_title' => "Order $mark", 'post_excerpt' => '' ) ); // phpcs:ignore WordPress.Arrays
				$order = (int) $wpdb->insert_id;
				for ( $n = 0; $n < 30; ++$n ) {
					$wpdb->insert( $wpdb->postmeta, array( 'post_id' => $order, 'meta_key' => "_billing_$n", 'meta_value' => "It's the value $n of order $mark" ) ); // phpcs:ignore WordPress.Arrays, WordPress.DB.SlowDBQuery
				}
				for ( $n = 0; $n < 8; ++$n ) {
					$wpdb->update( $wpdb->postmeta, array( 'meta_value' => "changed $mark" ), array( 'post_id' => $order, 'meta_key' => "_billing_$n" ) ); // phpcs:ignore WordPress.Arrays, WordPress.DB.SlowDBQuery
				}
				$wpdb->insert( $wpdb->comments, array( 'comment_post_ID' => $order, 'comment_type' => 'order_note', 'comment_content' => 'Awaiting payment.' ) ); // phpcs:ignore WordPress.Arrays
				$note = (int) $wpdb->insert_id;
				for ( $n = 0; $n < 8; ++$n ) {
					$wpdb->insert( $wpdb->commentmeta, array( 'comment_id' => $note, 'meta_key' => "note_$n", 'meta_value' => $mark ) ); // phpcs:ignore WordPress.Arrays, WordPress.DB.SlowDBQuery
				}
				$wpdb->update( $wpdb->posts, array( 'post_status' => 'wc-processing' ), array( 'ID' => $order ) );
				$wpdb->update( $wpdb->posts, array( 'comment_count' => 1 ), array( 'ID' => $order ) );
				foreach ( array( 2, 3 ) as $n ) {
					$wpdb->query( $wpdb->prepare( "UPDATE $wpdb->postmeta SET meta_value = meta_value - 1 WHERE post_id = %d AND meta_key = %s", $order, "_billing_$n" ) );
				}
				foreach ( array( 'one', 'two' ) as $name ) {
					$wpdb->query( $wpdb->prepare( "INSERT INTO $wpdb->options (option_name, option_value, autoload) VALUES (%s, %s, 'off') ON DUPLICATE KEY UPDATE option_value = VALUES(option_value)", "_transient_bench_$name", $mark ) );
					$wpdb->update( $wpdb->options, array( 'option_value' => $mark + 1 ), array( 'option_name' => "_transient_bench_$name" ) );
				}
				$wpdb->delete( $wpdb->options, array( 'option_name' => '_transient_bench_two' ) );
				$wpdb->query( $wpdb->prepare( "REPLACE INTO $wpdb->term_relationships (object_id, term_taxonomy_id, term_order) VALUES (%d, 1, 0)", $order ) );
				foreach ( array( '_money_spent', '_order_count' ) as $name ) {
					$wpdb->query( $wpdb->prepare( "UPDATE $wpdb->usermeta SET meta_value = %d WHERE user_id = 1 AND meta_key = %s", $mark, $name ) );
				}
		}
		exit( 'done' );
	}
);
