<?php
/**
 * How are files of the state folder read and written?
 *
 * @package Holdfast
 */

namespace Holdfast\State;

/**
 * Guarded files (PROTOCOL.md section 1): they end in .php and begin with a line that ends every execution, so that a
 * web server that reaches them shows nothing. Written whole: temporary name, rename.
 *
 * Nothing here throws or warns; callers run under Quiet.
 */
final class Guarded {

	const GUARD = "<?php exit; __halt_compiler();\n";

	/**
	 * The JSON behind the guard, or null.
	 *
	 * @param string $path The file.
	 * @return array<string, mixed>|null
	 */
	public static function read( string $path ): ?array {
		if ( ! is_file( $path ) ) {
			return null;
		}
		$text = file_get_contents( $path );
		if ( false === $text || 0 !== strpos( $text, '<?php exit;' ) ) {
			return null;
		}
		$value = json_decode( substr( $text, (int) strpos( $text, "\n" ) + 1 ), true );
		return is_array( $value ) ? $value : null;
	}

	/**
	 * Writes JSON behind the guard.
	 *
	 * @param string               $path  The file.
	 * @param array<string, mixed> $value What.
	 */
	public static function write( string $path, array $value ): bool {
		$json = json_encode( $value, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE );
		return false !== $json && self::replace( $path, self::GUARD . $json . "\n" );
	}

	/**
	 * Replaces a file's content as one act; its mode is 0600.
	 *
	 * @param string $path The file.
	 * @param string $text Its content.
	 */
	public static function replace( string $path, string $text ): bool {
		$new    = dirname( $path ) . '/.' . basename( $path ) . '.' . bin2hex( random_bytes( 4 ) ) . '.tmp';
		$handle = fopen( $new, 'xe' ); // e: not inherited by programs that PHP starts.
		if ( false === $handle ) {
			return false;
		}
		$written = chmod( $new, 0600 ) && fwrite( $handle, $text ) === strlen( $text );
		fclose( $handle );
		if ( $written && rename( $new, $path ) ) {
			return true;
		}
		unlink( $new );
		return false;
	}
}
