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
		$last   = false; // Was the last scope that was written GLOBAL? In MySQL it holds for those behind it, too.
		do {
			$begin  = $cursor->at;
			$global = $cursor->take( 'GLOBAL', 'PERSIST', 'PERSIST_ONLY' );
			$last   = $global || ( $last && ! $cursor->take( 'SESSION', 'LOCAL' ) );
			$cursor->take( 'SESSION', 'LOCAL' );
			$name = '';
			while ( $cursor->at < $tokens->count && ! in_array( $cursor->operator(), array( '=', ':=', ',', ';' ), true ) ) {
				$name .= strtolower( str_replace( '`', '', $tokens->texts[ $cursor->at++ ] ) );
				if ( 'names' === $name || 'characterset' === $name || 'charset' === $name ) {
					break;
				}
			}
			$global = $global || 1 === preg_match( '/^@@(?:global|persist|persist_only)\./', $name );
			$name   = (string) preg_replace( '/^@@(?:(?:session|local)\.)?/', '', $name );
			$cursor->take_operator( '=' );
			$cursor->take_operator( ':=' );
			$from = $cursor->at;
			while ( $cursor->at < $tokens->count && ! in_array( $cursor->operator(), array( ',', ';' ), true ) ) {
				if ( '(' === $cursor->operator() ) {
					$cursor->skip_parentheses();
				} else {
					++$cursor->at;
				}
			}
			if ( ! $global ) {
				self::assign( $name, $last ? '?' : self::literal( $tokens, $from, $cursor->at ), $statement );
			}
			if ( $cursor->at === $begin ) {
				return;
			}
		} while ( $cursor->take_operator( ',' ) );
	}

	/**
	 * Notes what one assignment of SET means to us.
	 *
	 * @param string    $name      The variable in lower case.
	 * @param string    $value     Its literal value in lower case, or '?'.
	 * @param Statement $statement To be filled.
	 */
	private static function assign( string $name, string $value, Statement $statement ): void {
		switch ( $name ) {
			case 'names':
			case 'character_set_client':
				$statement->settings['character_set_client'] = $value;
				return;
			case 'charset':
			case 'characterset':
			case 'character_set_connection':
			case 'collation_connection':
				$statement->settings['character_set_client'] = '?'; // Literals are converted on their way.
				return;
			case 'sql_mode':
			case 'completion_type':
			case 'auto_increment_increment':
				$statement->settings[ $name ] = $value;
				return;
			case 'autocommit':
				if ( in_array( $value, array( '1', 'on', 'true' ), true ) ) {
					$statement->effect = Statement::AUTOMATIC;
					$value             = '1';
				} elseif ( in_array( $value, array( '0', 'off', 'false' ), true ) ) {
					$statement->effect = Statement::MANUAL;
					$value             = '0';
				} else {
					$statement->effect = Statement::UNCLEAR;
					$value             = '?';
				}
				$statement->settings['autocommit'] = $value;
		}
	}

	/**
	 * The literal or bare word between these tokens in lower case, or '?'.
	 *
	 * @param Tokens $tokens The tokens.
	 * @param int    $from   The first token.
	 * @param int    $to     The token behind the last.
	 */
	private static function literal( Tokens $tokens, int $from, int $to ): string {
		if ( $from < $to && 'COLLATE' === $tokens->word( $to - 2 ) ) {
			$to -= 2;
		}
		if ( 1 !== $to - $from || Tokens::VARIABLE === $tokens->kinds[ $from ] || Tokens::OPERATOR === $tokens->kinds[ $from ] ) {
			return '?';
		}
		if ( Tokens::STRING === $tokens->kinds[ $from ] ) {
			return strtolower( $tokens->string_value( $from ) );
		}
		return 'DEFAULT' === $tokens->word( $from ) ? '?' : strtolower( $tokens->texts[ $from ] );
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
