<?php
/**
 * Does this statement concern us at all?
 *
 * @package Holdfast
 */

namespace Holdfast\Capture;

/**
 * The `query` filter. The only part of capture that a request which only reads ever loads.
 */
final class Door {

	/**
	 * Is an announced statement to be settled? Then reads come in, too.
	 *
	 * @var bool
	 */
	public static $waiting = false;

	/**
	 * Was the last statement one with SQL_CALC_FOUND_ROWS? Then nothing of ours may run before FOUND_ROWS() is asked
	 * for.
	 *
	 * @var bool
	 */
	public static $counting = false;

	/**
	 * What is to be called at the first statement that does not only read; null = nothing (any more).
	 *
	 * @var callable-string|null
	 */
	public static $first = null;

	/**
	 * Filters a statement.
	 *
	 * @param mixed $sql The statement.
	 * @return mixed
	 */
	public static function query( $sql ) {
		if ( ! is_string( $sql ) || '' === $sql ) {
			return $sql;
		}
		$at = strspn( $sql, " \t\r\n(" );
		if ( 0 === substr_compare( $sql, 'SELECT', $at, 6, true ) || 0 === substr_compare( $sql, 'SHOW', $at, 4, true ) ) {
			self::$counting = false !== stripos( substr( $sql, $at, 120 ), 'SQL_CALC_FOUND_ROWS' );
			if ( ! self::$waiting ) {
				return $sql;
			}
		}
		try {
			if ( null !== self::$first ) {
				$first       = self::$first;
				self::$first = null;
				$first();
			}
			return Capture::instance()->statement( $sql );
		} catch ( \Throwable $error ) { // Half an update: a class of ours is missing or cut off.
			if ( defined( 'HOLDFAST_STATE' ) && is_file( HOLDFAST_STATE . '/ok' ) && is_writable( HOLDFAST_STATE ) ) {
				unlink( HOLDFAST_STATE . '/ok' );
			}
			return $sql;
		}
	}

	/**
	 * Notices that wpdb has connected anew in the middle of a statement (set_sql_mode asks for this list then).
	 *
	 * @param mixed $modes The modes.
	 * @return mixed
	 */
	public static function connected( $modes ) {
		if ( self::$waiting ) {
			try {
				Capture::instance()->reconnected();
			} catch ( \Throwable $error ) {
				return $modes;
			}
		}
		return $modes;
	}
}
