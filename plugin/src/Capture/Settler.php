<?php
/**
 * When is an intent closed?
 *
 * @package Holdfast
 */

namespace Holdfast\Capture;

use Holdfast\Log\Writer;
use Holdfast\Schema\Catalog;
use Holdfast\Schema\Rows;
use Holdfast\Sql\Classifier;
use Holdfast\Sql\Statement;

/**
 * Looks at what became of the announced statement once the same request runs its next one, or ends.
 */
final class Settler {

	/**
	 * The intent log.
	 *
	 * @var Writer
	 */
	private $writer;

	/**
	 * The schema.
	 *
	 * @var Catalog
	 */
	private $catalog;

	/**
	 * Announces what has run unannounced.
	 *
	 * @var Announcer
	 */
	private $announcer;

	/**
	 * A settler.
	 *
	 * @param Writer    $writer    The intent log.
	 * @param Catalog   $catalog   The schema.
	 * @param Announcer $announcer Announces what has run unannounced.
	 */
	public function __construct( Writer $writer, Catalog $catalog, Announcer $announcer ) {
		$this->writer    = $writer;
		$this->catalog   = $catalog;
		$this->announcer = $announcer;
	}

	/**
	 * Settles the announced statement of a connection, if it has returned.
	 *
	 * @param Connection $connection The connection.
	 */
	public function settle( Connection $connection ): void {
		$announced = $connection->announced;
		$owner     = $connection->owner();
		if ( null === $announced ) {
			$this->moved( $connection );
			return;
		}
		if ( null === $owner ) {
			$connection->announced = null; // The object died, and its connection with it: the agent sees that.
			$connection->abandoned = $connection->open_serial;
			return;
		}
		$run = $owner->last_query === $announced->sql;
		if ( $run && $announced->usual && '' === $owner->last_error && ! $connection->has_moved() ) {
			$connection->announced = null;
			if ( $announced->plans[0]->fresh > 0 || null !== $announced->found ) {
				$this->report( $connection, $owner, $announced );
			}
			$this->close_if_final( $connection );
			return;
		}
		if ( ! $run && Returned::is_nested( $owner ) ) {
			return;
		}
		$this->moved( $connection );
		$connection->announced = null;
		if ( $announced->schema && ! ( $run && '' !== $owner->last_error && ! Returned::lost_connection( $owner ) ) ) {
			$this->catalog->forget();
		}
		if ( $run ) {
			$this->returned( $connection, $owner, $announced );
		} else {
			$this->replaced( $connection, $owner, $announced );
		}
	}

	/**
	 * Notices a new server connection under the same object, and announces again what is to run on it.
	 *
	 * @param Connection $connection The connection.
	 */
	public function moved( Connection $connection ): void {
		if ( ! $connection->has_moved() ) {
			return;
		}
		$id = $connection->current_server_id();
		if ( $this->is_open( $connection ) ) {
			$connection->abandoned = $connection->open_serial;
		}
		$connection->reconnected( $id );
		if ( null !== $connection->announced ) {
			foreach ( $connection->announced->plans as $plan ) {
				$index        = $this->writer->connection( $id );
				$plan->number = $this->writer->next_intent();
				Announcer::write( $this->writer, $plan, $connection, $index );
			}
		}
	}

	/**
	 * May anything that this connection wrote still change?
	 *
	 * @param Connection $connection The connection.
	 */
	public function is_open( Connection $connection ): bool {
		$serial = $this->writer->serial();
		if ( $connection->abandoned === $serial && $serial > 0 ) {
			return true;
		}
		return $connection->open_intent > 0 && $connection->open_serial === $serial;
	}

	/**
	 * At the end of the request: closes what another kind of wpdb wrote, of which we see only that it has ended.
	 *
	 * @param Connection $connection The connection.
	 */
	public function end( Connection $connection ): void {
		if ( ! $connection->is_core && $connection->is_at_rest() ) {
			$connection->open_intent = 0;
		}
	}

	/**
	 * Where it is in doubt whether statements commit by themselves, asks the server. Before a statement that writes only:
	 * it replaces what the one before left (ROW_COUNT(), warnings) anyway. MySQL does not tell whether a transaction is open.
	 *
	 * @param Connection $connection The connection.
	 */
	public function clarify( Connection $connection ): void {
		$database = $this->catalog->database( null );
		$link     = $connection->link();
		if ( ! $connection->is_core || ! $connection->is_doubtful() || null === $link || null === $database || ! $database->maria ) {
			return;
		}
		$rows = Rows::of( $link, 'SELECT @@SESSION.autocommit, @@in_transaction' );
		if ( isset( $rows[0] ) ) {
			$connection->learn( '1' === $rows[0][0], '1' === $rows[0][1] );
			if ( '0' === $rows[0][1] ) {
				$this->close( $connection );
			}
		}
	}

	/**
	 * The statement has run: its effect, its new rows, its close.
	 *
	 * @param Connection $connection The connection.
	 * @param \wpdb      $owner      The object.
	 * @param Announced  $announced  The statement.
	 */
	private function returned( Connection $connection, \wpdb $owner, Announced $announced ): void {
		$failed = '' !== $owner->last_error;
		if ( $failed && Returned::lost_connection( $owner ) ) {
			$connection->abandoned = $this->is_open( $connection ) ? $connection->open_serial : $connection->abandoned;
			return; // Whether the server did it, or is still at it, only the process list tells.
		}
		$this->report( $connection, $owner, $announced );
		if ( $failed ) {
			$this->close_if_final( $connection );
			return;
		}
		if ( '' === $announced->effect && array() === $announced->settings ) {
			$this->close_if_final( $connection );
			return;
		}
		if ( $connection->is_core && $connection->ends_transaction( $announced->effect ) ) {
			$this->close( $connection );
		}
		$connection->apply( $announced->effect );
		$connection->settings = array_merge( $connection->settings, $announced->settings );
		if ( isset( $announced->settings['auto_increment_increment'] ) ) {
			$connection->step = 0;
		}
		$this->close_if_final( $connection );
	}

	/**
	 * Another filter ran something else, or nothing; or other code has cleared wpdb's memory of it.
	 *
	 * @param Connection $connection The connection.
	 * @param \wpdb      $owner      The object.
	 * @param Announced  $announced  The statement.
	 */
	private function replaced( Connection $connection, \wpdb $owner, Announced $announced ): void {
		$other   = (string) $owner->last_query; // Null after flush().
		$effects = array( $announced->effect );
		if ( '' !== $other && ! Classifier::only_reads( $other ) ) {
			$late      = $this->announcer->late( $other, $connection );
			$effects[] = $late->effect;

			$announced->settings += $late->settings;
		}
		foreach ( array_intersect( $effects, array( Statement::BEGINS, Statement::CHAINS, Statement::UNCLEAR ) ) as $effect ) {
			$connection->apply( $effect ); // Perhaps it ran. What opens counts, what closes does not.
		}
		foreach ( array_keys( $announced->settings ) as $name ) {
			$connection->settings[ $name ] = '?';
		}
		$this->close_if_final( $connection );
	}

	/**
	 * Reports new rows, and widens an intent whose look-up found another number of rows than the server matched.
	 *
	 * @param Connection $connection The connection.
	 * @param \wpdb      $owner      The object.
	 * @param Announced  $announced  The statement.
	 */
	private function report( Connection $connection, \wpdb $owner, Announced $announced ): void {
		foreach ( $announced->plans as $plan ) {
			if ( $plan->fresh < 1 || ! $plan->consecutive || $plan->whole || $connection->open_serial !== $this->writer->serial() ) {
				continue;
			}
			$step = $connection->step;
			$keys = 0 === $step && $plan->fresh > 1 ? null : Returned::inserted( $owner, $announced->sql, $plan, $step );
			if ( null !== $keys ) {
				$this->writer->line( 'r', array( $plan->number, $keys ) );
			}
		}
		if ( null === $announced->found ) {
			return;
		}
		$matched = Returned::matched( $owner, $announced->sql );
		if ( '' === $owner->last_error && $matched !== $announced->found ) {
			$this->whole( $announced->plans[0]->table, $connection );
		}
	}

	/**
	 * Announces a whole table, late: before the close is early enough for what has already been announced too narrowly.
	 *
	 * @param string     $table      The table.
	 * @param Connection $connection The connection.
	 */
	private function whole( string $table, Connection $connection ): void {
		$plan         = new Plan( $table, true );
		$index        = $this->writer->connection( $connection->server_id );
		$plan->number = $this->writer->next_intent();
		Announcer::write( $this->writer, $plan, $connection, $index );
	}

	/**
	 * Closes, if a statement's change is final when it has returned.
	 *
	 * @param Connection $connection The connection.
	 */
	private function close_if_final( Connection $connection ): void {
		if ( $connection->commits_by_itself() ) {
			$this->close( $connection );
		}
	}

	/**
	 * Closes every intent of a connection.
	 *
	 * @param Connection $connection The connection.
	 */
	private function close( Connection $connection ): void {
		if ( $connection->open_intent > 0 && $connection->open_serial === $this->writer->serial() && $this->writer->is_open() ) {
			$this->writer->close_intents( $connection->open_intent, $this->writer->connection( $connection->server_id ) );
		}
		$connection->open_intent = 0;
	}
}
