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
 * A short way to the plan of the statements that `wpdb::insert()`, `update()` and `delete()` make of one row with an
 * integer key, and of updates by indexed columns, as of meta and options. One regular expression reads the statement from its first byte to its last; what it does not match to the
 * letter, and every doubt, goes the general way. Both ways make the same plan (a test compares them).
 *
 * Only for connections on which a backslash escapes and no byte of a character can be one.
 */
final class Usual {

	/** Longer statements go the general way at once. */
	const BYTES_MAX = 1048576;

	/** What stands for a value: a string in single quotes, a number, NULL. Possessive: no way back, so linear. */
	const VALUE = "(?:'(?:[^'\\\\]++|\\\\.)*+'|-?[0-9]++(?:\\.[0-9]++)?+|NULL)";

	/** `INSERT INTO t (a, b) VALUES (1, 'x')`: table, columns, values. */
	const INSERT = '/\AINSERT INTO `([A-Za-z0-9_]++)` \(((?:`[A-Za-z0-9_]++`(?:, (?=`)|(?=\))))++)\) VALUES \((' . self::VALUE . '(?:, ' . self::VALUE . ')*+)\)\z/s';

	/** `UPDATE t SET a = 1 WHERE key = 12`, where the key is not assigned: table, key, its value in quotes or without. */
	const UPDATE = '/\AUPDATE `([A-Za-z0-9_]++)` SET (?=.* WHERE `([A-Za-z0-9_]++)` = (?:([0-9]{1,15})|\'([0-9]{1,15})\')\z)(?:`(?!(?i:\2)`)[A-Za-z0-9_]++` = ' . self::VALUE . '(?:, (?=`)|(?= WHERE )))++ WHERE `\2` = \'?(?:\3|\4)\'?\z/s';

	/** `UPDATE t SET a = 1 WHERE b = 12 AND c = 'x'`, where neither is assigned: table, and for both column, number, text. */
	const WHERE = '/\AUPDATE `([A-Za-z0-9_]++)` SET (?=.* WHERE `([A-Za-z0-9_]++)` = (?:([0-9]{1,15})|\'([\x20-\x26\x28-\x5b\x5d-\x7e]*)\')(?: AND `([A-Za-z0-9_]++)` = (?:([0-9]{1,15})|\'([\x20-\x26\x28-\x5b\x5d-\x7e]*)\'))?\z)(?:`(?!(?i:\2|\5)`)[A-Za-z0-9_]++` = ' . self::VALUE . '(?:, (?=`)|(?= WHERE )))++ WHERE `\2` = \'?(?:\3|\4)\'?(?: AND `\5` = \'?(?:\6|\7)\'?)?\z/s';

	/** `DELETE FROM t WHERE key = 12`: table, key, its value in quotes or without. */
	const DELETE = '/\ADELETE FROM `([A-Za-z0-9_]++)` WHERE `([A-Za-z0-9_]++)` = (?:([0-9]{1,15})|\'([0-9]{1,15})\')\z/';

	/**
	 * The plan of a statement; null where it is not one of the usual ones.
	 *
	 * @param string   $sql      The statement.
	 * @param Catalog  $catalog  The schema.
	 * @param Database $database The database.
	 */
	public static function plan( string $sql, Catalog $catalog, Database $database ): ?Plan {
		$word    = substr( $sql, 0, 7 );
		$pattern = 'UPDATE ' === $word ? self::UPDATE : ( 'INSERT ' === $word ? self::INSERT : ( 'DELETE ' === $word ? self::DELETE : '' ) );
		if ( '' === $pattern || strlen( $sql ) > self::BYTES_MAX ) {
			return null;
		}
		$named = 1 === preg_match( $pattern, $sql, $parts );
		if ( ! $named && ( self::UPDATE !== $pattern || 1 !== preg_match( self::WHERE, $sql, $parts ) ) ) {
			return null;
		}
		$name = $parts[1];
		$key  = isset( $database->opaque[ $name ] ) || isset( $database->dependents[ $name ] ) ? null : $catalog->row_key( $name );
		if ( null === $key ) {
			return null;
		}
		if ( self::INSERT === $pattern ) {
			return self::inserted( $name, $key, $parts[2], $parts[3] ?? '' );
		}
		$plan = $named ? self::changed( $name, $key, $parts[2], $parts[4] ?? $parts[3] ?? '' ) : null;
		if ( null === $plan && self::UPDATE === $pattern && false === stripos( $sql, '`' . $key->column . '`' ) ) {
			return $named && 1 !== preg_match( self::WHERE, $sql, $parts ) ? null : self::found( $name, $key, $parts );
		}
		return $plan;
	}

	/**
	 * A new row whose key the server will choose.
	 *
	 * @param string $name    The table.
	 * @param RowKey $key     Its key.
	 * @param string $columns The columns.
	 * @param string $values  The values.
	 */
	private static function inserted( string $name, RowKey $key, string $columns, string $values ): ?Plan {
		if ( ! $key->auto || false !== stripos( $columns, '`' . $key->column . '`' ) ) {
			return null;
		}
		$plan              = new Plan( $name );
		$plan->fresh       = 1;
		$plan->leaves_rows = ! $key->transactional;
		foreach ( QuietRules::COLUMNS as $column ) {
			$at = stripos( $columns, '`' . $column . '`' );
			if ( false === $at ) {
				continue;
			}
			$before = substr_count( $columns, ',', 0, $at );
			if ( 1 !== preg_match( '/\A(?:' . self::VALUE . ', ){' . $before . "}'([^'\\\\]*+)'/s", $values, $found ) ) {
				return null;
			}
			$plan->marks[ $column ] = array( $found[1] );
		}
		return $plan;
	}

	/**
	 * A row that is named by its key.
	 *
	 * @param string $name   The table.
	 * @param RowKey $key    Its key.
	 * @param string $column The column that the statement compares.
	 * @param string $digits With what.
	 */
	private static function changed( string $name, RowKey $key, string $column, string $digits ): ?Plan {
		$canonical = '' !== $digits && ( '0' !== $digits[0] || '0' === $digits );
		if ( 0 !== strcasecmp( $column, $key->column ) || ! $canonical || (int) $digits > $key->highest ) {
			return null;
		}
		$plan       = new Plan( $name );
		$plan->keys = array( array( (int) $digits ) );
		return $plan;
	}

	/**
	 * Rows that are named by what they hold in indexed columns, before the statement and after it.
	 *
	 * @param string             $name  The table.
	 * @param RowKey             $key   Its key, which occurs nowhere in the statement.
	 * @param array<int, string> $parts What the expression found.
	 */
	private static function found( string $name, RowKey $key, array $parts ): ?Plan {
		$plan  = new Plan( $name );
		$terms = array();
		for ( $at = 2; isset( $parts[ $at ] ); $at += 3 ) {
			$column = strtolower( $parts[ $at ] );
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
		$plan->conditions = array( array_values( $terms ) );
		return $plan;
	}
}
