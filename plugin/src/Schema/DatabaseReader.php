<?php
/**
 * What does the server say about the database as a whole?
 *
 * @package Holdfast
 */

namespace Holdfast\Schema;

use Holdfast\Sql\Lexer;
use Holdfast\Sql\Lexis;
use Holdfast\Sql\Tokens;

/**
 * Reads what a statement touches without naming it: cascades of foreign keys, triggers, views.
 */
final class DatabaseReader {

	/**
	 * Reads the database of a connection, or null where that fails.
	 *
	 * @param \mysqli $link The connection.
	 * @param string  $name The database.
	 */
	public static function read( \mysqli $link, string $name ): ?Database {
		$schema   = "'" . $link->real_escape_string( $name ) . "'";
		$settings = Rows::of( $link, 'SELECT @@SESSION.sql_mode, @@SESSION.autocommit, @@SESSION.auto_increment_increment, VERSION()' );
		$tables   = Rows::of( $link, "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = $schema" );
		$triggers = Rows::of( $link, "SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_STATEMENT FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = $schema" );
		$views    = Rows::of( $link, "SELECT TABLE_NAME, VIEW_DEFINITION FROM information_schema.VIEWS WHERE TABLE_SCHEMA = $schema" );
		$keys     = Rows::of( $link, "SELECT REFERENCED_TABLE_NAME, TABLE_NAME FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = $schema AND ( DELETE_RULE NOT IN ('RESTRICT', 'NO ACTION') OR UPDATE_RULE NOT IN ('RESTRICT', 'NO ACTION') )" );
		if ( null === $settings || null === $tables || null === $triggers || null === $views || null === $keys || ! isset( $settings[0] ) ) {
			return null;
		}
		$database             = new Database();
		$database->sql_mode   = strtoupper( (string) $settings[0][0] );
		$database->autocommit = '1' === (string) $settings[0][1];
		$database->increment  = max( 1, (int) $settings[0][2] );
		$database->maria      = false !== stripos( (string) $settings[0][3], 'mariadb' );
		foreach ( $tables as $row ) {
			$database->tables[ (string) $row[0] ] = true;
		}
		foreach ( $keys as $row ) {
			$database->dependents[ (string) $row[0] ][] = (string) $row[1];
		}
		foreach ( $triggers as $row ) {
			$table                                  = (string) $row[1];
			$database->triggers[ (string) $row[0] ] = $table;
			self::depends( $database, $table, (string) $row[2] );
		}
		foreach ( $views as $row ) {
			self::depends( $database, (string) $row[0], (string) $row[1] );
		}
		return $database;
	}

	/**
	 * Notes that a table or view reaches every table named in a text.
	 *
	 * @param Database $database To be filled.
	 * @param string   $table    The table or view.
	 * @param string   $sql      The trigger's body, the view's definition.
	 */
	private static function depends( Database $database, string $table, string $sql ): void {
		$database->opaque[ $table ]     = true;
		$names                          = self::named( $sql, $database->tables );
		$database->dependents[ $table ] = array_merge( $database->dependents[ $table ] ?? array(), $names );
	}

	/**
	 * The known tables whose names occur in a text, wherever they stand.
	 *
	 * @param string              $sql    The text.
	 * @param array<string, true> $tables The known tables.
	 * @return string[]
	 */
	public static function named( string $sql, array $tables ): array {
		$tokens = Lexer::read( $sql, new Lexis() );
		$found  = array();
		for ( $at = 0; $at < $tokens->count; ++$at ) {
			if ( $tokens->kinds[ $at ] <= Tokens::NAME && isset( $tables[ $tokens->texts[ $at ] ] ) ) {
				$found[ $tokens->texts[ $at ] ] = true;
			}
		}
		return array_map( 'strval', array_keys( $found ) );
	}
}
