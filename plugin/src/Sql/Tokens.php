<?php
/**
 * What are the tokens of a statement?
 *
 * @package Holdfast
 */

namespace Holdfast\Sql;

/**
 * The tokens of one statement, in parallel arrays.
 */
final class Tokens {

	const WORD     = 1;
	const NAME     = 2;
	const STRING   = 3;
	const NUMBER   = 4;
	const HEX      = 5;
	const VARIABLE = 6;
	const OPERATOR = 7;

	/**
	 * The kinds of the tokens.
	 *
	 * @var int[]
	 */
	public $kinds = array();

	/**
	 * Their text: words as written, names without their quotes, strings and all else as written.
	 *
	 * @var string[]
	 */
	public $texts = array();

	/**
	 * Where each begins.
	 *
	 * @var int[]
	 */
	public $starts = array();

	/**
	 * Where each ends (exclusive).
	 *
	 * @var int[]
	 */
	public $ends = array();

	/**
	 * How many there are.
	 *
	 * @var int
	 */
	public $count = 0;

	/**
	 * The statement.
	 *
	 * @var string
	 */
	public $sql;

	/**
	 * Does it hold an executable comment?
	 *
	 * @var bool
	 */
	public $executable = false;

	/**
	 * Were there more tokens than the bound?
	 *
	 * @var bool
	 */
	public $cut = false;

	/**
	 * Does another statement follow behind the tokens that were kept?
	 *
	 * @var bool
	 */
	public $several = false;

	/**
	 * Does a word hold bytes that this connection may read as something else (a space, half a character)?
	 *
	 * @var bool
	 */
	public $foreign = false;

	/**
	 * Did a quote or comment never end?
	 *
	 * @var bool
	 */
	public $unclosed = false;

	/**
	 * How quotes were read.
	 *
	 * @var Lexis
	 */
	private $lexis;

	/**
	 * No tokens yet; a Lexer adds them.
	 *
	 * @param string $sql   The statement.
	 * @param Lexis  $lexis How quotes are to be read.
	 */
	public function __construct( string $sql, Lexis $lexis ) {
		$this->sql   = $sql;
		$this->lexis = $lexis;
	}

	/**
	 * The word at an index in upper case; '' where there is none or where it is quoted.
	 *
	 * @param int $index The token.
	 */
	public function word( int $index ): string {
		return $index < $this->count && self::WORD === $this->kinds[ $index ] ? strtoupper( $this->texts[ $index ] ) : '';
	}

	/**
	 * The operator at an index; '' where there is none.
	 *
	 * @param int $index The token.
	 */
	public function operator( int $index ): string {
		return $index < $this->count && self::OPERATOR === $this->kinds[ $index ] ? $this->texts[ $index ] : '';
	}

	/**
	 * The statement's text from one token to another (exclusive).
	 *
	 * @param int $from The first token.
	 * @param int $to   The token behind the last.
	 */
	public function slice( int $from, int $to ): string {
		if ( $from >= $to ) {
			return '';
		}
		$begin = $this->starts[ $from ];
		return substr( $this->sql, $begin, $this->ends[ $to - 1 ] - $begin );
	}

	/**
	 * The value of the string token at an index.
	 *
	 * @param int $index The token.
	 */
	public function string_value( int $index ): string {
		$raw   = $this->texts[ $index ];
		$quote = $raw[0];
		$inner = strlen( $raw ) > 1 && substr( $raw, -1 ) === $quote ? substr( $raw, 1, -1 ) : substr( $raw, 1 );
		if ( ! $this->lexis->backslash_escapes ) {
			return str_replace( $quote . $quote, $quote, $inner );
		}
		if ( false === strpbrk( $inner, '\\' . $quote ) ) {
			return $inner;
		}
		$value = '';
		$stops = '\\' . $quote;
		$end   = strlen( $inner );
		for ( $at = 0; $at < $end; ) {
			$plain  = strcspn( $inner, $stops, $at );
			$value .= substr( $inner, $at, $plain );
			$at    += $plain;
			if ( $at < $end ) {
				$value .= self::unescape( $inner[ $at ], $inner[ $at + 1 ] ?? '' );
				$at    += 2;
			}
		}
		return $value;
	}

	/**
	 * The character that an escape stands for.
	 *
	 * @param string $first  A backslash or the quote.
	 * @param string $second The character behind it.
	 */
	private static function unescape( string $first, string $second ): string {
		if ( '\\' !== $first ) {
			return $first;
		}
		$table = array(
			'0' => "\0",
			'b' => "\x08",
			'n' => "\n",
			'r' => "\r",
			't' => "\t",
			'Z' => "\x1a",
			'%' => '\\%',
			'_' => '\\_',
		);
		return $table[ $second ] ?? $second;
	}
}
