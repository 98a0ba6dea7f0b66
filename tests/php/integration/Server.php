<?php
/**
 * Which database do the integration tests use?
 *
 * @package Holdfast
 */

namespace Holdfast\Tests\Integration;

/**
 * A real MariaDB: the one that the harness offers (HOLDFAST_TEST_DB_SOCKET, _USER, _PASSWORD), else one of our own in a
 * temporary folder, ended with the tests.
 */
final class Server {

	/**
	 * The one of this run.
	 *
	 * @var self|null
	 */
	private static $running = null;

	/**
	 * Its socket.
	 *
	 * @var string
	 */
	public $socket = '';

	/**
	 * A user who may make databases.
	 *
	 * @var string
	 */
	public $user = 'root';

	/**
	 * That user's password.
	 *
	 * @var string
	 */
	public $password = '';

	/**
	 * Our own server's process.
	 *
	 * @var resource|null
	 */
	private $process = null;

	/**
	 * The folder of our own server.
	 *
	 * @var string
	 */
	private $folder = '';

	/**
	 * The server, or null where none can be had.
	 */
	public static function running(): ?self {
		if ( null === self::$running ) {
			$server = new self();
			if ( $server->offered() || $server->start() ) {
				self::$running = $server;
			}
		}
		return self::$running;
	}

	/**
	 * A server of its own with other settings, ended with the tests; null where none can be had.
	 *
	 * @param string $options What to start it with.
	 */
	public static function odd( string $options ): ?self {
		$server = new self();
		return $server->start( $options ) ? $server : null;
	}

	/**
	 * A connection without a database.
	 */
	public function connect(): ?\mysqli {
		mysqli_report( MYSQLI_REPORT_OFF );
		$link = @new \mysqli( 'localhost', $this->user, $this->password, '', 0, $this->socket );
		return 0 === $link->connect_errno ? $link : null;
	}

	/**
	 * Takes the server that the harness offers.
	 */
	private function offered(): bool {
		$this->socket = (string) getenv( 'HOLDFAST_TEST_DB_SOCKET' );
		if ( '' === $this->socket ) {
			return false;
		}
		$this->user     = (string) getenv( 'HOLDFAST_TEST_DB_USER' );
		$this->password = (string) getenv( 'HOLDFAST_TEST_DB_PASSWORD' );
		return null !== $this->connect();
	}

	/**
	 * Starts one of our own.
	 *
	 * @param string $options Settings besides those that it always has.
	 */
	private function start( string $options = '' ): bool {
		$this->folder   = sys_get_temp_dir() . '/holdfast-db-' . bin2hex( random_bytes( 4 ) );
		$this->socket   = $this->folder . '/s';
		$this->user     = 'root';
		$this->password = '';
		mkdir( $this->folder );
		$user  = function_exists( 'posix_geteuid' ) && 0 === posix_geteuid() ? ' --user=root' : '';
		$cased = false !== strpos( $options, 'lower-case-table-names' ) ? ' --lower-case-table-names=1' : '';
		exec( 'mariadb-install-db --no-defaults --auth-root-authentication-method=normal --skip-test-db --datadir=' . escapeshellarg( $this->folder . '/data' ) . $user . $cased . ' >/dev/null 2>&1', $output, $code );
		if ( 0 !== $code ) {
			return false;
		}
		$pipes         = array();
		$command       = 'exec mariadbd --no-defaults --skip-networking --innodb-buffer-pool-size=64M --innodb-flush-log-at-trx-commit=0 ' . $options . ' --datadir=' . escapeshellarg( $this->folder . '/data' ) . ' --socket=' . escapeshellarg( $this->socket ) . $user . ' >/dev/null 2>&1 </dev/null';
		$process       = proc_open( 'PATH=$PATH:/usr/sbin ' . $command, array(), $pipes );
		$this->process = is_resource( $process ) ? $process : null;
		register_shutdown_function( array( $this, 'stop' ) );
		for ( $tries = 0; $tries < 100; ++$tries ) {
			if ( null !== $this->connect() ) {
				return true;
			}
			usleep( 100000 );
		}
		return false;
	}

	/**
	 * Ends our own.
	 */
	public function stop(): void {
		if ( null !== $this->process ) {
			proc_terminate( $this->process );
			proc_close( $this->process );
			$this->process = null;
			\Holdfast\State\Folder::delete( $this->folder );
		}
	}
}
