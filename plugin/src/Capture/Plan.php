<?php
/**
 * What will be announced for one table of one statement?
 *
 * @package Holdfast
 */

namespace Holdfast\Capture;

/**
 * An intent in the making: a scope, and perhaps a look-up that has to run first to complete it.
 */
final class Plan {

	/**
	 * The table.
	 *
	 * @var string
	 */
	public $table;

	/**
	 * The intent's number, once it has one.
	 *
	 * @var int
	 */
	public $number = 0;

	/**
	 * Keys known at once.
	 *
	 * @var array<int, array<int, mixed>>
	 */
	public $keys = array();

	/**
	 * New rows whose key the server chooses.
	 *
	 * @var int
	 */
	public $fresh = 0;

	/**
	 * Do the keys of new rows follow one another from the insert id on? Not where rows with and without a key of their
	 * own are mixed, or rows that were in the way are changed instead.
	 *
	 * @var bool
	 */
	public $consecutive = true;

	/**
	 * Conjunctions of [column, value], as the intent log has them.
	 *
	 * @var array<int, array<int, array{0: string, 1: mixed}>>
	 */
	public $conditions = array();

	/**
	 * A range of the integer key.
	 *
	 * @var array{0: mixed, 1: mixed}|null
	 */
	public $range = null;

	/**
	 * The whole table?
	 *
	 * @var bool
	 */
	public $whole = false;

	/**
	 * The schema, and all rows?
	 *
	 * @var bool
	 */
	public $schema = false;

	/**
	 * A SELECT of stored keys, without LIMIT and locking clause; '' = none.
	 *
	 * @var string
	 */
	public $lookup = '';

	/**
	 * How many keys stand side by side in a row of the look-up.
	 *
	 * @var int
	 */
	public $parts = 1;

	/**
	 * Does the look-up find nothing but an integer, the key? Then no more of the schema has to be known.
	 *
	 * @var bool
	 */
	public $integer = false;

	/**
	 * The table's schema, where it is known.
	 *
	 * @var \Holdfast\Schema\Table|null
	 */
	public $facts = null;

	/**
	 * Is it known to be quiet, whatever the rules say?
	 *
	 * @var bool
	 */
	public $quiet = false;

	/**
	 * May the look-up take the locks that the statement will take (inside a transaction)?
	 *
	 * @var bool
	 */
	public $locks = false;

	/**
	 * What to announce where the look-up cannot be had; null = the whole table.
	 *
	 * @var Plan|null
	 */
	public $otherwise = null;

	/**
	 * Key columns that the statement assigns: place in the key → new value. Every key found is announced as it is
	 * and as it will be.
	 *
	 * @var array<int, mixed>
	 */
	public $assigned = array();

	/**
	 * Literals of the columns that the rule table for quiet changes looks at: lower-case column → values.
	 *
	 * @var array<string, string[]>
	 */
	public $marks = array();

	/**
	 * May a failed insert leave rows behind (no transactions)?
	 *
	 * @var bool
	 */
	public $leaves_rows = true;

	/**
	 * A plan for a table; the whole of it until something better is known.
	 *
	 * @param string $table The table.
	 * @param bool   $whole Whether it is the whole table.
	 */
	public function __construct( string $table, bool $whole = false ) {
		$this->table = $table;
		$this->whole = $whole;
	}

	/**
	 * The scope as the intent log has it.
	 *
	 * @return array<string, mixed>
	 */
	public function scope(): array {
		if ( $this->schema ) {
			return array( 's' => 1 );
		}
		if ( $this->whole ) {
			return array( 't' => 1 );
		}
		if ( null !== $this->range ) {
			return array( 'g' => $this->range );
		}
		$scope = array();
		if ( array() !== $this->keys || ( 0 === $this->fresh && array() === $this->conditions ) ) {
			$scope['k'] = $this->keys;
		}
		if ( $this->fresh > 0 ) {
			$scope['n'] = $this->fresh;
		}
		if ( array() !== $this->conditions ) {
			$scope['c'] = $this->conditions;
		}
		return $scope;
	}

	/**
	 * Adds keys that a look-up found, as they are and as they will be.
	 *
	 * @param array<int, array<int, mixed>> $keys The keys.
	 */
	public function add_keys( array $keys ): void {
		foreach ( $keys as $key ) {
			$this->keys[] = $key;
			if ( array() !== $this->assigned ) {
				$this->keys[] = array_replace( $key, $this->assigned );
			}
		}
	}
}
