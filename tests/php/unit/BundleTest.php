<?php
/**
 * Is the bundle what its sources are?
 *
 * @package Holdfast
 */

namespace Holdfast\Tests\Unit;

use PHPUnit\Framework\TestCase;

/**
 * The built file with the classes of a writing request: whoever edits a class and forgets to build would test the old one.
 */
final class BundleTest extends TestCase {

	/**
	 * Every class that autoload.php expects in the bundle is in it as it is in src/, and nothing else.
	 */
	public function test_current(): void {
		$plugin = dirname( __DIR__, 3 ) . '/plugin';
		$bundle = $plugin . '/build/capture-' . HOLDFAST_VERSION . '.php';
		if ( ! is_file( $bundle ) ) {
			$this->markTestSkipped( 'The plugin is not built.' );
		}
		$left = (string) preg_replace( '/^(namespace [\w\\\\]+;\n)use function [a-z0-9_, ]+;\n/m', '$1', (string) file_get_contents( $bundle ), -1, $count );
		$this->assertGreaterThan( 30, $count );
		foreach ( array_merge( (array) glob( $plugin . '/src/{Capture,Log,Schema,Sql,Story}/*.php', GLOB_BRACE ), (array) glob( $plugin . '/src/State/{Guarded,Quiet,Shared}.php', GLOB_BRACE ) ) as $path ) {
			if ( 'Door.php' === basename( (string) $path ) ) {
				continue;
			}
			$body = substr( (string) file_get_contents( (string) $path ), strlen( "<?php\n" ) );
			$this->assertSame( 1, substr_count( $left, $body ), "$path has changed since: npm run build" );
			$left = str_replace( $body, '', $left );
		}
		$this->assertSame( "<?php\n// Built from src/ by npm run build.\n", $left );
	}

	/**
	 * Without the bundle, and with one that an update has only half copied, the single files are taken, and nothing is said.
	 *
	 * @testWith [null]
	 *           ["<?php namespace Holdfast\\Log; final class Value { const"]
	 *           ["<?php namespace Holdfast\\Sql; final class Lexis { const OURS = 1; }"]
	 *
	 * @param string|null $text What is in the bundle.
	 */
	public function test_broken( ?string $text ): void {
		$folder = sys_get_temp_dir() . '/holdfast-test-' . bin2hex( random_bytes( 6 ) );
		mkdir( $folder . '/build', 0700, true );
		copy( dirname( __DIR__, 3 ) . '/plugin/autoload.php', $folder . '/autoload.php' );
		symlink( dirname( __DIR__, 3 ) . '/plugin/src', $folder . '/src' );
		if ( null !== $text ) {
			file_put_contents( $folder . '/build/capture-' . HOLDFAST_VERSION . '.php', $text );
		}
		$code  = 'error_reporting( -1 ); ini_set( "display_errors", "1" ); require ' . var_export( $folder, true ) . ' . "/autoload.php";';
		$code .= 'for ( $try = 0; $try < 2; ++$try ) { try { echo Holdfast\Log\Value::bytes( "a" ); } catch ( \ParseError $error ) { echo "!"; } }';
		$code .= 'echo class_exists( Holdfast\Sql\Lexis::class ) ? "b" : "?", class_exists( "Holdfast\Sql\Missing" ) ? "?" : "c", json_encode( error_get_last() );';
		$said  = (string) shell_exec( escapeshellarg( PHP_BINARY ) . ' -r ' . escapeshellarg( $code ) . ' 2>&1' );
		shell_exec( 'rm -r ' . escapeshellarg( $folder ) );
		$this->assertContains( $said, array( 'aabcnull', '!abcnull' ) );
	}
}
