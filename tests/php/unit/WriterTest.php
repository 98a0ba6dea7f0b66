<?php
/**
 * Is the intent log what PROTOCOL.md says?
 *
 * @package Holdfast
 */

namespace Holdfast\Tests\Unit;

use Holdfast\Log\Value;
use Holdfast\Log\Writer;
use Holdfast\State\Folder;
use Holdfast\State\Guarded;
use Holdfast\State\Quiet;
use PHPUnit\Framework\TestCase;

/**
 * Files of the intent log, and the golden ones that TypeScript reads too.
 */
final class WriterTest extends TestCase {

	/**
	 * A state folder.
	 *
	 * @var string
	 */
	private $state = '';

	/**
	 * Makes the folder.
	 */
	protected function setUp(): void {
		$this->state = sys_get_temp_dir() . '/holdfast-test-' . bin2hex( random_bytes( 6 ) );
		mkdir( $this->state . '/log', 0700, true );
		touch( $this->state . '/ok' );
	}

	/**
	 * Removes it.
	 */
	protected function tearDown(): void {
		chmod( $this->state . '/log', 0700 );
		Folder::delete( $this->state );
	}

	/**
	 * The files of the log.
	 *
	 * @return string[]
	 */
	private function files(): array {
		return (array) glob( $this->state . '/log/*.php' );
	}

	/**
	 * A file begins with header and first line in one write, is guarded, private, and ends with its end line.
	 */
	public function test_file(): void {
		$writer = new Writer( $this->state );
		$writer->connection( 42 );
		$writer->line( 'w', array( $writer->next_intent(), 'wp_posts', array( 'k' => array( array( 1 ) ) ), 0, 0 ) );
		$this->assertSame( array(), $this->files() );
		$this->assertTrue( $writer->flush() );
		$this->assertCount( 1, $this->files() );
		$writer->line( 'c', array( 1, 0 ) );
		$writer->end();
		$path  = $this->files()[0];
		$lines = explode( "\n", (string) file_get_contents( $path ) );
		$this->assertMatchesRegularExpression( '~/[0-9a-f]{16}\.php$~', $path );
		$this->assertSame( 0600, fileperms( $path ) & 0777 );
		$this->assertSame( '<?php exit; __halt_compiler();', $lines[0] );
		$header = json_decode( $lines[1], true );
		$this->assertSame( array( 1, 42, 2, basename( $path, '.php' ) ), array( $header['v'], $header['c'], $header['a'], $header['r'] ) );
		$this->assertSame( array( 'w', 'c', 'e', null ), array( json_decode( $lines[2] )[0], json_decode( $lines[3] )[0], json_decode( $lines[4] )[0], json_decode( $lines[5] )[0] ?? null ) );
	}

	/**
	 * What comes after the end opens another file.
	 */
	public function test_after_end(): void {
		$writer = new Writer( $this->state );
		$writer->line( 'x', array( 'one' ) );
		$writer->flush();
		$writer->end();
		$serial = $writer->serial();
		$writer->line( 'x', array( 'two' ) );
		$writer->flush();
		$this->assertCount( 2, $this->files() );
		$this->assertSame( $serial + 1, $writer->serial() );
	}

	/**
	 * Where nothing can be written `ok` goes, nothing is thrown, and the next healthy moment writes again.
	 */
	public function test_unwritable(): void {
		rmdir( $this->state . '/log' );
		$writer = new Writer( $this->state );
		$writer->line( 'x', array( 'one' ) );
		$done = Quiet::run(
			static function () use ( $writer ): bool {
				return $writer->flush();
			},
			true
		);
		$this->assertFalse( $done );
		$this->assertFileDoesNotExist( $this->state . '/ok' );
		mkdir( $this->state . '/log' );
		$writer->line( 'x', array( 'two' ) );
		$this->assertTrue( $writer->flush() );
		$this->assertCount( 1, $this->files() );
	}

	/**
	 * Too long a line is refused, and a file beyond its bound asks for a sweep and falls silent.
	 */
	public function test_bounds(): void {
		$writer = new Writer( $this->state );
		$this->assertFalse( $writer->line( 'x', array( str_repeat( 'a', Writer::LINE_BYTES_MAX ) ) ) );
		for ( $count = 0; $count < 40; ++$count ) {
			$writer->line( 'x', array( str_repeat( 'a', Writer::LINE_BYTES_MAX - 100 ) ) );
			$writer->flush();
		}
		$this->assertTrue( $writer->is_full() );
		$this->assertLessThan( 2 * Writer::FILE_BYTES_MAX + 2 * Writer::LINE_BYTES_MAX, filesize( $this->files()[0] ) );
		$this->assertStringContainsString( 'sweep: the intent log', substr( (string) file_get_contents( $this->files()[0] ), -200 ) );
	}

	/**
	 * Values keep every byte.
	 */
	public function test_values(): void {
		$this->assertSame( 9007199254740992, Value::integer( '9007199254740992' ) );
		$this->assertSame( array( 'i' => '9007199254740993' ), Value::integer( '9007199254740993' ) );
		$this->assertSame( array( 'i' => '-9223372036854775808' ), Value::integer( '-9223372036854775808' ) );
		$this->assertSame( 'Käse 😀', Value::bytes( 'Käse 😀' ) );
		$this->assertSame( array( 'b' => base64_encode( "a\n" ) ), Value::bytes( "a\n" ) );
		$this->assertSame( array( 'b' => base64_encode( "\xff" ) ), Value::bytes( "\xff" ) );
		$this->assertSame( '', Value::bytes( '' ) );
	}

	/**
	 * The golden file, shared with TypeScript: what PHP writes today has the bytes that it had, save time and request.
	 */
	public function test_golden(): void {
		$golden = __DIR__ . '/../../golden/intent-log/every-line';
		$writer = new Writer( $this->state );
		foreach ( json_decode( (string) file_get_contents( $golden . '.json' ), true )['lines'] as $line ) {
			if ( 'd' === $line[0] ) {
				$writer->connection( $line[2] );
			} elseif ( 'e' === $line[0] ) {
				$writer->end();
			} else {
				$writer->connection( 4711 );
				$writer->line( $line[0], array_slice( $line, 1 ) );
				$writer->flush();
			}
		}
		$this->assertSame( self::without_times( (string) file_get_contents( $golden . '.php' ) ), self::without_times( (string) file_get_contents( $this->files()[0] ) ) );
	}

	/**
	 * A log without what differs from run to run.
	 *
	 * @param string $log The log.
	 */
	private static function without_times( string $log ): string {
		$log = (string) preg_replace( '/^\["(\w)",\d+/m', '["$1",0', $log );
		return (string) preg_replace( '/^\{"v":1.*$/m', '{"v":1}', $log );
	}

	/**
	 * A guarded file shows nothing when a web server runs it, and reads back.
	 */
	public function test_guarded(): void {
		$path = $this->state . '/x.php';
		$this->assertTrue( Guarded::write( $path, array( 'secret' => 'ü/"' ) ) );
		$this->assertSame( array( 'secret' => 'ü/"' ), Guarded::read( $path ) );
		$this->assertSame( '', (string) shell_exec( escapeshellarg( PHP_BINARY ) . ' ' . escapeshellarg( $path ) ) );
		file_put_contents( $path, '{"secret":1}' );
		$this->assertNull( Guarded::read( $path ) );
	}
}
