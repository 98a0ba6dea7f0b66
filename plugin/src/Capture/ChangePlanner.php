<?php
/**
 * Which rows will an UPDATE or DELETE change, in terms of keys?
 *
 * @package Holdfast
 */

namespace Holdfast\Capture;

use Holdfast\Schema\Column;
use Holdfast\Schema\Table;
use Holdfast\Sql\Condition;
use Holdfast\Sql\Literal;
use Holdfast\Sql\Statement;
use Holdfast\Sql\Tokens;

/**
 * In this order: keys that the condition names; a condition that holds afterwards too (UPDATE); a look-up by the same
 * condition; what UPDATE … LIMIT has written into the rows that it chose; a range; the whole table.
 */
final class ChangePlanner {

	/** More keys or conjunctions than this are not named one by one. */
	const NAMED_MAX = 1000;

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
	 * Its tokens.
	 *
	 * @var Tokens
	 */
	private $tokens;

	/**
	 * Does the connection speak UTF-8?
	 *
	 * @var bool
	 */
	private $utf8;

	/**
	 * Its condition; null = every row.
	 *
	 * @var Condition|null
	 */
	private $condition = null;

	/**
	 * Lower-case assigned column → literal, or null where it is an expression.
	 *
	 * @var array<string, Literal|null>
	 */
	private $assigned = array();

	/**
	 * A planner for one statement.
	 *
	 * @param Table     $table     The table.
	 * @param Statement $statement The statement.
	 * @param Tokens    $tokens    Its tokens.
	 * @param bool      $utf8      Whether the connection speaks UTF-8.
	 */
	private function __construct( Table $table, Statement $statement, Tokens $tokens, bool $utf8 ) {
		$this->table     = $table;
		$this->statement = $statement;
		$this->tokens    = $tokens;
		$this->utf8      = $utf8;
		if ( null !== $statement->where ) {
			$this->condition = new Condition( $tokens, $statement->where[0], $statement->where[1] );
		}
		foreach ( $statement->assigns as list( $column, list( $from, $to ) ) ) {
			$column                    = strtolower( $column );
			$this->assigned[ $column ] = isset( $table->looked_at[ $column ] ) ? Literal::of( $tokens, $from, $to ) : null;
		}
	}

	/**
	 * Makes the plan.
	 *
	 * @param Table     $table     The table.
	 * @param Statement $statement An exact UPDATE or DELETE of one table.
	 * @param Tokens    $tokens    Its tokens.
	 * @param bool      $utf8      Whether the connection speaks UTF-8.
	 */
	public static function plan( Table $table, Statement $statement, Tokens $tokens, bool $utf8 ): Plan {
		$planner = new self( $table, $statement, $tokens, $utf8 );
		$plan    = $planner->by_condition( new Plan( $table->name ) );
		foreach ( QuietRules::COLUMNS as $name ) {
			foreach ( null === $planner->condition ? array() : $planner->condition->equal[ $name ] ?? array() as $literal ) {
				$plan->marks[ $name ][] = $literal->value;
			}
		}
		return $plan;
	}

	/**
	 * Makes the plan of an UPDATE of rows that it has found itself, as Action Scheduler claims its work.
	 *
	 * @param Table     $table     The table.
	 * @param Statement $statement An UPDATE of one table, joined with derived ones.
	 * @param Tokens    $tokens    Its tokens.
	 * @param bool      $utf8      Whether the connection speaks UTF-8.
	 */
	public static function found( Table $table, Statement $statement, Tokens $tokens, bool $utf8 ): Plan {
		$plan    = new Plan( $table->name );
		$planner = new self( $table, $statement, $tokens, $utf8 );
		$written = $planner->written();

		$plan->whole      = null === $written;
		$plan->conditions = null === $written ? array() : array( $written );
		return $plan;
	}

	/**
	 * The first way that works.
	 *
	 * @param Plan $plan An empty plan.
	 */
	private function by_condition( Plan $plan ): Plan {
		if ( null === $this->condition || ! $this->table->has_names() || ! $this->change_key( $plan ) ) {
			$plan->whole = true;
			return $plan;
		}
		$keys = $this->direct_keys();
		if ( null !== $keys ) {
			$plan->add_keys( $keys );
			return $plan;
		}
		$after = $this->afterwards( true );
		if ( null !== $after && ! $this->statement->limited ) {
			$plan->conditions = array_merge( $plan->conditions, $after );
			return $plan;
		}
		$written         = $this->statement->limited ? $this->written() : null;
		$plan->otherwise = $this->without_lookup();
		if ( null !== $written ) {
			$plan->conditions[] = $written;
			return $plan;
		}
		if ( $this->statement->limited || ! $this->condition->repeatable || null === $this->statement->reference || null === $this->statement->where ) {
			return $plan->otherwise;
		}
		$alias        = '`' . str_replace( '`', '``', $this->statement->aliases[0] ) . '`.';
		$plan->locks  = true;
		$plan->lookup = Lookup::select( $this->table, $alias )
			. ' FROM ' . $this->tokens->slice( $this->statement->reference[0], $this->statement->reference[1] )
			. ' WHERE (' . $this->tokens->slice( $this->statement->where[0], $this->statement->where[1] ) . "\n)";
		return $plan;
	}

	/**
	 * Notes what the statement makes of the key itself. False where that cannot be told.
	 *
	 * @param Plan $plan The plan.
	 */
	private function change_key( Plan $plan ): bool {
		foreach ( $this->table->key as $place => $name ) {
			$column = $this->table->columns[ $name ];
			if ( $column->computed && Statement::UPDATE === $this->statement->kind ) {
				return false;
			}
			if ( ! array_key_exists( $name, $this->assigned ) ) {
				continue;
			}
			$literal = $this->assigned[ $name ];
			$value   = null === $literal ? null : $column->key_value( $literal, true );
			if ( null !== $value ) {
				$plan->assigned[ $place ] = $value;
				continue;
			}
			$value = null === $literal ? null : $column->stored_condition( $literal, $this->utf8 );
			if ( null === $value ) {
				return false;
			}
			$plan->conditions[] = array( array( $column->name, $value ) );
		}
		return true;
	}

	/**
	 * The keys that the condition names by itself, or null.
	 *
	 * @return array<int, array<int, mixed>>|null
	 */
	private function direct_keys(): ?array {
		$keys = array( array() );
		foreach ( $this->table->key as $name ) {
			$literals = $this->condition->equal[ $name ] ?? null;
			if ( null === $literals || count( $keys ) * count( $literals ) > self::NAMED_MAX ) {
				return null;
			}
			$longer = array();
			foreach ( $literals as $literal ) {
				$value = $this->table->columns[ $name ]->key_value( $literal, false );
				if ( null === $value ) {
					return null;
				}
				foreach ( $keys as $key ) {
					$longer[] = array_merge( $key, array( $value ) );
				}
			}
			$keys = $longer;
		}
		return $keys;
	}

	/**
	 * Conjunctions that hold for every touched row after an UPDATE: equalities of the condition whose columns are not
	 * assigned. Null where there are none that an index could find.
	 *
	 * @param bool $complete Only where they say all that the condition says; else they may name more rows.
	 * @return array<int, array<int, array{0: string, 1: mixed}>>|null
	 */
	private function afterwards( bool $complete ): ?array {
		if ( Statement::UPDATE !== $this->statement->kind || null === $this->condition || $this->assigns_key() ) {
			return null; // A changed key leaves its old name behind, which no condition finds afterwards.
		}
		$conjunctions = array( array() );
		$indexed      = false;
		foreach ( $this->condition->equal as $name => $literals ) {
			$column = $this->table->columns[ $name ] ?? null;
			if ( null === $column || $column->computed || array_key_exists( $name, $this->assigned ) || count( $conjunctions ) * count( $literals ) > 50 ) {
				continue;
			}
			$longer = $this->with( $conjunctions, $column, $literals );
			if ( null !== $longer ) {
				$conjunctions = $longer;
				$indexed      = $indexed || isset( $this->table->leading[ $name ] );
			}
		}
		if ( $complete && ( ! $this->condition->complete || count( $conjunctions[0] ?? array() ) !== count( $this->condition->equal ) ) ) {
			return null;
		}
		return $indexed ? $conjunctions : null;
	}

	/**
	 * A conjunction that holds for every touched row after an UPDATE because it has written it: literals in columns that an
	 * index can find. Null where there is none.
	 *
	 * @return array<int, array{0: string, 1: mixed}>|null
	 */
	private function written(): ?array {
		if ( Statement::DELETE === $this->statement->kind || ! $this->table->has_names() || $this->assigns_key() ) {
			return null;
		}
		$written = array();
		foreach ( $this->statement->assigns as list( $name, list( $from, $to ) ) ) {
			$column = $this->table->columns[ strtolower( $name ) ] ?? null;
			if ( null === $column || $column->computed || ! isset( $this->table->leading[ strtolower( $name ) ] ) ) {
				continue;
			}
			$literal = Literal::of( $this->tokens, $from, $to );
			$value   = null === $literal ? null : $column->stored_condition( $literal, $this->utf8 );
			if ( null === $value || isset( $written[ $column->name ] ) ) {
				return null; // An expression, a value that is stored otherwise, or assigned twice.
			}
			$written[ $column->name ] = array( $column->name, $value );
		}
		return array() === $written ? null : array_values( $written );
	}

	/**
	 * Every conjunction with every one of these values, or null where one cannot be compared elsewhere.
	 *
	 * @param array<int, array<int, array{0: string, 1: mixed}>> $conjunctions So far.
	 * @param Column                                             $column       The column.
	 * @param Literal[]                                          $literals     Its values.
	 * @return array<int, array<int, array{0: string, 1: mixed}>>|null
	 */
	private function with( array $conjunctions, Column $column, array $literals ): ?array {
		$longer = array();
		foreach ( $literals as $literal ) {
			$value = $column->compared( $literal, $this->utf8 );
			if ( null === $value ) {
				return null;
			}
			foreach ( $conjunctions as $conjunction ) {
				$longer[] = array_merge( $conjunction, array( array( $column->name, $value ) ) );
			}
		}
		return $longer;
	}

	/**
	 * Does the statement assign a column of the key?
	 */
	private function assigns_key(): bool {
		return array() !== array_intersect( $this->table->key, array_map( 'strval', array_keys( $this->assigned ) ) );
	}

	/**
	 * What to announce where no look-up is to be had.
	 */
	private function without_lookup(): Plan {
		$plan  = new Plan( $this->table->name );
		$after = $this->afterwards( false );
		$key   = $this->table->integer_key();
		if ( null !== $after ) {
			$plan->conditions = $after;
			return $plan;
		}
		$range = null === $key || null === $this->condition ? null : $this->condition->between[ $this->table->key[0] ] ?? null;
		if ( null !== $range && ! $this->assigns_key() ) {
			$plan->range = array(
				null === $range[0] ? null : \Holdfast\Log\Value::integer( $range[0] ),
				null === $range[1] ? null : \Holdfast\Log\Value::integer( $range[1] ),
			);
			return $plan;
		}
		$plan->whole = true;
		return $plan;
	}
}
