<?php
/**
 * What is known of the schema, without asking the server?
 *
 * @package Holdfast
 */

namespace Holdfast\Schema;

use Holdfast\Capture\Door;
use Holdfast\State\Guarded;

/**
 * Facts about tables, kept in the folder `schema/` of the state folder, so that a request asks the server only for what
 * no request has asked before.
 *
 * Each file names the generation it was read under. DDL that capture sees, and the agent when it finds a layout that it
 * did not expect, replace the file `generation`: everything read before is then void. A file that was read before a
 * DDL and written after it names the old generation and is void too. All expires after AGE_MAX_S, for what was
 * changed by other clients.
 */
final class Catalog {

	const AGE_MAX_S = 3600;

	/**
	 * The folder.
	 *
	 * @var string
	 */
	private $folder;

	/**
	 * The database.
	 *
	 * @var string
	 */
	private $name;

	/**
	 * The generation that $tables belongs to.
	 *
	 * @var string
	 */
	private $generation = '';

	/**
	 * What this process knows; false = asked for, and not to be had.
	 *
	 * @var array<string, Table|false>
	 */
	private $tables = array();

	/**
	 * The database as a whole.
	 *
	 * @var Database|null
	 */
	private $database = null;

	/**
	 * When this process began to rely on what it knows.
	 *
	 * @var int
	 */
	private $since = 0;

	/**
	 * A catalog of one database.
	 *
	 * @param string $state The state folder.
	 * @param string $name  The database.
	 */
	public function __construct( string $state, string $name ) {
		$this->folder = $state . '/schema';
		$this->name   = $name;
	}

	/**
	 * Drops what is void. To be called before each statement that writes; costs one small read.
	 */
	public function refresh(): void {
		$generation = is_file( $this->folder . '/generation' ) ? (string) file_get_contents( $this->folder . '/generation' ) : '';
		if ( $generation !== $this->generation || time() - $this->since > self::AGE_MAX_S ) {
			$this->generation = $generation;
			$this->since      = time();
			$this->tables     = array();
			$this->database   = null;
		}
	}

	/**
	 * Voids everything. Before DDL runs, and after it has.
	 */
	public function forget(): void {
		Guarded::replace( $this->folder . '/generation', bin2hex( random_bytes( 8 ) ) );
		$this->save_routines( null );
		$this->refresh();
	}

	/**
	 * A table, or null where it is not known and may not be asked for.
	 *
	 * @param string       $name The table.
	 * @param \mysqli|null $link The connection to ask on; null = do not ask.
	 */
	public function table( string $name, ?\mysqli $link ): ?Table {
		if ( ! isset( $this->tables[ $name ] ) ) {
			$rows = $this->load( $name );
			if ( null === $rows && null !== $link ) {
				$rows = TableReader::read( $link, $this->name, $name );
				if ( null !== $rows ) {
					$this->save( $name, $rows );
				}
			} elseif ( null === $rows ) {
				return null;
			}
			/**
			 * What load() returns was written by save(), under this generation.
			 *
			 * @var array{engine: string, columns: array<int, array<int, string|null>>, indexes: array<int, array<int, string|null>>}|null $rows
			 */
			$this->tables[ $name ] = null === $rows ? false : TableReader::build( $name, $rows );
		}
		$table = $this->tables[ $name ];
		return false === $table ? null : $table;
	}

	/**
	 * The database as a whole, or null where it is not known and may not be asked for.
	 *
	 * @param \mysqli|null $link The connection to ask on; null = do not ask.
	 */
	public function database( ?\mysqli $link ): ?Database {
		if ( null !== $this->database ) {
			return $this->database;
		}
		$facts = $this->load( '' );
		if ( null !== $facts ) {
			$this->database = new Database();
			foreach ( $facts as $name => $value ) {
				if ( property_exists( $this->database, $name ) ) {
					$this->database->$name = $value;
				}
			}
		} elseif ( null !== $link ) {
			$database       = DatabaseReader::read( $link, $this->name );
			$this->database = $database;
			if ( null !== $database ) {
				$this->save( '', get_object_vars( $database ) );
				$this->save_routines( array_map( 'strval', array_keys( $database->routines ) ) );
			}
		}
		return $this->database;
	}

	/**
	 * What the file of a table holds, if it is of this generation and not too old.
	 *
	 * @param string $name The table; '' = the database.
	 * @return array<string, mixed>|null
	 */
	private function load( string $name ): ?array {
		$kept = Guarded::read( $this->path( $name ) );
		if ( null === $kept || ( $kept['generation'] ?? null ) !== $this->generation || ! is_array( $kept['facts'] ?? null ) ) {
			return null;
		}
		return abs( time() - (int) ( $kept['at'] ?? 0 ) ) > self::AGE_MAX_S ? null : $kept['facts'];
	}

	/**
	 * Keeps facts.
	 *
	 * @param string               $name  The table; '' = the database.
	 * @param array<string, mixed> $facts What was read.
	 */
	private function save( string $name, array $facts ): void {
		Guarded::write(
			$this->path( $name ),
			array(
				'generation' => $this->generation,
				'at'         => time(),
				'facts'      => $facts,
			)
		);
	}

	/**
	 * Keeps the names of routines where requests that only read find them.
	 *
	 * @param string[]|null $names The names; null = they have to be read anew.
	 */
	private function save_routines( ?array $names ): void {
		$path = $this->folder . '/routines.php';
		if ( array() !== $names ) {
			Guarded::write( $path, array( 'names' => $names ) );
		} elseif ( is_file( $path ) ) {
			unlink( $path );
		}
		Door::forget();
	}

	/**
	 * The file of a table.
	 *
	 * @param string $name The table; '' = the database.
	 */
	private function path( string $name ): string {
		return $this->folder . '/' . ( '' === $name ? 'database' : 't-' . md5( $name ) ) . '.php';
	}
}
