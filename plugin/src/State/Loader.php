<?php
/**
 * Is the must-use loader in place?
 *
 * @package Holdfast
 */

namespace Holdfast\State;

/**
 * Writes and removes the must-use plugin that loads capture before all other plugins.
 */
final class Loader {

	const NAME = 'holdfast-loader.php';

	/**
	 * Where the loader lies.
	 */
	public static function path(): string {
		return WPMU_PLUGIN_DIR . '/' . self::NAME;
	}

	/**
	 * Writes the loader if it is missing or not this version's. False where it cannot be written.
	 *
	 * @param string $state The state folder.
	 */
	public static function install( string $state ): bool {
		return Quiet::run(
			static function () use ( $state ): bool {
				$plugin = dirname( __DIR__, 2 );
				$text   = strtr(
					(string) file_get_contents( $plugin . '/mu/' . self::NAME ),
					array(
						'{{abspath}}' => addcslashes( ABSPATH, "'\\" ),
						'{{state}}'   => addcslashes( $state, "'\\" ),
						'{{plugin}}'  => addcslashes( $plugin, "'\\" ),
						'{{version}}' => HOLDFAST_VERSION,
					)
				);
				$path   = self::path();
				if ( is_file( $path ) && file_get_contents( $path ) === $text ) {
					return true;
				}
				if ( ! is_dir( WPMU_PLUGIN_DIR ) && ! mkdir( WPMU_PLUGIN_DIR, 0755 ) ) {
					return false;
				}
				if ( ! Guarded::replace( $path, $text ) ) {
					return false;
				}
				chmod( $path, 0644 );
				if ( function_exists( 'opcache_invalidate' ) ) {
					opcache_invalidate( $path, true );
				}
				return true;
			},
			false
		);
	}

	/**
	 * Removes the loader.
	 */
	public static function remove(): void {
		Quiet::run(
			static function (): bool {
				return is_file( self::path() ) && unlink( self::path() );
			},
			false
		);
	}
}
