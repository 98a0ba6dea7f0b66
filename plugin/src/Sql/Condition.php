<?php
/**
 * What does a WHERE clause say that can be used without running it, and may it be run twice?
 *
 * @package Holdfast
 */

namespace Holdfast\Sql;

/**
 * A WHERE clause taken apart at its outermost ANDs.
 *
 * Every term can only narrow down: so a key that is bound by one term names all rows that the whole condition can
 * match. Where anything binds weaker than AND, no term is used.
 */
final class Condition {

	/** Functions whose result depends on their arguments only. Any other may answer differently the second time. */
	const PURE_FUNCTIONS = 'ABS ASCII BINARY CAST CEIL CEILING CHAR CHAR_LENGTH CHARACTER_LENGTH COALESCE CONCAT CONCAT_WS CONVERT CRC32 DATE DATE_ADD DATE_FORMAT DATE_SUB DATEDIFF DAY DAYOFMONTH ELT FIELD FIND_IN_SET FLOOR FORMAT FROM_UNIXTIME GREATEST HEX HOUR IF IFNULL INSTR ISNULL JSON_EXTRACT JSON_UNQUOTE JSON_VALUE LCASE LEAST LEFT LENGTH LOCATE LOWER LPAD LTRIM MATCH MD5 MID MINUTE MOD MONTH NULLIF OCTET_LENGTH POSITION POW REGEXP_REPLACE REGEXP_SUBSTR REPEAT REPLACE REVERSE RIGHT ROUND RPAD RTRIM SECOND SHA1 SIGN SPACE SUBSTR SUBSTRING SUBSTRING_INDEX TO_DAYS TRIM TRUNCATE UCASE UNHEX UPPER WEEK WEEKDAY YEAR';

	/** Words before a parenthesis that are no function. */
	const NO_FUNCTION = 'AND OR XOR NOT IN LIKE RLIKE REGEXP BETWEEN IS WHEN THEN ELSE CASE DIV INTERVAL AGAINST ESCAPE WHERE';

	/** Terms nested deeper than this are not looked into. */
	const DEPTH_MAX = 20;

	/** Words that make a condition volatile, lock, or read something else. */
	const NOT_TWICE = 'SELECT NEXT PREVIOUS FOR INTO PROCEDURE CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER CURRENT_ROLE LOCALTIME LOCALTIMESTAMP ROWNUM SYSDATE UTC_DATE UTC_TIME UTC_TIMESTAMP';

	/**
	 * Lower-case column → the literals one of which it must equal.
	 *
	 * @var array<string, Literal[]>
	 */
	public $equal = array();

	/**
	 * Lower-case column → [lowest, highest] integer, inclusive, as digits; null = open.
	 *
	 * @var array<string, array{0: ?string, 1: ?string}>
	 */
	public $between = array();

	/**
	 * May the condition be run twice with the same result (data unchanged) and without side effects?
	 *
	 * @var bool
	 */
	public $repeatable;

	/**
	 * Is every term of it in $equal, so that $equal says all that the condition says?
	 *
	 * @var bool
	 */
	public $complete = true;

	/**
	 * The tokens.
	 *
	 * @var Tokens
	 */
	private $tokens;

	/**
	 * How deep in parentheses we are.
	 *
	 * @var int
	 */
	private $depth = 0;

	/**
	 * Takes a condition apart.
	 *
	 * @param Tokens $tokens The statement.
	 * @param int    $from   The condition's first token.
	 * @param int    $to     The token behind its last.
	 */
	public function __construct( Tokens $tokens, int $from, int $to ) {
		$this->tokens     = $tokens;
		$this->repeatable = $this->is_repeatable( $from, $to );
		$this->conjunction( $from, $to );
	}

	/**
	 * Does nothing between these tokens depend on the time, chance, the session, or other tables?
	 *
	 * @param int $from The first token.
	 * @param int $to   The token behind the last.
	 */
	private function is_repeatable( int $from, int $to ): bool {
		static $pure = null, $plain = null, $never = null;
		if ( null === $pure ) {
			$pure  = array_flip( explode( ' ', self::PURE_FUNCTIONS ) );
			$plain = array_flip( explode( ' ', self::NO_FUNCTION ) );
			$never = array_flip( explode( ' ', self::NOT_TWICE ) );
		}
		$tokens = $this->tokens;
		for ( $at = $from; $at < $to; ++$at ) {
			$kind = $tokens->kinds[ $at ];
			if ( Tokens::VARIABLE === $kind ) {
				return false;
			}
			if ( Tokens::OPERATOR === $kind ) {
				if ( ':=' === $tokens->texts[ $at ] || '?' === $tokens->texts[ $at ] ) {
					return false;
				}
				continue;
			}
			if ( $kind > Tokens::NAME ) {
				continue;
			}
			$word = Tokens::WORD === $kind ? strtoupper( $tokens->texts[ $at ] ) : '';
			if ( isset( $never[ $word ] ) ) {
				return false;
			}
			if ( '(' === $tokens->operator( $at + 1 ) && ! isset( $plain[ $word ] ) && ( ! isset( $pure[ $word ] ) || ( $at > $from && '.' === $tokens->operator( $at - 1 ) ) ) ) {
				return false; // Qualified by a database it is somebody's own, whatever it is called.
			}
		}
		return true;
	}

	/**
	 * Takes the terms between these tokens, if nothing there binds weaker than AND.
	 *
	 * @param int $from The first token.
	 * @param int $to   The token behind the last.
	 */
	private function conjunction( int $from, int $to ): void {
		$tokens  = $this->tokens;
		$terms   = array();
		$begin   = $from;
		$between = false;
		$cursor  = new Cursor( $tokens, $from );
		while ( $cursor->at < $to ) {
			$word     = $cursor->word();
			$operator = $cursor->operator();
			if ( in_array( $word, array( 'OR', 'XOR', 'CASE' ), true ) || '||' === $operator || ':=' === $operator || Tokens::VARIABLE === $tokens->kinds[ $cursor->at ] ) {
				$this->complete = false;
				return;
			}
			if ( 'BETWEEN' === $word ) {
				$between = true; // Its AND is not ours.
			} elseif ( 'AND' === $word || '&&' === $operator ) {
				if ( $between && 'AND' === $word ) {
					$between = false;
				} else {
					$terms[] = array( $begin, $cursor->at );
					$begin   = $cursor->at + 1;
				}
			}
			if ( '(' === $operator ) {
				$cursor->skip_parentheses();
			} else {
				++$cursor->at;
			}
		}
		$terms[] = array( $begin, $to );
		foreach ( $terms as $term ) {
			if ( ! $this->term( $term[0], $term[1] ) ) {
				$this->complete = false;
			}
		}
	}

	/**
	 * Takes one term: `column = literal`, `column IN (literals)`, `column <compare> integer`, or a conjunction in
	 * parentheses.
	 *
	 * @param int $from The first token.
	 * @param int $to   The token behind the last.
	 * @return bool Is all that it says in $equal (or judged by its own terms)?
	 */
	private function term( int $from, int $to ): bool {
		$tokens = $this->tokens;
		$cursor = new Cursor( $tokens, $from );
		if ( '(' === $cursor->operator() ) {
			$cursor->skip_parentheses();
			if ( $cursor->at !== $to || $this->depth >= self::DEPTH_MAX ) {
				return false;
			}
			++$this->depth;
			$this->conjunction( $from + 1, $to - 1 );
			--$this->depth;
			return true;
		}
		$column = $cursor->name();
		while ( null !== $column && $cursor->take_operator( '.' ) ) {
			$column = $cursor->name();
		}
		if ( null === $column || $cursor->at >= $to ) {
			return false;
		}
		$column   = strtolower( $column );
		$operator = $cursor->operator();
		if ( $cursor->take( 'IN' ) ) {
			return $this->in_list( $column, $cursor, $to );
		}
		if ( $cursor->take( 'BETWEEN' ) ) {
			$low = $cursor->at;
			if ( $cursor->find( 'AND' ) && $cursor->at < $to ) {
				$lowest  = Literal::of( $tokens, $low, $cursor->at );
				$highest = Literal::of( $tokens, $cursor->at + 1, $to );
				if ( null !== $lowest && null !== $highest ) { // Else it may be `(a BETWEEN b AND c) = d`.
					$this->bound( $column, '>=', $lowest );
					$this->bound( $column, '<=', $highest );
				}
			}
			return false;
		}
		$literal = Literal::of( $tokens, $cursor->at + 1, $to );
		if ( '=' === $operator && null !== $literal && Literal::NONE !== $literal->kind && Literal::BY_DEFAULT !== $literal->kind ) {
			return $this->add( $column, array( $literal ) );
		}
		$this->bound( $column, $operator, $literal );
		return false;
	}

	/**
	 * `column IN (literals)`.
	 *
	 * @param string $column The column.
	 * @param Cursor $cursor Behind IN.
	 * @param int    $to     The token behind the term.
	 */
	private function in_list( string $column, Cursor $cursor, int $to ): bool {
		if ( ! $cursor->take_operator( '(' ) ) {
			return false;
		}
		$literals = array();
		while ( $cursor->at < $to ) {
			$begin = $cursor->at;
			while ( $cursor->at < $to && ! in_array( $cursor->operator(), array( ',', ')', '(' ), true ) ) {
				++$cursor->at;
			}
			$literal = Literal::of( $this->tokens, $begin, $cursor->at );
			if ( null === $literal || Literal::BY_DEFAULT === $literal->kind ) {
				return false;
			}
			if ( Literal::NONE !== $literal->kind ) {
				$literals[] = $literal;
			}
			if ( ! $cursor->take_operator( ',' ) ) {
				break;
			}
		}
		return $cursor->take_operator( ')' ) && $cursor->at === $to && $this->add( $column, $literals );
	}

	/**
	 * Notes that a column must equal one of these.
	 *
	 * @param string    $column   The column.
	 * @param Literal[] $literals The values.
	 * @return bool Is it the first term about this column?
	 */
	private function add( string $column, array $literals ): bool {
		$first = ! isset( $this->equal[ $column ] );
		if ( $first || count( $literals ) < count( $this->equal[ $column ] ) ) {
			$this->equal[ $column ] = $literals;
		}
		return $first;
	}

	/**
	 * Notes a bound of an integer column. Strict bounds are kept inclusive: too much, never too little.
	 *
	 * @param string       $column   The column.
	 * @param string       $operator The comparison.
	 * @param Literal|null $literal  With what.
	 */
	private function bound( string $column, string $operator, ?Literal $literal ): void {
		if ( null === $literal || Literal::INTEGER !== $literal->kind ) {
			return;
		}
		$range = $this->between[ $column ] ?? array( null, null );
		if ( '>' === $operator || '>=' === $operator ) {
			$range[0] = $literal->value;
		} elseif ( '<' === $operator || '<=' === $operator ) {
			$range[1] = $literal->value;
		} else {
			return;
		}
		$this->between[ $column ] = $range;
	}
}
