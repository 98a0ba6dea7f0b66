<?php
/**
 * Which rows does an UPDATE or DELETE touch, by its text?
 *
 * @package Holdfast
 */

namespace Holdfast\Sql;

/**
 * UPDATE and DELETE of one table, with its condition; of several tables only which ones, save DELETE with its
 * condition, which WordPress itself uses for expired transients.
 */
final class ChangeParser {

	/** Words that may stand before or in the place of JOIN. */
	const JOINS = array( 'JOIN', 'INNER', 'LEFT', 'OUTER', 'CROSS', 'STRAIGHT_JOIN' );

	/** Words that are never an alias without AS. */
	const NOT_ALIAS = array( 'SET', 'WHERE', 'ORDER', 'LIMIT', 'RETURNING', 'USING', 'JOIN', 'INNER', 'LEFT', 'RIGHT', 'CROSS', 'NATURAL', 'STRAIGHT_JOIN', 'ON', 'USE', 'FORCE', 'IGNORE', 'PARTITION', 'FOR', 'FROM', 'AS' );

	/**
	 * UPDATE.
	 *
	 * @param Cursor    $cursor    Behind UPDATE.
	 * @param Statement $statement To be filled.
	 */
	public static function update( Cursor $cursor, Statement $statement ): void {
		$cursor->skip( 'LOW_PRIORITY', 'IGNORE' );
		$begin = $cursor->at;
		if ( self::reference( $cursor, $statement ) && $cursor->take( 'SET' ) ) {
			$statement->kind    = Statement::UPDATE;
			$statement->assigns = Assignments::read( $cursor, array( 'WHERE', 'ORDER', 'LIMIT', 'RETURNING' ) );
			self::condition( $cursor, $statement );
			if ( array() === $statement->assigns || ! $cursor->ended() ) {
				$statement->exact = false;
			}
			return;
		}
		$cursor->at = $begin;
		if ( self::joined( $cursor, $statement ) && $cursor->take( 'SET' ) ) {
			$statement->kind    = Statement::UPDATE_FOUND;
			$statement->assigns = Assignments::read( $cursor, array( 'WHERE', 'ORDER', 'LIMIT', 'RETURNING' ) );
			self::condition( $cursor, $statement );
			if ( array() !== $statement->assigns && $cursor->ended() ) {
				$statement->where = null; // It may speak of columns that are not the table's.
				return;
			}
		}
		$cursor->at = $begin;
		$cursor->find( 'SET' );
		self::several( $begin, $cursor->at, $cursor->tokens, $statement );
	}

	/**
	 * DELETE.
	 *
	 * @param Cursor    $cursor    Behind DELETE.
	 * @param Statement $statement To be filled.
	 */
	public static function delete( Cursor $cursor, Statement $statement ): void {
		$cursor->skip( 'LOW_PRIORITY', 'QUICK', 'IGNORE', 'HISTORY' );
		$begin = $cursor->at;
		if ( $cursor->take( 'FROM' ) && self::reference( $cursor, $statement ) ) {
			$word = $cursor->word();
			if ( $cursor->ended() || in_array( $word, array( 'WHERE', 'ORDER', 'LIMIT', 'RETURNING' ), true ) ) {
				$statement->kind = Statement::DELETE;
				self::condition( $cursor, $statement );
				if ( ! $cursor->ended() ) {
					$statement->exact = false;
				}
				return;
			}
		}
		$cursor->at = $begin;
		self::delete_many( $cursor, $statement );
	}

	/**
	 * One table reference: name, partition, alias.
	 *
	 * @param Cursor    $cursor    At the name; afterwards behind the reference.
	 * @param Statement $statement To be filled.
	 */
	private static function reference( Cursor $cursor, Statement $statement ): bool {
		$begin = $cursor->at;
		$table = $cursor->table();
		if ( null === $table ) {
			return false;
		}
		if ( $cursor->take( 'PARTITION' ) ) {
			$cursor->skip_parentheses();
		}
		$alias = self::alias( $cursor );

		$statement->tables    = array( $table );
		$statement->aliases   = array( null === $alias ? $table[1] : $alias );
		$statement->reference = array( $begin, $cursor->at );
		return true;
	}

	/**
	 * One table reference, joined with derived tables only: nothing can be written to those.
	 *
	 * @param Cursor    $cursor    At the name; afterwards at SET.
	 * @param Statement $statement To be filled.
	 */
	private static function joined( Cursor $cursor, Statement $statement ): bool {
		if ( ! self::reference( $cursor, $statement ) ) {
			return false;
		}
		do {
			if ( ! $cursor->take_operator( ',' ) ) {
				if ( ! in_array( $cursor->word(), self::JOINS, true ) ) {
					return false;
				}
				$cursor->skip( ...self::JOINS );
			}
			if ( '(' !== $cursor->operator() || ! in_array( ( new Cursor( $cursor->tokens, $cursor->at + 1 ) )->word(), array( 'SELECT', 'WITH' ), true ) ) {
				return false;
			}
			$cursor->skip_parentheses();
			if ( null === self::alias( $cursor ) ) {
				return false;
			}
			if ( $cursor->take( 'ON' ) ) {
				$cursor->find( 'SET', 'NATURAL', 'RIGHT', ...self::JOINS );
			} elseif ( $cursor->take( 'USING' ) ) {
				$cursor->skip_parentheses();
			}
		} while ( 'SET' !== $cursor->word() );
		return true;
	}

	/**
	 * Takes an alias, with or without AS.
	 *
	 * @param Cursor $cursor Behind the table.
	 */
	private static function alias( Cursor $cursor ): ?string {
		if ( $cursor->take( 'AS' ) ) {
			return $cursor->name();
		}
		if ( $cursor->at < $cursor->tokens->count && $cursor->tokens->kinds[ $cursor->at ] <= Tokens::NAME && ! in_array( $cursor->word(), self::NOT_ALIAS, true ) ) {
			return $cursor->name();
		}
		return null;
	}

	/**
	 * WHERE … ORDER BY … LIMIT.
	 *
	 * @param Cursor    $cursor    Behind the table or the assignments; afterwards at the end.
	 * @param Statement $statement To be filled.
	 */
	private static function condition( Cursor $cursor, Statement $statement ): void {
		if ( $cursor->take( 'WHERE' ) ) {
			$begin = $cursor->at;
			$cursor->find( 'ORDER', 'LIMIT', 'RETURNING' );
			$statement->where = array( $begin, $cursor->at );
		}
		if ( in_array( $cursor->word(), array( 'ORDER', 'LIMIT' ), true ) ) {
			$statement->limited = true;
		}
		while ( $cursor->find( 'ORDER', 'LIMIT', 'RETURNING' ) ) {
			++$cursor->at;
		}
	}

	/**
	 * DELETE a, b FROM references WHERE …, and DELETE FROM a, b USING references WHERE ….
	 *
	 * @param Cursor    $cursor    Behind DELETE and its modifiers.
	 * @param Statement $statement To be filled.
	 */
	private static function delete_many( Cursor $cursor, Statement $statement ): void {
		$begin = $cursor->at;
		$using = $cursor->take( 'FROM' );
		$names = array();
		do {
			$target = $cursor->table();
			if ( null === $target ) {
				break;
			}
			if ( $cursor->take_operator( '.' ) ) {
				$cursor->take_operator( '*' );
			}
			$names[] = $target;
		} while ( $cursor->take_operator( ',' ) );
		if ( ! $cursor->take( $using ? 'USING' : 'FROM' ) ) {
			$statement->kind = Statement::UNKNOWN;
			return;
		}
		$from = $cursor->at;
		$cursor->find( 'WHERE', 'ORDER', 'LIMIT', 'RETURNING' );
		$to = $cursor->at;
		self::several( $begin, $to, $cursor->tokens, $statement );
		self::condition( $cursor, $statement );
		self::comma_join( new Cursor( $cursor->tokens, $from ), $to, $names, $statement );
	}

	/**
	 * Fills references and targets where the references are a plain list of tables with aliases.
	 *
	 * @param Cursor                                       $cursor    At the first reference.
	 * @param int                                          $to        The token behind the last.
	 * @param array<int, array{0: string|null, 1: string}> $names     What is to be deleted.
	 * @param Statement                                    $statement To be filled.
	 */
	private static function comma_join( Cursor $cursor, int $to, array $names, Statement $statement ): void {
		$references = array();
		$begin      = $cursor->at;
		do {
			$table = $cursor->table();
			if ( null === $table ) {
				return;
			}
			$alias = self::alias( $cursor );

			$references[ null === $alias ? $table[1] : $alias ] = $table;
		} while ( $cursor->take_operator( ',' ) );
		if ( $cursor->at !== $to || null === $statement->where || $statement->limited ) {
			return;
		}
		foreach ( $names as $name ) {
			if ( null !== $name[0] || ! isset( $references[ $name[1] ] ) ) {
				return;
			}
			$statement->targets[] = $name[1];
		}
		$statement->kind       = Statement::DELETE_MANY;
		$statement->references = $references;
		$statement->reference  = array( $begin, $to );
	}

	/**
	 * Every name that can be a table in a list of references: more than are written to, never fewer.
	 *
	 * @param int       $from      The first token.
	 * @param int       $to        The token behind the last.
	 * @param Tokens    $tokens    The tokens.
	 * @param Statement $statement To be filled.
	 */
	private static function several( int $from, int $to, Tokens $tokens, Statement $statement ): void {
		$statement->kind   = Statement::TABLES;
		$statement->tables = array();
		$expected          = true;
		$cursor            = new Cursor( $tokens, $from );
		while ( $cursor->at < $to ) {
			$word     = $cursor->word();
			$operator = $cursor->operator();
			if ( '{' === $operator ) {
				$statement->vague = true; // ODBC's { OJ … }.
			}
			if ( in_array( $word, array( 'JOIN', 'STRAIGHT_JOIN', 'FROM', 'USING', 'INTO' ), true ) || ',' === $operator || '(' === $operator ) {
				$expected = true;
				++$cursor->at;
			} elseif ( $expected && '' === $operator ) {
				$table = $cursor->table();
				if ( null !== $table && ! in_array( strtoupper( $table[1] ), array( 'SELECT', 'LATERAL' ), true ) ) {
					$statement->tables[] = $table;
				} elseif ( null === $table ) {
					++$cursor->at;
				}
				$expected = false;
			} else {
				++$cursor->at;
			}
		}
		if ( array() === $statement->tables ) {
			$statement->kind = Statement::UNKNOWN;
		}
	}
}
