<?php
/**
 * How is an intent announced?
 *
 * @package Holdfast
 */

namespace Holdfast\Capture;

use Holdfast\Log\Value;
use Holdfast\Log\Writer;
use Holdfast\Schema\Catalog;
use Holdfast\Schema\Database;
use Holdfast\Schema\Rows;
use Holdfast\Sql\Classifier;
use Holdfast\Sql\Statement;

/**
 * Plans a statement, completes the plans by look-ups, and writes the intents before the statement runs.
 */
final class Announcer {

	/**
	 * The intent log.
	 *
	 * @var Writer
	 */
	private $writer;

	/**
	 * The state folder.
	 *
	 * @var string
	 */
	private $state;

	/**
	 * The schema.
	 *
	 * @var Catalog
	 */
	private $catalog;

	/**
	 * Makes plans.
	 *
	 * @var Planner
	 */
	private $planner;

	/**
	 * What is quiet.
	 *
	 * @var QuietRules
	 */
	private $quiet;

	/**
	 * Has a sweep been asked for because the schema could not be read?
	 *
	 * @var bool
	 */
	private $blind = false;

	/**
	 * Has a temporary table been made, which may hide a real one?
	 *
	 * @var bool
	 */
	private $hides = false;

	/**
	 * An announcer.
	 *
	 * @param Writer  $writer  The intent log.
	 * @param Catalog $catalog The schema.
	 * @param string  $name    The site's database.
	 * @param string  $state   The state folder.
	 */
	public function __construct( Writer $writer, Catalog $catalog, string $name, string $state ) {
		$this->state   = $state;
		$this->writer  = $writer;
		$this->catalog = $catalog;
		$this->planner = new Planner( $catalog, $name );
		$this->quiet   = new QuietRules();
	}

	/**
	 * Does a statement ask what the one before it left (rows, warnings)? Then nothing of ours may run in between.
	 *
	 * @param string $sql The statement.
	 */
	public static function asks_for_last( string $sql ): bool {
		return 1 === preg_match( '/FOUND_ROWS|ROW_COUNT|DIAGNOSTICS|@@(?:\w+\.)?(?:warning|error)_count/i', substr( $sql, 0, 1048576 ) );
	}

	/**
	 * Classifies a statement by the lexical rules of its connection. What only reads asks the server for nothing.
	 *
	 * @param string     $sql        The statement.
	 * @param Connection $connection The connection.
	 */
	public function classify( string $sql, Connection $connection ): Statement {
		$database  = $this->catalog->database( null );
		$statement = $this->by_rules( $sql, $connection, $database );
		if ( null === $database && ( Statement::READ !== $statement->kind || Door::may_write( $sql ) ) ) {
			$database = $this->catalog->database( self::link( $connection ) );
			if ( null !== $database ) {
				$statement = $this->by_rules( $sql, $connection, $database );
			} elseif ( Statement::READ === $statement->kind && Door::names_routine( $sql ) ) {
				$statement->kind = Statement::UNKNOWN;
			}
		}
		$this->planner->complete(
			$statement,
			$connection->settings,
			function ( string $text ) use ( $connection, $database ): Statement {
				return $this->by_rules( $text, $connection, $database );
			}
		);
		return $statement;
	}

	/**
	 * Classifies a statement by the rules of a database, as far as it is known.
	 *
	 * @param string        $sql        The statement.
	 * @param Connection    $connection The connection.
	 * @param Database|null $database   What is known of the database.
	 */
	private function by_rules( string $sql, Connection $connection, ?Database $database ): Statement {
		if ( null === $database ) {
			return Classifier::classify( $sql, $connection->lexis( '', false ) );
		}
		self::tell_defaults( $connection, $database );
		return Classifier::classify( $sql, $connection->lexis( $database->sql_mode, $database->quotes_known ) );
	}

	/**
	 * A connection to a known database learns how its sessions begin.
	 *
	 * @param Connection $connection The connection.
	 * @param Database   $database   What is known of the database.
	 */
	private static function tell_defaults( Connection $connection, Database $database ): void {
		$connection->defaults['autocommit']      = $database->autocommit ? '1' : '0';
		$connection->defaults['completion_type'] = $database->completion;
	}

	/**
	 * The plan of a statement that goes the short way; null where it does not.
	 *
	 * @param string     $sql        The statement.
	 * @param Connection $connection The connection.
	 */
	public function usual( string $sql, Connection $connection ): ?Plan {
		$database = $this->catalog->database( null );
		if ( null === $database || ! $connection->is_core || $this->hides || $this->writer->is_full() ) {
			return null;
		}
		self::tell_defaults( $connection, $database );
		$plan = $connection->is_plain( $database->sql_mode ) ? Usual::plan( $sql, $this->catalog, $database ) : null;
		return null === $plan || $this->quiet->asks_for_columns( $plan->table, self::prefix() ) ? null : $plan;
	}

	/**
	 * Announces a statement that goes the short way: it has no effect on transactions or settings.
	 *
	 * @param string     $sql        The statement.
	 * @param Plan       $plan       Its plan.
	 * @param Connection $connection The connection.
	 */
	public function announce_usual( string $sql, Plan $plan, Connection $connection ): void {
		$announced             = new Announced( $sql, '' );
		$announced->usual      = true;
		$connection->announced = $announced;
		$this->intent( $plan, $connection, $announced, null );
	}

	/**
	 * Announces a statement.
	 *
	 * @param string     $sql        The statement.
	 * @param Statement  $statement  What it does.
	 * @param Connection $connection The connection.
	 * @param bool       $writes     Whether it writes.
	 */
	public function announce( string $sql, Statement $statement, Connection $connection, bool $writes ): void {
		$announced             = new Announced( $sql, $statement->effect );
		$announced->settings   = $statement->settings;
		$announced->schema     = $statement->defines;
		$connection->announced = $announced;
		if ( $announced->schema && Statement::UNKNOWN !== $statement->kind ) {
			$this->catalog->forget();
		}
		if ( ! $writes ) {
			return;
		}
		if ( $statement->temporary ) {
			$this->hides = true;
		}
		foreach ( $this->plans( $statement, $connection, self::link( $connection ), ! $connection->is_core || $this->writer->is_full() ) as $plan ) {
			$this->intent( $plan, $connection, $announced, $statement );
		}
	}

	/**
	 * Announces the tables of a statement that has run already, unannounced.
	 *
	 * @param string     $sql        The statement.
	 * @param Connection $connection The connection.
	 * @return Statement What it did.
	 */
	public function late( string $sql, Connection $connection ): Statement {
		$statement = $this->classify( $sql, $connection );
		$announced = new Announced( $sql, '' );
		foreach ( Statement::READ === $statement->kind ? array() : $this->plans( $statement, $connection, null, true ) as $plan ) {
			$this->intent( $plan, $connection, $announced, $statement );
		}
		return $statement;
	}

	/**
	 * The plans of a statement that writes. Where it cannot be named what it does, a sweep is asked for at once, and every
	 * table is announced besides: a sweep may be through before the statement is.
	 *
	 * @param Statement    $statement  What it does.
	 * @param Connection   $connection The connection.
	 * @param \mysqli|null $link       The connection on which the schema may be asked for.
	 * @param bool         $coarse     Whether to name tables only.
	 * @return Plan[]
	 */
	private function plans( Statement $statement, Connection $connection, ?\mysqli $link, bool $coarse ): array {
		$plans = $this->planner->plans( $statement, $link, $connection->is_utf8(), $coarse );
		$why   = '' === $statement->sweep ? 'a statement was not understood' : $statement->sweep;
		if ( null !== $plans && '' === $statement->sweep ) {
			if ( array() === $plans || null !== $this->catalog->database( null ) || $this->blind ) {
				return $plans;
			}
			$this->blind = true; // Once: where the schema cannot be read at all, a sweep at every write would help nobody.
			$why         = 'what a write reaches besides its table is not known';
		}
		$this->writer->line( 'x', array( 'sweep: ' . $why ) );
		if ( null === $plans || '' !== $statement->sweep ) {
			return array_merge( (array) $plans, $this->planner->everything() );
		}
		return $plans;
	}

	/**
	 * Writes one intent, after its look-up if it has one.
	 *
	 * @param Plan           $plan       The plan.
	 * @param Connection     $connection The connection.
	 * @param Announced      $announced  The statement.
	 * @param Statement|null $statement  What it does, where it went the general way.
	 */
	private function intent( Plan $plan, Connection $connection, Announced $announced, ?Statement $statement = null ): void {
		$index  = $this->writer->connection( $connection->server_id );
		$number = $this->writer->next_intent();
		if ( '' !== $plan->lookup ) {
			$plan = $this->look_up( $plan, $number, $connection, $announced );
		}
		if ( $plan->fresh > 1 && $plan->consecutive && ! $plan->whole ) {
			$this->ask_step( $connection );
		}
		$plan->number       = $number;
		$announced->plans[] = $plan;
		if ( $this->quiet->apply_to( $plan, self::prefix(), $statement ) ) {
			$plan->quiet = true;
		} else {
			\Holdfast\hook_late_story();
		}
		self::write( $this->writer, $plan, $connection, $index );
		if ( Origin::is_asked( $this->state ) ) {
			$this->writer->line( 'p', array( $plan->number, Origin::name() ) );
		}
	}

	/**
	 * The site's table prefix; '' where it is not known yet.
	 */
	private static function prefix(): string {
		global $wpdb;
		return isset( $wpdb->base_prefix ) ? (string) $wpdb->base_prefix : '';
	}

	/**
	 * Writes the line of an intent.
	 *
	 * @param Writer     $writer     The intent log.
	 * @param Plan       $plan       The plan, with its number.
	 * @param Connection $connection The connection.
	 * @param int        $index      The connection's number in the log.
	 */
	public static function write( Writer $writer, Plan $plan, Connection $connection, int $index ): void {
		$inside = $connection->commits_by_itself() ? 0 : 1;
		$scope  = $plan->scope();
		if ( $plan->quiet ) {
			$scope['q'] = 1;
		}
		if ( ! $writer->line( 'w', array( $plan->number, $plan->table, $scope, $inside, $index ) ) ) {
			$plan->whole = true;
			if ( ! $writer->line( 'w', array( $plan->number, $plan->table, $plan->scope(), $inside, $index ) ) ) {
				$writer->line( 'x', array( 'sweep: a table name that is not UTF-8' ) );
			}
		}
		$connection->open_intent = $plan->number;
		$connection->open_serial = $writer->serial();
	}

	/**
	 * Completes a plan by its look-up, or falls back.
	 *
	 * @param Plan       $plan       The plan.
	 * @param int        $number     The intent's number.
	 * @param Connection $connection The connection.
	 * @param Announced  $announced  The statement.
	 */
	private function look_up( Plan $plan, int $number, Connection $connection, Announced $announced ): Plan {
		$otherwise        = $plan->otherwise ?? new Plan( $plan->table, true );
		$otherwise->marks = $plan->marks;
		$otherwise->quiet = $plan->quiet;
		$inside           = ! $connection->commits_by_itself();
		$link             = $connection->link();
		$database         = $this->catalog->database( null );
		if ( Door::counting() || null === $link || ( null === $plan->facts && ! $plan->integer ) || null === $database || ( $inside && ( ! $plan->locks || $database->fragile ) ) ) {
			return $otherwise;
		}
		$this->writer->line( 'o', array( $number, $plan->table ) );
		if ( ! $this->writer->flush() ) {
			return $otherwise;
		}
		$rows = Lookup::run( $link, $plan->lookup, $inside, $database->maria );
		if ( null === $rows ) {
			return $otherwise;
		}
		$facts = $plan->facts;
		$width = null === $facts ? 1 : count( $facts->key );
		foreach ( $rows as $row ) {
			for ( $part = 0; $part < $plan->parts; ++$part ) {
				$plan->add_keys( array( null === $facts ? array( Value::integer( (string) $row[0] ) ) : Lookup::key( $facts, $row, $part * $width ) ) );
			}
		}
		$announced->found = 1 === $plan->parts && $plan->locks ? count( $rows ) : null;
		return $plan;
	}

	/**
	 * Asks for the step of AUTO_INCREMENT, once for each connection; opens no read view.
	 *
	 * @param Connection $connection The connection.
	 */
	private function ask_step( Connection $connection ): void {
		$link     = $connection->link();
		$database = $this->catalog->database( null );
		if ( 0 !== $connection->step || Door::counting() || null === $link || null === $database || $database->restless || ! $connection->is_core ) {
			return;
		}
		$rows             = Rows::of( $link, 'SELECT @@SESSION.auto_increment_increment' );
		$connection->step = max( 0, (int) ( $rows[0][0] ?? 0 ) );
	}

	/**
	 * The connection on which the schema may be asked for: only where that opens no read view (MariaDB's
	 * information_schema never does, tried on 10.11; MySQL's tables are InnoDB) and changes no FOUND_ROWS().
	 *
	 * @param Connection $connection The connection.
	 */
	private static function link( Connection $connection ): ?\mysqli {
		$link = Door::counting() ? null : $connection->link();
		if ( null === $link || $connection->commits_by_itself() || false !== stripos( $link->server_info, 'mariadb' ) ) {
			return $link;
		}
		return null;
	}
}
