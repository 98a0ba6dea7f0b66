<?php
/**
 * What does one row of an INSERT say about its keys?
 *
 * @package Holdfast
 */

namespace Holdfast\Capture;

use Holdfast\Schema\Column;
use Holdfast\Schema\Table;
use Holdfast\Sql\Literal;

/**
 * The literals of one row, seen against the table's keys.
 */
final class InsertedRow {

	/**
	 * The table.
	 *
	 * @var Table
	 */
	private $table;

	/**
	 * Lower-case column → literal, or null where it is an expression; columns left out are missing.
	 *
	 * @var array<string, Literal|null>
	 */
	private $literals;

	/**
	 * Does the connection speak UTF-8?
	 *
	 * @var bool
	 */
	private $utf8;

	/**
	 * A row.
	 *
	 * @param Table                       $table    The table.
	 * @param array<string, Literal|null> $literals Lower-case column → literal, or null where it is an expression.
	 * @param bool                        $utf8     Whether the connection speaks UTF-8.
	 */
	public function __construct( Table $table, array $literals, bool $utf8 ) {
		$this->table    = $table;
		$this->literals = $literals;
		$this->utf8     = $utf8;
	}

	/**
	 * The literal of a column; null where it is an expression or was left out.
	 *
	 * @param string $name The column.
	 */
	public function literal( string $name ): ?Literal {
		return $this->literals[ $name ] ?? null;
	}

	/**
	 * Will the server choose this column's value?
	 *
	 * @param string $name The column.
	 */
	public function is_automatic( string $name ): bool {
		if ( ! $this->table->columns[ $name ]->auto ) {
			return false;
		}
		if ( ! array_key_exists( $name, $this->literals ) ) {
			return true;
		}
		$literal = $this->literals[ $name ];
		return null !== $literal && ( in_array( $literal->kind, array( Literal::NONE, Literal::BY_DEFAULT ), true ) || '0' === $literal->value );
	}

	/**
	 * Can the row in work collide with none on this unique key, because it has NULL or a fresh number there?
	 *
	 * @param array<int, array{0: string, 1: int|null}> $unique The key.
	 */
	public function cannot_collide( array $unique ): bool {
		foreach ( $unique as list( $name ) ) {
			if ( $this->is_automatic( $name ) ) {
				return true;
			}
			$column  = $this->table->columns[ $name ];
			$given   = array_key_exists( $name, $this->literals );
			$literal = $this->literals[ $name ] ?? null;
			if ( $column->nullable && $given && null !== $literal && Literal::NONE === $literal->kind ) {
				return true;
			}
			if ( $column->null_by_default && ! $column->computed && ( ! $given || ( null !== $literal && Literal::BY_DEFAULT === $literal->kind ) ) ) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Does a row that was in the way still have this unique key's values afterwards?
	 *
	 * @param array<int, array{0: string, 1: int|null}> $unique  The key.
	 * @param array<string, true>                       $changed Columns that the statement changes in that row.
	 */
	public function holds( array $unique, array $changed ): bool {
		foreach ( $unique as list( $name, $prefix ) ) {
			if ( isset( $changed[ $name ] ) || $this->table->columns[ $name ]->computed ) {
				return false;
			}
			$literal = $this->literals[ $name ] ?? null;
			if ( null !== $prefix && ( null === $literal || Column::characters( $literal->value ) >= $prefix ) ) {
				return false; // Another row may have the same beginning.
			}
		}
		return true;
	}

	/**
	 * Is a column's literal stored as it is written, so that what it collides with can be looked up by it?
	 *
	 * @param string $name The column.
	 */
	public function is_stored_as_written( string $name ): bool {
		$literal = $this->literals[ $name ] ?? null;
		return null !== $literal && '' !== $literal->raw && null !== $this->table->columns[ $name ]->stored_condition( $literal, $this->utf8 );
	}

	/**
	 * The key, where every column of it is a literal that is stored as it is written.
	 *
	 * @return array<int, mixed>|null
	 */
	public function direct_key(): ?array {
		$key = array();
		foreach ( $this->table->key as $name ) {
			$literal = $this->literals[ $name ] ?? null;
			$value   = null === $literal || $this->is_automatic( $name ) ? null : $this->table->columns[ $name ]->key_value( $literal, true );
			if ( null === $value ) {
				return null;
			}
			$key[] = $value;
		}
		return $key;
	}

	/**
	 * `column = value` for each of these columns, holding once the row is stored; null where one is not certain.
	 *
	 * @param string[] $names The columns.
	 * @return array<int, array{0: string, 1: mixed}>|null
	 */
	public function condition( array $names ): ?array {
		$condition = array();
		foreach ( $names as $name ) {
			$literal = $this->literals[ $name ] ?? null;
			$column  = $this->table->columns[ $name ];
			$value   = null === $literal || $column->computed ? null : $column->stored_condition( $literal, $this->utf8 );
			if ( null === $value ) {
				return null;
			}
			$condition[] = array( $column->name, $value );
		}
		return $condition;
	}
}
