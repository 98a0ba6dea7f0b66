<?php
/**
 * Whose code writes?
 *
 * @package Holdfast
 */

namespace Holdfast\Capture;

/**
 * Names the plugin or theme whose code runs a statement, while the agent compares a restored site and wants to know who
 * writes meanwhile. At other times nobody looks: walking the calls costs more than all of capture.
 */
final class Origin {

	/** Calls looked through. */
	const FRAMES_MAX = 80;

	/**
	 * Does the agent ask? Null = not looked yet.
	 *
	 * @var bool|null
	 */
	private static $asked = null;

	/**
	 * Does the agent ask? Looked once in a request.
	 *
	 * @param string $state The state folder.
	 */
	public static function is_asked( string $state ): bool {
		if ( null === self::$asked ) {
			// Only a restore asks, and every restore raises the epoch.
			self::$asked = defined( 'HOLDFAST_EPOCH' ) && HOLDFAST_EPOCH > 0 && is_file( $state . '/origins' );
		}
		return self::$asked;
	}

	/**
	 * The innermost code that is neither WordPress's nor Holdfast's: `plugins/akismet`, `mu-plugins/own.php`, `themes/twenty`; '' where
	 * there is none.
	 */
	public static function name(): string {
		$folders = self::folders();
		$own     = dirname( __DIR__, 2 ) . '/';
		// phpcs:ignore WordPress.PHP.DevelopmentFunctions.error_log_debug_backtrace -- Nothing else tells who called.
		foreach ( debug_backtrace( DEBUG_BACKTRACE_IGNORE_ARGS, self::FRAMES_MAX ) as $frame ) {
			$file = str_replace( '\\', '/', (string) ( $frame['file'] ?? '' ) );
			if ( 0 === strpos( $file, $own ) ) {
				continue;
			}
			foreach ( $folders as $kind => $folder ) {
				if ( 0 === strpos( $file, $folder . '/' ) ) {
					return $kind . '/' . explode( '/', substr( $file, strlen( $folder ) + 1 ) )[0];
				}
			}
		}
		return '';
	}

	/**
	 * Where plugins and themes lie, as far as WordPress has said so yet.
	 *
	 * @return array<string, string>
	 */
	private static function folders(): array {
		$folders = array(
			'mu-plugins' => defined( 'WPMU_PLUGIN_DIR' ) ? (string) WPMU_PLUGIN_DIR : '',
			'plugins'    => defined( 'WP_PLUGIN_DIR' ) ? (string) WP_PLUGIN_DIR : '',
			'themes'     => defined( 'WP_CONTENT_DIR' ) ? WP_CONTENT_DIR . '/themes' : '',
		);
		return array_filter(
			array_map(
				static function ( string $folder ): string {
					return rtrim( str_replace( '\\', '/', $folder ), '/' );
				},
				$folders
			)
		);
	}
}
