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
		'GRANT'    => true,
		'REVOKE'   => true,
		'STOP'     => true,
		'CHANGE'   => true,
		'SIGNAL'   => true,
		'RESIGNAL' => true,
		'GET'      => true,
		'BACKUP'   => true,
		'INSTALL'  => true,
		'SHUTDOWN' => true,
		'RESTART'  => true,
	);

	/** Words without one of which nothing is written. */
	const VERBS = array( 'INSERT', 'REPLACE', 'UPDATE', 'DELETE', 'CREATE', 'ALTER', 'DROP', 'RENAME', 'TRUNCATE', 'LOAD', 'CALL', 'EXECUTE', 'IMPORT', 'BINLOG', 'BEGIN', 'IF', 'FOR', 'WHILE', 'LOOP', 'REPEAT' );

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
		if ( Statement::UNKNOWN === $statement->kind ) {
			$statement->exact   = false;
			$statement->defines = true;
		}
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
			return; // Nothing at all, or what no server accepts.
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
				// Behind the list of tables made up, the first of these is the verb.
				$cursor->find( 'SELECT', 'VALUES', 'TABLE', 'UPDATE', 'DELETE', 'INSERT', 'REPLACE' );
				$statement->kind = in_array( $cursor->word(), array( 'UPDATE', 'DELETE', 'INSERT', 'REPLACE' ), true ) ? Statement::UNKNOWN : Statement::READ;
				return;
			case 'EXPLAIN':
			case 'DESC':
			case 'DESCRIBE':
				if ( ! $cursor->take( 'ANALYZE' ) ) {
					return;
				}
				self::analyze( $cursor, $statement ); // MySQL's, which executes the statement.
				return;
			case 'ANALYZE':
				$cursor->skip( 'NO_WRITE_TO_BINLOG', 'LOCAL' );
				self::analyze( $cursor, $statement ); // Of statements it is MariaDB's, which executes them.
				return;
			case 'SET':
				if ( ! $cursor->take( 'STATEMENT' ) ) {
					TransactionParser::set( $cursor, $statement );
					return;
				}
				$statement->exact = false; // What is set may decide what is written.
				if ( $cursor->find( 'FOR' ) ) {
					++$cursor->at;
					self::parse( $cursor, $statement );
					return;
				}
				$statement->kind = Statement::UNKNOWN;
				return;
			case 'CALL':
			case 'EXECUTE':
			case 'PREPARE':
			case 'DEALLOCATE':
				ProgramParser::parse( $word, $cursor, $statement );
				return;
			case 'IMPORT':
			case 'BINLOG':
				$statement->kind  = Statement::UNKNOWN;
				$statement->sweep = 'rows were written that no statement names';
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
	 * ANALYZE of tables or of a SELECT; any other statement is executed.
	 *
	 * @param Cursor    $cursor    Behind ANALYZE.
	 * @param Statement $statement To be filled.
	 */
	private static function analyze( Cursor $cursor, Statement $statement ): void {
		if ( $cursor->take( 'FORMAT' ) ) {
			$cursor->at += 2;
		}
		if ( ! in_array( $cursor->word(), array( 'TABLE', 'TABLES', 'SELECT' ), true ) && '(' !== $cursor->operator() ) {
			$statement->kind = Statement::UNKNOWN;
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
		if ( $tokens->cut ) {
			$statement->exact = false;
		}
		if ( $tokens->executable || $tokens->unclosed || $tokens->foreign || ! $lexis->certain
			|| ( ! $lexis->quotes_known && false !== strpos( $tokens->sql, '"' ) ) || false !== strpos( $tokens->sql, "\0" ) ) {
			$statement->exact = false;
			$statement->vague = true;
		}
		if ( $tokens->executable ) {
			self::executable( $tokens, $statement );
		}
		if ( $tokens->several || self::has_several( $tokens ) ) {
			// The body of a trigger; all else is refused by the server unless the connection allows several statements in one.
			$statement->kind   = Statement::SCHEMA === $statement->kind ? Statement::SCHEMA : Statement::UNKNOWN;
			$statement->effect = Statement::UNCLEAR;
			$statement->exact  = false;
			$statement->vague  = true;
		}
	}

	/**
	 * Whether the content of executable comments is executed depends on the server: whether it ends or begins a transaction is
	 * not known, nor what is set, and what seems to read may write.
	 *
	 * @param Tokens    $tokens    The tokens.
	 * @param Statement $statement What the parser made of them.
	 */
	private static function executable( Tokens $tokens, Statement $statement ): void {
		if ( '' !== $statement->effect ) {
			$statement->effect = Statement::UNCLEAR;
		}
		foreach ( array_keys( $statement->settings ) as $name ) {
			$statement->settings[ $name ] = '?';
		}
		if ( Statement::READ !== $statement->kind || self::only_reads( $tokens->sql ) ) {
			return;
		}
		for ( $at = 0; $at < $tokens->count; ++$at ) {
			if ( in_array( $tokens->word( $at ), self::VERBS, true ) ) {
				$statement->kind = Statement::UNKNOWN;
				return;
			}
		}
	}

	/**
	 * Is there a semicolon with another token behind it?
	 *
	 * @param Tokens $tokens The tokens.
	 */
	private static function has_several( Tokens $tokens ): bool {
		if ( false === strpos( $tokens->sql, ';' ) ) {
			return false;
		}
		for ( $at = 0; $at < $tokens->count; ++$at ) {
			if ( Tokens::OPERATOR === $tokens->kinds[ $at ] && ';' === $tokens->texts[ $at ] && ( $at < $tokens->count - 1 || $tokens->cut ) ) {
				return true;
			}
		}
		return false;
	}
}
