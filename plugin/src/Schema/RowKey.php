<?php
/**
 * What is the least that names a row of a table?
 *
 * @package Holdfast
 */

namespace Holdfast\Schema;

/**
 * The key of a table whose rows are named by one integer, as nearly all of WordPress' are: what is needed to read the
 * commonest statements without all that is known of the table.
 */
final class RowKey {

	/** Values are compared as PHP's integers; beyond this the general way has to decide. */
	const HIGHEST = 999999999999999;

	/**
	 * The column's name as the server writes it.
	 *
	 * @var string
	 */
	public $column;

	/**
	 * The highest value looked at here.
	 *
	 * @var int
	 */
	public $highest;

	/**
	 * Is it AUTO_INCREMENT?
	 *
	 * @var bool
	 */
	public $auto;

	/**
	 * Does the table's engine have transactions?
	 *
	 * @var bool
	 */
	public $transactional;

	/**
	 * Integers and texts that stand first in an index, by which rows are named where their key is not: lower-case column →
	 * its name as the server writes it, and whether it is a text.
	 *
	 * @var array<string, array{0: string, 1: bool}>
	 */
	public $indexed;

	/**
	 * The only other unique key, if it is one whole text column: its name as the server writes it, and its characters.
	 *
	 * @var array{0: string, 1: int}|null
	 */
	public $unique;

	/**
	 * A key.
	 *
	 * @param string                                   $column        The column.
	 * @param int                                      $highest       The highest value.
	 * @param bool                                     $auto          Whether it is AUTO_INCREMENT.
	 * @param bool                                     $transactional Whether the table has transactions.
	 * @param array<string, array{0: string, 1: bool}> $indexed       Columns that stand first in an index.
	 * @param array{0: string, 1: int}|null            $unique        The only other unique key.
	 */
	private function __construct( string $column, int $highest, bool $auto, bool $transactional, array $indexed, ?array $unique ) {
		$this->column        = $column;
		$this->highest       = $highest;
		$this->auto          = $auto;
		$this->transactional = $transactional;
		$this->indexed       = $indexed;
		$this->unique        = $unique;
	}

	/**
	 * The key of a table; null where it is anything else.
	 *
	 * @param Table $table The table.
	 */
	public static function of( Table $table ): ?self {
		$column = $table->integer_key();
		if ( null === $column || $column->computed || 1 !== preg_match( '/^[A-Za-z0-9_]+$/D', $column->name ) ) {
			return null;
		}
		$digits  = $column->range[1];
		$highest = strlen( $digits ) > 15 ? self::HIGHEST : (int) $digits;
		$indexed = array();
		foreach ( array_keys( $table->leading ) as $name ) {
			$other = $table->columns[ $name ];
			if ( $other !== $column && ! $other->computed && in_array( $other->kind, array( Column::INTEGER, Column::TEXT ), true ) ) {
				$indexed[ (string) $name ] = array( $other->name, Column::TEXT === $other->kind );
			}
		}
		return new self( $column->name, $highest, $column->auto, $table->transactional, $indexed, self::other( $table ) );
	}

	/**
	 * The only other unique key of a table, if it is one whole text column of bounded length.
	 *
	 * @param Table $table The table.
	 * @return array{0: string, 1: int}|null
	 */
	private static function other( Table $table ): ?array {
		$others = array();
		foreach ( $table->uniques as $unique ) {
			if ( array_column( $unique, 0 ) !== $table->key ) {
				$others[] = $unique;
			}
		}
		if ( 1 !== count( $others ) || 1 !== count( $others[0] ) || null !== $others[0][0][1] ) {
			return null;
		}
		$column = $table->columns[ $others[0][0][0] ];
		return Column::TEXT === $column->kind && ! $column->computed && $column->length > 0 ? array( $column->name, $column->length ) : null;
	}

	/**
	 * The key from its fields; null where they are none.
	 *
	 * @param mixed $fields What fields() gave.
	 */
	public static function from( $fields ): ?self {
		if ( ! is_array( $fields ) || ! isset( $fields[0], $fields[1], $fields[2], $fields[3], $fields[4] ) || ! is_array( $fields[4] ) ) {
			return null;
		}
		/**
		 * What fields() gave.
		 *
		 * @var array<string, array{0: string, 1: bool}> $indexed
		 */
		$indexed = $fields[4];
		/**
		 * What fields() gave; a version before this one gave none.
		 *
		 * @var array{0: string, 1: int}|null $unique
		 */
		$unique = $fields[5] ?? null;
		return new self( (string) $fields[0], (int) $fields[1], (bool) $fields[2], (bool) $fields[3], $indexed, $unique );
	}

	/**
	 * Its fields, as JSON keeps them.
	 *
	 * @return array{0: string, 1: int, 2: bool, 3: bool, 4: array<string, array{0: string, 1: bool}>, 5: array{0: string, 1: int}|null}
	 */
	public function fields(): array {
		return array( $this->column, $this->highest, $this->auto, $this->transactional, $this->indexed, $this->unique );
	}
}
