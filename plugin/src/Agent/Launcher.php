<?php
/**
 * How does PHP start a program that outlives the request?
 *
 * @package Holdfast
 */

namespace Holdfast\Agent;

use Holdfast\State\Quiet;

/**
 * Starts the agent detached.
 *
 * A program that PHP starts inherits every descriptor that is not marked close-on-exec: the web server's listening
 * socket and the connection of this very request among them. So the agent is started by a small launcher: Node marks
 * all that it inherited when it starts, and the launcher's child, in a session of its own, inherits nothing but
 * /dev/null. The launcher is started by a shell in the background, so that this request waits for neither.
 */
final class Launcher {

	/**
	 * The environment of what is started: nothing of the request is handed on.
	 *
	 * @return array<string, string>
	 */
	private static function environment(): array {
		$path = (string) getenv( 'PATH' );
		$home = (string) getenv( 'HOME' );
		return array_filter(
			array(
				'PATH' => '' === $path ? '/usr/local/bin:/usr/bin:/bin' : $path,
				'HOME' => $home,
				'LANG' => 'C.UTF-8',
			),
			static function ( string $value ): bool {
				return '' !== $value;
			}
		);
	}

	/**
	 * Starts a program detached; the request goes on at once.
	 *
	 * @param string   $node      Node.js.
	 * @param string   $launcher  The launcher's program.
	 * @param string[] $arguments The program to run and its arguments.
	 */
	public static function start( string $node, string $launcher, array $arguments ): bool {
		$words   = array_map( 'escapeshellarg', array_merge( array( $node, $launcher, $node ), $arguments ) );
		$command = '( ' . implode( ' ', $words ) . ' & ) >/dev/null 2>&1 </dev/null';
		return null !== self::output( array( '/bin/sh', '-c', $command ) );
	}

	/**
	 * What a program that ends at once prints; null where it could not be started or failed.
	 *
	 * @param string[] $command The program and its arguments.
	 * @phpstan-param list<string> $command
	 */
	public static function output( array $command ): ?string {
		if ( ! Node::may_start() ) {
			return null;
		}
		return Quiet::run(
			static function () use ( $command ): ?string {
				$pipes   = array();
				$process = proc_open( // phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.system_calls_proc_open -- Starting the agent is what this class is for; arguments go as a list or escaped.
					$command,
					array(
						0 => array( 'file', '/dev/null', 'r' ),
						1 => array( 'pipe', 'w' ),
						2 => array( 'file', '/dev/null', 'w' ),
					),
					$pipes,
					'/',
					self::environment()
				);
				if ( ! is_resource( $process ) ) {
					return null;
				}
				$output = (string) stream_get_contents( $pipes[1], 65536 );
				fclose( $pipes[1] );
				return 0 === proc_close( $process ) ? $output : null;
			},
			null
		);
	}
}
