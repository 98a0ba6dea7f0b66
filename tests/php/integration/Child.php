<?php
/**
 * How is capture run for real?
 *
 * @package Holdfast
 */

namespace Holdfast\Tests\Integration;

use Holdfast\State\Folder;

/**
 * A site of one test: a database, a state folder, and PHP processes in which the real wpdb of a real WordPress runs
 * with capture hooked as the loader does it (WordPress' SHORTINIT: no plugins, no themes).
 */
final class Child {

	/**
	 * The server.
	 *
	 * @var Server
	 */
	public $server;

	/**
	 * The WordPress tree.
	 *
	 * @var string
	 */
	private $tree;

	/**
	 * The database.
	 *
	 * @var string
	 */
	public $database;

	/**
	 * The state folder.
	 *
	 * @var string
	 */
	public $state;

	/**
	 * Makes database and state folder.
	 *
	 * @param Server $server The server.
	 * @param string $tree   The WordPress tree.
	 */
	public function __construct( Server $server, string $tree ) {
		$this->server   = $server;
		$this->tree     = $tree;
		$this->database = 'holdfast_php_' . bin2hex( random_bytes( 4 ) );
		$this->state    = sys_get_temp_dir() . '/holdfast-test-' . bin2hex( random_bytes( 6 ) );
		mkdir( $this->state . '/log', 0700, true );
		mkdir( $this->state . '/schema', 0700 );
		touch( $this->state . '/ok' );
		touch( $this->state . '/paired' );
		$this->sql( "CREATE DATABASE {$this->database} CHARACTER SET utf8mb4", '' );
	}

	/**
	 * A WordPress tree on this machine, or null.
	 */
	public static function tree(): ?string {
		foreach ( array( (string) getenv( 'HOLDFAST_TEST_WP' ), (string) getenv( 'HOLDFAST_WORDPRESS' ), dirname( __DIR__, 3 ) . '/.dev/cache/wordpress' ) as $path ) {
			if ( '' !== $path && is_file( $path . '/wp-includes/class-wpdb.php' ) ) {
				return $path;
			}
		}
		return null;
	}

	/**
	 * Removes database and state folder.
	 */
	public function clean(): void {
		$this->sql( "DROP DATABASE {$this->database}", '' );
		Folder::delete( $this->state );
	}

	/**
	 * Runs SQL as another client.
	 *
	 * @param string      $sql      Statements.
	 * @param string|null $database The database; null = the test's.
	 * @throws \RuntimeException Where the server refuses.
	 */
	public function sql( string $sql, ?string $database = null ): void {
		$link = $this->server->connect();
		if ( null === $link ) {
			throw new \RuntimeException( 'The database server does not answer.' );
		}
		if ( '' !== $database ) {
			$link->select_db( $database ?? $this->database );
		}
		$link->set_charset( 'utf8mb4' );
		$link->multi_query( $sql );
		do {
			if ( '' !== $link->error ) {
				throw new \RuntimeException( $link->error );
			}
		} while ( $link->more_results() && $link->next_result() );
		if ( '' !== $link->error ) {
			throw new \RuntimeException( $link->error );
		}
		$link->close();
	}

	/**
	 * Runs PHP code with $wpdb and capture. What it puts into $out comes back; what it prints must be nothing.
	 *
	 * @param string $code    PHP without its opening tag.
	 * @param bool   $capture Whether with capture.
	 * @return array<string, mixed>
	 * @throws \RuntimeException Where it prints anything.
	 */
	public function run( string $code, bool $capture = true ): array {
		$script = $this->state . '/script.php';
		$result = $this->state . '/result.json';
		file_put_contents( $script, "<?php\n" . $code );
		file_put_contents( $result, 'null' );
		$settings = array(
			'HOLDFAST_CHILD' => json_encode(
				array(
					'tree'     => $this->tree,
					'socket'   => $this->server->socket,
					'user'     => $this->server->user,
					'password' => $this->server->password,
					'database' => $this->database,
					'state'    => $this->state,
					'capture'  => $capture,
					'script'   => $script,
					'result'   => $result,
				)
			),
			'PATH'           => (string) getenv( 'PATH' ),
		);
		$pipes    = array();
		$process  = proc_open(
			array( PHP_BINARY, '-d', 'display_errors=1', '-d', 'error_reporting=-1', __DIR__ . '/run-child.php' ),
			array(
				1 => array( 'pipe', 'w' ),
				2 => array( 'pipe', 'w' ),
			),
			$pipes,
			null,
			$settings
		);
		if ( ! is_resource( $process ) ) {
			throw new \RuntimeException( 'PHP could not be started.' );
		}
		$printed = stream_get_contents( $pipes[1] ) . stream_get_contents( $pipes[2] );
		proc_close( $process );
		if ( '' !== $printed ) {
			throw new \RuntimeException( 'The child printed: ' . $printed );
		}
		return (array) json_decode( (string) file_get_contents( $result ), true );
	}

	/**
	 * All lines of the log so far, without their times; what is read is removed.
	 *
	 * @return string[]
	 */
	public function log(): array {
		$lines = array();
		foreach ( (array) glob( $this->state . '/log/*.php' ) as $path ) {
			foreach ( array_slice( explode( "\n", trim( (string) file_get_contents( (string) $path ) ) ), 2 ) as $line ) {
				$lines[] = (string) preg_replace( '/^\["(\w)",\d+,?/', '["$1",', $line );
			}
			unlink( (string) $path );
		}
		return $lines;
	}
}
