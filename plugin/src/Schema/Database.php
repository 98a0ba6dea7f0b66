<?php
/**
 * What must capture know of the database as a whole?
 *
 * @package Holdfast
 */

namespace Holdfast\Schema;

/**
 * Facts that hold for all tables; strings and lists only, so that they go through JSON as they are.
 */
final class Database {

	/**
	 * All tables and views, as keys.
	 *
	 * @var array<string, true>
	 */
	public $tables = array();

	/**
	 * Table or view → tables that a write to it can change without naming them (triggers, cascades, views).
	 *
	 * @var array<string, string[]>
	 */
	public $dependents = array();

	/**
	 * Trigger → its table.
	 *
	 * @var array<string, string>
	 */
	public $triggers = array();

	/**
	 * Tables and views on which only the whole can be named (they have triggers, or are views), as keys.
	 *
	 * @var array<string, true>
	 */
	public $opaque = array();

	/**
	 * The sql_mode of WordPress' connections.
	 *
	 * @var string
	 */
	public $sql_mode = '';

	/**
	 * Do connections begin in autocommit mode?
	 *
	 * @var bool
	 */
	public $autocommit = true;

	/**
	 * The step of AUTO_INCREMENT.
	 *
	 * @var int
	 */
	public $increment = 1;

	/**
	 * Is it MariaDB, and from which version on does it know NOWAIT (10.3; MySQL 8.0)?
	 *
	 * @var bool
	 */
	public $maria = true;

	/**
	 * Everything that a write to this table can change besides it, dependents of dependents included.
	 *
	 * @param string $table The table.
	 * @return string[]
	 */
	public function reached_from( string $table ): array {
		if ( ! isset( $this->dependents[ $table ] ) ) {
			return array();
		}
		$reached = array( $table => true );
		$queue   = array( $table );
		while ( array() !== $queue ) {
			$next = array_pop( $queue );
			foreach ( $this->dependents[ $next ] ?? array() as $dependent ) {
				if ( ! isset( $reached[ $dependent ] ) ) {
					$reached[ $dependent ] = true;
					$queue[]               = $dependent;
				}
			}
		}
		unset( $reached[ $table ] );
		return array_map( 'strval', array_keys( $reached ) );
	}
}
