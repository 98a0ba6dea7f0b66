<?php
/**
 * Is the maintenance page of a restore shown whatever state the plugin's folder is in?
 *
 * @package Holdfast
 */

namespace Holdfast\Tests\Integration;

use PHPUnit\Framework\TestCase;

/**
 * What `.maintenance` includes runs in a PHP of its own, from copies of the plugin that are half there.
 */
final class MaintenanceTest extends TestCase {

	/**
	 * The folder of the test.
	 *
	 * @var string
	 */
	private $folder = '';

	/**
	 * Makes the folder, with what is included and an empty state folder.
	 */
	protected function setUp(): void {
		$this->folder = sys_get_temp_dir() . '/holdfast-maintenance-' . bin2hex( random_bytes( 4 ) );
		mkdir( $this->folder . '/state', 0700, true );
		copy( dirname( __DIR__, 3 ) . '/plugin/maintenance.php', $this->folder . '/maintenance.php' );
	}

	/**
	 * Removes it.
	 */
	protected function tearDown(): void {
		exec( 'rm -rf ' . escapeshellarg( $this->folder ) );
	}

	/**
	 * What there may be of a plugin whose update was interrupted: name of a file => its text.
	 *
	 * @return array<string, array{array<string, string>}>
	 */
	public function half_there(): array {
		$autoload = (string) file_get_contents( dirname( __DIR__, 3 ) . '/plugin/autoload.php' );
		$main     = "<?php\n/**\n * Version: 0.1.0\n */\n";
		return array(
			'nothing else'               => array( array() ),
			'a loader cut in the middle' => array( array( 'autoload.php' => substr( $autoload, 0, (int) ( strlen( $autoload ) / 2 ) ) . ' (' ) ),
			'no main file'               => array( array( 'autoload.php' => $autoload ) ),
			'no classes'                 => array(
				array(
					'autoload.php' => $autoload,
					'holdfast.php' => $main,
				),
			),
			'a class cut in the middle'  => array(
				array(
					'autoload.php'         => $autoload,
					'holdfast.php'         => $main,
					'src/Agent/Keeper.php' => "<?php\nnamespace Holdfast\\Agent;\nfinal class Keeper {\n\tpublic function look(",
				),
			),
		);
	}

	/**
	 * The page is as WordPress made it, and PHP ends without an error.
	 *
	 * @dataProvider half_there
	 *
	 * @param array<string, string> $files Name => text.
	 */
	public function test_half_an_update( array $files ): void {
		foreach ( $files as $name => $text ) {
			is_dir( dirname( $this->folder . '/' . $name ) ) || mkdir( dirname( $this->folder . '/' . $name ), 0700, true );
			file_put_contents( $this->folder . '/' . $name, $text );
		}
		$code = 'define( "ABSPATH", ' . var_export( $this->folder . '/', true ) . ' ); function wp_is_writable( $path ) { return is_writable( $path ); }'
			. 'include_once ' . var_export( $this->folder . '/maintenance.php', true ) . ';'
			. '\Holdfast\keep_agent_in_maintenance( ' . var_export( $this->folder . '/state', true ) . ' ); echo "Briefly unavailable";';
		exec( escapeshellarg( PHP_BINARY ) . ' -d display_errors=1 -d error_reporting=-1 -r ' . escapeshellarg( $code ) . ' 2>&1', $output, $end );
		$this->assertSame( array( 0, array( 'Briefly unavailable' ) ), array( $end, $output ) );
	}
}
