<?php
/**
 * What must capture know of a column?
 *
 * @package Holdfast
 */

namespace Holdfast\Schema;

use Holdfast\Log\Value;
use Holdfast\Sql\Literal;

/**
 * One column, and what a literal becomes when it is stored there.
 */
final class Column {

	/** Integers: a literal is the stored value. */
	const INTEGER = 'integer';
	/** Text under a collation: only the server knows what is stored. */
	const TEXT = 'text';
	/** ENUM, SET, dates, decimals: named by what the server sends. */
	const PLAIN = 'plain';
	/** Bytes of any length: a literal is the stored value. */
	const BYTES = 'bytes';
	/** Bytes padded to a fixed length. */
	const PADDED = 'padded';
	/** UUID, INET6, INET4: read as their bytes. */
	const PACKED = 'packed';
	/** What one connection sends another does not (FLOAT, TIMESTAMP …): never named. */
	const UNNAMEABLE = 'unnameable';

	/**
	 * Its name as the server writes it.
	 *
	 * @var string
	 */
	public $name;

	/**
	 * One of the kinds above.
	 *
	 * @var string
	 */
	public $kind;

	/**
	 * Integers: the lowest and highest value as digits.
	 *
	 * @var array{0: string, 1: string}
	 */
	public $range = array( '0', '0' );

	/**
	 * Text: characters; bytes: bytes; packed: 16 or 4. 0 = not bounded in a way that matters.
	 *
	 * @var int
	 */
	public $length = 0;

	/**
	 * Text: can it hold every character of UTF-8?
	 *
	 * @var bool
	 */
	public $unicode = false;

	/**
	 * Is it AUTO_INCREMENT?
	 *
	 * @var bool
	 */
	public $auto = false;

	/**
	 * May it be NULL?
	 *
	 * @var bool
	 */
	public $nullable = false;

	/**
	 * May it be NULL, and is NULL what it gets when nothing is said?
	 *
	 * @var bool
	 */
	public $null_by_default = false;

	/**
	 * Does the server give it a value by itself at an UPDATE (generated, ON UPDATE)?
	 *
	 * @var bool
	 */
	public $computed = false;

	/**
	 * The key value that this literal is, or null where only the server can say.
	 *
	 * @param Literal $literal The literal.
	 * @param bool    $stored  Whether it is being stored (then it may be clipped or padded), not compared with.
	 * @return int|string|array<string, string>|null
	 */
	public function key_value( Literal $literal, bool $stored ) {
		if ( self::INTEGER === $this->kind ) {
			$digits = $this->digits( $literal );
			return null === $digits ? null : Value::integer( $digits );
		}
		if ( Literal::TEXT !== $literal->kind && Literal::BYTES !== $literal->kind ) {
			return null;
		}
		$size = strlen( $literal->value );
		if ( self::BYTES === $this->kind && $size <= $this->length ) {
			return Value::bytes( $literal->value );
		}
		if ( self::PADDED === $this->kind && ( $size === $this->length || ( $stored && $size < $this->length ) ) ) {
			return Value::bytes( str_pad( $literal->value, $this->length, "\0" ) );
		}
		return null;
	}

	/**
	 * The value with which `column = value` holds once this literal is stored here, or null.
	 *
	 * @param Literal $literal The literal.
	 * @param bool    $utf8    Whether the connection speaks UTF-8.
	 * @return int|string|array<string, string>|null
	 */
	public function stored_condition( Literal $literal, bool $utf8 ) {
		if ( self::TEXT !== $this->kind ) {
			return $this->key_value( $literal, true );
		}
		if ( Literal::INTEGER === $literal->kind ) {
			return 0 === $this->length || strlen( $literal->value ) <= $this->length ? $literal->value : null;
		}
		if ( Literal::TEXT !== $literal->kind || ! $this->is_kept( $literal->value, $utf8 ) || ' ' === substr( $literal->value, -1 ) ) {
			return null; // CHAR drops spaces at the end, and not every collation ignores them.
		}
		return 0 === $this->length || self::characters( $literal->value ) <= $this->length ? $literal->value : null;
	}

	/**
	 * The value of a comparison `column = literal` that another connection can repeat, or null.
	 *
	 * @param Literal $literal The literal.
	 * @param bool    $utf8    Whether the connection speaks UTF-8.
	 * @return int|string|array<string, string>|null
	 */
	public function compared( Literal $literal, bool $utf8 ) {
		if ( self::UNNAMEABLE === $this->kind || self::PACKED === $this->kind ) {
			return null;
		}
		if ( Literal::INTEGER === $literal->kind ) {
			return Value::integer( $literal->value );
		}
		if ( self::INTEGER === $this->kind || self::BYTES === $this->kind || self::PADDED === $this->kind ) {
			return $this->key_value( $literal, false );
		}
		return Literal::TEXT === $literal->kind && $this->is_kept( $literal->value, $utf8 ) ? $literal->value : null;
	}

	/**
	 * How a look-up reads it, so that it gets the bytes that are stored, whatever the connection's character set.
	 *
	 * @param string $prefix An alias with its dot, or ''.
	 */
	public function selected( string $prefix ): string {
		$name = $prefix . '`' . str_replace( '`', '``', $this->name ) . '`';
		switch ( $this->kind ) {
			case self::INTEGER:
				return $name;
			case self::PACKED:
				return "CAST($name AS BINARY({$this->length}))";
		}
		return "CAST($name AS BINARY)";
	}

	/**
	 * Characters in valid UTF-8.
	 *
	 * @param string $text The text.
	 */
	public static function characters( string $text ): int {
		return (int) preg_match_all( '/./su', $text );
	}

	/**
	 * Would this text be stored as it is (no conversion, no truncation of what cannot be converted)?
	 *
	 * @param string $text The text.
	 * @param bool   $utf8 Whether the connection speaks UTF-8.
	 */
	private function is_kept( string $text, bool $utf8 ): bool {
		return Value::is_text( $text ) && ( self::is_ascii( $text ) || ( $utf8 && $this->unicode ) );
	}

	/**
	 * The digits that this literal is stored as, or null where it would be clipped or is no integer.
	 *
	 * @param Literal $literal The literal.
	 */
	private function digits( Literal $literal ): ?string {
		$digits = $literal->value;
		if ( Literal::TEXT === $literal->kind ) {
			// Compared as a floating-point number beyond 15 digits.
			if ( 1 !== preg_match( '/^-?\d{1,15}$/D', $digits ) ) {
				return null;
			}
			$digits = Literal::canonical( $digits );
		} elseif ( Literal::INTEGER !== $literal->kind ) {
			return null;
		}
		return self::order( $this->range[0], $digits ) <= 0 && self::order( $digits, $this->range[1] ) <= 0 ? $digits : null;
	}

	/**
	 * Compares two integers given as canonical digits.
	 *
	 * @param string $left  One.
	 * @param string $right The other.
	 */
	private static function order( string $left, string $right ): int {
		$negative = '-' === $left[0];
		if ( ( '-' === $right[0] ) !== $negative ) {
			return $negative ? -1 : 1;
		}
		$order = array( strlen( $left ), $left ) <=> array( strlen( $right ), $right );
		if ( strlen( $left ) === strlen( $right ) ) {
			$order = strcmp( $left, $right );
		}
		return $negative ? -$order : $order;
	}

	/**
	 * Only ASCII?
	 *
	 * @param string $text The text.
	 */
	private static function is_ascii( string $text ): bool {
		return 0 === preg_match( '/[^\x00-\x7f]/', $text );
	}
}
