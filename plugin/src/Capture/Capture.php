<?php
/**
 * What happens when a statement passes by?
 *
 * @package Holdfast
 */

namespace Holdfast\Capture;

use Holdfast\Log\Writer;
use Holdfast\Schema\Catalog;
use Holdfast\Sql\Statement;
use Holdfast\State\Quiet;

/**
 * The orchestrator of capture.
 *
 * The path of a statement:
 *
 *      query filter ──> settle what was announced before (close, inserted keys)
 *                   ──> classify ──> plan ──> look up ──> write the intent ──> let the statement run
 *
 * Nothing here reaches WordPress: no exception, no warning, no query through $wpdb. Where anything of ours fails, `ok`
 * goes and the agent sweeps.
 */
final class Capture {

	/**
	 * The one of this process.
	 *
	 * @var self|null
	 */
	private static $instance = null;

	/**
	 * The state folder.
	 *
	 * @var string
	 */
	private $state;

	/**
	 * The intent log.
	 *
	 * @var Writer
	 */
	private $writer;

	/**
	 * Announces statements.
	 *
	 * @var Announcer
	 */
	private $announcer;

	/**
	 * Closes what has returned.
	 *
	 * @var Settler
	 */
	private $settler;

	/**
	 * The schema.
	 *
	 * @var Catalog
	 */
	private $catalog;

	/**
	 * Whether this request may still write.
	 *
	 * @var Epoch
	 */
	private $epoch;

	/**
	 * The wpdb objects seen.
	 *
	 * @var Connections
	 */
	private $connections;

	/**
	 * Ends the log; kept, so that it ends it as late as this object does.
	 *
	 * @var Ending
	 */
	private $ending;

	/**
	 * Is the site paired? Asked again until it is.
	 *
	 * @var bool
	 */
	private $paired = false;

	/**
	 * Is a statement of ours in work (a look-up that comes back through the filter)?
	 *
	 * @var bool
	 */
	private $busy = false;

	/**
	 * Capture for one process.
	 *
	 * @param string $state The state folder.
	 * @param int    $epoch The epoch at the beginning of the request.
	 */
	private function __construct( string $state, int $epoch ) {
		$name            = defined( 'DB_NAME' ) ? (string) DB_NAME : '';
		$this->state     = $state;
		$this->writer    = new Writer( $state );
		$this->catalog   = new Catalog( $state, $name );
		$this->announcer = new Announcer( $this->writer, $this->catalog, $name, $state );
		$this->settler   = new Settler( $this->writer, $this->catalog, $this->announcer );
		$this->epoch     = new Epoch( $state, $epoch );

		$this->connections = new Connections();
		$this->ending      = new Ending( $this->writer, $this->settler, $this->connections );
		$this->ending->register();
	}

	/**
	 * The one of this process.
	 */
	public static function instance(): self {
		if ( null === self::$instance ) {
			self::$instance = new self( HOLDFAST_STATE, defined( 'HOLDFAST_EPOCH' ) ? (int) HOLDFAST_EPOCH : 0 );
		}
		return self::$instance;
	}

	/**
	 * Is there one yet? A request that only reads has none.
	 */
	public static function has_begun(): bool {
		return null !== self::$instance;
	}

	/**
	 * The intent log, if the site is paired.
	 */
	public function log(): ?Writer {
		return $this->is_paired() ? $this->writer : null;
	}

	/**
	 * A statement is about to run.
	 *
	 * @param string     $sql   The statement.
	 * @param bool       $reads Whether it certainly only reads.
	 * @param \wpdb|null $owner The object that runs it, where that is seen at once.
	 * @return string What is to be run: the same, or nothing where a restore has forbidden it.
	 */
	public function statement( string $sql, bool $reads, ?\wpdb $owner ): string {
		if ( $this->busy ) {
			return $sql;
		}
		$this->busy = true;
		set_error_handler( array( Quiet::class, 'ignore' ) ); // phpcs:ignore WordPress.PHP.DevelopmentFunctions.error_log_set_error_handler -- Nothing of ours may warn or change error_get_last(); restored below.
		try {
			return $this->pass( $sql, $reads, null === $owner ? $this->connections->running() : $this->connections->of( $owner ) );
		} catch ( \Throwable $error ) {
			$this->fail();
			return $sql;
		} finally {
			restore_error_handler();
			$this->busy = false;
		}
	}

	/**
	 * A statement is about to run: settle, classify, announce.
	 *
	 * @param string          $sql        The statement.
	 * @param bool            $reads      Whether it certainly only reads.
	 * @param Connection|null $connection The connection; null where no wpdb object runs it.
	 */
	private function pass( string $sql, bool $reads, ?Connection $connection ): string {
		if ( null === $connection ) {
			if ( ! $this->is_paired() || $reads ) {
				return $sql;
			}
			$this->writer->line( 'x', array( 'sweep: a statement ran outside wpdb' ) );
			$this->writer->flush();
			return $sql;
		}
		$this->settler->settle( $connection );
		if ( $this->writer->wants_rotation() && ! $this->connections->any_open( $this->settler ) ) {
			$this->writer->end();
		}
		if ( $reads ) {
			$this->writer->flush();
			$this->watch();
			return $sql;
		}
		$over  = $this->epoch->is_over( $this->catalog->refresh() );
		$usual = ! $over && $this->is_paired() ? $this->announcer->usual( $sql, $connection ) : null;
		if ( null !== $usual ) {
			$this->note_earlier( $connection );
			$this->clarify( $connection );
			$this->announcer->announce_usual( $sql, $usual, $connection );
			$this->writer->flush();
			Door::$waiting = true;
			return $sql;
		}
		$counting = Door::counting();
		Door::count( $counting || Announcer::asks_for_last( $sql ) );
		$statement = $this->announcer->classify( $sql, $connection );
		$writes    = Statement::READ !== $statement->kind || '' !== $statement->sweep;
		if ( $over && ( $writes || '' !== $statement->effect ) ) {
			$this->writer->flush();
			// WordPress treats an empty statement as one that failed. What the transaction did so far goes, too.
			return Statement::COMMITS === $statement->effect && ! $writes ? 'ROLLBACK' : '';
		}
		if ( $writes || '' !== $statement->effect || array() !== $statement->settings || $statement->defines ) {
			$this->announce( $sql, $statement, $connection, $writes );
		} else {
			$this->writer->flush();
			$this->watch();
		}
		// What counts rows stays in force until the next read, what asks for the last statement's is over with this one.
		Door::count( $counting || ( Door::counting() && false !== stripos( substr( $sql, 0, 400 ), 'SQL_CALC_FOUND_ROWS' ) ) );
		return $sql;
	}

	/**
	 * Announces a statement that writes or ends transactions.
	 *
	 * @param string     $sql        The statement.
	 * @param Statement  $statement  What it does.
	 * @param Connection $connection The connection.
	 * @param bool       $writes     Whether it writes.
	 */
	private function announce( string $sql, Statement $statement, Connection $connection, bool $writes ): void {
		if ( ! $this->is_paired() ) {
			$connection->unrecorded = $connection->unrecorded || $writes;
			$connection->announced  = new Announced( $sql, $statement->effect );

			$connection->announced->settings = $statement->settings;
			$connection->announced->schema   = $statement->defines;
		} else {
			$this->note_earlier( $connection );
			if ( $writes ) {
				$this->clarify( $connection );
			}
			$this->announcer->announce( $sql, $statement, $connection, $writes );
		}
		$this->writer->flush();
		Door::$waiting = true;
	}

	/**
	 * Asks the server whether a transaction is open, where that is in doubt and nothing is disturbed by it.
	 *
	 * @param Connection $connection The connection.
	 */
	private function clarify( Connection $connection ): void {
		if ( $connection->is_doubtful() && ! Door::counting() ) {
			$this->settler->clarify( $connection );
		}
	}

	/**
	 * Asks for a sweep where a transaction began before the site was paired.
	 *
	 * @param Connection $connection The connection.
	 */
	private function note_earlier( Connection $connection ): void {
		if ( ! $connection->unrecorded ) {
			return;
		}
		$connection->unrecorded = ! $connection->commits_by_itself();
		if ( $connection->unrecorded && is_file( $this->state . '/reading' ) ) { // Until then the agent waits for this connection.
			$this->writer->line( 'x', array( 'sweep: a transaction began before the site was paired' ) );
			$connection->unrecorded = false;
		}
	}

	/**
	 * A connection was made anew in the middle of a query(): the statement that was announced will run on it.
	 */
	public function reconnected(): void {
		Quiet::run(
			function () {
				foreach ( $this->connections->all() as $connection ) {
					$this->settler->moved( $connection );
				}
				$this->writer->flush();
				return null;
			},
			null
		);
	}

	/**
	 * All that an action of a person or a file hook wants to say.
	 *
	 * @param string            $type   The line's type.
	 * @param array<int, mixed> $fields What follows the time.
	 */
	public function tell( string $type, array $fields ): void {
		if ( ! $this->is_paired() ) {
			return;
		}
		Quiet::run(
			function () use ( $type, $fields ) {
				if ( ! $this->writer->is_open() ) {
					// Where the process is killed, it is this connection's end that tells.
					$this->writer->connection( $this->connections->usual_id() );
				}
				if ( 'f' === $type ) {
					$fields = array( $this->writer->next_intent(), $fields[0], $fields[1] );
				}
				return $this->writer->line( $type, $fields ) && $this->writer->flush();
			},
			false
		);
	}

	/**
	 * Is the site paired?
	 */
	private function is_paired(): bool {
		$this->paired = $this->paired || is_file( $this->state . '/paired' );
		return $this->paired;
	}

	/**
	 * Is anything announced still to be settled? Else reads need not come here.
	 */
	private function watch(): void {
		Door::$waiting = $this->connections->any_announced();
	}

	/**
	 * Something of ours broke: the agent has to sweep.
	 */
	private function fail(): void {
		if ( is_file( $this->state . '/ok' ) ) {
			unlink( $this->state . '/ok' );
		}
	}
}
