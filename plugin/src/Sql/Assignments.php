<?php
/**
 * Which columns are assigned, and what?
 *
 * @package Holdfast
 */

namespace Holdfast\Sql;

/**
 * Lists of `column = expression`, as in UPDATE … SET.
 */
final class Assignments {

	/**
	 * Reads the list at a cursor.
	 *
	 * @param Cursor   $cursor At the first column; afterwards at one of the words or the end.
	 * @param string[] $until  The words that end the list.
	 * @return array<int, array{0: string, 1: array{0: int, 1: int}}> Column and the tokens of its value.
	 */
	public static function read( Cursor $cursor, array $until ): array {
		$assigns = array();
		$tokens  = $cursor->tokens;
		while ( $cursor->at < $tokens->count ) {
			$column = self::column( $cursor );
			if ( null === $column || ! ( $cursor->take_operator( '=' ) || $cursor->take_operator( ':=' ) ) ) {
				break;
			}
			$from = $cursor->at;
			while ( $cursor->at < $tokens->count ) {
				$kind = $tokens->kinds[ $cursor->at ];
				$text = $tokens->texts[ $cursor->at ];
				if ( Tokens::OPERATOR === $kind ) {
					if ( ',' === $text || ';' === $text ) {
						break;
					}
					if ( '(' === $text ) {
						$cursor->skip_parentheses();
						continue;
					}
				} elseif ( Tokens::WORD === $kind && in_array( strtoupper( $text ), $until, true ) ) {
					break;
				}
				++$cursor->at;
			}
			$assigns[] = array( $column, array( $from, $cursor->at ) );
			if ( ! $cursor->take_operator( ',' ) ) {
				break;
			}
		}
		return $assigns;
	}

	/**
	 * A column's name, however it is qualified.
	 *
	 * @param Cursor $cursor At the name.
	 */
	private static function column( Cursor $cursor ): ?string {
		$name = $cursor->name();
		while ( null !== $name && $cursor->take_operator( '.' ) ) {
			$name = $cursor->name();
		}
		return $name;
	}
}
