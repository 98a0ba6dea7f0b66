<?php
/**
 * The process in which a test's code runs: WordPress with SHORTINIT, and capture as the loader hooks it.
 *
 * @package Holdfast
 */

$child = json_decode( (string) getenv( 'HOLDFAST_CHILD' ), true );

define( 'SHORTINIT', true );
define( 'ABSPATH', $child['tree'] . '/' );
define( 'DB_NAME', $child['database'] );
define( 'DB_USER', $child['user'] );
define( 'DB_PASSWORD', $child['password'] );
define( 'DB_HOST', 'localhost:' . $child['socket'] );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );
define( 'WP_DEBUG', false );

$table_prefix = 'wp_';
require ABSPATH . 'wp-settings.php';
error_reporting( -1 );
ini_set( 'display_errors', '1' );
$wpdb->suppress_errors( true );

if ( $child['capture'] ) {
	define( 'HOLDFAST_STATE', $child['state'] );
	define( 'HOLDFAST_EPOCH', is_file( $child['state'] . '/epoch' ) ? (int) file_get_contents( $child['state'] . '/epoch' ) : 0 );
	define( 'HOLDFAST_LOADER_VERSION', '0.1.0' );
	require __DIR__ . '/../../../plugin/early.php';
}

define( 'HOLDFAST_TESTS', __DIR__ );

$out = array();
require $child['script'];
file_put_contents( $child['result'], (string) json_encode( $out, JSON_INVALID_UTF8_SUBSTITUTE ) );
