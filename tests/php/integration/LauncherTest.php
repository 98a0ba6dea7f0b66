<?php
/**
 * Does what PHP starts live on without holding anything of the request?
 *
 * @package Holdfast
 */

namespace Holdfast\Tests\Integration;

use Holdfast\State\Folder;
use PHPUnit\Framework\TestCase;

/**
 * A real php-fpm starts a program by the launcher, from within a request: the request ends at once, the program has none
 * of php-fpm's descriptors, and php-fpm can be ended and started again on the same port while the program runs.
 */
final class LauncherTest extends TestCase {

	/**
	 * The folder of the test.
	 *
	 * @var string
	 */
	private $folder = '';

	/**
	 * Processes to end.
	 *
	 * @var array<int|string, int>
	 */
	private $processes = array();

	/**
	 * Makes the folder.
	 */
	protected function setUp(): void {
		$this->folder = sys_get_temp_dir() . '/holdfast-fpm-' . bin2hex( random_bytes( 4 ) );
		mkdir( $this->folder, 0777 );
		chmod( $this->folder, 0777 );
	}

	/**
	 * Ends what was started.
	 */
	protected function tearDown(): void {
		foreach ( $this->processes as $process ) {
			posix_kill( $process, SIGTERM );
		}
		Folder::delete( $this->folder );
	}

	/**
	 * The whole of it.
	 */
	public function test_from_php_fpm(): void {
		$fpm  = $this->found( array( 'php-fpm' . PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION, 'php-fpm' ) );
		$node = $this->found( array( 'node' ) );
		if ( null === $fpm || null === $node || ! function_exists( 'posix_kill' ) || ! is_dir( '/proc/self/fd' ) ) {
			$this->markTestSkipped( 'Needs php-fpm, node, posix and /proc.' );
		}
		$port = $this->free_port();
		$this->configure( $port );
		$this->start_fpm( $fpm, $port );

		file_put_contents( $this->folder . '/agent.cjs', "require('fs').writeFileSync(process.argv[2]+'.tmp', process.pid + '\\n' + require('fs').readdirSync('/proc/self/fd').map(f => { try { return require('fs').readlinkSync('/proc/self/fd/' + f); } catch { return ''; } }).join('\\n') + '\\nENV ' + Object.keys(process.env).join(' ')); require('fs').renameSync(process.argv[2]+'.tmp', process.argv[2]); setTimeout(() => {}, 60000);" );
		$plugin = dirname( __DIR__, 3 ) . '/plugin';
		file_put_contents(
			$this->folder . '/request.php',
			'<?php require ' . var_export( $plugin . '/autoload.php', true ) . '; $kept = fopen(' . var_export( $this->folder . '/held', true ) . ', "c"); flock($kept, LOCK_EX);'
			. 'echo Holdfast\Agent\Launcher::start(' . var_export( $node, true ) . ',' . var_export( $plugin . '/agent/launcher.cjs', true ) . ', array(' . var_export( $this->folder . '/agent.cjs', true ) . ',' . var_export( $this->folder . '/told', true ) . ')) ? "started" : "not started";'
		);
		chmod( $this->folder . '/request.php', 0644 );

		$begin  = microtime( true );
		$answer = $this->request( $port, $this->folder . '/request.php' );
		$this->assertStringContainsString( 'started', $answer );
		$this->assertStringNotContainsString( 'not started', $answer );
		$this->assertLessThan( 30.0, microtime( true ) - $begin, 'the request does not wait for the program, which runs for 60 s' );

		$agent             = $this->told_process();
		$this->processes[] = $agent;
		$told              = explode( "\n", (string) file_get_contents( $this->folder . '/told' ) );
		$this->assertGreaterThan( 1, $agent );
		foreach ( $told as $line ) {
			$this->assertStringNotContainsString( 'socket:', $line, 'no socket is inherited' );
			$this->assertStringNotContainsString( $this->folder . '/held', $line, 'no file is inherited' );
		}
		$this->assertSame( 0, preg_match( '/ENV .*(SCRIPT_FILENAME|FCGI|REQUEST)/', implode( "\n", $told ) ), 'nothing of the request is in its environment' );

		$held = fopen( $this->folder . '/held', 'c' );
		$this->assertTrue( is_resource( $held ) && flock( $held, LOCK_EX | LOCK_NB ), 'no lock is held' );
		is_resource( $held ) && fclose( $held );

		$this->end_fpm();
		$this->assertTrue( posix_kill( $agent, 0 ), 'the program outlives php-fpm' );
		unlink( $this->folder . '/told' );
		$this->start_fpm( $fpm, $port );
		$this->assertStringContainsString( 'started', $this->request( $port, $this->folder . '/request.php' ) );
		$this->end_fpm();
		$this->processes[] = $this->told_process();
	}

	/**
	 * The process id that the started program tells, once it runs.
	 */
	private function told_process(): int {
		$tries = 0;
		while ( $tries++ < 100 && ! is_file( $this->folder . '/told' ) ) {
			usleep( 100000 );
			clearstatcache();
		}
		return (int) file_get_contents( $this->folder . '/told' );
	}

	/**
	 * Where a program is.
	 *
	 * @param string[] $names Its names.
	 */
	private function found( array $names ): ?string {
		foreach ( $names as $name ) {
			foreach ( array_merge( explode( ':', (string) getenv( 'PATH' ) ), array( '/usr/sbin', '/usr/local/sbin' ) ) as $folder ) {
				if ( is_executable( $folder . '/' . $name ) ) {
					return $folder . '/' . $name;
				}
			}
		}
		return null;
	}

	/**
	 * A port that nobody listens on.
	 */
	private function free_port(): int {
		$socket = stream_socket_server( 'tcp://127.0.0.1:0' );
		$this->assertTrue( is_resource( $socket ) );
		$port = (int) substr( (string) strrchr( (string) stream_socket_get_name( $socket, false ), ':' ), 1 );
		fclose( $socket );
		return $port;
	}

	/**
	 * Writes php-fpm's configuration.
	 *
	 * @param int $port Where it listens.
	 */
	private function configure( int $port ): void {
		$user = 0 === posix_geteuid() ? "user = nobody\ngroup = nogroup\n" : '';
		file_put_contents( $this->folder . '/fpm.conf', "[global]\npid = {$this->folder}/pid\nerror_log = {$this->folder}/log\ndaemonize = yes\n[www]\n{$user}listen = 127.0.0.1:$port\npm = static\npm.max_children = 1\n" );
	}

	/**
	 * Starts php-fpm and waits until it answers.
	 *
	 * @param string $fpm  The program.
	 * @param int    $port Where it listens.
	 */
	private function start_fpm( string $fpm, int $port ): void {
		exec( escapeshellarg( $fpm ) . ' -n -y ' . escapeshellarg( $this->folder . '/fpm.conf' ) . ' 2>&1', $output, $code );
		$this->assertSame( 0, $code, implode( "\n", $output ) );
		$this->processes['fpm'] = (int) file_get_contents( $this->folder . '/pid' );
		$tries                  = 0;
		$handle                 = false;
		while ( $tries++ < 50 && false === $handle ) {
			$handle = @stream_socket_client( "tcp://127.0.0.1:$port" );
			usleep( 20000 );
		}
		$this->assertTrue( is_resource( $handle ) );
	}

	/**
	 * Ends php-fpm and waits until it has gone.
	 */
	private function end_fpm(): void {
		$process = $this->processes['fpm'];
		unset( $this->processes['fpm'] );
		posix_kill( $process, SIGTERM );
		$tries = 0;
		while ( $tries++ < 100 && posix_kill( $process, 0 ) ) {
			usleep( 50000 );
		}
		$this->assertFalse( posix_kill( $process, 0 ), 'php-fpm ends' );
	}

	/**
	 * One FastCGI request.
	 *
	 * @param int    $port   Where php-fpm listens.
	 * @param string $script The script.
	 */
	private function request( int $port, string $script ): string {
		$parameters = '';
		foreach ( array(
			'SCRIPT_FILENAME' => $script,
			'REQUEST_METHOD'  => 'GET',
			'SERVER_PROTOCOL' => 'HTTP/1.1',
		) as $name => $value ) {
			$parameters .= chr( strlen( $name ) ) . chr( strlen( $value ) ) . $name . $value;
		}
		$record = static function ( int $type, string $content ): string {
			return pack( 'CCnnCC', 1, $type, 1, strlen( $content ), 0, 0 ) . $content;
		};
		$handle = stream_socket_client( "tcp://127.0.0.1:$port" );
		$this->assertTrue( is_resource( $handle ) );
		fwrite( $handle, $record( 1, pack( 'nCx5', 1, 0 ) ) . $record( 4, $parameters ) . $record( 4, '' ) . $record( 5, '' ) );
		stream_set_timeout( $handle, 10 );
		return (string) stream_get_contents( $handle );
	}
}
