<?php
/**
 * What is like a statement, and is none, or another?
 *
 * @package Holdfast
 */

namespace Holdfast\Tests\Unit;

/**
 * Makes statements of others: cut, mixed, with bytes and pieces put in. Random by mt_rand(), so that a seed repeats it.
 */
final class Mutants {

	/** Pieces that change how what follows is read. */
	const PIECES = array( "'", '"', '`', '\\', '/*', '*/', '/*!', '/*!50000', '/*M!', '/*!999999 ', '-- ', '--', '#', "\n", ' ', '(', ')', ',', '=', ';', '@', '@@', '.', '0x', '1e', "x'4", "N'", '_utf8', "\xff", "\0", "\xa0", "\x7f", ':=', ' AND ', ' OR ', ' LIMIT 1', ' WHERE ', ' IN (', ' BETWEEN ', ' JOIN ', ' UNION ', ' AS ', ' SET ', ' FOR ', ' RETURNING ID', ' ON DUPLICATE KEY UPDATE ', '{', '}' );

	/**
	 * One mutant.
	 *
	 * @param string[] $statements What to make it of.
	 * @param string[] $pieces     Pieces to put in.
	 * @param int      $steps_max  How often at most it is changed.
	 */
	public static function of( array $statements, array $pieces = self::PIECES, int $steps_max = 4 ): string {
		$sql = $statements[ mt_rand( 0, count( $statements ) - 1 ) ];
		for ( $steps = mt_rand( 1, $steps_max ); $steps > 0; --$steps ) {
			$at   = mt_rand( 0, strlen( $sql ) );
			$long = mt_rand( 0, 6 );
			switch ( mt_rand( 0, 7 ) ) {
				case 0:
					$sql = substr( $sql, 0, $at );
					break;
				case 1:
					$sql = substr_replace( $sql, '', $at, $long );
					break;
				case 2:
					$sql = substr_replace( $sql, chr( mt_rand( 0, 255 ) ), $at, 0 );
					break;
				case 3:
					$other = $statements[ mt_rand( 0, count( $statements ) - 1 ) ];
					$sql   = substr( $sql, 0, $at ) . substr( $other, mt_rand( 0, strlen( $other ) ) );
					break;
				case 4:
					$sql = substr_replace( $sql, substr( $sql, mt_rand( 0, strlen( $sql ) ), $long ), $at, 0 );
					break;
				default:
					$sql = substr_replace( $sql, $pieces[ mt_rand( 0, count( $pieces ) - 1 ) ], $at, mt_rand( 0, 3 ) ? 0 : $long );
			}
		}
		return $sql;
	}

	/**
	 * Bytes of no statement at all.
	 */
	public static function bytes(): string {
		$bytes = '';
		for ( $long = mt_rand( 1, 200 ); $long > 0; --$long ) {
			$bytes .= chr( mt_rand( 0, 255 ) );
		}
		return $bytes;
	}
}
