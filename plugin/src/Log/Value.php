<?php
/**
 * How is a value written in the intent log?
 *
 * @package Holdfast
 */

namespace Holdfast\Log;

/**
 * Values as PROTOCOL.md section 2 has them.
 */
final class Value {

	const NUMBER_MAX = '9007199254740992';

	/**
	 * An integer: a JSON number within ±2^53, else its decimal digits.
	 *
	 * @param string $digits Canonical digits.
	 * @return int|array{i: string}
	 */
	public static function integer( string $digits ) {
		$size = ltrim( $digits, '-' );
		if ( strlen( $size ) < 16 || ( 16 === strlen( $size ) && strcmp( $size, self::NUMBER_MAX ) <= 0 ) ) {
			return (int) $digits;
		}
		return array( 'i' => $digits );
	}

	/**
	 * Text or bytes: a JSON string where that is valid UTF-8 without control characters, else base64.
	 *
	 * @param string $bytes The value.
	 * @return string|array{b: string}
	 */
	public static function bytes( string $bytes ) {
		if ( self::is_text( $bytes ) ) {
			return $bytes;
		}
		return array( 'b' => base64_encode( $bytes ) ); // phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.obfuscation_base64_encode -- The log's format for bytes that JSON cannot hold.
	}

	/**
	 * Is this valid UTF-8 without control characters?
	 *
	 * @param string $bytes The value.
	 */
	public static function is_text( string $bytes ): bool {
		return 1 === preg_match( '/^[^\x00-\x1f\x7f]*$/Du', $bytes );
	}
}
