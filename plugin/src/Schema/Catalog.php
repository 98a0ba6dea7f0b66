<?php
/**
 * What is known of the schema, without asking the server?
 *
 * @package Holdfast
 */

namespace Holdfast\Schema;

use Holdfast\Capture\Door;
use Holdfast\State\Guarded;
use Holdfast\State\Shared;

/**
 * Facts about the database and its tables, kept in the file `schema/known.php` of the state folder, so that a request
 * asks the server only for what no request has asked before, and reads one file for all of it.
 *
 * The file names the generation that it was read under. DDL that capture sees, and the agent when it finds a layout that
 * it did not expect, replace the file `generation`: everything read before is then void. What was read before a DDL
 * and is written after it names the old generation and is void too. All expires after AGE_MAX_S, for what was changed
 * by other clients.
 *
 * Its lines: the guard, the generation, then one per table and one ('') for the database:
 *
 *      JSON of the name ‹tab› seconds since 1970 ‹tab› JSON of RowKey, or null ‹tab› JSON of what was read
 *
 * so that only what a statement is about is decoded. What most statements need (the database, and the RowKeys) is kept
 * once more as `brief-‹generation›.php`, which costs nothing to read (Shared). Where it lacks something the file above
 * decides.
 */
final class Catalog {

	const AGE_MAX_S = 3600;

	/** Of what is known no more is kept than this; what was read last stays. */
	const KNOWN_BYTES_MAX = 131072;

	/** A file changed this recently may change again without its times telling. */
	const RECENT_S = 3;

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
	 * The generation that $tables belongs to; null = not looked at yet.
	 *
	 * @var string|null
	 */
	private $generation = null;

	/**
	 * What stat said of the file `generation` when it was last read; '' = it has to be read again.
	 *
	 * @var string
	 */
	private $mark = '';

	/**
	 * The lines of the file `known.php` of this generation; null = not read yet.
	 *
	 * @var string|null
	 */
	private $known = null;

	/**
	 * What `brief-….php` of this generation holds; null = not looked at yet.
	 *
	 * @var array<string, mixed>|null
	 */
	private $brief = null;

	/**
	 * What this process knows; false = asked for, and not to be had.
	 *
	 * @var array<string, Table|false>
	 */
	private $tables = array();

	/**
	 * How rows of tables are named; false = not as simply.
	 *
	 * @var array<string, RowKey|false>
	 */
	private $keys = array();

	/**
	 * The database as a whole.
	 *
	 * @var Database|null
	 */
	private $database = null;

	/**
	 * Is there another generation than the caller of refresh() was told?
	 *
	 * @var bool
	 */
	private $moved = false;

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
	 * Drops what is void. To be called before each statement that writes; costs one stat.
	 *
	 * @return bool Whether there is another generation than before.
	 */
	public function refresh(): bool {
		$generation = $this->generation();
		$moved      = $this->moved || $generation !== $this->generation;

		$this->moved = false;
		if ( $generation !== $this->generation || time() - $this->since > self::AGE_MAX_S ) {
			$this->generation = $generation;
			$this->since      = time();
			$this->known      = null;
			$this->brief      = null;
			$this->tables     = array();
			$this->keys       = array();
			$this->database   = null;
		}
		return $moved;
	}

	/**
	 * What the file `generation` says. It is read only where stat does not prove that it is the one that was read: it is
	 * replaced as a whole, so another one has another inode or, if that is used again, a later time.
	 */
	private function generation(): string {
		$path = $this->folder . '/generation';
		clearstatcache();
		if ( ! is_file( $path ) ) {
			$this->mark = '';
			return '';
		}
		$changed = (int) filemtime( $path );
		$mark    = fileinode( $path ) . ' ' . $changed . ' ' . filesize( $path );
		if ( null === $this->generation || $mark !== $this->mark ) {
			// Read after the stat: if it is replaced in between, the mark is the old one's and it is read once more.
			$this->mark = abs( time() - $changed ) > self::RECENT_S ? $mark : '';
			return (string) file_get_contents( $path );
		}
		return $this->generation;
	}

	/**
	 * Voids everything. Before DDL runs, and after it has.
	 */
	public function forget(): void {
		Guarded::replace( $this->folder . '/generation', bin2hex( random_bytes( 8 ) ) );
		$this->save_routines( null );
		$this->mark = '';
		$this->refresh();
		$this->moved = true; // Others may have replaced it before us.
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
					$this->save( $name, $rows, RowKey::of( TableReader::build( $name, $rows ) ) );
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
	 * How rows of a table are named, where that is simple and known without asking; null otherwise.
	 *
	 * @param string $name The table.
	 */
	public function row_key( string $name ): ?RowKey {
		if ( ! isset( $this->keys[ $name ] ) ) {
			$kept = $this->brief( 'keys' )[ $name ] ?? null;
			if ( null === $kept ) {
				$line = $this->line( $name );
				if ( null === $line ) {
					return null; // Perhaps later.
				}
				$kept = array( 0, json_decode( $line[1], true ) );
				$this->shorten();
			}
			$this->keys[ $name ] = RowKey::from( $kept[1] ?? null ) ?? false;
		}
		$key = $this->keys[ $name ];
		return false === $key ? null : $key;
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
		$facts = $this->brief( 'database' );
		$facts = array() === $facts ? $this->load( '' ) : $facts;
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
				$this->save( '', get_object_vars( $database ), null );
				$this->save_routines( array_map( 'strval', array_keys( $database->routines ) ) );
			}
		}
		return $this->database;
	}

	/**
	 * A part of the short form that is not too old: `database` its facts, `keys` name → [seconds, fields of RowKey].
	 *
	 * @param string $part Which.
	 * @return array<string, mixed>
	 */
	private function brief( string $part ): array {
		if ( null === $this->brief ) {
			$brief       = Shared::read( $this->brief_path() );
			$fresh       = null !== $brief && ( $brief['generation'] ?? null ) === $this->generation && abs( time() - (int) ( $brief['at'] ?? 0 ) ) < self::AGE_MAX_S;
			$this->brief = $fresh ? $brief : array();
		}
		return is_array( $this->brief[ $part ] ?? null ) ? $this->brief[ $part ] : array();
	}

	/**
	 * Writes the short form anew from the lines that hold. It is as old as the oldest of them.
	 */
	private function shorten(): void {
		$path = $this->brief_path();
		if ( Shared::is_young( $path ) ) {
			return;
		}
		$brief = array(
			'generation' => $this->generation,
			'at'         => time(),
			'database'   => $this->load( '' ),
			'keys'       => array(),
		);
		foreach ( explode( "\n", (string) $this->known ) as $line ) {
			$fields = explode( "\t", $line, 4 );
			if ( isset( $fields[3] ) && abs( time() - (int) $fields[1] ) < self::AGE_MAX_S ) {
				$brief['at'] = min( $brief['at'], (int) $fields[1] );
				$brief['keys'][ (string) json_decode( $fields[0] ) ] = array( (int) $fields[1], json_decode( $fields[2], true ) );
			}
		}
		foreach ( (array) glob( $this->folder . '/brief-*.php' ) as $other ) {
			if ( $path !== $other ) {
				unlink( (string) $other );
			}
		}
		Shared::write( $path, $brief );
	}

	/**
	 * The file of the short form.
	 */
	private function brief_path(): string {
		return $this->folder . '/brief-' . preg_replace( '/[^0-9a-f]/', '', (string) $this->generation ) . '.php';
	}

	/**
	 * What was read of a table, if it is known and not too old.
	 *
	 * @param string $name The table; '' = the database.
	 * @return array<string, mixed>|null
	 */
	private function load( string $name ): ?array {
		$line  = $this->line( $name );
		$facts = null === $line ? null : json_decode( $line[2], true );
		return is_array( $facts ) ? $facts : null;
	}

	/**
	 * The fields behind the name in the line of a table: seconds, JSON of its RowKey, JSON of what was read.
	 *
	 * @param string $name The table; '' = the database.
	 * @return array{0: string, 1: string, 2: string}|null
	 */
	private function line( string $name ): ?array {
		$this->known = $this->known ?? $this->read();
		$begin       = "\n" . self::json( $name ) . "\t";
		$at          = strpos( $this->known, $begin );
		if ( false === $at ) {
			return null;
		}
		$at    += strlen( $begin );
		$end    = strpos( $this->known, "\n", $at );
		$fields = false === $end ? array() : explode( "\t", substr( $this->known, $at, $end - $at ), 3 );
		if ( ! isset( $fields[2] ) || abs( time() - (int) $fields[0] ) > self::AGE_MAX_S ) {
			return null;
		}
		return array( $fields[0], $fields[1], $fields[2] );
	}

	/**
	 * Keeps what was read, beside what others have kept meanwhile under the same generation. Of two that do it at the
	 * same moment one is forgotten, and asked for again.
	 *
	 * @param string               $name  The table; '' = the database.
	 * @param array<string, mixed> $facts What was read.
	 * @param RowKey|null          $key   How its rows are named, where that is simple.
	 */
	private function save( string $name, array $facts, ?RowKey $key ): void {
		$line = self::json( $name ) . "\t" . time() . "\t" . self::json( null === $key ? null : $key->fields() ) . "\t" . self::json( $facts ) . "\n";
		if ( strlen( $line ) > self::KNOWN_BYTES_MAX ) {
			return;
		}
		$others = '';
		$begin  = self::json( $name ) . "\t";
		foreach ( explode( "\n", $this->read() ) as $other ) {
			if ( '' !== $other && 0 !== strncmp( $other, $begin, strlen( $begin ) ) && strlen( $line ) + strlen( $others ) + strlen( $other ) < self::KNOWN_BYTES_MAX ) {
				$others .= $other . "\n";
			}
		}
		$this->known = "\n" . $line . $others;
		Guarded::replace( $this->folder . '/known.php', Guarded::GUARD . self::json( $this->generation ) . $this->known );
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
	 * The lines of the file, each behind a line break, if it is of this generation; else an empty one.
	 */
	private function read(): string {
		$path = $this->folder . '/known.php';
		$text = is_file( $path ) ? (string) file_get_contents( $path ) : '';
		$head = Guarded::GUARD . self::json( $this->generation ) . "\n";
		return 0 === strncmp( $text, $head, strlen( $head ) ) ? substr( $text, strlen( $head ) - 1 ) : "\n";
	}

	/**
	 * JSON in one line without tabs.
	 *
	 * @param mixed $value The value.
	 */
	private static function json( $value ): string {
		return (string) json_encode( $value, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE );
	}
}
