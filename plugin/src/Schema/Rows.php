<?php
/**
 * How is something read from the server without $wpdb?
 *
 * @package Holdfast
 */

namespace Holdfast\Schema;

/**
 * Rows of a query, through mysqli directly: $wpdb's state, hooks and log do not see it.
 */
final class Rows {

	/**
	 * All rows of a query, or null where it fails. Never throws.
	 *
	 * @param \mysqli $link The connection.
	 * @param string  $sql  The query.
	 * @return array<int, array<int, string|null>>|null
	 */
	public static function of( \mysqli $link, string $sql ): ?array {
		try {
			$result = $link->query( $sql );
			if ( ! $result instanceof \mysqli_result ) {
				return null;
			}
			/**
			 * The text protocol gives strings and NULLs.
			 *
			 * @var array<int, array<int, string|null>> $rows
			 */
			$rows = $result->fetch_all( MYSQLI_NUM );
			$result->free();
			return $rows;
		} catch ( \Throwable $error ) {
			return null;
		}
	}

	/**
	 * Text of information_schema as its bytes in UTF-8, whatever the connection's character set.
	 *
	 * @param string ...$columns The columns.
	 */
	public static function bytes( string ...$columns ): string {
		return 'CAST(' . implode( ' AS BINARY), CAST(', $columns ) . ' AS BINARY)';
	}

	/**
	 * A literal of a text in UTF-8, whatever the connection's character set.
	 *
	 * @param string $text The text.
	 */
	public static function literal( string $text ): string {
		return '' === $text ? "''" : "_utf8 x'" . bin2hex( $text ) . "'";
	}
}
