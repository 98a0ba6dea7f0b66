<?php
/**
 * Plugin Name: Doors of the tests
 * Description: Nonces of one's own session, an importer, and requests that end badly.
 *
 * @package Holdfast\Tests
 * @license GPL-2.0-or-later
 */

defined( 'ABSPATH' ) || exit;

// phpcs:disable WordPress.Security -- A site of a test, on loopback.

add_action(
	'wp_loaded',
	static function () {
		if ( isset( $_GET['holdfast_nonce'] ) ) {
			echo wp_create_nonce( $_GET['holdfast_nonce'] );
			exit;
		}
		if ( isset( $_POST['holdfast_import'] ) ) {
			// As the importer for WordPress' own export files does it.
			do_action( 'import_start' );
			for ( $i = 1; $i <= 5; $i++ ) {
				wp_insert_post(
					array(
						'post_title'  => "Imported $i",
						'post_status' => 'publish',
						'tags_input'  => array( "imported-$i" ),
					)
				);
			}
			if ( 'broken' !== $_POST['holdfast_import'] ) {
				do_action( 'import_end' );
			}
			exit;
		}
		if ( isset( $_GET['holdfast_view'] ) ) {
			// A page view that has something to do, as shops and form plugins have.
			wp_insert_post(
				array(
					'post_title'  => 'Made by a view',
					'post_status' => 'publish',
				)
			);
			update_option( 'posts_per_page', 11 );
			exit;
		}
	}
);

add_action(
	'wp_after_insert_post',
	static function ( $id, $post ) {
		$ends = array(
			'Fatal' => static function () {
				holdfast_tests_there_is_no_such_function();
			},
			'Died'  => static function () {
				wp_die( 'for a test' );
			},
			'Exit'  => static function () {
				exit;
			},
			'Slow'  => static function () {
				set_time_limit( 1 );
				while ( true ) {
					md5( 'slow' );
				}
			},
			'Last'  => static function () {
				add_action(
					'shutdown',
					static function () {
						exit;
					}
				);
			},
		);
		if ( isset( $ends[ $post->post_title ] ) ) {
			$ends[ $post->post_title ]();
		}
	},
	20,
	2
);

add_filter( 'wp_is_application_passwords_available', '__return_true' );

// Scheduled actions run when a test says so.
add_filter( 'action_scheduler_allow_async_request_runner', '__return_false' );

add_filter(
	'upgrader_pre_install',
	static function ( $reply, $extra ) {
		if ( isset( $extra['plugin'] ) && 'deadly/deadly.php' === $extra['plugin'] ) {
			posix_kill( getmypid(), 9 );
		}
		return $reply;
	},
	99,
	2
);
