<?php
/**
 * Which of these names occur in a text, however its quotes are to be read?
 *
 * @package Holdfast
 */

namespace Holdfast\Sql;

/**
 * For what is not understood: statements of unknown kinds or doubtful quotes, bodies of triggers and routines,
 * definitions of views. Looks at bytes only, in any letter case; finds more than are meant, never fewer.
 */
final class Names {

	/** In a longer text every name counts as found. */
	const BYTES_MAX = 1048576;

	/**
	 * The names that occur.
	 *
	 * @param string   $text  The text.
	 * @param string[] $names The names.
	 * @param bool     $utf8  Whether the text is UTF-8, as the names are. Else names beyond ASCII count as found.
	 * @return string[]
	 */
	public static function in( string $text, array $names, bool $utf8 = true ): array {
		if ( strlen( $text ) > self::BYTES_MAX ) {
			return $names;
		}
		$text  = strtolower( $text );
		$words = null;
		$found = array();
		foreach ( $names as $name ) {
			$low = strtolower( $name );
			if ( strspn( $low, Lexer::ASCII_WORD ) !== strlen( $low ) ) {
				if ( ( ! $utf8 && 1 === preg_match( '/[\x80-\xff]/', $low ) ) || self::holds( $text, $low ) ) {
					$found[] = $name;
				}
				continue;
			}
			if ( null === $words ) {
				$words = self::words( $text );
			}
			$bare = ltrim( $low, '0123456789' );
			if ( '' === $bare ? false !== strpos( $text, $low ) : isset( $words[ $low ] ) || isset( $words[ $bare ] ) ) {
				$found[] = $name;
			}
		}
		return $found;
	}

	/**
	 * The ASCII words of a text, each as it is and without the digits that it begins with: those can be the version of an
	 * executable comment.
	 *
	 * @param string $text In lower case.
	 * @return array<string, true>
	 */
	private static function words( string $text ): array {
		$words = array();
		$at    = 0;
		$end   = strlen( $text );
		while ( true ) {
			$at += strcspn( $text, Lexer::ASCII_WORD, $at );
			if ( $at >= $end ) {
				return $words;
			}
			$long = strspn( $text, Lexer::ASCII_WORD, $at );
			$word = substr( $text, $at, $long );

			$words[ $word ]                        = true;
			$words[ ltrim( $word, '0123456789' ) ] = true;

			$at += $long;
		}
	}

	/**
	 * Does a name of other characters occur, plain or with its quotes doubled?
	 *
	 * @param string $text In lower case.
	 * @param string $name In lower case.
	 */
	private static function holds( string $text, string $name ): bool {
		return false !== strpos( $text, $name )
			|| false !== strpos( $text, str_replace( '`', '``', $name ) )
			|| false !== strpos( $text, str_replace( '"', '""', $name ) );
	}
}
