<?php
/**
 * A long process of WordPress that writes at a steady pace, each write with a marker of its own, and prints for every
 * write [number, places that hold the marker, when it had returned in ms since 1970].
 *
 * Arguments: name of the process, number of writes, microseconds between two, when to begin in ms since 1970; `rows` for
 * writes that are nothing but one row each.
 *
 * @package Holdfast\Tests
 * @license GPL-2.0-or-later
 */

list( $name, $writes, $interval_us, $begin_ms ) = array( $args[0], (int) $args[1], (int) $args[2], (float) $args[3] );

/** An option grows by one marker per write; a new one every so often, so that it stays small. */
$markers_per_option = 50;

$rows = 'rows' === ( $args[4] ?? '' );

$last_post = wp_insert_post( array( 'post_title' => "Process $name" ) );
$written   = array();
for ( $n = 0; $n < $writes; $n++ ) {
	$wait_us = (int) ( $begin_ms * 1000 + $n * $interval_us - microtime( true ) * 1000000 );
	if ( $wait_us > 0 ) {
		usleep( $wait_us );
	}
	$marker = "hf-lag-$name-$n.";
	$places = 1;
	switch ( $rows ? 2 : $n % 4 ) {
		case 0: // A new post; what comes last is a plugin's meta.
			$last_post = wp_insert_post(
				array(
					'post_title'   => $marker,
					'post_content' => str_repeat( 'Lorem ipsum dolor sit amet. ', 40 ),
					'post_status'  => 'publish',
				)
			);
			add_post_meta( $last_post, 'holdfast_lag', $marker );
			$places = 2;
			break;
		case 1: // An edited post, alike.
			wp_update_post(
				array(
					'ID'           => $last_post,
					'post_content' => get_post( $last_post )->post_content . "\n$marker",
				)
			);
			add_post_meta( $last_post, 'holdfast_lag', $marker );
			$places = 2;
			break;
		case 2:
			add_post_meta( $last_post, 'holdfast_lag', $marker );
			break;
		default:
			$option = sprintf( 'holdfast_lag_%s_%d', $name, $n / 4 / $markers_per_option );
			update_option( $option, get_option( $option, '' ) . $marker, false );
	}
	$written[] = array( $n, $places, microtime( true ) * 1000 );
}
echo wp_json_encode( $written );
