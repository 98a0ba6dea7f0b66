<?php
/**
 * What must capture know of a table?
 *
 * @package Holdfast
 */

namespace Holdfast\Schema;

/**
 * A table's columns and keys, as far as they decide how rows are named.
 */
final class Table {

	/**
	 * Its name.
	 *
	 * @var string
	 */
	public $name = '';

	/**
	 * Lower-case name → column, in table order.
	 *
	 * @var array<string, Column>
	 */
	public $columns = array();

	/**
	 * The key of FORMAT.md section 2: lower-case column names in key order; empty = none.
	 *
	 * @var string[]
	 */
	public $key = array();

	/**
	 * Every unique key: [lower-case column, indexed characters or null]….
	 *
	 * @var array<int, array<int, array{0: string, 1: ?int}>>
	 */
	public $uniques = array();

	/**
	 * Lower-case columns that stand first in an index, as keys.
	 *
	 * @var array<string, true>
	 */
	public $leading = array();

	/**
	 * Lower-case columns whose literals tell something: those of unique keys, and those that rules for quiet changes look
	 * at; as keys.
	 *
	 * @var array<string, true>
	 */
	public $looked_at = array(
		'option_name' => true,
		'meta_key'    => true, // phpcs:ignore WordPress.DB.SlowDBQuery -- A column's name, not a query.
	);

	/**
	 * Does its engine have transactions?
	 *
	 * @var bool
	 */
	public $transactional = false;

	/**
	 * Can its rows be named by their key's values?
	 */
	public function has_names(): bool {
		foreach ( $this->key as $name ) {
			if ( Column::UNNAMEABLE === $this->columns[ $name ]->kind ) {
				return false;
			}
		}
		return array() !== $this->key;
	}

	/**
	 * The key's only column, if it is an integer; else null.
	 */
	public function integer_key(): ?Column {
		$column = 1 === count( $this->key ) ? $this->columns[ $this->key[0] ] : null;
		return null !== $column && Column::INTEGER === $column->kind ? $column : null;
	}
}
