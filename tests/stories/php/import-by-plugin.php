<?php
/**
 * Imports a file by the plugin WordPress Importer. Argument: the file.
 *
 * @package Holdfast\Tests
 * @license GPL-2.0-or-later
 */

define( 'WP_LOAD_IMPORTERS', true );
define( 'WP_IMPORTING', true );
wp_set_current_user( 1 );
require_once ABSPATH . 'wp-admin/includes/import.php';
require_once ABSPATH . 'wp-admin/includes/class-wp-importer.php';
require_once WP_PLUGIN_DIR . '/wordpress-importer/wordpress-importer.php';
if ( ! class_exists( 'WP_Import' ) ) {
	require_once WP_PLUGIN_DIR . '/wordpress-importer/class-wp-import.php';
}

ob_start();
$holdfast_importer = new WP_Import();
$holdfast_importer->import( $args[0] );
ob_end_clean();
