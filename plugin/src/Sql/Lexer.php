<?php
/**
 * How is a statement cut into tokens?
 *
 * @package Holdfast
 */

namespace Holdfast\Sql;

/**
 * Reads a statement in one pass by the lexical rules of MariaDB and MySQL.
 *
 * Linear in the length of the statement: long strings and comments are jumped over by strcspn() and strpos(). Never
 * throws. What it cannot close is read to the end and reported in $unclosed. Beyond the bound on tokens it reports $cut
 * and only looks whether another statement follows ($several). The content of executable comments is read like
 * everything else and reported in $executable, because whether the server executes it depends on its version.
 */
final class Lexer {

	const SPACE = " \t\n\r\v\f\0";

	/** Characters that are always a token by themselves. */
	const SINGLE = array(
		'(' => true,
		')' => true,
		',' => true,
		'=' => true,
		';' => true,
	);

	/** Bytes of names that mean the same under every character set. */
	const ASCII_WORD = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$';

	/** Tokens beyond this bound are not kept. */
	const TOKENS_MAX = 60000;

	/**
	 * The statement.
	 *
	 * @var string
	 */
	private $sql;

	/**
	 * How quotes are to be read.
	 *
	 * @var Lexis
	 */
	private $lexis;

	/**
	 * The tokens so far.
	 *
	 * @var Tokens
	 */
	private $tokens;

	/**
	 * A reader of one statement.
	 *
	 * @param string $sql   The statement.
	 * @param Lexis  $lexis How quotes are to be read.
	 */
	private function __construct( string $sql, Lexis $lexis ) {
		$this->sql    = $sql;
		$this->lexis  = $lexis;
		$this->tokens = new Tokens( $sql, $lexis );
	}

	/**
	 * The tokens of a statement.
	 *
	 * @param string $sql   The statement.
	 * @param Lexis  $lexis How quotes are to be read.
	 */
	public static function read( string $sql, Lexis $lexis ): Tokens {
		$lexer  = new self( $sql, $lexis );
		$tokens = $lexer->tokens;
		$length = strlen( $sql );
		$stops  = $lexis->backslash_escapes ? "\\'" : "'";
		$at     = 0;
		while ( true ) {
			$at += strspn( $sql, self::SPACE, $at );
			if ( $at >= $length ) {
				return $tokens;
			}
			if ( $tokens->count >= self::TOKENS_MAX ) {
				$tokens->cut = true;
				$lexer->skim( $at );
				return $tokens;
			}
			// What most tokens of most statements are, without a call: plain names, strings and punctuation.
			$char = $sql[ $at ];
			if ( '`' === $char ) {
				$end  = strpos( $sql, '`', $at + 1 );
				$kind = Tokens::NAME;
			} elseif ( "'" === $char ) {
				$end  = $at + 1 + strcspn( $sql, $stops, $at + 1 );
				$kind = Tokens::STRING;
			} elseif ( isset( self::SINGLE[ $char ] ) ) {
				$tokens->kinds[]  = Tokens::OPERATOR;
				$tokens->texts[]  = $char;
				$tokens->starts[] = $at;
				$tokens->ends[]   = ++$at;
				++$tokens->count;
				continue;
			} else {
				$at = $lexer->token( $at );
				continue;
			}
			if ( false === $end || $end >= $length || $sql[ $end ] !== $char || ( $sql[ $end + 1 ] ?? '' ) === $char ) {
				$at = $lexer->token( $at );
				continue;
			}
			$tokens->kinds[]  = $kind;
			$tokens->texts[]  = Tokens::NAME === $kind ? substr( $sql, $at + 1, $end - $at - 1 ) : substr( $sql, $at, $end - $at + 1 );
			$tokens->starts[] = $at;
			$at               = $end + 1;
			$tokens->ends[]   = $at;
			++$tokens->count;
		}
	}

	/**
	 * Reads the token or comment at an offset.
	 *
	 * @param int $at The offset.
	 * @return int The offset behind it.
	 */
	private function token( int $at ): int {
		$sql  = $this->sql;
		$char = $sql[ $at ];
		$long = strspn( $sql, Lexis::WORD_BYTES, $at );
		if ( $long > 0 ) {
			return $this->word_or_number( $at, $long );
		}
		switch ( $char ) {
			case "'":
				return $this->quoted( $at, $char, Tokens::STRING );
			case '"':
				return $this->quoted( $at, $char, $this->lexis->ansi_quotes ? Tokens::NAME : Tokens::STRING );
			case '`':
				return $this->quoted( $at, $char, Tokens::NAME );
			case '#':
				return $this->behind_line( $at );
			case '@':
				return $this->variable( $at );
			case '.':
				return $this->dot( $at );
			case '-':
				if ( $this->is_dashes( $at ) ) {
					return $this->behind_line( $at );
				}
				break;
			case '/':
				if ( '*' === ( $sql[ $at + 1 ] ?? '' ) ) {
					return $this->comment( $at );
				}
				break;
			case '*':
				if ( $this->tokens->executable && '/' === ( $sql[ $at + 1 ] ?? '' ) ) {
					return $at + 2;
				}
		}
		$pair = substr( $sql, $at, 2 );
		if ( in_array( $pair, array( '<=', '>=', '<>', '!=', '||', '&&', ':=', '<<', '>>', '->' ), true ) ) {
			return '<=>' === substr( $sql, $at, 3 ) ? $this->add( Tokens::OPERATOR, '<=>', $at, $at + 3 ) : $this->add( Tokens::OPERATOR, $pair, $at, $at + 2 );
		}
		return $this->add( Tokens::OPERATOR, $char, $at, $at + 1 );
	}

	/**
	 * A word, or a number that looks like one; x'…', b'…' and 0x… too.
	 *
	 * @param int $at   The offset.
	 * @param int $long How many bytes of a word follow.
	 */
	private function word_or_number( int $at, int $long ): int {
		$sql   = $this->sql;
		$text  = substr( $sql, $at, $long );
		$next  = $sql[ $at + $long ] ?? '';
		$first = $text[0];
		if ( $first >= '0' && $first <= '9' && ! $this->behind_dot( $at ) ) {
			$digits = strspn( $text, '0123456789' );
			if ( $digits === $long || 1 === preg_match( '/^\d+[eE]\d*$/', $text ) ) {
				$found = preg_match( '/\d+(?:\.\d*)?(?:[eE][+-]?\d+)?/A', $sql, $match, 0, $at );
				$end   = 1 === $found ? $at + strlen( $match[0] ) : $at;
				if ( 1 === $found && $end >= $at + $long ) {
					return $this->add( Tokens::NUMBER, $match[0], $at, $end );
				}
			}
			if ( 1 === preg_match( '/^0(?:x[0-9a-fA-F]+|b[01]+)$/', $text ) ) {
				return $this->add( Tokens::HEX, $text, $at, $at + $long );
			}
		} elseif ( "'" === $next && 1 === $long && ( 'x' === $first || 'X' === $first || 'b' === $first || 'B' === $first ) ) {
			$close = strpos( $sql, "'", $at + 2 );
			$end   = false === $close ? strlen( $sql ) : $close + 1;
			return $this->add( Tokens::HEX, substr( $sql, $at, $end - $at ), $at, $end );
		}
		if ( ! $this->tokens->foreign && strspn( $text, self::ASCII_WORD ) !== $long ) {
			$this->tokens->foreign = ! $this->lexis->utf8 || 1 !== preg_match( '//u', $text );
		}
		return $this->add( Tokens::WORD, $text, $at, $at + $long );
	}

	/**
	 * A quoted string or name.
	 *
	 * @param int    $at    The offset of the quote.
	 * @param string $quote The quote.
	 * @param int    $kind  What it makes.
	 */
	private function quoted( int $at, string $quote, int $kind ): int {
		$end = $this->behind_quote( $at, $quote, Tokens::STRING === $kind && $this->lexis->backslash_escapes );
		$raw = substr( $this->sql, $at, $end - $at );
		if ( Tokens::NAME === $kind ) {
			$raw = str_replace( $quote . $quote, $quote, substr( $raw, 1, $this->tokens->unclosed ? strlen( $raw ) : -1 ) );
		}
		return $this->add( $kind, $raw, $at, $end );
	}

	/**
	 * The offset behind the quote that closes the one at an offset.
	 *
	 * @param int    $at      The offset of the quote.
	 * @param string $quote   The quote.
	 * @param bool   $escapes Whether a backslash escapes.
	 */
	private function behind_quote( int $at, string $quote, bool $escapes ): int {
		$sql    = $this->sql;
		$length = strlen( $sql );
		$stops  = $escapes ? '\\' . $quote : $quote;
		$end    = $at + 1;
		while ( true ) {
			$end += strcspn( $sql, $stops, $end );
			if ( $end >= $length ) {
				$this->tokens->unclosed = true;
				return $length;
			}
			if ( '\\' !== $sql[ $end ] && ( $sql[ $end + 1 ] ?? '' ) !== $quote ) {
				return $end + 1;
			}
			$end = min( $length, $end + 2 );
		}
	}

	/**
	 * Is a comment to the end of the line opened here by two dashes? Only before a space or control character.
	 *
	 * @param int $at The offset of the first dash.
	 */
	private function is_dashes( int $at ): bool {
		$third = $this->sql[ $at + 2 ] ?? "\n";
		return '-' === ( $this->sql[ $at + 1 ] ?? '' ) && ( ord( $third ) <= 32 || "\x7f" === $third );
	}

	/**
	 * Looks whether another statement follows, without keeping tokens.
	 *
	 * @param int $at Where to begin.
	 */
	private function skim( int $at ): void {
		$length = strlen( $this->sql );
		while ( true ) {
			$at += strcspn( $this->sql, "'\"`;#-/", $at );
			if ( $at >= $length ) {
				return;
			}
			$char = $this->sql[ $at ];
			if ( ';' === $char ) {
				$rest                  = preg_replace( '~/\*(?!M?!).*?\*/|--[\x00- \x7f][^\n]*|#[^\n]*~s', ' ', substr( $this->sql, $at + 1, 1000 ) );
				$this->tokens->several = '' !== trim( (string) $rest, self::SPACE . ';' ) || $at + 1000 < $length;
				return;
			} elseif ( '#' === $char || ( '-' === $char && $this->is_dashes( $at ) ) ) {
				$at = $this->behind_line( $at );
			} elseif ( '/' === $char && '*' === ( $this->sql[ $at + 1 ] ?? '' ) ) {
				$at = $this->comment( $at );
			} elseif ( '-' === $char || '/' === $char ) {
				++$at;
			} else {
				$names = '`' === $char || ( '"' === $char && $this->lexis->ansi_quotes );
				$at    = $this->behind_quote( $at, $char, ! $names && $this->lexis->backslash_escapes );
			}
		}
	}

	/**
	 * A comment; of an executable one only the opening is skipped.
	 *
	 * @param int $at The offset of the slash.
	 */
	private function comment( int $at ): int {
		if ( 1 === preg_match( '~/\*M?!\d*~A', $this->sql, $match, 0, $at ) ) {
			$this->tokens->executable = true;
			return $at + strlen( $match[0] );
		}
		$close = strpos( $this->sql, '*/', $at + 2 );
		if ( false === $close ) {
			$this->tokens->unclosed = true;
			return strlen( $this->sql );
		}
		return $close + 2;
	}

	/**
	 * A user or system variable.
	 *
	 * @param int $at The offset of the @.
	 */
	private function variable( int $at ): int {
		$end  = $at + strspn( $this->sql, '@', $at );
		$char = $this->sql[ $end ] ?? '';
		if ( '`' === $char || "'" === $char || '"' === $char ) {
			$names = '`' === $char || ( '"' === $char && $this->lexis->ansi_quotes );
			$end   = $this->behind_quote( $end, $char, ! $names && $this->lexis->backslash_escapes );
		} else {
			$end += strspn( $this->sql, Lexis::WORD_BYTES . '.', $end );
		}
		return $this->add( Tokens::VARIABLE, substr( $this->sql, $at, $end - $at ), $at, $end );
	}

	/**
	 * A dot between names, or a number that begins with one.
	 *
	 * @param int $at The offset.
	 */
	private function dot( int $at ): int {
		$last = $this->tokens->count > 0 ? $this->tokens->kinds[ $this->tokens->count - 1 ] : 0;
		if ( Tokens::WORD !== $last && Tokens::NAME !== $last && 1 === preg_match( '/\.\d+(?:[eE][+-]?\d+)?/A', $this->sql, $match, 0, $at ) ) {
			return $this->add( Tokens::NUMBER, $match[0], $at, $at + strlen( $match[0] ) );
		}
		return $this->add( Tokens::OPERATOR, '.', $at, $at + 1 );
	}

	/**
	 * Is this offset directly behind a dot that joins names? Then even digits are a name.
	 *
	 * @param int $at The offset.
	 */
	private function behind_dot( int $at ): bool {
		return $this->tokens->count > 0 && $this->tokens->ends[ $this->tokens->count - 1 ] === $at && '.' === $this->tokens->operator( $this->tokens->count - 1 );
	}

	/**
	 * The offset behind the end of a line.
	 *
	 * @param int $at The offset.
	 */
	private function behind_line( int $at ): int {
		$end = strpos( $this->sql, "\n", $at );
		return false === $end ? strlen( $this->sql ) : $end + 1;
	}

	/**
	 * Adds a token.
	 *
	 * @param int    $kind  Its kind.
	 * @param string $text  Its text.
	 * @param int    $start Where it begins.
	 * @param int    $end   Where it ends.
	 * @return int The same end.
	 */
	private function add( int $kind, string $text, int $start, int $end ): int {
		$tokens           = $this->tokens;
		$tokens->kinds[]  = $kind;
		$tokens->texts[]  = $text;
		$tokens->starts[] = $start;
		$tokens->ends[]   = $end;
		++$tokens->count;
		return $end;
	}
}
