<?php
/**
 * Is this expression a literal, and which?
 *
 * @package Holdfast
 */

namespace Holdfast\Sql;

/**
 * A value written out in a statement. Everything that has to be computed is not one.
 */
final class Literal {

	const INTEGER    = 'integer';
	const TEXT       = 'text';
	const BYTES      = 'bytes';
	const NONE       = 'null';
	const BY_DEFAULT = 'default';

	/**
	 * One of the kinds above.
	 *
	 * @var string
	 */
	public $kind;

	/**
	 * Canonical digits, text or bytes.
	 *
	 * @var string
	 */
	public $value;

	/**
	 * As written, to be used in a look-up.
	 *
	 * @var string
	 */
	public $raw;

	/**
	 * A literal.
	 *
	 * @param string $kind  Its kind.
	 * @param string $value Its value.
	 * @param string $raw   As written.
	 */
	public function __construct( string $kind, string $value = '', string $raw = '' ) {
		$this->kind  = $kind;
		$this->value = $value;
		$this->raw   = $raw;
	}

	/**
	 * The literal that a run of tokens is, or null.
	 *
	 * @param Tokens $tokens The tokens.
	 * @param int    $from   The first.
	 * @param int    $to     The token behind the last.
	 */
	public static function of( Tokens $tokens, int $from, int $to ): ?self {
		$sign = '';
		if ( 2 === $to - $from && in_array( $tokens->operator( $from ), array( '-', '+' ), true ) && Tokens::NUMBER === $tokens->kinds[ $from + 1 ] ) {
			$sign = '-' === $tokens->texts[ $from ] ? '-' : '';
			++$from;
		}
		if ( 1 !== $to - $from ) {
			return null;
		}
		$text = $tokens->texts[ $from ];
		switch ( $tokens->kinds[ $from ] ) {
			case Tokens::NUMBER:
				return ctype_digit( $text ) ? new self( self::INTEGER, self::canonical( $sign . $text ), $sign . $text ) : null;
			case Tokens::STRING:
				return new self( self::TEXT, $tokens->string_value( $from ), $text );
			case Tokens::HEX:
				return self::hex( $text );
			case Tokens::WORD:
				$word = strtoupper( $text );
				if ( 'NULL' === $word ) {
					return new self( self::NONE );
				}
				return 'DEFAULT' === $word ? new self( self::BY_DEFAULT ) : null;
		}
		return null;
	}

	/**
	 * Digits without leading zeros, and no negative zero.
	 *
	 * @param string $digits With a sign or not.
	 */
	public static function canonical( string $digits ): string {
		$negative = '-' === $digits[0];
		$digits   = ltrim( $digits, '-0' );
		if ( '' === $digits ) {
			return '0';
		}
		return $negative ? '-' . $digits : $digits;
	}

	/**
	 * Bytes of x'…' or 0x…; b'…' is left to the server.
	 *
	 * @param string $text As written.
	 */
	private static function hex( string $text ): ?self {
		if ( 'b' === strtolower( $text[0] ) || 0 === strncasecmp( $text, '0b', 2 ) ) {
			return null;
		}
		$digits = "'" === ( $text[1] ?? '' ) ? substr( $text, 2, -1 ) : substr( $text, 2 );
		if ( 1 === strlen( $digits ) % 2 ) {
			$digits = '0' . $digits;
		}
		if ( ! ctype_xdigit( $digits ) ) {
			return null;
		}
		return new self( self::BYTES, (string) hex2bin( $digits ), $text );
	}
}
