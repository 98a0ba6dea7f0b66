<?php
/**
 * Is it one of the statements that WordPress writes most?
 *
 * @package Holdfast
 */

namespace Holdfast\Capture;

use Holdfast\Schema\Catalog;
use Holdfast\Schema\Database;
use Holdfast\Schema\RowKey;

/**
 * A short way to the plan of the statements that `wpdb::insert()`, `update()` and `delete()` make of tables with an integer
 * key, and that WordPress and its plugins write like them: rows named by their key or by indexed columns, many keys in one
 * list, options that are written whether they are there or not. Regular expressions read the statement from its first byte
 * to its last; what they do not match to the letter, and every doubt, goes the general way. Both ways make the same plan (a
 * test compares them).
 *
 * Only for connections on which a backslash escapes and no byte of a character can be one.
 */
final class Usual {

	/** Longer statements go the general way at once. */
	const BYTES_MAX = 1048576;

	/** What stands for a value: a string in single quotes, a number, NULL. Possessive: no way back, so linear. */
	const VALUE = "(?:'(?:[^'\\\\]++|\\\\.)*+'|-?[0-9]++(?:\\.[0-9]++)?+|NULL)";

	/** A name, quoted or not. */
	const NAME = '(?:`[A-Za-z0-9_]++`|[A-Za-z_][A-Za-z0-9_]*+)';

	/** Text in which nothing is escaped. */
	const TEXT = '[\x20-\x26\x28-\x5b\x5d-\x7e]*';

	/** `INSERT INTO t (a, b) VALUES (1, 'x')`, and perhaps `ON DUPLICATE KEY UPDATE a = VALUES(a)`: table, columns, values, assignments. */
	const INSERT = '/\AINSERT INTO (' . self::NAME . ') \((' . self::NAME . '(?:, ?' . self::NAME . ')*+)\) VALUES \((' . self::VALUE . '(?:, ?' . self::VALUE . ')*+)\)(?: ON DUPLICATE KEY UPDATE ((?:(' . self::NAME . ') = VALUES\(\5\)(?:, (?=[`A-Za-z_])|\z))++))?\z/s';

	/** `UPDATE t SET a = 1 WHERE key = 12`, where the key is not assigned: table, key, its value in quotes or without. */
	const UPDATE = '/\AUPDATE `([A-Za-z0-9_]++)` SET (?=.* WHERE `([A-Za-z0-9_]++)` = (?:([0-9]{1,15})|\'([0-9]{1,15})\')\z)(?:`(?!(?i:\2)`)[A-Za-z0-9_]++` = ' . self::VALUE . '(?:, (?=`)|(?= WHERE )))++ WHERE `\2` = \'?(?:\3|\4)\'?\z/s';

	/** `UPDATE t SET a = 1, b = b + 1`, as it stands before WHERE: table, assignments. */
	const SETS = '/\AUPDATE (' . self::NAME . ') SET (' . self::NAME . ' = (?:' . self::VALUE . '|' . self::NAME . ' [+-] [0-9]++)(?:, ' . self::NAME . ' = (?:' . self::VALUE . '|' . self::NAME . ' [+-] [0-9]++))*+)\z/s';

	/** `DELETE FROM t`: table. */
	const DELETES = '/\ADELETE FROM (' . self::NAME . ')\z/';

	/** `a = 12 AND b = 'x'`: for both column, number, text. */
	const EQUAL = '/\A(' . self::NAME . ') = (?:([0-9]{1,15})|\'(' . self::TEXT . ')\')(?: AND (' . self::NAME . ') = (?:([0-9]{1,15})|\'(' . self::TEXT . ')\'))?\z/';

	/** `key IN (1, 2, 3)`: key, numbers. Numbers only or texts only. */
	const LISTED = '/\A(' . self::NAME . ') IN ?\( ?((?:0|[1-9][0-9]{0,14}+)(?:, ?(?:0|[1-9][0-9]{0,14}+))*+|\'(?:0|[1-9][0-9]{0,14}+)\'(?:, ?\'(?:0|[1-9][0-9]{0,14}+)\')*+) ?\)\z/';

	/**
	 * The plan of a statement; null where it is not one of the usual ones.
	 *
	 * @param string   $sql      The statement.
	 * @param Catalog  $catalog  The schema.
	 * @param Database $database The database.
	 */
	public static function plan( string $sql, Catalog $catalog, Database $database ): ?Plan {
		if ( strlen( $sql ) > self::BYTES_MAX || false !== strpos( $sql, "\0" ) ) {
			return null;
		}
		switch ( substr( $sql, 0, 7 ) ) {
			case 'INSERT ':
				if ( 1 !== preg_match( self::INSERT, $sql, $parts ) ) {
					return null;
				}
				$key = self::key( self::bare( $parts[1] ), $catalog, $database );
				return null === $key ? null : self::inserted( self::bare( $parts[1] ), $key, $parts );
			case 'UPDATE ':
				if ( 1 === preg_match( self::UPDATE, $sql, $parts ) ) {
					$key = self::key( $parts[1], $catalog, $database );
					if ( null === $key ) {
						return null;
					}
					$plan = self::named( $parts[1], $key, $parts[2], $parts[4] ?? $parts[3] ?? '' );
					if ( null !== $plan ) {
						return $plan;
					}
				}
				return self::changed( $sql, self::SETS, $catalog, $database );
			case 'DELETE ':
				return self::changed( $sql, self::DELETES, $catalog, $database );
		}
		return null;
	}

	/**
	 * How rows of a table are named, if a statement reaches nothing besides them.
	 *
	 * @param string   $name     The table.
	 * @param Catalog  $catalog  The schema.
	 * @param Database $database The database.
	 */
	private static function key( string $name, Catalog $catalog, Database $database ): ?RowKey {
		return isset( $database->opaque[ $name ] ) || isset( $database->dependents[ $name ] ) ? null : $catalog->row_key( $name );
	}

	/**
	 * A name without its quotes.
	 *
	 * @param string $name The name as written.
	 */
	private static function bare( string $name ): string {
		return '`' === $name[0] ? substr( $name, 1, -1 ) : $name;
	}

	/**
	 * A new row whose key the server will choose; or one that is written whether it is there or not.
	 *
	 * @param string             $name  The table.
	 * @param RowKey             $key   Its key.
	 * @param array<int, string> $parts What the expression found.
	 */
	private static function inserted( string $name, RowKey $key, array $parts ): ?Plan {
		$columns = explode( ',', strtolower( str_replace( array( '`', ' ' ), '', $parts[2] ) ) );
		if ( ! $key->auto || in_array( strtolower( $key->column ), $columns, true ) ) {
			return null;
		}
		$plan              = new Plan( $name );
		$plan->leaves_rows = ! $key->transactional;
		foreach ( QuietRules::COLUMNS as $column ) {
			$at = array_search( $column, $columns, true );
			if ( false === $at ) {
				continue;
			}
			$value = self::text( $parts[3], (int) $at );
			if ( null === $value ) {
				return null;
			}
			$plan->marks[ $column ] = array( $value );
		}
		if ( ! isset( $parts[4] ) ) {
			$plan->fresh = 1;
			return $plan;
		}
		$unique = $key->unique;
		$at     = null === $unique ? false : array_search( strtolower( $unique[0] ), $columns, true );
		if ( null === $unique || false === $at || false !== stripos( $parts[4], $key->column ) ) {
			return null;
		}
		$value = self::text( $parts[3], (int) $at );
		if ( null === $value || ' ' === substr( $value, -1 ) || strlen( $value ) > $unique[1] || 1 !== preg_match( '/\A' . self::TEXT . '\z/', $value ) ) {
			return null;
		}
		$plan->consecutive = false;
		$plan->conditions  = array( array( array( $unique[0], $value ) ) );
		return $plan;
	}

	/**
	 * One of the values of an INSERT, if it is a text without escapes.
	 *
	 * @param string $values All of them.
	 * @param int    $at     Which.
	 */
	private static function text( string $values, int $at ): ?string {
		return 1 === preg_match( '/\A(?:' . self::VALUE . ', ?){' . $at . "}'([^'\\\\]*+)'(?!')/s", $values, $found ) ? $found[1] : null;
	}

	/**
	 * Rows that a condition names: by their key, or by what they hold in indexed columns.
	 *
	 * @param string   $sql      The statement.
	 * @param string   $verb     What has to stand before WHERE: SETS or DELETES.
	 * @param Catalog  $catalog  The schema.
	 * @param Database $database The database.
	 */
	private static function changed( string $sql, string $verb, Catalog $catalog, Database $database ): ?Plan {
		$at = strrpos( $sql, ' WHERE ' );
		if ( false === $at ) {
			return null;
		}
		$where  = substr( $sql, $at + 7 );
		$listed = 1 === preg_match( self::LISTED, $where, $found );
		if ( ! $listed && 1 !== preg_match( self::EQUAL, $where, $found ) ) {
			return null;
		}
		if ( 1 !== preg_match( $verb, substr( $sql, 0, $at ), $parts ) ) {
			return null;
		}
		$name = self::bare( $parts[1] );
		$key  = self::key( $name, $catalog, $database );
		if ( null === $key || ( isset( $parts[2] ) && self::assigns( $parts[2], array( $key->column, self::bare( $found[1] ), isset( $found[4] ) ? self::bare( $found[4] ) : '' ) ) ) ) {
			return null;
		}
		if ( $listed ) {
			return self::listed( $name, $key, self::bare( $found[1] ), $found[2] );
		}
		if ( ! isset( $found[4] ) && 0 === strcasecmp( self::bare( $found[1] ), $key->column ) ) {
			return self::named( $name, $key, $key->column, $found[3] ?? $found[2] ?? '' );
		}
		return self::found( $name, $key, $found, isset( $parts[2] ) ? '' : $parts[1] . ' WHERE (' . $where . "\n)" );
	}

	/**
	 * Is one of these columns assigned? In doubt, where a text looks like it, yes.
	 *
	 * @param string   $assignments What stands behind SET.
	 * @param string[] $columns     The columns; '' = none.
	 */
	private static function assigns( string $assignments, array $columns ): bool {
		return 1 === preg_match( '/(?:\A|, )`?(?:' . implode( '|', array_filter( $columns ) ) . ')`? = /i', $assignments );
	}

	/**
	 * A row that is named by its key.
	 *
	 * @param string $name   The table.
	 * @param RowKey $key    Its key.
	 * @param string $column The column that the statement compares.
	 * @param string $digits With what.
	 */
	private static function named( string $name, RowKey $key, string $column, string $digits ): ?Plan {
		$canonical = ctype_digit( $digits ) && strlen( $digits ) <= 15 && ( '0' !== $digits[0] || '0' === $digits );
		if ( 0 !== strcasecmp( $column, $key->column ) || ! $canonical || (int) $digits > $key->highest ) {
			return null;
		}
		$plan       = new Plan( $name );
		$plan->keys = array( array( (int) $digits ) );
		return $plan;
	}

	/**
	 * Rows that are named by a list of their keys.
	 *
	 * @param string $name   The table.
	 * @param RowKey $key    Its key.
	 * @param string $column The column that the statement compares.
	 * @param string $list   With what.
	 */
	private static function listed( string $name, RowKey $key, string $column, string $list ): ?Plan {
		$keys = array_map( 'intval', explode( ',', str_replace( array( "'", ' ' ), '', $list ) ) );
		if ( 0 !== strcasecmp( $column, $key->column ) || count( $keys ) > ChangePlanner::NAMED_MAX || max( $keys ) > $key->highest ) {
			return null;
		}
		$plan       = new Plan( $name );
		$plan->keys = array_chunk( $keys, 1 );
		return $plan;
	}

	/**
	 * Rows that are named by what they hold in indexed columns: before the statement and after it, or to be looked up.
	 *
	 * @param string             $name   The table.
	 * @param RowKey             $key    Its key, which occurs nowhere in the statement.
	 * @param array<int, string> $parts  What EQUAL found.
	 * @param string             $lookup Table and condition, where the rows will be gone; else ''.
	 */
	private static function found( string $name, RowKey $key, array $parts, string $lookup ): ?Plan {
		$plan  = new Plan( $name );
		$terms = array();
		for ( $at = 1; isset( $parts[ $at ] ); $at += 3 ) {
			$column = strtolower( self::bare( $parts[ $at ] ) );
			$digits = $parts[ $at + 1 ] ?? '';
			$is     = $key->indexed[ $column ] ?? null;
			if ( null === $is || isset( $terms[ $column ] ) || ( '' !== $digits ) === $is[1] || ( '' !== $digits && '0' === $digits[0] && '0' !== $digits ) ) {
				return null; // A number compared with a text, or the reverse, is left to the general way.
			}
			$terms[ $column ] = array( $is[0], $is[1] ? $parts[ $at + 2 ] : (int) $digits );
			if ( $is[1] && in_array( $column, QuietRules::COLUMNS, true ) ) {
				$plan->marks[ $column ] = array( $parts[ $at + 2 ] );
			}
		}
		if ( '' === $lookup ) {
			$plan->conditions = array( array_values( $terms ) );
			return $plan;
		}
		$plan->otherwise = new Plan( $name, true );
		$plan->locks     = true;
		$plan->integer   = true;
		$plan->lookup    = "SELECT `$name`.`{$key->column}` FROM $lookup";
		return $plan;
	}
}
