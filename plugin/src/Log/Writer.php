<?php
/**
 * How do lines get into the intent log?
 *
 * @package Holdfast
 */

namespace Holdfast\Log;

use Holdfast\State\Guarded;

/**
 * The intent log of this process: a file that begins with header and first lines in one write, is appended with one write
 * per flush, and is ended by an end line.
 *
 * Lines gather until flush(). A file is never written to after its end line: what comes later opens a new one, so the
 * agent may delete an ended file without looking back. A long process ends its file and goes on with a new one once
 * all is closed and the file has grown (ROTATE_BYTES). Where a write fails, `ok` goes: the agent then sweeps.
 */
final class Writer {

	/** Beyond this, intents name tables only; beyond twice this, one line asks for a sweep and no more are written. */
	const FILE_BYTES_MAX = 8388608;

	/** A file of this size is ended as soon as nothing is open. */
	const ROTATE_BYTES = 262144;

	/** No line is longer. */
	const LINE_BYTES_MAX = 1048576;

	/**
	 * The state folder.
	 *
	 * @var string
	 */
	private $state;

	/**
	 * The open file, or null.
	 *
	 * @var resource|null
	 */
	private $handle = null;

	/**
	 * The process that opened it; a fork needs a file of its own.
	 *
	 * @var int
	 */
	private $process = 0;

	/**
	 * Can this process fork? Web servers' processes cannot where PHP was not given the function.
	 *
	 * @var bool
	 */
	private $forks;

	/**
	 * Has it been seen, since the last flush, that the file is this process' own?
	 *
	 * @var bool
	 */
	private $begun = false;

	/**
	 * Bytes written to it.
	 *
	 * @var int
	 */
	private $bytes = 0;

	/**
	 * Lines that wait for flush().
	 *
	 * @var string
	 */
	private $buffer = '';

	/**
	 * The last intent's number.
	 *
	 * @var int
	 */
	private $intents = 0;

	/**
	 * Server connection id → its number in this file.
	 *
	 * @var array<int, int>
	 */
	private $connections = array();

	/**
	 * Which file of this process it is.
	 *
	 * @var int
	 */
	private $serial = 0;

	/**
	 * Has this file asked for a sweep and fallen silent?
	 *
	 * @var bool
	 */
	private $silent = false;

	/**
	 * A writer.
	 *
	 * @param string $state The state folder.
	 */
	public function __construct( string $state ) {
		$this->state = $state;
		$this->forks = ! in_array( PHP_SAPI, array( 'fpm-fcgi', 'cgi-fcgi', 'apache2handler', 'litespeed' ), true ) || function_exists( 'pcntl_fork' );
	}

	/**
	 * Is a file open?
	 */
	public function is_open(): bool {
		return null !== $this->handle || '' !== $this->buffer;
	}

	/**
	 * Which file of this process is being written: numbers of intents and connections hold within one.
	 */
	public function serial(): int {
		return $this->serial;
	}

	/**
	 * Has the file outgrown naming rows?
	 */
	public function is_full(): bool {
		return $this->bytes > self::FILE_BYTES_MAX;
	}

	/**
	 * Has the file grown enough to be ended when nothing is open?
	 */
	public function wants_rotation(): bool {
		return $this->bytes > self::ROTATE_BYTES;
	}

	/**
	 * The number of a new intent.
	 */
	public function next_intent(): int {
		return ++$this->intents;
	}

	/**
	 * The number of a connection in this file; a new one is announced.
	 *
	 * @param int $id Its id at the server.
	 */
	public function connection( int $id ): int {
		if ( ! $this->begun ) {
			$this->begin( $id );
		}
		if ( ! isset( $this->connections[ $id ] ) ) {
			$this->connections[ $id ] = count( $this->connections );
			$this->line( 'd', array( $this->connections[ $id ], $id ) );
		}
		return $this->connections[ $id ];
	}

	/**
	 * Adds a line.
	 *
	 * @param string            $type   Its type.
	 * @param array<int, mixed> $fields What follows the time.
	 * @return bool False where it cannot be written as it is (too long, not JSON); nothing is added then.
	 */
	public function line( string $type, array $fields ): bool {
		if ( ! $this->begun ) {
			$this->begin( 0 );
		}
		$json = json_encode( array( $type, intdiv( hrtime( true ), 1000 ), ...$fields ), JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE );
		if ( false === $json || strlen( $json ) >= self::LINE_BYTES_MAX ) {
			return false;
		}
		$this->add( $json );
		return true;
	}

	/**
	 * Adds the line that closes intents.
	 *
	 * @param int $last  The last intent that it closes.
	 * @param int $index The connection's number in the log.
	 */
	public function close_intents( int $last, int $index ): void {
		if ( ! $this->begun ) {
			$this->begin( 0 );
		}
		$this->add( '["c",' . intdiv( hrtime( true ), 1000 ) . ",$last,$index]" );
	}

	/**
	 * Adds a line as it is, unless the file has reached its bound.
	 *
	 * @param string $json The line.
	 */
	private function add( string $json ): void {
		if ( $this->bytes + strlen( $this->buffer ) <= 2 * self::FILE_BYTES_MAX ) {
			$this->buffer .= $json . "\n";
		} elseif ( ! $this->silent ) {
			$this->silent  = true;
			$this->buffer .= '["x",' . Header::monotonic() . ",\"sweep: the intent log has reached its bound\"]\n";
		}
	}

	/**
	 * Writes what has gathered. False where it could not be written: `ok` is gone then.
	 */
	public function flush(): bool {
		$this->begun = false;
		if ( '' === $this->buffer ) {
			return true;
		}
		$text         = $this->buffer;
		$this->buffer = '';
		$done         = null === $this->handle ? $this->create( $text ) : fwrite( $this->handle, $text ) === strlen( $text );
		if ( ! $done ) {
			$this->abandon();
			return false;
		}
		$this->bytes += strlen( $text );
		return true;
	}

	/**
	 * Ends the file.
	 */
	public function end(): void {
		if ( null === $this->handle ) {
			$this->buffer = '';
			$this->begun  = false;
			return;
		}
		$this->buffer .= '["e",' . Header::monotonic() . "]\n";
		$this->flush();
		$this->close();
	}

	/**
	 * Leaves the file without an end line: the agent will look at the connection instead.
	 */
	public function leave(): void {
		$this->flush();
		$this->close();
	}

	/**
	 * Prepares a new file if none is being written. It appears at the next flush. To be called once between two of them: what
	 * gathers is written before other code runs, and only that can fork.
	 *
	 * @param int $connection The connection's id at the server.
	 */
	private function begin( int $connection ): void {
		$this->begun = true;
		$process     = null === $this->handle || $this->forks ? (int) getmypid() : $this->process;
		if ( 0 !== $this->process && $process !== $this->process ) {
			$this->handle = null; // A fork: the parent's file is the parent's.
			$this->close();
			$this->begun = true;
		}
		if ( null !== $this->handle ) {
			return;
		}
		++$this->serial;
		$this->process     = $process;
		$this->bytes       = 0;
		$this->intents     = 0;
		$this->silent      = false;
		$this->connections = array( $connection => 0 );
		$this->request     = Header::request_id();
		$this->buffer      = Guarded::GUARD . json_encode( Header::of( $this->request, $connection, $this->state ), JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE ) . "\n";
	}

	/**
	 * The request id of the file being written.
	 *
	 * @var string
	 */
	private $request = '';

	/**
	 * Creates the file with its first lines. Not by a temporary name: PHP's rename() and unlink() empty the realpath cache of
	 * the process, so the next request that it serves would look up every path of WordPress anew.
	 *
	 * @param string $text Guard, header and first lines.
	 */
	private function create( string $text ): bool {
		$path   = $this->state . '/log/' . $this->request . '.php';
		$handle = self::create_private( $path );
		if ( false === $handle ) {
			return false;
		}
		$this->handle = $handle;
		if ( fwrite( $handle, $text ) === strlen( $text ) ) {
			return true;
		}
		unlink( $path );
		return false;
	}

	/**
	 * Creates a file of mode 0600.
	 *
	 * @param string $path The file.
	 * @return resource|false
	 */
	private static function create_private( string $path ) {
		if ( PHP_ZTS ) { // The mask belongs to the process, so other threads would see it.
			$handle = fopen( $path, 'xe' );
			chmod( $path, 0600 );
			return $handle;
		}
		$mask   = umask( 0177 );
		$handle = fopen( $path, 'xe' );
		umask( $mask );
		return $handle;
	}

	/**
	 * What to do where a write failed: the absence of `ok` tells the agent. The next line tries a new file.
	 */
	private function abandon(): void {
		if ( is_file( $this->state . '/ok' ) ) {
			unlink( $this->state . '/ok' );
		}
		$this->close();
	}

	/**
	 * Closes the file.
	 */
	private function close(): void {
		if ( is_resource( $this->handle ) ) {
			fclose( $this->handle );
		}
		$this->handle      = null;
		$this->begun       = false;
		$this->process     = 0;
		$this->bytes       = 0;
		$this->buffer      = '';
		$this->connections = array();
	}
}
