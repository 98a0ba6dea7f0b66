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
	 * Table or view → tables that a write to it can change without naming them (triggers, cascades, views, merged
	 * tables). A table in another database is written `database.table`, in lower case.
	 *
	 * @var array<string, string[]>
	 */
	public $dependents = array();

	/**
	 * The same for rows that are only added: nothing cascades then.
	 *
	 * @var array<string, string[]>
	 */
	public $by_insert = array();

	/**
	 * Table → tables whose foreign keys refer to it.
	 *
	 * @var array<string, string[]>
	 */
	public $children = array();

	/**
	 * Lower-case name of a stored function or procedure, or of a view that calls one → tables that it can change; null
	 * = its text is not to be had, or it makes up statements.
	 *
	 * @var array<string, string[]|null>
	 */
	public $routines = array();

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
	 * Is it known whether their "…" quote names? Not where session and server differ.
	 *
	 * @var bool
	 */
	public $quotes_known = true;

	/**
	 * The completion_type with which they begin.
	 *
	 * @var string
	 */
	public $completion = '0';

	/**
	 * Does a lock that is not to be had roll the whole transaction back (innodb_rollback_on_timeout)? Then a look-up that
	 * does not wait would do so.
	 *
	 * @var bool
	 */
	public $fragile = false;

	/**
	 * May the step of AUTO_INCREMENT change under a connection (Galera)?
	 *
	 * @var bool
	 */
	public $restless = false;

	/**
	 * Is it MariaDB, and from which version on does it know NOWAIT (10.3; MySQL 8.0)?
	 *
	 * @var bool
	 */
	public $maria = true;

	/**
	 * Everything that a write to this table can change besides it, dependents of dependents included; the table itself only
	 * where other rows of it can change with those that the statement names.
	 *
	 * @param string $table   The table.
	 * @param bool   $inserts Whether rows are only added: that cascades to nothing.
	 * @return string[]
	 */
	public function reached_from( string $table, bool $inserts = false ): array {
		$reached = array();
		$queue   = ( $inserts ? $this->by_insert : $this->dependents )[ $table ] ?? array();
		while ( array() !== $queue ) {
			$next = array_pop( $queue );
			if ( ! isset( $reached[ $next ] ) ) {
				$reached[ $next ] = true;
				$queue            = array_merge( $queue, $this->dependents[ $next ] ?? array() );
			}
		}
		return array_map( 'strval', array_keys( $reached ) );
	}

	/**
	 * The tables as this database knows them that are meant by a name: in other letter case too, where the server may
	 * not tell them apart.
	 *
	 * @param string $name The name.
	 * @return string[] The name itself where none is known.
	 */
	public function meant_by( string $name ): array {
		if ( isset( $this->tables[ $name ] ) ) {
			return array( $name );
		}
		$meant = array();
		foreach ( array_keys( $this->tables ) as $known ) {
			if ( self::folded( (string) $known ) === self::folded( $name ) ) {
				$meant[] = (string) $known;
			}
		}
		return array() === $meant ? array( $name ) : $meant;
	}

	/**
	 * A name without letter case; what is beyond ASCII counts as equal.
	 *
	 * @param string $name The name.
	 */
	private static function folded( string $name ): string {
		return strtolower( (string) preg_replace( '/[\x80-\xff]+/', '', $name ) );
	}
}
