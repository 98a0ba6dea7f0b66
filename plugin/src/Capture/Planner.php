<?php
/**
 * Which tables and rows will a statement change?
 *
 * @package Holdfast
 */

namespace Holdfast\Capture;

use Holdfast\Schema\Catalog;
use Holdfast\Schema\Database;
use Holdfast\Sql\Condition;
use Holdfast\Sql\Names;
use Holdfast\Sql\Statement;
use Holdfast\Sql\Tokens;

/**
 * From a classified statement to plans, one per table: exact where schema and statement allow it, else the whole table,
 * and with everything that the statement reaches without naming it.
 */
final class Planner {

	/**
	 * What is known of the schema.
	 *
	 * @var Catalog
	 */
	private $catalog;

	/**
	 * The database of the site.
	 *
	 * @var string
	 */
	private $name;

	/**
	 * Temporary tables of this request, which may hide real ones.
	 *
	 * @var array<string, true>
	 */
	private $temporary = array();

	/**
	 * A planner.
	 *
	 * @param Catalog $catalog What is known of the schema.
	 * @param string  $name    The database of the site.
	 */
	public function __construct( Catalog $catalog, string $name ) {
		$this->catalog = $catalog;
		$this->name    = $name;
	}

	/**
	 * The plans of a statement.
	 *
	 * @param Statement    $statement The statement.
	 * @param \mysqli|null $link      The connection on which the schema may be asked for; null = it may not.
	 * @param bool         $utf8      Whether the connection speaks UTF-8.
	 * @param bool         $coarse    Whether to name tables only.
	 * @return Plan[]|null Null where nothing can be named: a sweep is wanted.
	 */
	public function plans( Statement $statement, ?\mysqli $link, bool $utf8, bool $coarse ): ?array {
		$database = $this->catalog->database( $link );
		$plans    = array();
		foreach ( $this->names( $statement, $database, $utf8 ) as $name ) {
			$plans[ $name ] = new Plan( $name, true );
			if ( Statement::SCHEMA === $statement->kind ) {
				$plans[ $name ]->schema = true;
				if ( $statement->temporary ) {
					$this->temporary[ $name ] = true;
				}
			}
		}
		if ( array() === $plans && ( Statement::UNKNOWN === $statement->kind || '' !== $statement->trigger ) ) {
			return null;
		}
		$reached = null === $database ? array() : $this->reached( $statement, $database, array_map( 'strval', array_keys( $plans ) ) );
		if ( null === $reached ) {
			return null;
		}
		if ( ! $coarse && $statement->exact && null !== $database && 1 === count( $plans ) ) {
			$name = (string) key( $plans );
			if ( ! isset( $database->opaque[ $name ] ) && ! isset( $this->temporary[ $name ] ) && ! in_array( $name, $reached, true ) ) {
				$plans[ $name ] = $this->exact( $statement, $plans[ $name ], $link, $utf8 );
			}
		}
		foreach ( $reached as $name ) {
			$plans[ $name ] = $plans[ $name ] ?? new Plan( $name, true );
		}
		if ( $statement->renames && null !== $database ) {
			foreach ( array_keys( $plans ) as $name ) {
				foreach ( $database->children[ $name ] ?? array() as $child ) {
					$plans[ $child ]         = $plans[ $child ] ?? new Plan( $child, true );
					$plans[ $child ]->schema = true;
				}
			}
		}
		return array_values( $plans );
	}

	/**
	 * Completes what the classifier found out by what is known of routines and prepared statements.
	 *
	 * @param Statement                   $statement The statement.
	 * @param array<string, string>       $settings  What SET and PREPARE of its connection said.
	 * @param callable(string): Statement $classify  Classifies the text of a prepared statement.
	 */
	public function complete( Statement $statement, array $settings, callable $classify ): void {
		$database = $this->catalog->database( null );
		if ( Statement::READ === $statement->kind && array() !== $this->called( $statement, $database ) ) {
			$statement->kind = Statement::CALLS;
		}
		if ( 0 === strpos( $statement->program, 'call ' ) ) {
			$name = substr( $statement->program, 5 );
			if ( isset( $database->routines[ $name ] ) ) {
				$statement->kind    = Statement::CALLS;
				$statement->defines = true;
				$statement->sweep   = '';
			}
			return;
		}
		$text  = '' === $statement->program ? '?' : $statement->settings[ $statement->program ] ?? $settings[ $statement->program ] ?? '?';
		$inner = '?' === $text ? null : $classify( $text );
		if ( null === $inner || '' !== $inner->program || '' !== $inner->sweep ) {
			return;
		}
		$statement->sweep  = '';
		$statement->tables = $inner->tables;
		$statement->tokens = $inner->tokens;
		if ( Statement::READ === $inner->kind ) {
			$statement->kind   = array() === $this->called( $inner, $database ) ? Statement::READ : Statement::CALLS;
			$statement->effect = $inner->effect;
		}
	}

	/**
	 * A plan for every table: what was done is not known.
	 *
	 * @return Plan[]
	 */
	public function everything(): array {
		$database = $this->catalog->database( null );
		$plans    = array();
		foreach ( null === $database ? array() : array_keys( $database->tables ) as $name ) {
			$plans[] = new Plan( (string) $name, true );
		}
		return $plans;
	}

	/**
	 * The routines that a statement calls, and views it names that call some; lower-case names.
	 *
	 * @param Statement     $statement The statement.
	 * @param Database|null $database  What is known of the database.
	 * @return string[]
	 */
	public function called( Statement $statement, ?Database $database ): array {
		$tokens = $statement->tokens;
		if ( null === $database || array() === $database->routines || null === $tokens ) {
			return array();
		}
		if ( $tokens->cut || $statement->vague || Statement::UNKNOWN === $statement->kind ) {
			return Names::in( $tokens->sql, array_map( 'strval', array_keys( $database->routines ) ) );
		}
		$called = array();
		for ( $at = 0; $at < $tokens->count; ++$at ) {
			if ( $tokens->kinds[ $at ] <= Tokens::NAME ) {
				$name = strtolower( $tokens->texts[ $at ] );
				if ( array_key_exists( $name, $database->routines ) && ( '(' === $tokens->operator( $at + 1 ) || "call $name" === $statement->program || isset( $database->tables[ $database->meant_by( $name )[0] ] ) ) ) {
					$called[ $name ] = true;
				}
			}
		}
		return array_map( 'strval', array_keys( $called ) );
	}

	/**
	 * Tables that a statement reaches without naming them; null where that may be any.
	 *
	 * @param Statement $statement The statement.
	 * @param Database  $database  What is known of the database.
	 * @param string[]  $names     The tables that it names.
	 * @return string[]|null
	 */
	private function reached( Statement $statement, Database $database, array $names ): ?array {
		$inserts = Statement::SCHEMA === $statement->kind || ( Statement::INSERT === $statement->kind && ! $statement->on_duplicate && ! $statement->vague );
		$reached = array();
		foreach ( $names as $name ) {
			$reached = array_merge( $reached, $database->reached_from( $name, $inserts ) );
		}
		foreach ( $statement->tables as list( $schema, $name ) ) { // Parents of ours in other databases.
			$foreign = strtolower( (string) $schema . '.' . $name );
			if ( null !== $schema && isset( $database->dependents[ $foreign ] ) ) {
				$reached = array_merge( $reached, $database->reached_from( $foreign, $inserts ) );
			}
		}
		foreach ( $this->called( $statement, $database ) as $routine ) {
			if ( ! isset( $database->routines[ $routine ] ) ) {
				return null;
			}
			foreach ( $database->routines[ $routine ] as $name ) {
				$reached = array_merge( $reached, array( $name ), $database->reached_from( $name ) );
			}
		}
		return array_values( array_unique( $reached ) );
	}

	/**
	 * The tables of this site's database that a statement names, each once.
	 *
	 * @param Statement     $statement The statement.
	 * @param Database|null $database  What is known of the database.
	 * @param bool          $utf8      Whether the connection speaks UTF-8.
	 * @return string[]
	 */
	private function names( Statement $statement, ?Database $database, bool $utf8 ): array {
		$names = array();
		if ( ( Statement::UNKNOWN === $statement->kind || $statement->vague ) && null !== $database && null !== $statement->tokens && Statement::CALLS !== $statement->kind ) {
			$names = array_flip( Names::in( $statement->tokens->sql, array_map( 'strval', array_keys( $database->tables ) ), $utf8 ) );
		}
		if ( '' !== $statement->trigger ) {
			$table = null === $database ? null : $database->triggers[ $statement->trigger ] ?? null;
			if ( null !== $table ) {
				$names[ $table ] = true;
			}
		}
		foreach ( Statement::DELETE_MANY === $statement->kind ? array_values( $statement->references ) : $statement->tables as list( $schema, $name ) ) {
			if ( '' !== $name && ( null === $schema || 0 === strcasecmp( $schema, $this->name ) ) ) { // The server refuses an empty name.
				foreach ( self::meant_by( $name, $database, $utf8 ) as $meant ) {
					$names[ $meant ] = true;
				}
			}
		}
		return array_map( 'strval', array_keys( $names ) );
	}

	/**
	 * The tables that a name may mean. Beyond ASCII it is in the connection's character set, the schema's is UTF-8.
	 *
	 * @param string        $name     The name.
	 * @param Database|null $database What is known of the database.
	 * @param bool          $utf8     Whether the connection speaks UTF-8.
	 * @return string[]
	 */
	private static function meant_by( string $name, ?Database $database, bool $utf8 ): array {
		if ( null === $database ) {
			return array( $name );
		}
		if ( ! $utf8 && 1 === preg_match( '/[\x80-\xff]/', $name ) ) {
			return (array) preg_grep( '/[\x80-\xff]/', array_map( 'strval', array_keys( $database->tables ) ) );
		}
		return 1 === preg_match( '//u', $name ) ? $database->meant_by( $name ) : array(); // The server refuses what is no UTF-8.
	}

	/**
	 * The exact plan of a statement on one table, if its schema is known.
	 *
	 * @param Statement    $statement The statement.
	 * @param Plan         $whole     What to announce otherwise.
	 * @param \mysqli|null $link      The connection on which the schema may be asked for.
	 * @param bool         $utf8      Whether the connection speaks UTF-8.
	 */
	private function exact( Statement $statement, Plan $whole, ?\mysqli $link, bool $utf8 ): Plan {
		$kind = $statement->kind;
		if ( Statement::TABLES === $kind || Statement::SCHEMA === $kind || Statement::UNKNOWN === $kind || null === $statement->tokens ) {
			return $whole;
		}
		$table = $this->catalog->table( $whole->table, $link );
		if ( null === $table ) {
			return $whole;
		}
		if ( Statement::INSERT === $kind || Statement::REPLACE === $kind ) {
			$plan = InsertPlanner::plan( $table, $statement, $utf8 );
		} elseif ( Statement::DELETE_MANY === $kind ) {
			$plan = $this->delete_many( $statement, $statement->tokens, $table, $whole );
		} elseif ( Statement::UPDATE_FOUND === $kind ) {
			$plan = ChangePlanner::found( $table, $statement, $statement->tokens, $utf8 );
		} else {
			$plan = ChangePlanner::plan( $table, $statement, $statement->tokens, $utf8 );
		}
		$plan->facts = $table;
		return $plan;
	}

	/**
	 * DELETE with several references to one table, as WordPress deletes expired transients: the same join, read first.
	 *
	 * @param Statement              $statement The statement.
	 * @param Tokens                 $tokens    Its tokens.
	 * @param \Holdfast\Schema\Table $table     The table.
	 * @param Plan                   $whole     What to announce otherwise.
	 */
	private function delete_many( Statement $statement, Tokens $tokens, \Holdfast\Schema\Table $table, Plan $whole ): Plan {
		$whole->quiet = $this->is_transient_cleanup( $statement, $tokens );
		if ( null === $statement->where || null === $statement->reference || ! $table->has_names() ) {
			return $whole;
		}
		$condition = new Condition( $tokens, $statement->where[0], $statement->where[1] );
		if ( ! $condition->repeatable ) {
			return $whole;
		}
		$columns = array();
		foreach ( $statement->targets as $alias ) {
			$columns[] = Lookup::columns( $table, '`' . str_replace( '`', '``', $alias ) . '`.' );
		}
		$plan            = new Plan( $table->name );
		$plan->quiet     = $whole->quiet;
		$plan->otherwise = $whole;
		$plan->locks     = true;
		$plan->parts     = count( $columns );
		$plan->lookup    = 'SELECT ' . implode( ', ', $columns ) . ' FROM ' . $tokens->slice( $statement->reference[0], $statement->reference[1] )
			. ' WHERE (' . $tokens->slice( $statement->where[0], $statement->where[1] ) . "\n)";
		return $plan;
	}

	/**
	 * Is it WordPress' own deletion of expired transients?
	 *
	 * @param Statement $statement The statement.
	 * @param Tokens    $tokens    Its tokens.
	 */
	private function is_transient_cleanup( Statement $statement, Tokens $tokens ): bool {
		for ( $at = null === $statement->where ? $tokens->count : $statement->where[0]; $at < $tokens->count; ++$at ) {
			if ( Tokens::STRING === $tokens->kinds[ $at ] && 1 === preg_match( '/^(?:\\\\?_site)?\\\\?_transient\\\\?_/', $tokens->string_value( $at ) ) ) {
				return true;
			}
		}
		return false;
	}
}
