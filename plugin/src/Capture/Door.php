<?php
/**
 * Does this statement concern us at all?
 *
 * @package Holdfast
 */

namespace Holdfast\Capture;

// Else PHP would look for them in this namespace first: in every request, at every call.
use function debug_backtrace, is_string, strspn, stripos, strpos, substr, substr_compare;

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
	 * May other code still ask for what the statement before left? See counting().
	 *
	 * @var bool
	 */
	private static $counts = false;

	/**
	 * The last statement that reads, where it has not been looked into; '' = none.
	 *
	 * @var string
	 */
	private static $read = '';

	/**
	 * Is it certain, whatever a read says, that it only reads: no routines, one statement at a time? Null = not looked yet.
	 *
	 * @var bool|null
	 */
	private static $plain = null;

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
		$at    = strspn( $sql, " \t\r\n(" );
		$reads = 0 === substr_compare( $sql, 'SELECT', $at, 6, true ) || 0 === substr_compare( $sql, 'SHOW', $at, 4, true );
		if ( $reads ) {
			self::$read = $sql;
			$reads      = true === self::$plain || ! self::may_write( $sql );
			if ( $reads && ! self::$waiting ) {
				return $sql;
			}
		}
		try {
			// In core wpdb::query() is the fourth call from here: behind it two of apply_filters(), and this one.
			// phpcs:ignore WordPress.PHP.DevelopmentFunctions.error_log_debug_backtrace -- The filter does not say which object runs the statement.
			$owner = debug_backtrace( DEBUG_BACKTRACE_PROVIDE_OBJECT | DEBUG_BACKTRACE_IGNORE_ARGS, 4 )[3]['object'] ?? null;
			return Capture::instance()->statement( $sql, $reads, $owner instanceof \wpdb ? $owner : null );
		} catch ( \Throwable $error ) { // Half an update: a class of ours is missing or cut off.
			if ( defined( 'HOLDFAST_STATE' ) && is_file( HOLDFAST_STATE . '/ok' ) && is_writable( HOLDFAST_STATE ) ) {
				unlink( HOLDFAST_STATE . '/ok' );
			}
			return $sql;
		}
	}

	/**
	 * Was the last statement one with SQL_CALC_FOUND_ROWS, or is this one about what the last one left? Then nothing of ours
	 * may run before that is asked for. Found out when it matters: most requests never ask.
	 */
	public static function counting(): bool {
		if ( '' !== self::$read ) {
			self::$counts = false !== stripos( substr( self::$read, strspn( self::$read, " \t\r\n(" ), 400 ), 'SQL_CALC_FOUND_ROWS' );
			self::$read   = '';
		}
		return self::$counts;
	}

	/**
	 * Notes whether nothing of ours may run, until the next read.
	 *
	 * @param bool $counts Whether.
	 */
	public static function count( bool $counts ): void {
		self::$read   = '';
		self::$counts = $counts;
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
			self::$plain = '' === self::$routines && ! ( defined( 'MYSQL_CLIENT_FLAGS' ) && 0 !== ( (int) MYSQL_CLIENT_FLAGS & 65536 ) );
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
	 * At the end of a request on a site with a persistent object cache. One that began before a restore may have put into it what it
	 * read then, behind the back of the request that emptied it.
	 */
	public static function ends(): void {
		try {
			$path = defined( 'HOLDFAST_STATE' ) ? HOLDFAST_STATE . '/epoch' : '';
			clearstatcache( true, $path );
			if ( is_file( $path ) && (int) file_get_contents( $path ) > ( defined( 'HOLDFAST_EPOCH' ) ? (int) HOLDFAST_EPOCH : 0 ) ) {
				wp_cache_flush();
			}
		} catch ( \Throwable $error ) {
			return;
		}
	}

	/**
	 * The schema has been read anew: the names of its routines may be others.
	 */
	public static function forget(): void {
		self::$routines = null;
		self::$plain    = null;
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
