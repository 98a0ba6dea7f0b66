<?php
/**
 * Which rows does an INSERT or REPLACE write?
 *
 * @package Holdfast
 */

namespace Holdfast\Sql;

/**
 * INSERT and REPLACE in all their forms.
 */
final class InsertParser {

	/** Rows beyond this bound are not looked at one by one. */
	const ROWS_MAX = 1000;

	/**
	 * Parses the statement.
	 *
	 * @param string    $verb      INSERT or REPLACE.
	 * @param Cursor    $cursor    Behind the verb.
	 * @param Statement $statement To be filled.
	 */
	public static function parse( string $verb, Cursor $cursor, Statement $statement ): void {
		$statement->kind = Statement::UNKNOWN;
		if ( 'DELAYED' === $cursor->word() ) {
			$statement->exact = false;
			$statement->sweep = 'rows are inserted by the server after the statement (DELAYED)';
		}
		$cursor->skip( 'LOW_PRIORITY', 'DELAYED', 'HIGH_PRIORITY', 'IGNORE', 'INTO' );
		$table = $cursor->table();
		if ( null === $table ) {
			return;
		}
		$statement->kind   = 'INSERT' === $verb ? Statement::INSERT : Statement::REPLACE;
		$statement->tables = array( $table );
		if ( $cursor->take( 'PARTITION' ) ) {
			$cursor->skip_parentheses();
		}
		self::source( $cursor, $statement );
		if ( ! $cursor->ended() && ! in_array( $cursor->word(), array( 'ON', 'RETURNING', 'AS' ), true ) ) {
			$statement->rows = null; // VALUES … UNION …: more rows than are listed.
		}
		if ( $cursor->find( 'DUPLICATE' ) ) {
			self::on_duplicate( $cursor, $statement );
			if ( ! $cursor->ended() && 'RETURNING' !== $cursor->word() ) {
				$statement->rows = null;
			}
		}
	}

	/**
	 * Column list and rows, or the SET form. A SELECT leaves the rows null.
	 *
	 * @param Cursor    $cursor    Behind the table.
	 * @param Statement $statement To be filled.
	 */
	private static function source( Cursor $cursor, Statement $statement ): void {
		if ( $cursor->take( 'SET' ) ) {
			$assigns            = Assignments::read( $cursor, array( 'ON', 'RETURNING', 'AS' ) );
			$statement->columns = array();
			$row                = array();
			foreach ( $assigns as $assign ) {
				$statement->columns[] = $assign[0];
				$row[]                = $assign[1];
			}
			$statement->rows = array( $row );
			return;
		}
		if ( '(' === $cursor->operator() && ! in_array( $cursor->tokens->word( $cursor->at + 1 ), array( 'SELECT', 'WITH', 'TABLE', 'VALUES' ), true ) ) {
			$statement->columns = self::columns( $cursor );
		}
		if ( $cursor->take( 'VALUES', 'VALUE' ) && '(' === $cursor->operator() ) {
			$statement->rows = self::rows( $cursor );
		}
	}

	/**
	 * The column list.
	 *
	 * @param Cursor $cursor At its parenthesis.
	 * @return string[]|null Null for an empty list, or one that is not understood.
	 */
	private static function columns( Cursor $cursor ): ?array {
		$begin   = $cursor->at++;
		$columns = array();
		while ( true ) {
			$name = $cursor->table(); // A column may be qualified by its table.
			if ( null === $name ) {
				break;
			}
			$columns[] = $name[1];
			if ( ! $cursor->take_operator( ',' ) ) {
				break;
			}
		}
		$cursor->at = $begin;
		$cursor->skip_parentheses();
		return array() === $columns ? null : $columns;
	}

	/**
	 * The rows behind VALUES.
	 *
	 * @param Cursor $cursor At the first parenthesis.
	 * @return array<int, array<int, array{0: int, 1: int}>>|null Null where there are too many.
	 */
	private static function rows( Cursor $cursor ): ?array {
		$rows = array();
		do {
			if ( count( $rows ) >= self::ROWS_MAX ) {
				$cursor->find( 'ON', 'RETURNING', 'AS' );
				return null;
			}
			if ( '(' !== $cursor->operator() ) {
				return null;
			}
			$rows[] = self::row( $cursor );
		} while ( $cursor->take_operator( ',' ) );
		return $rows;
	}

	/**
	 * One row: its cells by their tokens.
	 *
	 * @param Cursor $cursor At the parenthesis; afterwards behind the closing one.
	 * @return array<int, array{0: int, 1: int}>
	 */
	private static function row( Cursor $cursor ): array {
		$cells  = array();
		$tokens = $cursor->tokens;
		$from   = ++$cursor->at;
		while ( $cursor->at < $tokens->count ) {
			if ( Tokens::OPERATOR !== $tokens->kinds[ $cursor->at ] ) {
				++$cursor->at;
				continue;
			}
			$operator = $tokens->texts[ $cursor->at ];
			if ( '(' === $operator ) {
				$cursor->skip_parentheses();
				continue;
			}
			if ( ',' === $operator || ')' === $operator ) {
				if ( $cursor->at > $from || ',' === $operator ) {
					$cells[] = array( $from, $cursor->at );
				}
				$from = $cursor->at + 1;
			}
			++$cursor->at;
			if ( ')' === $operator ) {
				break;
			}
		}
		return $cells;
	}

	/**
	 * ON DUPLICATE KEY UPDATE.
	 *
	 * @param Cursor    $cursor    At DUPLICATE.
	 * @param Statement $statement To be filled.
	 */
	private static function on_duplicate( Cursor $cursor, Statement $statement ): void {
		$statement->on_duplicate = true;
		++$cursor->at;
		$cursor->skip( 'KEY', 'UPDATE' );
		$statement->assigns = Assignments::read( $cursor, array( 'RETURNING' ) );
	}
}
