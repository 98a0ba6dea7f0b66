<?php
/**
 * What does the server say about a table?
 *
 * @package Holdfast
 */

namespace Holdfast\Schema;

/**
 * Reads and interprets the schema of one table. Three reads of information_schema, cached by the caller.
 */
final class TableReader {

	/** Lowest and highest values of the integer types: signed, then unsigned. */
	const INTEGERS = array(
		'tinyint'   => array( array( '-128', '127' ), array( '0', '255' ) ),
		'smallint'  => array( array( '-32768', '32767' ), array( '0', '65535' ) ),
		'mediumint' => array( array( '-8388608', '8388607' ), array( '0', '16777215' ) ),
		'int'       => array( array( '-2147483648', '2147483647' ), array( '0', '4294967295' ) ),
		'bigint'    => array( array( '-9223372036854775808', '9223372036854775807' ), array( '0', '18446744073709551615' ) ),
	);

	/** Engines whose transactions hold what they promise. */
	const TRANSACTIONAL = array( 'InnoDB', 'ROCKSDB', 'TokuDB' );

	/**
	 * Reads the rows from which a table is built.
	 *
	 * @param \mysqli $link     The connection.
	 * @param string  $database The database.
	 * @param string  $name     The table.
	 * @return array{engine: string, columns: array<int, array<int, string|null>>, indexes: array<int, array<int, string|null>>}|null
	 *         Null where it is not a table or cannot be read.
	 */
	public static function read( \mysqli $link, string $database, string $name ): ?array {
		$where  = 'TABLE_SCHEMA = ' . Rows::literal( $database ) . ' AND TABLE_NAME = ' . Rows::literal( $name );
		$engine = Rows::of( $link, "SELECT ENGINE FROM information_schema.TABLES WHERE $where AND TABLE_TYPE = 'BASE TABLE'" );
		if ( null === $engine || ! isset( $engine[0][0] ) ) {
			return null;
		}
		$columns = Rows::of( $link, 'SELECT ' . Rows::bytes( 'COLUMN_NAME', 'DATA_TYPE', 'COLUMN_TYPE' ) . ", CHARACTER_MAXIMUM_LENGTH, CHARACTER_SET_NAME, COLUMN_DEFAULT, IS_NULLABLE, EXTRA FROM information_schema.COLUMNS WHERE $where ORDER BY ORDINAL_POSITION" );
		$indexes = Rows::of( $link, 'SELECT ' . Rows::bytes( 'INDEX_NAME' ) . ', SEQ_IN_INDEX, ' . Rows::bytes( 'COLUMN_NAME' ) . ", SUB_PART, NON_UNIQUE FROM information_schema.STATISTICS WHERE $where ORDER BY INDEX_NAME, SEQ_IN_INDEX" );
		if ( null === $columns || null === $indexes || array() === $columns ) {
			return null;
		}
		return array(
			'engine'  => $engine[0][0],
			'columns' => $columns,
			'indexes' => $indexes,
		);
	}

	/**
	 * Builds a table from those rows.
	 *
	 * @param string                                                                                                            $name The table.
	 * @param array{engine: string, columns: array<int, array<int, string|null>>, indexes: array<int, array<int, string|null>>} $rows What was read.
	 */
	public static function build( string $name, array $rows ): Table {
		$table                = new Table();
		$table->name          = $name;
		$table->transactional = in_array( $rows['engine'], self::TRANSACTIONAL, true );
		foreach ( $rows['columns'] as $row ) {
			$table->columns[ strtolower( (string) $row[0] ) ] = self::column( $row );
		}
		self::indexes( $table, $rows['indexes'] );
		return $table;
	}

	/**
	 * One column.
	 *
	 * @param array<int, string|null> $row Name, type, full type, length, character set, default, nullable, extra.
	 */
	private static function column( array $row ): Column {
		$column         = new Column();
		$column->name   = (string) $row[0];
		$type           = strtolower( (string) $row[1] );
		$extra          = strtolower( (string) $row[7] );
		$column->length = (int) $row[3];
		$column->kind   = self::kind( $type );
		if ( Column::INTEGER === $column->kind ) {
			$unsigned      = false !== stripos( (string) $row[2], 'unsigned' );
			$column->range = self::INTEGERS[ $type ][ (int) $unsigned ];
		} elseif ( Column::TEXT === $column->kind && 'char' !== $type && 'varchar' !== $type ) {
			$column->length = (int) ( $column->length / 4 ); // The bound of TEXT is in bytes.
		} elseif ( Column::PACKED === $column->kind ) {
			$column->length = 'inet4' === $type ? 4 : 16;
		}
		$column->unicode         = 'utf8mb4' === $row[4];
		$column->auto            = false !== strpos( $extra, 'auto_increment' );
		$column->nullable        = 'YES' === $row[6];
		$column->null_by_default = $column->nullable && ( null === $row[5] || 'NULL' === $row[5] );
		$column->computed        = false !== strpos( $extra, 'generated' ) || false !== strpos( $extra, 'on update' ) || false !== strpos( $extra, 'virtual' ) || false !== strpos( $extra, 'invisible' );
		return $column;
	}

	/**
	 * The kind of a type.
	 *
	 * @param string $type In lower case.
	 */
	private static function kind( string $type ): string {
		if ( isset( self::INTEGERS[ $type ] ) ) {
			return Column::INTEGER;
		}
		$kinds = array(
			'char'       => Column::TEXT,
			'varchar'    => Column::TEXT,
			'tinytext'   => Column::TEXT,
			'text'       => Column::TEXT,
			'mediumtext' => Column::TEXT,
			'longtext'   => Column::TEXT,
			'varbinary'  => Column::BYTES,
			'tinyblob'   => Column::BYTES,
			'blob'       => Column::BYTES,
			'mediumblob' => Column::BYTES,
			'longblob'   => Column::BYTES,
			'binary'     => Column::PADDED,
			'uuid'       => Column::PACKED,
			'inet6'      => Column::PACKED,
			'inet4'      => Column::PACKED,
			'enum'       => Column::PLAIN,
			'set'        => Column::PLAIN,
			'date'       => Column::PLAIN,
			'datetime'   => Column::PLAIN,
			'year'       => Column::PLAIN,
			'decimal'    => Column::PLAIN,
		);
		return $kinds[ $type ] ?? Column::UNNAMEABLE;
	}

	/**
	 * Unique keys, leading columns, and the key that names the rows (FORMAT.md section 2): the primary key; else of the
	 * unique keys with no NULL and no prefix the one with the fewest columns, then the lowest name.
	 *
	 * @param Table                               $table   To be filled.
	 * @param array<int, array<int, string|null>> $indexes Name, place, column, prefix, not unique; sorted.
	 */
	private static function indexes( Table $table, array $indexes ): void {
		$uniques = array();
		foreach ( $indexes as $row ) {
			$column = strtolower( (string) $row[2] );
			if ( '1' === (string) $row[1] && isset( $table->columns[ $column ] ) ) {
				$table->leading[ $column ] = true;
			}
			if ( '0' === (string) $row[4] ) {
				$table->looked_at[ $column ]   = true;
				$uniques[ (string) $row[0] ][] = array( $column, null === $row[3] ? null : (int) $row[3] );
			}
		}
		$best = null;
		foreach ( $uniques as $name => $columns ) {
			$table->uniques[] = $columns;
			if ( 'PRIMARY' === $name ) {
				$rank = array( 0, 0, '' );
			} elseif ( self::is_key( $table, $columns ) ) {
				$rank = array( 1, count( $columns ), (string) $name );
			} else {
				continue;
			}
			if ( null === $best || $rank < $best ) {
				$best       = $rank;
				$table->key = array_column( $columns, 0 );
			}
		}
	}

	/**
	 * May this unique key stand in for a primary key?
	 *
	 * @param Table                                     $table   The table.
	 * @param array<int, array{0: string, 1: int|null}> $columns Its columns and prefixes.
	 */
	private static function is_key( Table $table, array $columns ): bool {
		foreach ( $columns as list( $name, $prefix ) ) {
			if ( null !== $prefix || ! isset( $table->columns[ $name ] ) || $table->columns[ $name ]->nullable ) {
				return false;
			}
		}
		return true;
	}
}
