<?php
/**
 * Is the agent running, and if not, can it be started?
 *
 * @package Holdfast
 */

namespace Holdfast\Agent;

use Holdfast\Errors;
use Holdfast\State\Folder;
use Holdfast\State\Guarded;
use Holdfast\State\Quiet;

/**
 * Keeps the agent running: looks at administrators' requests and at cron, starts it where it is not there, with
 * a back-off and one attempt at a time, and says why where it cannot.
 */
final class Keeper {

	/** For Node.js: room for new objects in MiB. What it takes by itself is more than all the rest of the agent. */
	const MEMORY = '--max-semi-space-size=8';

	/** How often a request looks. */
	const LOOK_INTERVAL_S = 15;

	/** The first wait after an attempt that failed; doubled up to the second. */
	const BACK_OFF_S     = 20;
	const BACK_OFF_S_MAX = 600;

	/** How long a start may take before the attempt counts as failed. */
	const START_S = 10;

	/**
	 * The state folder.
	 *
	 * @var string
	 */
	private $state;

	/**
	 * A keeper.
	 *
	 * @param string $state The state folder.
	 */
	public function __construct( string $state ) {
		$this->state = $state;
	}

	/**
	 * Looks, at most once per interval, and starts the agent where it is away.
	 */
	public function look(): void {
		$mark = $this->state . '/looked';
		$due  = Quiet::run(
			static function () use ( $mark ): bool {
				clearstatcache( true, $mark );
				return ( ! is_file( $mark ) || abs( time() - (int) filemtime( $mark ) ) >= self::LOOK_INTERVAL_S ) && touch( $mark );
			},
			false
		);
		if ( $due ) {
			$this->start( false );
		}
	}

	/**
	 * Starts the agent if it is away.
	 *
	 * @param bool $now Whether not to wait for the back-off.
	 * @return string '' where it runs or was started; else the code of what stands in the way.
	 */
	public function start( bool $now ): string {
		$control = Control::of( $this->state );
		if ( null !== $control && $control->accepts() ) {
			if ( HOLDFAST_VERSION === $control->version() || ! $this->has_own_copy() ) {
				$tried = $this->record();
				if ( (int) ( $tried['failures'] ?? 0 ) > 0 && time() - (int) ( $tried['begun'] ?? 0 ) > 60 ) {
					$this->note( array( 'failures' => 0 ) + $tried ); // It stays up: the back-off begins anew.
				}
				return '';
			}
			$control->ask( 'POST', '/stop', array(), 2000 ); // An update of the plugin brought another agent.
		}
		$tried = $this->record();
		$wait  = (int) ( $tried['next'] ?? 0 ) - time();
		if ( ! $now && $wait > 0 && $wait <= self::BACK_OFF_S_MAX ) { // A longer one is of a clock that was set back since.
			return $this->why();
		}
		$lock = Quiet::run(
			function () {
				$handle = fopen( $this->state . '/start.lock', 'ce' );
				return false !== $handle && flock( $handle, LOCK_EX | LOCK_NB ) ? $handle : null;
			},
			null
		);
		if ( null === $lock ) {
			return Errors::AGENT_NOT_RUNNING; // Another request is at it.
		}
		$code = $this->attempt( $tried );
		fclose( $lock );
		return $code;
	}

	/**
	 * Stops the agent and waits until it has gone.
	 */
	public function stop(): void {
		$control = Control::of( $this->state );
		if ( null === $control ) {
			return;
		}
		$control->ask( 'POST', '/stop', array(), 5000 );
		$tries = 0;
		while ( $tries++ < 50 && $control->accepts() ) {
			usleep( 100000 );
		}
	}

	/**
	 * Why the agent does not run; '' where it does.
	 */
	public function why(): string {
		$control = Control::of( $this->state );
		if ( null !== $control && $control->accepts() ) {
			return '';
		}
		$tried = $this->record();
		$code  = $tried['code'] ?? '';
		if ( is_string( $code ) && '' !== $code ) {
			return $code;
		}
		$begun = (int) ( $tried['begun'] ?? 0 );
		$died  = $begun > 0 && time() - $begun > self::START_S && ! ( new Diary( $this->state ) )->says_goodbye( $begun );
		return $died ? Errors::AGENT_CRASHED : Errors::AGENT_NOT_RUNNING;
	}

	/**
	 * The command that runs the agent, to be copied.
	 */
	public function command(): string {
		$node  = $this->record()['node'] ?? '';
		$words = array( is_string( $node ) && '' !== $node ? $node : 'node', self::MEMORY, $this->program(), 'run', '--state', $this->state );
		return implode( ' ', array_map( array( self::class, 'quoted' ), $words ) );
	}

	/**
	 * A systemd unit that runs the agent, to be copied.
	 */
	public function service(): string {
		$user = function_exists( 'posix_getpwuid' ) && function_exists( 'posix_geteuid' ) ? posix_getpwuid( posix_geteuid() ) : false;
		return implode(
			"\n",
			array(
				'[Unit]',
				'Description=Holdfast agent of ' . home_url(),
				'After=network-online.target mariadb.service mysql.service',
				'',
				'[Service]',
				'User=' . ( false === $user ? 'www-data' : $user['name'] ),
				'ExecStart=' . $this->command(),
				'Restart=always',
				'RestartSec=5',
				'',
				'[Install]',
				'WantedBy=multi-user.target',
				'',
			)
		);
	}

	/**
	 * One attempt. Holds the lock.
	 *
	 * @param array<string, mixed> $tried What the last attempts came to.
	 */
	private function attempt( array $tried ): string {
		$node = null;
		$code = null === Folder::problem( $this->state ) ? $this->copy() : Errors::STATE_NOT_WRITABLE;
		if ( '' === $code && ! Node::may_start() ) {
			$code = Errors::AGENT_CANNOT_START;
		}
		if ( '' === $code ) {
			$node = Node::find();
			$code = null === $node ? Errors::AGENT_NO_NODE : ( Node::is_new_enough( $node['version'] ) ? '' : Errors::AGENT_NODE_TOO_OLD );
		}
		$failures = (int) ( $tried['failures'] ?? 0 ) + 1;
		if ( '' === $code && null !== $node ) {
			// Whether it stays up is seen at the next look only: the request does not wait.
			Launcher::start( $node['path'], dirname( __DIR__, 2 ) . '/agent/launcher.cjs', array( self::MEMORY, $this->program(), 'run', '--state', $this->state ) );
		}
		$this->note(
			array(
				'code'     => $code,
				'failures' => $failures,
				'begun'    => '' === $code ? time() : 0,
				'next'     => time() + min( self::BACK_OFF_S_MAX, self::BACK_OFF_S * 2 ** min( 5, $failures - 1 ) ),
				'node'     => null === $node ? '' : $node['path'],
			)
		);
		return $code;
	}

	/**
	 * Copies the agent out of the plugin's folder, so that an update of the plugin does not pull it from under a
	 * running restore.
	 *
	 * @return string '' or the code of what stands in the way.
	 */
	private function copy(): string {
		if ( ! $this->has_own_copy() ) {
			return Node::is_program( $this->program() ) || is_file( $this->program() ) ? '' : Errors::AGENT_MISSING;
		}
		$source = dirname( __DIR__, 2 ) . '/agent/holdfast.cjs';
		$target = $this->program();
		return Quiet::run(
			static function () use ( $source, $target ): string {
				if ( ! is_file( $source ) ) {
					return is_file( $target ) ? '' : Errors::AGENT_MISSING;
				}
				if ( is_file( $target ) && hash_file( 'sha256', $source ) === hash_file( 'sha256', $target ) ) {
					return '';
				}
				if ( ! is_dir( dirname( $target ) ) ) {
					mkdir( dirname( $target ), 0700, true );
				}
				return Guarded::replace( $target, (string) file_get_contents( $source ) ) ? '' : Errors::STATE_NOT_WRITABLE;
			},
			Errors::STATE_NOT_WRITABLE
		);
	}

	/**
	 * The agent's program: the copy, or what the owner (a developer) named.
	 */
	private function program(): string {
		return defined( 'HOLDFAST_AGENT' ) ? (string) HOLDFAST_AGENT : $this->state . '/agent/' . HOLDFAST_VERSION . '/holdfast.cjs';
	}

	/**
	 * Is the agent ours to copy?
	 */
	private function has_own_copy(): bool {
		return ! defined( 'HOLDFAST_AGENT' );
	}

	/**
	 * What the last attempts came to.
	 *
	 * @return array<string, mixed>
	 */
	private function record(): array {
		return (array) Quiet::run(
			function (): ?array {
				return Guarded::read( $this->state . '/keeper.php' );
			},
			null
		);
	}

	/**
	 * Keeps what an attempt came to.
	 *
	 * @param array<string, mixed> $record What.
	 */
	private function note( array $record ): void {
		Quiet::run(
			function () use ( $record ): bool {
				return Guarded::write( $this->state . '/keeper.php', $record );
			},
			false
		);
	}

	/**
	 * A word of a command line, quoted only where it must be.
	 *
	 * @param string $word The word.
	 */
	private static function quoted( string $word ): string {
		return 1 === preg_match( '~^[\w./:@=-]+$~D', $word ) ? $word : escapeshellarg( $word );
	}
}
