<?php
/**
 * Runs a PHP file, or code from standard input, with WordPress loaded.
 *
 * Usage: php run.php FILE|- [ARGS…]; the site is named by the environment variable HOLDFAST_SITE_ROOT.
 *
 * @package Holdfast\Dev
 * @license GPL-2.0-or-later
 */

$holdfast_source = $argv[1];

require __DIR__ . '/request.php';
require getenv( 'HOLDFAST_SITE_ROOT' ) . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/admin.php';

// What follows sees its own arguments only, as if it had been called by itself.
$args = array_slice( $argv, 2 );

if ( '-' === $holdfast_source ) {
	// phpcs:ignore Squiz.PHP.Eval.Discouraged -- the code comes from a test of ours.
	eval( stream_get_contents( STDIN ) );
} else {
	require $holdfast_source;
}
