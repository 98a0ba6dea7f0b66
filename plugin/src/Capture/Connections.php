<?php
/**
 * Which wpdb object is running a statement?
 *
 * @package Holdfast
 */

namespace Holdfast\Capture;

/**
 * The wpdb objects of this process. There is nearly always one; plugins may have others.
 */
final class Connections {

	/**
	 * The objects seen, by their id in PHP.
	 *
	 * @var array<int, Connection>
	 */
	private $seen = array();

	/**
	 * All of them.
	 *
	 * @return array<int, Connection>
	 */
	public function all(): array {
		return $this->seen;
	}

	/**
	 * The connection of the wpdb object whose query() is running, where it does not stand where core has it.
	 */
	public function running(): ?Connection {
		// phpcs:ignore WordPress.PHP.DevelopmentFunctions.error_log_debug_backtrace -- The filter does not say which object runs the statement.
		foreach ( debug_backtrace( DEBUG_BACKTRACE_PROVIDE_OBJECT | DEBUG_BACKTRACE_IGNORE_ARGS, 10 ) as $frame ) {
			$owner = $frame['object'] ?? null;
			if ( $owner instanceof \wpdb ) {
				return $this->of( $owner );
			}
		}
		return null;
	}

	/**
	 * The id at the server of the connection that WordPress itself uses; 0 where it has none.
	 */
	public function usual_id(): int {
		$owner = $GLOBALS['wpdb'] ?? null;
		return $owner instanceof \wpdb ? $this->of( $owner )->current_server_id() : 0;
	}

	/**
	 * The connection of a wpdb object.
	 *
	 * @param \wpdb $owner The object.
	 */
	public function of( \wpdb $owner ): Connection {
		$id = spl_object_id( $owner );
		if ( ! isset( $this->seen[ $id ] ) || $this->seen[ $id ]->owner() !== $owner ) {
			$this->seen[ $id ] = new Connection( $owner );
		}
		return $this->seen[ $id ];
	}

	/**
	 * Is there an announced statement that has not been seen to return?
	 */
	public function any_announced(): bool {
		foreach ( $this->seen as $connection ) {
			if ( null !== $connection->announced ) {
				return true;
			}
		}
		return false;
	}

	/**
	 * May anything that this process wrote still change?
	 *
	 * @param Settler $settler Knows it of one connection.
	 */
	public function any_open( Settler $settler ): bool {
		foreach ( $this->seen as $connection ) {
			if ( null !== $connection->announced || $settler->is_open( $connection ) ) {
				return true;
			}
		}
		return false;
	}
}
