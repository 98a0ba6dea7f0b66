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

	/** Where the names of routines have to be read anew: whatever looks like a call. */
	const ANY_CALL = '#[\\w`]\\s*\\(#';

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
	 * Has other code set the sql_mode by wpdb's own method, which runs no statement that can be seen?
	 *
	 * @var bool
	 */
	public static $modes_set = false;

	/**
	 * Finds names of stored routines that may write; '' = there are none, null = not looked yet.
	 *
	 * @var string|null
	 */
	private static $routines = null;

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
			self::$counting = false !== stripos( substr( $sql, $at, 400 ), 'SQL_CALC_FOUND_ROWS' );
			if ( ! self::$waiting && ! self::may_write( $sql ) ) {
				return $sql;
			}
		}
		try {
			return Capture::instance()->statement( $sql );
		} catch ( \Throwable $error ) { // Half an update: a class of ours is missing or cut off.
			if ( defined( 'HOLDFAST_STATE' ) && is_file( HOLDFAST_STATE . '/ok' ) && is_writable( HOLDFAST_STATE ) ) {
				unlink( HOLDFAST_STATE . '/ok' );
			}
			return $sql;
		}
	}

	/**
	 * May a statement that begins like a read write all the same: by a stored routine, or by a second statement where the
	 * connection allows several in one?
	 *
	 * @param string $sql The statement.
	 */
	public static function may_write( string $sql ): bool {
		if ( null === self::$routines ) {
			self::$routines = '';
			$path           = defined( 'HOLDFAST_STATE' ) ? HOLDFAST_STATE . '/schema/routines.php' : '';
			if ( '' !== $path && is_file( $path ) ) {
				$kept  = \Holdfast\State\Guarded::read( $path );
				$names = array_map( 'preg_quote', array_filter( (array) ( $kept['names'] ?? array() ), 'is_string' ) );

				self::$routines = array() === $names ? self::ANY_CALL : '#' . implode( '|', $names ) . '#i';
			}
		}
		return ( '' !== self::$routines && 1 === preg_match( self::$routines, $sql ) )
			|| ( defined( 'MYSQL_CLIENT_FLAGS' ) && 0 !== ( (int) MYSQL_CLIENT_FLAGS & 65536 ) && false !== strpos( $sql, ';' ) );
	}

	/**
	 * Does a statement name a routine that is known to exist?
	 *
	 * @param string $sql The statement.
	 */
	public static function names_routine( string $sql ): bool {
		return self::ANY_CALL !== self::$routines && self::may_write( $sql );
	}

	/**
	 * The schema has been read anew: the names of its routines may be others.
	 */
	public static function forget(): void {
		self::$routines = null;
	}

	/**
	 * Notices that wpdb has connected anew in the middle of a statement (set_sql_mode asks for this list then).
	 *
	 * @param mixed $modes The modes.
	 * @return mixed
	 */
	public static function connected( $modes ) {
		self::$modes_set = true;
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
