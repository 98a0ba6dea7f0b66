<?php
/**
 * Which program does a statement run?
 *
 * @package Holdfast
 */

namespace Holdfast\Sql;

/**
 * Stored procedures and prepared statements: what they write is in their text, which the caller may know.
 */
final class ProgramParser {

	/** Longer prepared statements are not remembered. */
	const BYTES_MAX = 65536;

	/**
	 * Parses the statement.
	 *
	 * @param string    $verb      CALL, EXECUTE, PREPARE or DEALLOCATE.
	 * @param Cursor    $cursor    Behind it.
	 * @param Statement $statement To be filled.
	 */
	public static function parse( string $verb, Cursor $cursor, Statement $statement ): void {
		if ( 'DEALLOCATE' === $verb ) {
			$cursor->take( 'PREPARE' );
			$statement->settings = array( 'prepare ' . strtolower( (string) $cursor->name() ) => '?' );
			return;
		}
		if ( 'PREPARE' === $verb ) {
			$name = strtolower( (string) $cursor->name() );
			$cursor->take( 'FROM' );
			$statement->settings = array( "prepare $name" => self::text( $cursor ) );
			return;
		}
		$statement->kind   = Statement::UNKNOWN;
		$statement->effect = Statement::UNCLEAR;
		$statement->sweep  = 'a stored procedure or prepared statement was executed';
		if ( 'EXECUTE' === $verb && $cursor->take( 'IMMEDIATE' ) ) {
			$statement->program  = 'prepare at once';
			$statement->settings = array( 'prepare at once' => self::text( $cursor ) );
			return;
		}
		$name = $cursor->table();
		if ( null !== $name ) {
			$statement->program = ( 'CALL' === $verb ? 'call ' : 'prepare ' ) . strtolower( $name[1] );
		}
	}

	/**
	 * The text of a statement that is given as one plain string; else '?'.
	 *
	 * @param Cursor $cursor At the string.
	 */
	private static function text( Cursor $cursor ): string {
		$tokens = $cursor->tokens;
		$at     = $cursor->at;
		if ( $at >= $tokens->count || Tokens::STRING !== $tokens->kinds[ $at ] || strlen( $tokens->texts[ $at ] ) > self::BYTES_MAX ) {
			return '?';
		}
		++$cursor->at;
		return $cursor->ended() || 'USING' === $cursor->word() ? $tokens->string_value( $at ) : '?';
	}
}
