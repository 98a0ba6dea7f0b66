<?php
/**
 * How is something kept that nearly every writing request reads?
 *
 * @package Holdfast
 */

namespace Holdfast\State;

/**
 * Values as PHP code that returns them, so that opcache keeps them in the memory that all processes share: to read them
 * costs no look at the disk. What opcache has may be older than the file, so a value says by itself for what it holds, and
 * whoever finds that it does not hold reads the truth elsewhere. Shown by a web server it is empty.
 *
 * Nothing here throws or warns; callers run under Quiet.
 */
final class Shared {

	/** A file younger than this is not written again: what is read may still be the one before. */
	const YOUNG_S = 3;

	/**
	 * The value, or null.
	 *
	 * @param string $path The file.
	 * @return array<string, mixed>|null
	 */
	public static function read( string $path ): ?array {
		try {
			$value = include $path;
		} catch ( \Throwable $error ) {
			return null;
		}
		return is_array( $value ) ? $value : null;
	}

	/**
	 * Writes a value of arrays, strings, numbers, booleans and nulls.
	 *
	 * @param string               $path  The file.
	 * @param array<string, mixed> $value The value.
	 */
	public static function write( string $path, array $value ): void {
		if ( is_dir( dirname( $path ) ) && Guarded::replace( $path, '<?php return ' . var_export( $value, true ) . ";\n" ) && function_exists( 'opcache_invalidate' ) ) { // phpcs:ignore WordPress.PHP.DevelopmentFunctions.error_log_var_export -- PHP code is what is wanted.
			opcache_invalidate( $path, true );
		}
	}

	/**
	 * Is the file so young that another process has just written it?
	 *
	 * @param string $path The file.
	 */
	public static function is_young( string $path ): bool {
		clearstatcache();
		return is_file( $path ) && abs( time() - (int) filemtime( $path ) ) < self::YOUNG_S;
	}
}
