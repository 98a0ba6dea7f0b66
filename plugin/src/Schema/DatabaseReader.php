<?php
/**
 * What does the server say about the database as a whole?
 *
 * @package Holdfast
 */

namespace Holdfast\Schema;

use Holdfast\Sql\Lexis;
use Holdfast\Sql\Names;

/**
 * Reads what a statement touches without naming it: cascades of foreign keys, triggers, views, merged tables, stored
 * routines. What a text touches is every table that it names; where a text is not to be had, every table.
 */
final class DatabaseReader {

	/**
	 * The connection.
	 *
	 * @var \mysqli
	 */
	private $link;

	/**
	 * The database.
	 *
	 * @var string
	 */
	private $name;

	/**
	 * What has been read so far.
	 *
	 * @var Database
	 */
	private $database;

	/**
	 * Its tables and views.
	 *
	 * @var string[]
	 */
	private $tables = array();

	/**
	 * A reader.
	 *
	 * @param \mysqli $link The connection.
	 * @param string  $name The database.
	 */
	private function __construct( \mysqli $link, string $name ) {
		$this->link     = $link;
		$this->name     = $name;
		$this->database = new Database();
	}

	/**
	 * Reads the database of a connection, or null where that fails.
	 *
	 * @param \mysqli $link The connection.
	 * @param string  $name The database.
	 */
	public static function read( \mysqli $link, string $name ): ?Database {
		$reader = new self( $link, $name );
		return $reader->settings() && $reader->tables() && $reader->routines() && $reader->keys() && $reader->triggers() && $reader->views() ? $reader->database : null;
	}

	/**
	 * How connections begin. The session's own values may have been changed by other code, so where the server's tell it
	 * they are asked.
	 */
	private function settings(): bool {
		$session = Rows::of( $this->link, 'SELECT @@SESSION.sql_mode, VERSION()' );
		$global  = Rows::of( $this->link, "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('autocommit', 'completion_type', 'init_connect', 'innodb_rollback_on_timeout', 'sql_mode', 'wsrep_on')" );
		if ( null === $session || null === $global || ! isset( $session[0] ) ) {
			return false;
		}
		$known    = array_change_key_case( array_column( $global, 1, 0 ) );
		$is_on    = static function ( string $variable ) use ( $known ): bool {
			return in_array( strtoupper( (string) ( $known[ $variable ] ?? '' ) ), array( 'ON', '1' ), true );
		};
		$database = $this->database;

		$database->sql_mode     = strtoupper( (string) $session[0][0] );
		$database->maria        = false !== stripos( (string) $session[0][1], 'mariadb' );
		$database->quotes_known = Lexis::quotes_names( $database->sql_mode ) === Lexis::quotes_names( (string) ( $known['sql_mode'] ?? '' ) );
		$database->autocommit   = $is_on( 'autocommit' ) && false === stripos( (string) ( $known['init_connect'] ?? '' ), 'autocommit' );
		$database->fragile      = $is_on( 'innodb_rollback_on_timeout' );
		$database->restless     = $is_on( 'wsrep_on' );
		$completion             = strtolower( (string) ( $known['completion_type'] ?? '0' ) );
		$database->completion   = in_array( $completion, array( '0', 'no_chain' ), true ) ? '0' : '?';
		return true;
	}

	/**
	 * Tables and views; tables that are merged of others.
	 */
	private function tables(): bool {
		$rows = Rows::of( $this->link, 'SELECT ' . Rows::bytes( 'TABLE_NAME', 'ENGINE' ) . " FROM information_schema.TABLES WHERE TABLE_SCHEMA = {$this->schema()}" );
		if ( null === $rows ) {
			return false;
		}
		$parts = array();
		foreach ( $rows as $row ) {
			$this->database->tables[ (string) $row[0] ] = true;

			$this->tables[] = (string) $row[0];
			if ( 'MyISAM' === $row[1] ) {
				$parts[] = (string) $row[0];
			}
		}
		foreach ( $rows as $row ) {
			if ( 'MRG_MyISAM' === $row[1] ) {
				$this->database->opaque[ (string) $row[0] ] = true;
				$this->reaches( (string) $row[0], $parts );
				foreach ( $parts as $part ) {
					$this->reaches( $part, array( (string) $row[0] ) );
				}
			}
		}
		return true;
	}

	/**
	 * Stored functions and procedures, and what those reach that they call.
	 */
	private function routines(): bool {
		$rows = Rows::of( $this->link, 'SELECT ' . Rows::bytes( 'ROUTINE_NAME', 'ROUTINE_DEFINITION' ) . " FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = {$this->schema()}" );
		if ( null === $rows ) {
			return false;
		}
		$bodies = array();
		foreach ( $rows as $row ) {
			$name = strtolower( (string) $row[0] );

			$bodies[ $name ] = ( $bodies[ $name ] ?? '' ) . ( null === $row[1] || 1 === preg_match( '/\b(?:prepare|execute)\b/i', $row[1] ) ? "\0" : " {$row[1]}" );
		}
		$names = array_map( 'strval', array_keys( $bodies ) );
		foreach ( $names as $name ) {
			$text  = '';
			$calls = array( $name );
			for ( $at = 0; $at < count( $calls ); ++$at ) { // phpcs:ignore Squiz.PHP.DisallowSizeFunctionsInLoops, Generic.CodeAnalysis.ForLoopWithTestFunctionCall -- It grows.
				$text .= $bodies[ $calls[ $at ] ];
				$calls = array_values( array_unique( array_merge( $calls, Names::in( $bodies[ $calls[ $at ] ], $names ) ) ) );
			}
			$this->database->routines[ $name ] = false === strpos( $text, "\0" ) ? Names::in( $text, $this->tables ) : null;
		}
		return true;
	}

	/**
	 * Foreign keys.
	 */
	private function keys(): bool {
		$rows = Rows::of( $this->link, 'SELECT ' . Rows::bytes( 'UNIQUE_CONSTRAINT_SCHEMA', 'REFERENCED_TABLE_NAME', 'TABLE_NAME', 'DELETE_RULE', 'UPDATE_RULE' ) . " FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = {$this->schema()}" );
		foreach ( (array) $rows as $row ) {
			$parent = (string) $row[1];
			if ( 0 !== strcasecmp( (string) $row[0], $this->name ) ) {
				$parent = strtolower( $row[0] . '.' . $parent );
			}
			$this->database->children[ $parent ][] = (string) $row[2];
			if ( array() !== array_diff( array( $row[3], $row[4] ), array( 'RESTRICT', 'NO ACTION' ) ) ) {
				$this->database->dependents[ $parent ][] = (string) $row[2];
			}
		}
		return null !== $rows;
	}

	/**
	 * Triggers.
	 */
	private function triggers(): bool {
		$rows = Rows::of( $this->link, 'SELECT ' . Rows::bytes( 'TRIGGER_NAME', 'EVENT_OBJECT_TABLE', 'ACTION_STATEMENT' ) . " FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = {$this->schema()}" );
		foreach ( (array) $rows as $row ) {
			$this->database->triggers[ (string) $row[0] ] = (string) $row[1];
			$this->depends( (string) $row[1], (string) $row[2] );
		}
		return null !== $rows;
	}

	/**
	 * Views. Reading one that calls a routine may write, too.
	 */
	private function views(): bool {
		$rows = Rows::of( $this->link, 'SELECT ' . Rows::bytes( 'TABLE_NAME', 'VIEW_DEFINITION' ) . " FROM information_schema.VIEWS WHERE TABLE_SCHEMA = {$this->schema()}" );
		foreach ( (array) $rows as $row ) {
			$this->depends( (string) $row[0], (string) $row[1] );
		}
		foreach ( (array) $rows as $row ) {
			if ( array() !== Names::in( (string) $row[1], $this->routine_names() ) ) {
				$this->database->routines[ strtolower( (string) $row[0] ) ] = $this->database->dependents[ (string) $row[0] ];
			}
		}
		return null !== $rows;
	}

	/**
	 * Notes that a table or view reaches every table named in a text, and in the routines that it calls.
	 *
	 * @param string $table The table or view.
	 * @param string $text  The trigger's body, the view's definition; '' = it is kept from us.
	 */
	private function depends( string $table, string $text ): void {
		$reached = '' === $text ? $this->tables : Names::in( $text, $this->tables );
		foreach ( Names::in( $text, $this->routine_names() ) as $routine ) {
			$reached = array_merge( $reached, $this->database->routines[ $routine ] ?? $this->tables );
		}
		$this->database->opaque[ $table ] = true;
		$this->reaches( $table, $reached );
	}

	/**
	 * Notes what every write to a table reaches, inserts included.
	 *
	 * @param string   $table   The table or view.
	 * @param string[] $reached What it reaches.
	 */
	private function reaches( string $table, array $reached ): void {
		$database = $this->database;

		$database->dependents[ $table ] = array_values( array_unique( array_merge( $database->dependents[ $table ] ?? array(), $reached ) ) );
		$database->by_insert[ $table ]  = array_values( array_unique( array_merge( $database->by_insert[ $table ] ?? array(), $reached ) ) );
	}

	/**
	 * The names of the routines.
	 *
	 * @return string[]
	 */
	private function routine_names(): array {
		return array_map( 'strval', array_keys( $this->database->routines ) );
	}

	/**
	 * The database as a string literal.
	 */
	private function schema(): string {
		return Rows::literal( $this->name );
	}
}
