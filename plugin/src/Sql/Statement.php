<?php
/**
 * What does a statement do?
 *
 * @package Holdfast
 */

namespace Holdfast\Sql;

/**
 * What the classifier found out about one statement, in terms of its tokens; nothing about the schema is in it.
 */
final class Statement {

	/** Changes no row: SELECT, SHOW, SET, OPTIMIZE … */
	const READ = 'read';
	/** INSERT. */
	const INSERT = 'insert';
	/** REPLACE. */
	const REPLACE = 'replace';
	/** UPDATE of one table. */
	const UPDATE = 'update';
	/** UPDATE of one table that is joined with what SELECTs in parentheses found. */
	const UPDATE_FOUND = 'update-found';
	/** DELETE from one table. */
	const DELETE = 'delete';
	/** DELETE with several table references. */
	const DELETE_MANY = 'delete-many';
	/** Writes to the tables named, by means not looked into. */
	const TABLES = 'tables';
	/** Changes schemas (and rows) of the tables named. */
	const SCHEMA = 'schema';
	/** Reads, and calls routines that may write. */
	const CALLS = 'calls';
	/** Not understood: every known table named in it may be written to. */
	const UNKNOWN = 'unknown';

	/** Effects on the transaction, once the statement has returned without error. */
	const BEGINS     = 'begins';
	const COMMITS    = 'commits';
	const CHAINS     = 'chains';
	const ROLLS_BACK = 'rolls back';
	const MANUAL     = 'autocommit off';
	const AUTOMATIC  = 'autocommit on';
	const UNCLEAR    = 'unclear';

	/**
	 * One of the kinds above.
	 *
	 * @var string
	 */
	public $kind = self::READ;

	/**
	 * One of the effects above, or ''. COMMITS stands for implicit commits too.
	 *
	 * @var string
	 */
	public $effect = '';

	/**
	 * The tables it names as written: [database or null, name].
	 *
	 * @var array<int, array{0: ?string, 1: string}>
	 */
	public $tables = array();

	/**
	 * Its tokens.
	 *
	 * @var Tokens|null
	 */
	public $tokens = null;

	/**
	 * False where only the tables can be relied on.
	 *
	 * @var bool
	 */
	public $exact = true;

	/**
	 * Must every known table whose name occurs in it be believed to be written to, besides those that it names?
	 *
	 * @var bool
	 */
	public $vague = false;

	/**
	 * CALL, EXECUTE: the routine or the prepared statement that is run, in lower case; '' = none.
	 *
	 * @var string
	 */
	public $program = '';

	/**
	 * Does it make or drop temporary tables?
	 *
	 * @var bool
	 */
	public $temporary = false;

	/**
	 * What cannot be named by table at all: why. Asks for a sweep.
	 *
	 * @var string
	 */
	public $sweep = '';

	/**
	 * What it changes of the session: lower-case variable → its literal value, or '?' where it is not a literal. PREPARE:
	 * `prepare name` → the statement that was prepared.
	 *
	 * @var array<string, string>
	 */
	public $settings = array();

	/**
	 * May it change what is known of the schema, routines included?
	 *
	 * @var bool
	 */
	public $defines = false;

	/**
	 * ALTER, RENAME: may names change to which other tables' foreign keys refer?
	 *
	 * @var bool
	 */
	public $renames = false;

	/**
	 * The name of a trigger that is dropped: its table is in the schema only.
	 *
	 * @var string
	 */
	public $trigger = '';

	/**
	 * INSERT, REPLACE: the column list; null = all columns in table order.
	 *
	 * @var string[]|null
	 */
	public $columns = null;

	/**
	 * INSERT, REPLACE: rows of cells, each cell its first and its last token + 1; null = not literal rows.
	 *
	 * @var array<int, array<int, array{0: int, 1: int}>>|null
	 */
	public $rows = null;

	/**
	 * INSERT … ON DUPLICATE KEY UPDATE: is it one?
	 *
	 * @var bool
	 */
	public $on_duplicate = false;

	/**
	 * Assignments of UPDATE or ON DUPLICATE KEY UPDATE: column and its value's tokens.
	 *
	 * @var array<int, array{0: string, 1: array{0: int, 1: int}}>
	 */
	public $assigns = array();

	/**
	 * The table reference as written, with its alias: tokens from, to.
	 *
	 * @var array{0: int, 1: int}|null
	 */
	public $reference = null;

	/**
	 * The condition: tokens from, to; null = none.
	 *
	 * @var array{0: int, 1: int}|null
	 */
	public $where = null;

	/**
	 * Is there an ORDER BY or LIMIT?
	 *
	 * @var bool
	 */
	public $limited = false;

	/**
	 * Names by which columns of the one table may be qualified.
	 *
	 * @var string[]
	 */
	public $aliases = array();

	/**
	 * DELETE_MANY: alias → [database or null, table] of every reference.
	 *
	 * @var array<string, array{0: ?string, 1: string}>
	 */
	public $references = array();

	/**
	 * DELETE_MANY: the aliases whose rows are deleted.
	 *
	 * @var string[]
	 */
	public $targets = array();
}
