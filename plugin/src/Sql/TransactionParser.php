<?php
/**
 * What does a statement do to the transaction it runs in?
 *
 * @package Holdfast
 */

namespace Holdfast\Sql;

/**
 * Statements that begin and end transactions, and those that switch how they begin and end.
 *
 * The safe mistake is to believe that a transaction is still open.
 */
final class TransactionParser {

	/**
	 * Parses a statement by its first word.
	 *
	 * @param string    $word      The first word.
	 * @param Cursor    $cursor    Behind it.
	 * @param Statement $statement To be filled.
	 * @return bool Was it one of these?
	 */
	public static function parse( string $word, Cursor $cursor, Statement $statement ): bool {
		switch ( $word ) {
			case 'BEGIN':
				if ( 'NOT' === $cursor->word() ) {
					return false; // BEGIN NOT ATOMIC: a program.
				}
				$statement->effect = Statement::BEGINS;
				return true;
			case 'START':
				if ( 'TRANSACTION' === $cursor->word() ) {
					$statement->effect = Statement::BEGINS;
				}
				return true;
			case 'COMMIT':
				$statement->effect = self::chained( $cursor ) ? Statement::CHAINS : Statement::COMMITS;
				return true;
			case 'ROLLBACK':
				if ( $cursor->find( 'TO' ) ) {
					return true; // To a savepoint: the transaction goes on.
				}
				$cursor->at        = 1;
				$statement->effect = self::chained( $cursor ) ? Statement::CHAINS : Statement::ROLLS_BACK;
				return true;
			case 'SAVEPOINT':
			case 'RELEASE':
				return true;
			case 'LOCK':
				$statement->effect = Statement::COMMITS;
				return true;
			case 'UNLOCK':
				return true; // Commits only if tables were locked; believed not to.
			case 'XA':
				$statement->effect = Statement::UNCLEAR;
				if ( in_array( $cursor->word(), array( 'COMMIT', 'PREPARE' ), true ) ) {
					$statement->sweep = 'a distributed transaction';
				}
				return true;
		}
		return false;
	}

	/**
	 * SET: autocommit and completion_type, and what changes how later statements are read.
	 *
	 * @param Cursor    $cursor    Behind SET.
	 * @param Statement $statement To be filled.
	 */
	public static function set( Cursor $cursor, Statement $statement ): void {
		$tokens = $cursor->tokens;
		for ( ; $cursor->at < $tokens->count; ++$cursor->at ) {
			$name = strtolower( $tokens->texts[ $cursor->at ] );
			$name = preg_replace( '/^@@(?:(?:session|local)\.)?/', '', $name );
			if ( 'completion_type' === $name ) {
				$statement->effect = Statement::UNCLEAR;
			}
			if ( 'names' === $name || 'charset' === $name || 'character' === $name ) {
				$statement->settings['character_set_client'] = self::literal( $tokens, $cursor->at + ( 'character' === $name ? 2 : 1 ) );
			} elseif ( 'sql_mode' === $name || 'character_set_client' === $name || 'auto_increment_increment' === $name ) {
				$statement->settings[ $name ] = self::literal( $tokens, $cursor->at + 2 );
			}
			if ( 'autocommit' !== $name || 'GLOBAL' === $tokens->word( $cursor->at - 1 ) ) {
				continue;
			}
			$value = strtoupper( trim( $tokens->texts[ $cursor->at + 2 ] ?? '', '\'"' ) );
			if ( in_array( $value, array( '1', 'ON', 'TRUE' ), true ) ) {
				$statement->effect = Statement::AUTOMATIC;
			} elseif ( in_array( $value, array( '0', 'OFF', 'FALSE' ), true ) ) {
				$statement->effect = Statement::MANUAL;
			} else {
				$statement->effect = Statement::UNCLEAR;
			}
		}
	}

	/**
	 * The literal or bare word at a token, or '?'.
	 *
	 * @param Tokens $tokens The tokens.
	 * @param int    $at     Its index.
	 */
	private static function literal( Tokens $tokens, int $at ): string {
		$next = $tokens->operator( $at + 1 );
		if ( $at >= $tokens->count || Tokens::VARIABLE === $tokens->kinds[ $at ] || ! in_array( $next, array( '', ',', ';' ), true ) ) {
			return '?';
		}
		return strtolower( trim( $tokens->texts[ $at ], '\'"`' ) );
	}

	/**
	 * Does a new transaction begin at once (AND CHAIN)?
	 *
	 * @param Cursor $cursor Behind COMMIT or ROLLBACK.
	 */
	private static function chained( Cursor $cursor ): bool {
		if ( ! $cursor->find( 'CHAIN' ) ) {
			return false;
		}
		return 'NO' !== $cursor->tokens->word( $cursor->at - 1 );
	}
}
