<?php
/**
 * Who writes this intent log?
 *
 * @package Holdfast
 */

namespace Holdfast\Log;

/**
 * The header line of an intent log (PROTOCOL.md section 2).
 */
final class Header {

	/**
	 * The header of a request.
	 *
	 * @param string $request    The request's id.
	 * @param int    $connection The connection's id at the server.
	 * @return array<string, mixed>
	 */
	public static function of( string $request, int $connection ): array {
		return array(
			'v'   => 1,
			'r'   => $request,
			'c'   => $connection,
			'm'   => self::machine(),
			'b'   => self::boot(),
			'p'   => HOLDFAST_VERSION,
			'a'   => 1,
			't'   => self::monotonic(),
			'w'   => (int) ( microtime( true ) * 1000 ),
			'k'   => self::kind(),
			'pid' => (int) getmypid(),
		);
	}

	/**
	 * A new request id: microseconds since 1970 and random digits.
	 */
	public static function request_id(): string {
		return sprintf( '%013x', (int) ( microtime( true ) * 1000000 ) ) . substr( bin2hex( random_bytes( 2 ) ), 0, 3 );
	}

	/**
	 * Monotonic microseconds, comparable between the processes of one boot.
	 */
	public static function monotonic(): int {
		return intdiv( (int) hrtime( true ), 1000 );
	}

	/**
	 * The machine: the first 16 hex of the SHA-256 of /etc/machine-id, or of the host's name where there is none.
	 */
	public static function machine(): string {
		static $machine = null;
		if ( null === $machine ) {
			$name    = self::first_line( '/etc/machine-id' );
			$machine = substr( hash( 'sha256', '' === $name ? (string) gethostname() : $name ), 0, 16 );
		}
		return $machine;
	}

	/**
	 * The boot, or '' where the system does not tell.
	 */
	public static function boot(): string {
		static $boot = null;
		if ( null === $boot ) {
			$boot = self::first_line( '/proc/sys/kernel/random/boot_id' );
		}
		return $boot;
	}

	/**
	 * The only line of a small file of the system; '' where it cannot be read.
	 *
	 * Run under Quiet, so what is missing warns nobody; looking first would cost as much again. The bound spares the
	 * read that looks for the end.
	 *
	 * @param string $path The file.
	 */
	private static function first_line( string $path ): string {
		$handle = fopen( $path, 're' );
		if ( false === $handle ) {
			return '';
		}
		stream_set_read_buffer( $handle, 0 );
		$line = fread( $handle, 128 );
		fclose( $handle );
		return trim( (string) $line );
	}

	/**
	 * By which door the request came in.
	 */
	public static function kind(): string {
		if ( ( defined( 'WP_CLI' ) && WP_CLI ) ) {
			return 'cli';
		}
		if ( defined( 'DOING_CRON' ) && DOING_CRON ) {
			return 'cron';
		}
		if ( 'cli' === PHP_SAPI ) {
			return 'cli';
		}
		if ( defined( 'XMLRPC_REQUEST' ) && XMLRPC_REQUEST ) {
			return 'xmlrpc';
		}
		if ( defined( 'REST_REQUEST' ) && REST_REQUEST ) {
			return 'rest';
		}
		return defined( 'DOING_AJAX' ) && DOING_AJAX ? 'ajax' : 'web';
	}
}
