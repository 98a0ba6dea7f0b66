<?php
/**
 * How is code of ours kept from being noticed?
 *
 * @package Holdfast
 */

namespace Holdfast\State;

/**
 * Runs code whose failures must not reach WordPress: no warning, no entry in error_get_last(), no exception.
 */
final class Quiet {

	/**
	 * Runs a function.
	 *
	 * @template T
	 * @param callable(): T $run      What to run.
	 * @param T             $fallback What to return where it throws.
	 * @return T
	 */
	public static function run( callable $run, $fallback ) {
		set_error_handler( array( self::class, 'ignore' ) ); // phpcs:ignore WordPress.PHP.DevelopmentFunctions.error_log_set_error_handler -- The only way to keep error_get_last() as it is; restored below.
		try {
			return $run();
		} catch ( \Throwable $error ) {
			return $fallback;
		} finally {
			restore_error_handler();
		}
	}

	/**
	 * An error handler that has handled it.
	 */
	public static function ignore(): bool {
		return true;
	}
}
