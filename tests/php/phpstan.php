<?php
/**
 * Constants that WordPress and wp-config.php define, for the static analysis only.
 *
 * @package Holdfast
 */

foreach ( array( 'ABSPATH', 'WP_CONTENT_DIR', 'WP_PLUGIN_DIR', 'WPMU_PLUGIN_DIR', 'WP_LANG_DIR', 'DB_NAME', 'DB_USER', 'DB_PASSWORD', 'DB_HOST', 'HOLDFAST_STATE' ) as $name ) {
	if ( ! defined( $name ) ) {
		define( $name, '/' . $name );
	}
}
