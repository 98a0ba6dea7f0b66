<?php
/**
 * Which rows will an INSERT or REPLACE change, in terms of keys?
 *
 * @package Holdfast
 */

namespace Holdfast\Capture;

use Holdfast\Schema\Column;
use Holdfast\Schema\Table;
use Holdfast\Sql\Literal;
use Holdfast\Sql\Statement;

/**
 * INSERT names the rows that will be new. ON DUPLICATE KEY UPDATE names, for every unique key, the rows that have its
 * values after the statement: that is the new row or the one that was in its way. REPLACE also deletes what is in its
 * way, so those keys are looked up.
 */
final class InsertPlanner {

	/** Rows beyond this bound are not looked up by one statement. */
	const REPLACED_MAX = 100;

	/**
	 * The table.
	 *
	 * @var Table
	 */
	private $table;

	/**
	 * The statement.
	 *
	 * @var Statement
	 */
	private $statement;

	/**
	 * Does the connection speak UTF-8?
	 *
	 * @var bool
	 */
	private $utf8;

	/**
	 * The plan in the making.
	 *
	 * @var Plan
	 */
	private $plan;

	/**
	 * The row in work.
	 *
	 * @var InsertedRow
	 */
	private $row;

	/**
	 * Lower-case columns that ON DUPLICATE KEY UPDATE changes to something else than they were.
	 *
	 * @var array<string, true>
	 */
	private $changed = array();

	/**
	 * Does ON DUPLICATE KEY UPDATE give a row that was in the way the key of the new one? Then its old key is not in the
	 * statement, unless it was in the way by that very key.
	 *
	 * @var bool
	 */
	private $rekeys = false;

	/**
	 * Conditions of the look-ups of REPLACE.
	 *
	 * @var string[]
	 */
	private $replaced = array();

	/**
	 * A planner for one statement.
	 *
	 * @param Table     $table     The table.
	 * @param Statement $statement The statement.
	 * @param bool      $utf8      Whether the connection speaks UTF-8.
	 */
	private function __construct( Table $table, Statement $statement, bool $utf8 ) {
		$this->table             = $table;
		$this->statement         = $statement;
		$this->utf8              = $utf8;
		$this->plan              = new Plan( $table->name );
		$this->plan->leaves_rows = ! $table->transactional;
		$this->row               = new InsertedRow( $table, array(), $utf8 );
	}

	/**
	 * Makes the plan.
	 *
	 * @param Table     $table     The table.
	 * @param Statement $statement An exact INSERT or REPLACE.
	 * @param bool      $utf8      Whether the connection speaks UTF-8.
	 */
	public static function plan( Table $table, Statement $statement, bool $utf8 ): Plan {
		$planner = new self( $table, $statement, $utf8 );
		if ( null === $statement->rows || ! $table->has_names() ) {
			$planner->plan->whole = true;
			return $planner->plan;
		}
		$planner->duplicate();
		foreach ( $statement->rows as $cells ) {
			if ( ! $planner->take( $cells ) || ! $planner->add() ) {
				$planner->plan->whole = true;
				return $planner->plan;
			}
		}
		$planner->plan->consecutive = ! $statement->on_duplicate && count( $statement->rows ) === $planner->plan->fresh;
		if ( array() !== $planner->replaced ) {
			$planner->look_up();
		}
		return $planner->plan;
	}

	/**
	 * Which columns does ON DUPLICATE KEY UPDATE change?
	 */
	private function duplicate(): void {
		$tokens = $this->statement->tokens;
		foreach ( $this->statement->assigns as list( $column, list( $from, $to ) ) ) {
			$name  = strtolower( $column );
			$value = null === $tokens ? '' : strtolower( str_replace( array( ' ', '`' ), '', $tokens->slice( $from, $to ) ) );
			if ( $value === $name || "last_insert_id($name)" === $value ) {
				continue;
			}
			if ( "values($name)" !== $value && "value($name)" !== $value ) {
				$this->changed[ $name ] = true;
			} elseif ( in_array( $name, $this->table->key, true ) ) {
				$this->rekeys = true;
			}
		}
	}

	/**
	 * Takes a row's cells.
	 *
	 * @param array<int, array{0: int, 1: int}> $cells Their tokens.
	 */
	private function take( array $cells ): bool {
		$names = $this->statement->columns;
		if ( null === $names ) {
			$names = array();
			foreach ( $this->table->columns as $name => $column ) {
				if ( $column->computed && count( $cells ) > 0 ) {
					return false; // Generated and invisible columns: which cell is whose is not certain.
				}
				$names[] = (string) $name;
			}
			if ( array() === $cells ) {
				$names = array();
			}
		}
		if ( count( $names ) !== count( $cells ) || null === $this->statement->tokens ) {
			return false;
		}
		$literals = array();
		foreach ( $names as $index => $name ) {
			$name = strtolower( $name );
			if ( isset( $this->table->looked_at[ $name ] ) ) {
				$literals[ $name ] = Literal::of( $this->statement->tokens, $cells[ $index ][0], $cells[ $index ][1] );
			}
		}
		foreach ( QuietRules::COLUMNS as $name ) {
			if ( isset( $literals[ $name ] ) ) {
				$this->plan->marks[ $name ][] = $literals[ $name ]->value;
			}
		}
		$this->row = new InsertedRow( $this->table, $literals, $this->utf8 );
		return true;
	}

	/**
	 * Adds the row in work to the plan.
	 */
	private function add(): bool {
		if ( $this->statement->on_duplicate ) {
			return $this->add_upsert();
		}
		if ( Statement::REPLACE === $this->statement->kind && ! $this->add_replaced() ) {
			return false;
		}
		return $this->add_new();
	}

	/**
	 * Names the new row by its key.
	 */
	private function add_new(): bool {
		$key = $this->table->key;
		if ( 1 === count( $key ) && $this->row->is_automatic( $key[0] ) ) {
			++$this->plan->fresh;
			$this->add_zero( $key[0] );
			return true;
		}
		$direct = $this->row->direct_key();
		if ( null !== $direct ) {
			$this->plan->keys[] = $direct;
			return true;
		}
		$condition = $this->row->condition( $key );
		if ( null === $condition ) {
			return false;
		}
		$this->plan->conditions[] = $condition;
		return true;
	}

	/**
	 * Names the row 0 where 0 is given for an AUTO_INCREMENT key: in the mode NO_AUTO_VALUE_ON_ZERO that is its key.
	 *
	 * @param string $name The first column of a unique key.
	 */
	private function add_zero( string $name ): void {
		$literal = $this->row->literal( $name );
		if ( null !== $literal && '0' === $literal->value && array( $name ) === $this->table->key ) {
			$this->plan->keys[] = array( 0 );
		}
	}

	/**
	 * ON DUPLICATE KEY UPDATE: for every unique key, the rows that have its values afterwards.
	 */
	private function add_upsert(): bool {
		foreach ( $this->table->key as $name ) {
			if ( isset( $this->changed[ $name ] ) ) {
				return false;
			}
		}
		$found = false;
		foreach ( $this->table->uniques as $unique ) {
			if ( $this->row->cannot_collide( $unique ) ) {
				$this->add_zero( $unique[0][0] );
				continue;
			}
			$names  = array_column( $unique, 0 );
			$direct = $names === $this->table->key ? $this->row->direct_key() : null;
			if ( $this->rekeys && null === $direct ) {
				return false; // It was in the way by another key, or by text that is stored in other letters.
			}
			if ( null !== $direct ) {
				$this->plan->keys[] = $direct;
			} else {
				$condition = $this->row->holds( $unique, $this->changed ) ? $this->row->condition( $names ) : null;
				if ( null === $condition ) {
					return false;
				}
				$this->plan->conditions[] = $condition;
			}
			$found = true;
		}
		return $found ? true : $this->add_new();
	}

	/**
	 * REPLACE: what will be deleted because it is in the way.
	 */
	private function add_replaced(): bool {
		foreach ( $this->table->uniques as $unique ) {
			$names = array_column( $unique, 0 );
			if ( $this->row->cannot_collide( $unique ) || ( $names === $this->table->key && null !== $this->row->direct_key() ) ) {
				continue;
			}
			$terms = array();
			foreach ( $unique as list( $name, $prefix ) ) {
				$literal = $this->row->literal( $name );
				if ( null === $literal || ! $this->row->is_stored_as_written( $name ) || ( null !== $prefix && Column::characters( $literal->value ) >= $prefix ) ) {
					return false;
				}
				$terms[] = '`' . str_replace( '`', '``', $this->table->columns[ $name ]->name ) . '` = ' . $literal->raw;
			}
			$this->replaced[] = '(' . implode( ' AND ', $terms ) . ')';
		}
		return count( $this->replaced ) <= self::REPLACED_MAX;
	}

	/**
	 * Completes the plan of a REPLACE with its look-up. Inside a transaction it would lock gaps that REPLACE does not,
	 * so there the whole table is announced.
	 */
	private function look_up(): void {
		$this->plan->lookup = Lookup::select( $this->table, '' ) . ' FROM `' . str_replace( '`', '``', $this->table->name ) . '` WHERE ' . implode( ' OR ', $this->replaced );
	}
}
