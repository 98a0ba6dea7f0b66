<?php
/**
 * Installs WordPress as its own install page does.
 *
 * Usage: php install.php TITLE LOGIN PASSWORD EMAIL
 *
 * @package Holdfast\Dev
 * @license GPL-2.0-or-later
 */

define( 'WP_INSTALLING', true );
require __DIR__ . '/request.php';
require getenv( 'HOLDFAST_SITE_ROOT' ) . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';

if ( is_blog_installed() ) {
	return;
}

/**
 * The mail to the new administrator: there is no mail server here.
 */
function wp_new_blog_notification() {
}

list( , $holdfast_title, $holdfast_login, $holdfast_password, $holdfast_email ) = $argv;

$holdfast_result = wp_install( $holdfast_title, $holdfast_login, $holdfast_email, true, '', $holdfast_password );
if ( is_wp_error( $holdfast_result ) ) {
	fwrite( STDERR, $holdfast_result->get_error_message() );
	exit( 1 );
}
update_option( 'home', getenv( 'HOLDFAST_SITE_URL' ) );
update_option( 'siteurl', getenv( 'HOLDFAST_SITE_URL' ) );
