<?php
/**
 * What came of a statement that was announced?
 *
 * @package Holdfast
 */

namespace Holdfast\Capture;

use Holdfast\Log\Value;

/**
 * Reads the outcome of a statement from $wpdb and mysqli, without asking the server.
 */
final class Returned {

	/**
	 * Is the object inside another query() already? Then the announced statement is still to come: core itself runs
	 * reads between the `query` filter and the statement (strip_invalid_text_from_query).
	 *
	 * @param \wpdb $owner The object.
	 */
	public static function is_nested( \wpdb $owner ): bool {
		$calls = 0;
		// phpcs:ignore WordPress.PHP.DevelopmentFunctions.error_log_debug_backtrace -- The only way to tell; only where last_query is not the announced statement.
		foreach ( debug_backtrace( DEBUG_BACKTRACE_PROVIDE_OBJECT | DEBUG_BACKTRACE_IGNORE_ARGS ) as $frame ) {
			if ( 'query' === $frame['function'] && ( $frame['object'] ?? null ) === $owner && 'wpdb' === ( $frame['class'] ?? '' ) ) {
				++$calls;
			}
		}
		return $calls > 1;
	}

	/**
	 * The keys that an insert made, or null where they cannot be told (the agent then reads all that is new).
	 *
	 * Only what $wpdb says of exactly this statement counts: it takes note of the insert id by a pattern of its own.
	 *
	 * @param \wpdb  $owner     The object.
	 * @param string $sql       The statement that was run.
	 * @param Plan   $plan      Its plan, with fresh rows.
	 * @param int    $step      The step of AUTO_INCREMENT.
	 * @return array<int, array<int, mixed>>|null
	 */
	public static function inserted( \wpdb $owner, string $sql, Plan $plan, int $step ): ?array {
		if ( 0 !== strncmp( $sql, 'INSERT ', 7 ) && 1 !== preg_match( '/^\s*(insert|replace)\s/i', $sql ) ) {
			return null;
		}
		if ( '' !== $owner->last_error ) {
			// A failed statement leaves nothing behind where there are transactions, if it is certain that it failed.
			return $plan->leaves_rows || self::lost_connection( $owner ) ? null : array();
		}
		$first = (string) $owner->insert_id; // Above PHP's integers mysqli gives a string.
		if ( ! ctype_digit( $first ) || strlen( $first ) > 18 || '0' === $first ) {
			return '0' === $first && 0 === $owner->rows_affected ? array() : null;
		}
		$keys = array();
		for ( $index = 0; $index < $plan->fresh; ++$index ) {
			$keys[] = array( Value::integer( (string) ( (int) $first + $index * $step ) ) );
		}
		return $keys;
	}

	/**
	 * How many rows did the server match? Null where it does not say.
	 *
	 * @param \wpdb  $owner The object.
	 * @param string $sql   The statement that was run.
	 */
	public static function matched( \wpdb $owner, string $sql ): ?int {
		$link = $owner->__get( 'dbh' );
		if ( ! $link instanceof \mysqli || '' !== $owner->last_error ) {
			return null;
		}
		if ( 1 === preg_match( '/^\s*update\s/i', $sql ) ) {
			return 1 === preg_match( '/(\d+)/', (string) $link->info, $match ) ? (int) $match[1] : null;
		}
		return 1 === preg_match( '/^\s*delete\s/i', $sql ) ? (int) $owner->rows_affected : null;
	}

	/**
	 * Was the connection lost while the statement ran? Then nobody knows what became of it. Out of sync (2014) is no loss:
	 * the statement was not sent.
	 *
	 * @param \wpdb $owner The object.
	 */
	public static function lost_connection( \wpdb $owner ): bool {
		try {
			$link = $owner->__get( 'dbh' );
			return ! $link instanceof \mysqli || ( $link->errno >= 2000 && $link->errno < 3000 && 2014 !== $link->errno );
		} catch ( \Throwable $error ) {
			return true;
		}
	}
}
