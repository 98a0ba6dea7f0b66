<?php
/**
 * Which kind of statement is this, and which tables does it write to?
 *
 * @package Holdfast
 */

namespace Holdfast\Sql;

/**
 * Looks at the first words and hands over to the parser of that kind of statement.
 *
 * Never throws. What no parser understands becomes UNKNOWN, from which the caller marks every known table whose name
 * occurs in it.
 */
final class Classifier {

	/**
	 * Statements that change no row of a table that is backed up, and have no effect on a transaction that matters.
	 * (An implicit commit that goes unnoticed only keeps intents open for longer.)
	 */
	const HARMLESS = array(
		'SELECT'   => true,
		'SHOW'     => true,
		'DESC'     => true,
		'DESCRIBE' => true,
		'EXPLAIN'  => true,
		'VALUES'   => true,
		'TABLE'    => true,
		'HELP'     => true,
		'USE'      => true,
		'DO'       => true,
		'HANDLER'  => true,
		'CHECK'    => true,
		'CHECKSUM' => true,
		'OPTIMIZE' => true,
		'REPAIR'   => true,
		'FLUSH'    => true,
		'KILL'     => true,
		'CACHE'    => true,
		'RESET'    => true,
		'PURGE'    => true,
		'PREPARE'  => true,
		'GRANT'    => true,
		'REVOKE'   => true,
		'STOP'     => true,
		'CHANGE'   => true,
		'SIGNAL'   => true,
		'BACKUP'   => true,
	);

	/**
	 * Is this a statement that only reads, told by its first word alone? The fast path of every request: no regular
	 * expression, no copy of the statement.
	 *
	 * @param string $sql The statement.
	 */
	public static function only_reads( string $sql ): bool {
		$at = strspn( $sql, " \t\r\n(" );
		return 0 === substr_compare( $sql, 'SELECT', $at, 6, true ) || 0 === substr_compare( $sql, 'SHOW', $at, 4, true );
	}

	/**
	 * Classifies a statement.
	 *
	 * @param string $sql   The statement.
	 * @param Lexis  $lexis By which rules the server reads it.
	 */
	public static function classify( string $sql, Lexis $lexis ): Statement {
		$tokens            = Lexer::read( $sql, $lexis );
		$statement         = new Statement();
		$statement->tokens = $tokens;
		$cursor            = new Cursor( $tokens );
		while ( $cursor->take_operator( '(' ) ) {
			continue;
		}
		self::parse( $cursor, $statement );
		self::distrust( $tokens, $statement, $lexis );
		return $statement;
	}

	/**
	 * Parses by the first word.
	 *
	 * @param Cursor    $cursor    At the first word.
	 * @param Statement $statement To be filled.
	 */
	private static function parse( Cursor $cursor, Statement $statement ): void {
		$word = $cursor->word();
		++$cursor->at;
		if ( '' === $word ) {
			$statement->kind = $cursor->tokens->count > 0 ? Statement::UNKNOWN : Statement::READ;
			return;
		}
		if ( isset( self::HARMLESS[ $word ] ) ) {
			return;
		}
		switch ( $word ) {
			case 'INSERT':
			case 'REPLACE':
				InsertParser::parse( $word, $cursor, $statement );
				return;
			case 'UPDATE':
				ChangeParser::update( $cursor, $statement );
				return;
			case 'DELETE':
				ChangeParser::delete( $cursor, $statement );
				return;
			case 'CREATE':
			case 'ALTER':
			case 'DROP':
			case 'RENAME':
			case 'TRUNCATE':
				SchemaParser::parse( $word, $cursor, $statement );
				return;
			case 'LOAD':
				self::load( $cursor, $statement );
				return;
			case 'WITH':
				// Of these only WITH … SELECT has no verb of writing at depth 0.
				$statement->kind = $cursor->find( 'UPDATE', 'DELETE', 'INSERT', 'REPLACE' ) ? Statement::UNKNOWN : Statement::READ;
				return;
			case 'ANALYZE':
				// MariaDB's ANALYZE <statement> executes the statement.
				$cursor->skip( 'NO_WRITE_TO_BINLOG', 'LOCAL' );
				if ( ! in_array( $cursor->word(), array( 'TABLE', 'TABLES', 'SELECT' ), true ) ) {
					$statement->kind = Statement::UNKNOWN;
				}
				return;
			case 'SET':
				if ( $cursor->take( 'STATEMENT' ) ) {
					if ( $cursor->find( 'FOR' ) ) {
						++$cursor->at;
						self::parse( $cursor, $statement );
						return;
					}
					$statement->kind = Statement::UNKNOWN;
					return;
				}
				TransactionParser::set( $cursor, $statement );
				return;
			case 'CALL':
			case 'EXECUTE':
				$statement->kind   = Statement::UNKNOWN;
				$statement->effect = Statement::UNCLEAR;
				$statement->sweep  = 'a stored procedure or prepared statement was executed';
				return;
		}
		if ( ! TransactionParser::parse( $word, $cursor, $statement ) ) {
			$statement->kind   = Statement::UNKNOWN;
			$statement->effect = Statement::UNCLEAR;
		}
	}

	/**
	 * LOAD DATA|XML … INTO TABLE name.
	 *
	 * @param Cursor    $cursor    Behind LOAD.
	 * @param Statement $statement To be filled.
	 */
	private static function load( Cursor $cursor, Statement $statement ): void {
		if ( ! in_array( $cursor->word(), array( 'DATA', 'XML' ), true ) ) {
			return; // LOAD INDEX INTO CACHE.
		}
		$statement->kind = Statement::UNKNOWN;
		while ( $cursor->find( 'INTO' ) ) {
			++$cursor->at;
			if ( $cursor->take( 'TABLE' ) ) {
				$table = $cursor->table();
				if ( null !== $table ) {
					$statement->kind   = Statement::TABLES;
					$statement->tables = array( $table );
				}
				return;
			}
		}
	}

	/**
	 * Takes back exactness where what was read cannot be relied on, and understanding where there is a second
	 * statement behind the first.
	 *
	 * @param Tokens    $tokens    The tokens.
	 * @param Statement $statement What the parser made of them.
	 * @param Lexis     $lexis     By which rules.
	 */
	private static function distrust( Tokens $tokens, Statement $statement, Lexis $lexis ): void {
		if ( $tokens->executable || $tokens->cut || $tokens->unclosed || ! $lexis->certain ) {
			$statement->exact = false;
		}
		if ( $tokens->executable && Statement::READ === $statement->kind && '' === $statement->effect ) {
			$statement->kind = self::only_reads( $tokens->sql ) ? Statement::READ : Statement::UNKNOWN;
		}
		if ( ! $tokens->cut && false === strpos( $tokens->sql, ';' ) ) {
			return;
		}
		for ( $at = 0; $at < $tokens->count - 1; ++$at ) {
			if ( Tokens::OPERATOR === $tokens->kinds[ $at ] && ';' === $tokens->texts[ $at ] ) {
				// Refused by the server unless the connection allows several statements in one.
				$statement->kind   = Statement::UNKNOWN;
				$statement->effect = Statement::UNCLEAR;
				return;
			}
		}
	}
}
