<?php
/**
 * Whose schema does a statement change?
 *
 * @package Holdfast
 */

namespace Holdfast\Sql;

/**
 * CREATE, ALTER, DROP, RENAME and TRUNCATE. All commit what was open, save those on temporary tables.
 */
final class SchemaParser {

	/** Objects that hold no rows and are not backed up. */
	const WITHOUT_ROWS = array( 'USER', 'ROLE', 'FUNCTION', 'PROCEDURE', 'PACKAGE', 'EVENT', 'SERVER', 'LOGFILE', 'TABLESPACE', 'RESOURCE', 'UNDO', 'PREPARE' );

	/** Those that end no transaction, or of which that is not certain. */
	const WITHOUT_COMMIT = array( 'LOGFILE', 'TABLESPACE', 'RESOURCE', 'UNDO', 'PREPARE' );

	/** Objects that are tables or views by themselves. */
	const TABLE_LIKE = array( 'TABLE', 'TABLES', 'VIEW', 'SEQUENCE' );

	/**
	 * Parses the statement.
	 *
	 * @param string    $verb      Its first word.
	 * @param Cursor    $cursor    Behind it.
	 * @param Statement $statement To be filled.
	 */
	public static function parse( string $verb, Cursor $cursor, Statement $statement ): void {
		$statement->kind    = Statement::SCHEMA;
		$statement->effect  = Statement::COMMITS;
		$statement->defines = true;
		$statement->renames = 'ALTER' === $verb || 'RENAME' === $verb;
		if ( 'TRUNCATE' === $verb ) {
			$cursor->take( 'TABLE' );
			self::add( $cursor, $statement );
		} elseif ( 'RENAME' === $verb ) {
			self::rename( $cursor, $statement );
		} else {
			self::object( $verb, $cursor, $statement );
		}
		if ( Statement::SCHEMA === $statement->kind && array() === $statement->tables && '' === $statement->trigger ) {
			$statement->kind = Statement::UNKNOWN;
		}
		if ( Statement::UNKNOWN === $statement->kind ) {
			$statement->effect = Statement::UNCLEAR;
		}
	}

	/**
	 * RENAME TABLE a TO b, c TO d.
	 *
	 * @param Cursor    $cursor    Behind RENAME.
	 * @param Statement $statement To be filled.
	 */
	private static function rename( Cursor $cursor, Statement $statement ): void {
		if ( $cursor->take( 'USER' ) ) {
			$statement->kind = Statement::READ;
			return;
		}
		$cursor->take( 'TABLE', 'TABLES' );
		$cursor->skip( 'IF', 'EXISTS' );
		do {
			if ( ! self::add( $cursor, $statement ) ) {
				break;
			}
			if ( $cursor->take( 'WAIT' ) ) {
				++$cursor->at;
			}
			$cursor->take( 'NOWAIT' );
			if ( ! $cursor->take( 'TO' ) || ! self::add( $cursor, $statement ) ) {
				$statement->kind = Statement::UNKNOWN;
				return;
			}
		} while ( $cursor->take_operator( ',' ) );
	}

	/**
	 * CREATE, ALTER, DROP: finds the word that says what kind of object it is about.
	 *
	 * @param string    $verb      CREATE, ALTER or DROP.
	 * @param Cursor    $cursor    Behind it.
	 * @param Statement $statement To be filled.
	 */
	private static function object( string $verb, Cursor $cursor, Statement $statement ): void {
		$tokens = $cursor->tokens;
		for ( ; $cursor->at < $tokens->count; ++$cursor->at ) {
			$word = $cursor->word();
			if ( 'TEMPORARY' === $word ) {
				$statement->temporary = true;
				$statement->effect    = '';
			} elseif ( in_array( $word, self::TABLE_LIKE, true ) ) {
				++$cursor->at;
				self::table_like( $verb, $cursor, $statement );
				return;
			} elseif ( 'TRIGGER' === $word ) {
				++$cursor->at;
				self::trigger( $verb, $cursor, $statement );
				return;
			} elseif ( 'INDEX' === $word ) {
				if ( $cursor->find( 'ON' ) ) {
					++$cursor->at;
					self::add( $cursor, $statement );
				}
				return;
			} elseif ( 'DATABASE' === $word || 'SCHEMA' === $word ) {
				$statement->kind = Statement::READ;
				if ( 'DROP' === $verb ) {
					$statement->sweep = 'a database was dropped';
				}
				return;
			} elseif ( in_array( $word, self::WITHOUT_ROWS, true ) ) {
				$statement->kind = Statement::READ;
				if ( in_array( $word, self::WITHOUT_COMMIT, true ) ) {
					$statement->effect = '';
				}
				if ( 'PREPARE' === $word ) {
					++$cursor->at;
					$statement->settings = array( 'prepare ' . strtolower( (string) $cursor->name() ) => '?' );
				}
				return;
			}
		}
		$statement->kind = Statement::UNKNOWN;
	}

	/**
	 * Tables, views, sequences; DROP takes several, ALTER TABLE may rename or exchange.
	 *
	 * @param string    $verb      CREATE, ALTER or DROP.
	 * @param Cursor    $cursor    Behind TABLE, VIEW or SEQUENCE.
	 * @param Statement $statement To be filled.
	 */
	private static function table_like( string $verb, Cursor $cursor, Statement $statement ): void {
		$cursor->skip( 'IF', 'NOT', 'EXISTS' );
		self::add( $cursor, $statement );
		if ( 'DROP' === $verb ) {
			while ( $cursor->take_operator( ',' ) ) {
				self::add( $cursor, $statement );
			}
			return;
		}
		if ( 'ALTER' !== $verb ) {
			return;
		}
		while ( $cursor->find( 'RENAME', 'EXCHANGE', 'CONVERT' ) ) {
			$word = $cursor->word();
			++$cursor->at;
			if ( 'RENAME' !== $word ) { // EXCHANGE PARTITION p WITH TABLE, CONVERT TABLE, CONVERT PARTITION p TO TABLE.
				if ( ! $cursor->take( 'TO' ) && $cursor->find( 'TABLE' ) ) {
					++$cursor->at;
					self::add( $cursor, $statement );
				}
				continue;
			}
			if ( in_array( $cursor->word(), array( 'COLUMN', 'INDEX', 'KEY' ), true ) ) {
				continue;
			}
			$cursor->take( 'TO', 'AS' );
			$cursor->take_operator( '=' );
			self::add( $cursor, $statement );
		}
	}

	/**
	 * CREATE TRIGGER … ON table; of DROP TRIGGER only the trigger's name is known.
	 *
	 * @param string    $verb      CREATE or DROP.
	 * @param Cursor    $cursor    Behind TRIGGER.
	 * @param Statement $statement To be filled.
	 */
	private static function trigger( string $verb, Cursor $cursor, Statement $statement ): void {
		$cursor->skip( 'IF', 'NOT', 'EXISTS' );
		$name = $cursor->table();
		if ( 'DROP' === $verb ) {
			$statement->trigger = null === $name ? '' : $name[1];
		} elseif ( $cursor->find( 'ON' ) ) {
			++$cursor->at;
			self::add( $cursor, $statement );
		}
	}

	/**
	 * Adds the table at the cursor.
	 *
	 * @param Cursor    $cursor    At its name.
	 * @param Statement $statement To be filled.
	 * @phpstan-impure
	 */
	private static function add( Cursor $cursor, Statement $statement ): bool {
		$table = $cursor->table();
		if ( null === $table ) {
			return false;
		}
		$statement->tables[] = $table;
		return true;
	}
}
