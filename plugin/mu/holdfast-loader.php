<?php
/**
 * Plugin Name: Holdfast loader
 * Description: Loads Holdfast's capture before other plugins. Written and removed by the plugin Holdfast.
 * Version: 0.1.0
 * License: GPL-2.0-or-later
 *
 * @package Holdfast
 */

defined( 'ABSPATH' ) || exit;

if ( '{{abspath}}' !== ABSPATH ) {
	return; // A copy of the site beside it: this state folder is the other's. The next administrator's request writes a loader of its own.
}

define( 'HOLDFAST_STATE', '{{state}}' );
define( 'HOLDFAST_LOADER_VERSION', '{{version}}' );

( static function () {
	// Nothing here may warn: what is missing is missing. Looking before each read costs every request a look at the disk.
	// phpcs:ignore WordPress.PHP.DevelopmentFunctions.error_log_set_error_handler -- Restored below.
	set_error_handler(
		static function () {
			return true;
		}
	);
	try {
		$holdfast_epoch = 0;
		if ( is_file( HOLDFAST_STATE . '/epoch' ) ) {
			// A restore has switched the site: what caches hold is of before.
			$holdfast_epoch = (int) file_get_contents( HOLDFAST_STATE . '/epoch' );
			$holdfast_seen  = HOLDFAST_STATE . '/epoch-seen-' . PHP_SAPI;
			if ( (string) file_get_contents( $holdfast_seen ) !== (string) $holdfast_epoch ) {
				function_exists( 'wp_cache_flush' ) && wp_cache_flush();
				if ( function_exists( 'opcache_get_status' ) ) {
					// opcache_reset() waits until no request is under way: without this, those of now, this one too, would still run the code of before.
					$holdfast_cached = opcache_get_status( true );
					foreach ( isset( $holdfast_cached['scripts'] ) ? $holdfast_cached['scripts'] : array() as $holdfast_script => $holdfast_unused ) {
						opcache_invalidate( $holdfast_script, true );
					}
					opcache_reset();
				}
				define( 'HOLDFAST_EPOCH_BEGINS', true );
				is_writable( HOLDFAST_STATE ) && file_put_contents( $holdfast_seen, (string) $holdfast_epoch );
			}
		}
		define( 'HOLDFAST_EPOCH', $holdfast_epoch );
		$holdfast_early = '{{plugin}}/early.php';
		include $holdfast_early; // @phpstan-ignore include.fileNotFound (The path is filled in when this file is written.)
	} catch ( \Throwable $holdfast_error ) {
		$holdfast_epoch = 0; // Half an update.
	} finally {
		restore_error_handler();
	}
	if ( ! defined( 'HOLDFAST_VERSION' ) && is_file( HOLDFAST_STATE . '/ok' ) && is_writable( HOLDFAST_STATE ) ) {
		unlink( HOLDFAST_STATE . '/ok' ); // Nothing is captured, so the agent has to compare.
	}
} )();
