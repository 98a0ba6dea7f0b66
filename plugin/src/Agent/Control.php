<?php
/**
 * How is the agent asked something?
 *
 * @package Holdfast
 */

namespace Holdfast\Agent;

use Holdfast\State\Guarded;
use Holdfast\State\Quiet;

/**
 * A client of the agent's control API (PROTOCOL.md section 8): one short request over its Unix socket, or over
 * 127.0.0.1. Never anywhere else.
 */
final class Control {

	const CONNECT_TIMEOUT_MS = 1000;
	const ANSWER_BYTES_MAX   = 33554432;

	/**
	 * What control.php says: socket, port, secret, pid, version.
	 *
	 * @var array<string, mixed>
	 */
	private $at;

	/**
	 * A client.
	 *
	 * @param array<string, mixed> $at What control.php says.
	 */
	private function __construct( array $at ) {
		$this->at = $at;
	}

	/**
	 * A client of the agent that says where it can be reached, or null.
	 *
	 * @param string $state The state folder.
	 */
	public static function of( string $state ): ?self {
		$at = Quiet::run(
			static function () use ( $state ): ?array {
				return Guarded::read( $state . '/control.php' );
			},
			null
		);
		return null === $at || ! is_string( $at['secret'] ?? null ) || ! self::is_from( $state, $at['folder'] ?? null ) ? null : new self( $at );
	}

	/**
	 * Was it written into this folder? In a copy of a state folder it leads to the agent of another site.
	 *
	 * @param string $state  The state folder.
	 * @param mixed  $folder Device and inode of the folder that it was written into.
	 */
	private static function is_from( string $state, $folder ): bool {
		$stat = Quiet::run(
			static function () use ( $state ) {
				return stat( $state );
			},
			false
		);
		return is_array( $stat ) && $stat['dev'] . ':' . $stat['ino'] === $folder;
	}

	/**
	 * The agent's version, as it said when it started.
	 */
	public function version(): string {
		return is_string( $this->at['version'] ?? null ) ? $this->at['version'] : '';
	}

	/**
	 * Does anything accept connections there? A socket file or a process id alone may be left over.
	 */
	public function accepts(): bool {
		$handle = $this->open( self::CONNECT_TIMEOUT_MS );
		if ( null === $handle ) {
			return false;
		}
		fclose( $handle );
		return true;
	}

	/**
	 * Asks.
	 *
	 * @param string                    $method     GET or POST.
	 * @param string                    $path       The path with its query, below /v1.
	 * @param array<string, mixed>|null $body       The body of a POST.
	 * @param int                       $timeout_ms How long to wait.
	 * @return array{0: int, 1: mixed}|null Status and decoded body; null where there is no whole answer in time.
	 */
	public function ask( string $method, string $path, ?array $body, int $timeout_ms ): ?array {
		return Quiet::run(
			function () use ( $method, $path, $body, $timeout_ms ): ?array {
				$handle = $this->open( self::CONNECT_TIMEOUT_MS );
				if ( null === $handle ) {
					return null;
				}
				$content = null === $body ? '' : (string) wp_json_encode( (object) $body );
				$head    = array(
					"$method /v1$path HTTP/1.0",
					'Host: localhost',
					'Authorization: Bearer ' . $this->at['secret'],
					'Holdfast-Actor: ' . self::actor(),
					'Holdfast-Plugin: ' . HOLDFAST_VERSION,
					'Accept: application/json',
					'Connection: close',
				);
				if ( 'GET' !== $method ) {
					$head[] = 'Content-Type: application/json';
					$head[] = 'Content-Length: ' . strlen( $content );
				}
				fwrite( $handle, implode( "\r\n", $head ) . "\r\n\r\n" . $content );
				$answer = self::read( $handle, $timeout_ms );
				fclose( $handle );
				return null === $answer ? null : self::parse( $answer );
			},
			null
		);
	}

	/**
	 * Connects.
	 *
	 * @param int $timeout_ms How long to wait.
	 * @return resource|null
	 */
	private function open( int $timeout_ms ) {
		$socket = $this->at['socket'] ?? null;
		$port   = $this->at['port'] ?? null;
		if ( is_string( $socket ) && '' !== $socket ) {
			$address = 'unix://' . $socket;
		} elseif ( is_int( $port ) && $port > 0 && $port < 65536 ) {
			$address = 'tcp://127.0.0.1:' . $port;
		} else {
			return null;
		}
		$handle = Quiet::run(
			static function () use ( $address, $timeout_ms ) {
				return stream_socket_client( $address, $code, $message, $timeout_ms / 1000 );
			},
			false
		);
		return is_resource( $handle ) ? $handle : null;
	}

	/**
	 * Reads to the end, within a time and a bound on bytes.
	 *
	 * @param resource $handle     The connection.
	 * @param int      $timeout_ms How long to wait in all.
	 */
	private static function read( $handle, int $timeout_ms ): ?string {
		$until  = hrtime( true ) + $timeout_ms * 1000000;
		$answer = '';
		while ( ! feof( $handle ) ) {
			$left_us = intdiv( $until - hrtime( true ), 1000 );
			if ( $left_us <= 0 || strlen( $answer ) > self::ANSWER_BYTES_MAX ) {
				return null;
			}
			stream_set_timeout( $handle, intdiv( $left_us, 1000000 ), $left_us % 1000000 );
			$part = fread( $handle, 65536 );
			if ( false === $part ) {
				return null;
			}
			$answer .= $part;
		}
		return $answer;
	}

	/**
	 * Status and body of an answer.
	 *
	 * @param string $answer The whole answer.
	 * @return array{0: int, 1: mixed}|null
	 */
	private static function parse( string $answer ): ?array {
		$parts = explode( "\r\n\r\n", $answer, 2 );
		if ( 2 !== count( $parts ) || 1 !== preg_match( '~^HTTP/1\.[01] (\d{3})~', $parts[0], $match ) ) {
			return null;
		}
		$body = $parts[1];
		if ( 1 === preg_match( '/^Content-Length: *(\d+)/mi', $parts[0], $length ) && strlen( $body ) !== (int) $length[1] ) {
			return null; // Cut off.
		}
		if ( 1 === preg_match( '/^Transfer-Encoding: *chunked/mi', $parts[0] ) ) {
			$body = self::unchunk( $body );
		}
		$value = null === $body ? null : json_decode( $body );
		if ( null === $value && 'null' !== $body ) {
			return null;
		}
		return array( (int) $match[1], $value );
	}

	/**
	 * A chunked body in one piece; null where it is cut off.
	 *
	 * @param string $body As sent.
	 */
	private static function unchunk( string $body ): ?string {
		$whole = '';
		$at    = 0;
		while ( 1 === preg_match( '/([0-9a-fA-F]+)[^\r]*\r\n/A', $body, $match, 0, $at ) ) {
			$size = (int) hexdec( $match[1] );
			if ( 0 === $size ) {
				return $whole;
			}
			$at    += strlen( $match[0] );
			$whole .= substr( $body, $at, $size );
			$at    += $size + 2;
		}
		return null;
	}

	/**
	 * Who asks: base64url of JSON.
	 */
	private static function actor(): string {
		$user = function_exists( 'wp_get_current_user' ) ? wp_get_current_user() : null;
		$who  = array(
			'id'    => null === $user ? 0 : (int) $user->ID,
			'login' => null === $user ? '' : (string) $user->user_login,
			'name'  => null === $user ? '' : (string) $user->display_name,
		);
		return rtrim( strtr( base64_encode( (string) wp_json_encode( $who ) ), '+/', '-_' ), '=' ); // phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.obfuscation_base64_encode -- A header cannot hold every character of a name.
	}
}
