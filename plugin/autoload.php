<?php
/**
 * Where is a class?
 *
 * @package Holdfast
 */

namespace Holdfast;

spl_autoload_register(
	static function ( string $name ): void {
		if ( 0 !== strncmp( $name, 'Holdfast\\', 9 ) ) {
			return;
		}
		$path = __DIR__ . '/src/' . strtr( substr( $name, 9 ), '\\', '/' ) . '.php';
		// While an update copies files, one may be missing: then the class is, and our callers go on without it.
		if ( is_file( $path ) ) {
			require_once $path;
		}
	}
);
