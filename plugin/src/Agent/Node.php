<?php
/**
 * Where is a Node.js that can run the agent?
 *
 * @package Holdfast
 */

namespace Holdfast\Agent;

use Holdfast\State\Quiet;

/**
 * Looks for Node.js where hosts put it, and asks each for its version.
 */
final class Node {

	const VERSION_MIN = '22.15.0';

	/** Where installers, panels and version switchers put it. Newest first where there are several. */
	const PLACES = array(
		'/usr/local/bin/node',
		'/usr/bin/node',
		'/usr/bin/nodejs',
		'/opt/node*/bin/node',
		'/usr/local/lib/nodejs/*/bin/node',
		'/opt/plesk/node/*/bin/node',
		'/opt/cpanel/ea-nodejs*/bin/node',
		'/opt/alt/alt-nodejs*/root/usr/bin/node',
		'/snap/bin/node',
		'/opt/homebrew/bin/node',
	);

	/**
	 * The best Node.js: its path and version.
	 *
	 * @return array{path: string, version: string}|null Null where there is none; the version may be too old.
	 */
	public static function find(): ?array {
		$best = null;
		foreach ( self::candidates() as $path ) {
			$version = self::version( $path );
			if ( null === $version ) {
				continue;
			}
			if ( self::is_new_enough( $version ) ) {
				return array(
					'path'    => $path,
					'version' => $version,
				);
			}
			if ( null === $best || version_compare( $version, $best['version'], '>' ) ) {
				$best = array(
					'path'    => $path,
					'version' => $version,
				);
			}
		}
		return $best;
	}

	/**
	 * Can this version run the agent?
	 *
	 * @param string $version The version.
	 */
	public static function is_new_enough( string $version ): bool {
		return version_compare( $version, self::VERSION_MIN, '>=' );
	}

	/**
	 * May PHP start programs?
	 */
	public static function may_start(): bool {
		return function_exists( 'proc_open' ) && function_exists( 'proc_close' );
	}

	/**
	 * Paths to try, in order: what the owner named, PATH, well-known places.
	 *
	 * @return string[]
	 */
	private static function candidates(): array {
		if ( defined( 'HOLDFAST_NODE' ) ) {
			return array( (string) HOLDFAST_NODE );
		}
		/**
		 * Filters the path of the Node.js that runs Holdfast's agent.
		 *
		 * @param string $path The path; '' = look for it.
		 */
		$named = apply_filters( 'holdfast_node', '' );
		if ( is_string( $named ) && '' !== $named ) {
			return array( $named );
		}
		$paths = array();
		foreach ( explode( ':', (string) getenv( 'PATH' ) ) as $folder ) {
			if ( '' !== $folder && '/' === $folder[0] ) {
				$paths[] = $folder . '/node';
			}
		}
		foreach ( self::PLACES as $pattern ) {
			$found = Quiet::run(
				static function () use ( $pattern ): array {
					$matches = glob( $pattern );
					return false === $matches ? array() : $matches;
				},
				array()
			);
			$paths = array_merge( $paths, array_reverse( $found ) );
		}
		return array_values( array_unique( array_filter( $paths, array( self::class, 'is_program' ) ) ) );
	}

	/**
	 * Is there a program at this path?
	 *
	 * @param string $path The path.
	 */
	public static function is_program( string $path ): bool {
		return Quiet::run(
			static function () use ( $path ): bool {
				return is_file( $path ) && is_executable( $path );
			},
			false
		);
	}

	/**
	 * The version that a program says it is, or null.
	 *
	 * @param string $path The program.
	 */
	private static function version( string $path ): ?string {
		$output = Launcher::output( array( $path, '--version' ) );
		return null !== $output && 1 === preg_match( '/^v(\d+\.\d+\.\d+)/', $output, $match ) ? $match[1] : null;
	}
}
