<?php
/**
 * Which statements do we know the meaning of?
 *
 * @package Holdfast
 */

namespace Holdfast\Tests\Unit;

use Holdfast\Capture\Plan;
use Holdfast\Capture\Planner;
use Holdfast\Schema\Catalog;
use Holdfast\Schema\Database;
use Holdfast\Schema\RowKey;
use Holdfast\Sql\Classifier;
use Holdfast\Sql\Lexis;
use Holdfast\Sql\Statement;
use Holdfast\State\Folder;
use Holdfast\State\Guarded;

/**
 * The corpus: tests/php/corpus/*.txt, one statement a line and indented below it what becomes of it in the database
 * `site` of this class: `kind, effect on the transaction; tables with the scopes that are announced`.
 *
 * A scope is as the intent log has it; `?` before it: completed by a look-up, else this. `sweep`: nothing can be named.
 * In statements ⏎ is a line feed, ⇥ a tab, «hex» a byte. `== ` begins a topic, `[…]` a way of reading.
 */
final class Corpus {

	/** The ways of reading, by their names in the files. */
	const READINGS = array( 'ansi', 'no backslash', 'quotes unknown', 'unsafe', 'latin1' );

	/**
	 * The state folder that holds the schema.
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
	 * Makes the schema as capture keeps it.
	 */
	public function __construct() {
		$this->state = sys_get_temp_dir() . '/holdfast-test-' . bin2hex( random_bytes( 6 ) );
		mkdir( $this->state . '/schema', 0700, true );
		$database = self::database();
		$known    = Guarded::GUARD . "\"\"\n" . self::line( '', get_object_vars( $database ), null );
		foreach ( array_map( 'strval', array_keys( $database->tables ) ) as $name ) {
			$known .= self::line( $name, Tables::rows( $name ), RowKey::of( Tables::of( $name ) ) );
		}
		file_put_contents( $this->state . '/schema/known.php', $known );
		$this->catalog = new Catalog( $this->state, 'site' );
		$this->catalog->refresh();
	}

	/**
	 * Removes it.
	 */
	public function remove(): void {
		Folder::delete( $this->state );
	}

	/**
	 * Every statement of the corpus.
	 *
	 * @return array<int, array{0: string, 1: string, 2: string}> Statement, what becomes of it, way of reading.
	 */
	public static function statements(): array {
		$all = array();
		foreach ( (array) glob( dirname( __DIR__ ) . '/corpus/*.txt' ) as $path ) {
			$reading = '';
			foreach ( (array) file( (string) $path, FILE_IGNORE_NEW_LINES ) as $line ) {
				$line = (string) $line;
				if ( in_array( trim( $line, '[]' ), self::READINGS, true ) ) {
					$reading = trim( $line, '[]' );
				} elseif ( 0 === strpos( $line, '== ' ) ) {
					$reading = '';
				} elseif ( "\t" === ( $line[0] ?? '' ) ) {
					$all[ count( $all ) - 1 ][1] = substr( $line, 1 );
				} elseif ( '' !== $line ) {
					$all[] = array( self::bytes( $line ), '', $reading );
				}
			}
		}
		return $all;
	}

	/**
	 * What becomes of a statement, as the corpus writes it.
	 *
	 * @param string $sql     The statement.
	 * @param string $reading The way of reading.
	 */
	public function outcome( string $sql, string $reading ): string {
		$statement = Classifier::classify( $sql, self::lexis( $reading ) );
		$planner   = new Planner( $this->catalog, 'site' );
		$planner->complete(
			$statement,
			array( 'prepare s' => 'UPDATE wp_posts SET post_title=? WHERE ID=?' ),
			static function ( string $text ) use ( $reading ): Statement {
				return Classifier::classify( $text, self::lexis( $reading ) );
			}
		);
		$kind  = $statement->kind;
		$plans = Statement::READ === $kind && '' === $statement->sweep ? array() : $planner->plans( $statement, null, '' === $reading || 'no backslash' === $reading || 'ansi' === $reading, false );
		$shown = array();
		foreach ( (array) $plans as $plan ) {
			$shown[] = $plan->table . ' ' . self::scope( $plan );
		}
		if ( null === $plans || '' !== $statement->sweep ) {
			$shown[] = 'sweep';
		}
		return $kind . ( '' === $statement->effect ? '' : ', ' . $statement->effect ) . ';' . ( array() === $shown ? '' : ' ' . implode( ' + ', $shown ) );
	}

	/**
	 * A plan's scope.
	 *
	 * @param Plan $plan The plan.
	 */
	private static function scope( Plan $plan ): string {
		$mark = '' === $plan->lookup ? '' : '?';
		if ( '' !== $plan->lookup ) {
			$plan = $plan->otherwise ?? new Plan( $plan->table, true );
		}
		return $mark . json_encode( $plan->scope(), JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES );
	}

	/**
	 * How quotes and bytes are read.
	 *
	 * @param string $reading The way of reading.
	 */
	public static function lexis( string $reading ): Lexis {
		$lexis               = new Lexis( 'ansi' === $reading, 'no backslash' !== $reading, 'unsafe' !== $reading );
		$lexis->quotes_known = 'quotes unknown' !== $reading;
		$lexis->utf8         = 'latin1' !== $reading && 'unsafe' !== $reading;
		return $lexis;
	}

	/**
	 * The bytes of a line.
	 *
	 * @param string $line The line.
	 */
	private static function bytes( string $line ): string {
		$line = str_replace( array( '⏎', '⇥' ), array( "\n", "\t" ), $line );
		return (string) preg_replace_callback(
			'/«([0-9a-f]{2})»/',
			static function ( array $match ): string {
				return (string) hex2bin( $match[1] );
			},
			$line
		);
	}

	/**
	 * The database: core's tables and those of Tables, names of every kind, and what reaches what.
	 */
	private static function database(): Database {
		$names    = array( 'wp_posts', 'wp_options', 'wp_postmeta', 'wp_term_relationships', 'wp_sessions', 'wp_names', 'wp_blobs', 'wp_bin', 'wp_actions', 'wp_log', 'wp_old', 'wp_small', 'wp_uuid', 'wp_prefix', 'wp_stamps', 'wp`tick', 'wp.dots', 'wp_über', 'wp space', 'wp"q', 'order', 'select', '12345', '1e5wp', 'wp_audited', 'wp_parent', 'wp_child', 'wp_grandchild', 'wp_tree', 'wp_ring_a', 'wp_ring_b', 'wp_view', 'wp_calling_view', 'wp_local', 'wp_merged' );
		$database = new Database();

		$database->tables     = array_fill_keys( $names, true );
		$database->triggers   = array( 'audit' => 'wp_audited' );
		$database->opaque     = array_fill_keys( array( 'wp_audited', 'wp_view', 'wp_calling_view', 'wp_merged' ), true );
		$database->by_insert  = array(
			'wp_audited' => array( 'wp_log' ),
			'wp_view'    => array( 'wp_small' ),
			'wp_merged'  => array( 'wp_old' ),
		);
		$database->dependents = $database->by_insert + array(
			'wp_parent'      => array( 'wp_child' ),
			'wp_child'       => array( 'wp_grandchild' ),
			'wp_tree'        => array( 'wp_tree' ),
			'wp_ring_a'      => array( 'wp_ring_b' ),
			'wp_ring_b'      => array( 'wp_ring_a' ),
			'other.accounts' => array( 'wp_local' ),
		);
		$database->children   = array( 'wp_parent' => array( 'wp_child' ) );
		$database->routines   = array(
			'write_log'       => array( 'wp_log' ),
			'outer_one'       => array( 'wp_log', 'wp_parent' ),
			'write_rows'      => array( 'wp_posts' ),
			'harmless'        => array(),
			'dynamic'         => null,
			'dynamic_one'     => null,
			'wp_calling_view' => array( 'wp_log' ),
		);
		return $database;
	}

	/**
	 * A line of what Catalog keeps.
	 *
	 * @param string               $name  The table; '' = the database.
	 * @param array<string, mixed> $facts What was read.
	 * @param RowKey|null          $key   How its rows are named, where that is simple.
	 */
	private static function line( string $name, array $facts, ?RowKey $key ): string {
		return implode( "\t", array( json_encode( $name, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE ), time(), json_encode( null === $key ? null : $key->fields() ), json_encode( $facts ) ) ) . "\n";
	}
}
