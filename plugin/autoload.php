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
		// While an update copies files, one may be missing: then the class is, and our callers go on without it. Trying is
		// cheaper than looking first, which costs every class a look at the disk that opcache would have spared.
		// phpcs:ignore WordPress.PHP.DevelopmentFunctions.error_log_set_error_handler -- Restored below.
		set_error_handler(
			static function (): bool {
				return true;
			}
		);
		try {
			// What a writing request needs lies in one file, where the plugin was built (dev/product/bundle.ts). It is
			// asked for before any class of it is loaded by itself, and once: no class is ever declared twice.
			static $bundled = false;
			if ( ! $bundled && 1 === preg_match( '/^Holdfast\\\\(?:(?:Capture|Log|Schema|Sql|Story)\\\\|State\\\\(?:Guarded|Quiet|Shared)$)/', $name ) ) {
				$bundled = true;
				include __DIR__ . '/build/capture-0.1.0.php';
			}
			if ( ! class_exists( $name, false ) ) {
				include_once __DIR__ . '/src/' . strtr( substr( $name, 9 ), '\\', '/' ) . '.php';
			}
		} finally {
			restore_error_handler();
		}
	}
);
