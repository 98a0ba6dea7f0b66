<?php
/**
 * Who writes this intent log?
 *
 * @package Holdfast
 */

namespace Holdfast\Log;

use Holdfast\State\Shared;

/**
 * The header line of an intent log (PROTOCOL.md section 2).
 */
final class Header {

	const MACHINE_ID = '/etc/machine-id';

	/** By how much the wall clock may be corrected against the monotonic one before the system is asked again. */
	const DRIFT_US_MAX = 500000;

	/**
	 * The header of a request.
	 *
	 * @param string $request    The request's id.
	 * @param int    $connection The connection's id at the server.
	 * @param string $state      The state folder.
	 * @return array<string, mixed>
	 */
	public static function of( string $request, int $connection, string $state ): array {
		$place = self::place( $state );
		return array(
			'v'   => 1,
			'r'   => $request,
			'c'   => $connection,
			'm'   => $place['machine'],
			'b'   => $place['boot'],
			'p'   => HOLDFAST_VERSION,
			'a'   => 2,
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
	 * Where this process runs: machine (the first 16 hex of the SHA-256 of /etc/machine-id, or of the host's name where
	 * there is none) and boot ('' where the system does not tell).
	 *
	 * Two files of the system say so. What they said is kept, and holds as long as the clock of this boot began at the same
	 * time (another boot's began at least its uptime earlier) and the file of the machine's id is the same one.
	 *
	 * @param string $state The state folder.
	 * @return array{machine: string, boot: string}
	 */
	public static function place( string $state ): array {
		static $place = null;
		if ( null !== $place ) {
			return $place;
		}
		$path  = $state . '/schema/here.php';
		$began = (int) ( microtime( true ) * 1000000 ) - self::monotonic();
		clearstatcache();
		$named = is_file( self::MACHINE_ID ) ? fileinode( self::MACHINE_ID ) . ' ' . filemtime( self::MACHINE_ID ) . ' ' . filectime( self::MACHINE_ID ) : (string) gethostname();
		$kept  = Shared::read( $path );
		if ( null !== $kept && isset( $kept['machine'], $kept['boot'], $kept['began'], $kept['named'] ) && $kept['named'] === $named && abs( $kept['began'] - $began ) < self::DRIFT_US_MAX ) {
			$place = array(
				'machine' => (string) $kept['machine'],
				'boot'    => (string) $kept['boot'],
			);
			return $place;
		}
		$name  = self::first_line( self::MACHINE_ID );
		$place = array(
			'machine' => substr( hash( 'sha256', '' === $name ? (string) gethostname() : $name ), 0, 16 ),
			'boot'    => self::first_line( '/proc/sys/kernel/random/boot_id' ),
		);
		if ( ! Shared::is_young( $path ) ) {
			$place_of = $place + array(
				'began' => $began,
				'named' => $named,
			);
			Shared::write( $path, $place_of );
		}
		return $place;
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
