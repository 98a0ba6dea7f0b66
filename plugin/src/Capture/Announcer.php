<?php
/**
 * How is an intent announced?
 *
 * @package Holdfast
 */

namespace Holdfast\Capture;

use Holdfast\Log\Writer;
use Holdfast\Schema\Catalog;
use Holdfast\Sql\Classifier;
use Holdfast\Sql\Lexis;
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
	 * An announcer.
	 *
	 * @param Writer  $writer  The intent log.
	 * @param Catalog $catalog The schema.
	 * @param string  $name    The site's database.
	 */
	public function __construct( Writer $writer, Catalog $catalog, string $name ) {
		$this->writer  = $writer;
		$this->catalog = $catalog;
		$this->planner = new Planner( $catalog, $name );
		$this->quiet   = new QuietRules();
	}

	/**
	 * Classifies a statement by the lexical rules of its connection.
	 *
	 * @param string     $sql        The statement.
	 * @param Connection $connection The connection.
	 */
	public function classify( string $sql, Connection $connection ): Statement {
		$database = $this->catalog->database( self::link( $connection ) );
		return Classifier::classify( $sql, null === $database ? new Lexis() : $connection->lexis( $database->sql_mode ) );
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
		$announced->schema     = Statement::SCHEMA === $statement->kind;
		$connection->announced = $announced;
		if ( ! $writes ) {
			return;
		}
		if ( $announced->schema ) {
			$this->catalog->forget();
		}
		$plans = $this->planner->plans( $statement, self::link( $connection ), $connection->is_utf8(), ! $connection->is_core || $this->writer->is_full() );
		if ( null === $plans || '' !== $statement->sweep ) {
			$this->writer->line( 'x', array( 'sweep: ' . ( '' === $statement->sweep ? 'a statement was not understood' : $statement->sweep ) ) );
		}
		foreach ( (array) $plans as $plan ) {
			$this->intent( $plan, $connection, $announced, $statement );
		}
	}

	/**
	 * Writes one intent, after its look-up if it has one.
	 *
	 * @param Plan       $plan       The plan.
	 * @param Connection $connection The connection.
	 * @param Announced  $announced  The statement.
	 * @param Statement  $statement  What it does.
	 */
	private function intent( Plan $plan, Connection $connection, Announced $announced, Statement $statement ): void {
		$this->writer->connection( $connection->server_id );
		$number = $this->writer->next_intent();
		if ( '' !== $plan->lookup ) {
			$plan = $this->look_up( $plan, $number, $connection, $announced );
		}
		$plan->number       = $number;
		$announced->plans[] = $plan;
		global $wpdb;
		$prefix = isset( $wpdb->base_prefix ) ? (string) $wpdb->base_prefix : '';
		if ( $this->quiet->apply_to( $plan, $prefix, $statement ) ) {
			$plan->quiet = true;
		} else {
			\Holdfast\hook_late_story();
		}
		self::write( $this->writer, $plan, $connection );
	}

	/**
	 * Writes the line of an intent.
	 *
	 * @param Writer     $writer     The intent log.
	 * @param Plan       $plan       The plan, with its number.
	 * @param Connection $connection The connection.
	 */
	public static function write( Writer $writer, Plan $plan, Connection $connection ): void {
		$index = $writer->connection( $connection->server_id );
		$tail  = array( $connection->commits_by_itself() ? 0 : 1, $index );
		$scope = $plan->scope() + ( $plan->quiet ? array( 'q' => 1 ) : array() );
		if ( ! $writer->line( 'w', array_merge( array( $plan->number, $plan->table, $scope ), $tail ) ) ) {
			$plan->whole = true;
			if ( ! $writer->line( 'w', array_merge( array( $plan->number, $plan->table, $plan->scope() ), $tail ) ) ) {
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
		if ( Door::$counting || null === $link || null === $plan->facts || null === $database || ( $inside && ! $plan->locks ) ) {
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
		$width = count( $facts->key );
		foreach ( $rows as $row ) {
			for ( $part = 0; $part < $plan->parts; ++$part ) {
				$plan->add_keys( array( Lookup::key( $facts, $row, $part * $width ) ) );
			}
		}
		$announced->found = 1 === $plan->parts && $plan->locks ? count( $rows ) : null;
		return $plan;
	}

	/**
	 * The connection on which the schema may be asked for: only where that opens no read view (MariaDB's
	 * information_schema never does, tried on 10.11; MySQL's tables are InnoDB) and changes no FOUND_ROWS().
	 *
	 * @param Connection $connection The connection.
	 */
	private static function link( Connection $connection ): ?\mysqli {
		$link = $connection->is_core && ! Door::$counting ? $connection->link() : null;
		if ( null === $link || $connection->commits_by_itself() || false !== stripos( $link->server_info, 'mariadb' ) ) {
			return $link;
		}
		return null;
	}
}
