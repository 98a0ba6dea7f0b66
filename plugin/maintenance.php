<?php
/**
 * What the file .maintenance of a restore includes at every request, while WordPress shows its maintenance page: neither plugins nor
 * the loader run then, so this is the only place that can start the agent again, should it have been killed in a restore.
 *
 * @package Holdfast
 */

namespace Holdfast;

defined( 'ABSPATH' ) || exit;

/**
 * Looks after the agent when the page has been sent.
 *
 * @param string $state The state folder.
 */
function keep_agent_in_maintenance( string $state ): void {
	register_shutdown_function(
		static function () use ( $state ): void {
			if ( defined( 'HOLDFAST_VERSION' ) ) {
				return; // WordPress went on, because a filter or the time said so: the plugin itself looks.
			}
			try {
				if ( ! is_file( __DIR__ . '/autoload.php' ) || ! is_file( __DIR__ . '/holdfast.php' ) ) {
					return; // PHP would warn, and where errors are displayed visitors would read paths.
				}
				require_once __DIR__ . '/autoload.php';
				if ( ! function_exists( 'wp_is_writable' ) ) {
					require_once ABSPATH . 'wp-includes/functions.php';
				}
				$head = (string) file_get_contents( __DIR__ . '/holdfast.php', false, null, 0, 2048 );
				if ( 1 !== preg_match( '/^ \* Version: +(\S+)$/m', $head, $version ) ) {
					return;
				}
				define( 'HOLDFAST_VERSION', $version[1] );
				$keeper = new Agent\Keeper( $state );
				$keeper->look();
				$is_page = 'cli' !== PHP_SAPI && ! ( defined( 'REST_REQUEST' ) && REST_REQUEST ) && ! ( defined( 'DOING_AJAX' ) && DOING_AJAX );
				if ( $is_page && '' !== $keeper->why() ) {
					// No path is told to visitors: the command stands in a comment of that file.
					echo '<p style="max-width:700px;margin:1em auto;font-family:sans-serif">This site is being restored, and the restore was interrupted. If you look after the site and this page stays: the command that finishes it stands in the file .maintenance in the WordPress folder.</p>';
				}
			} catch ( \Throwable $error ) {
				return; // Half an update of the plugin: the command in the file is left.
			}
		}
	);
}
