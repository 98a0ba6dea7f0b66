<?php
/**
 * In which state is a database connection?
 *
 * @package Holdfast
 */

namespace Holdfast\Capture;

use Holdfast\Sql\Lexis;
use Holdfast\Sql\Statement;

/**
 * One wpdb object: its connection, its transaction, and the statement that was announced and has not been seen to
 * return. Holds no strong reference, so that objects of other code die when they would without us.
 *
 * Its states:
 *
 *      autocommit ──BEGIN──> explicit ──COMMIT, ROLLBACK, DDL──> autocommit
 *      autocommit ──SET autocommit=0──> manual ──SET autocommit=1──> autocommit
 *      any ──CALL, several statements, not understood──> unclear ──COMMIT, ROLLBACK, asking──> autocommit
 *
 * Only in autocommit is an intent closed when its statement has returned. Every doubt keeps intents open.
 *
 * A wpdb that is not core's may have several connections, to several servers, and choose one for each statement behind our
 * filter: it counts as one connection without an id, of which only the request's end tells that it is over.
 */
final class Connection {

	/** Character sets in which a backslash can be the second byte of a character. */
	const UNSAFE_CHARSETS = array( 'big5', 'cp932', 'gb18030', 'gb2312', 'gbk', 'sjis' );

	/**
	 * The wpdb object.
	 *
	 * @var \WeakReference<\wpdb>
	 */
	private $owner;

	/**
	 * Does it run statements as core's wpdb does? Else only tables are named and nothing is closed before the end.
	 *
	 * @var bool
	 */
	public $is_core;

	/**
	 * The connection's id at the server when last seen; 0 = not known, or not one.
	 *
	 * @var int
	 */
	public $server_id = 0;

	/**
	 * Is a transaction open (explicit)?
	 *
	 * @var bool
	 */
	public $explicit = false;

	/**
	 * Is it unknown whether a transaction is open?
	 *
	 * @var bool
	 */
	public $unclear = false;

	/**
	 * Was something written before the site was paired, in a transaction that is still open?
	 *
	 * @var bool
	 */
	public $unrecorded = false;

	/**
	 * The mysqli object that was last seen: after a restart of the server another connection may have the same id.
	 *
	 * @var \WeakReference<\mysqli>|null
	 */
	private $link_seen = null;

	/**
	 * The autocommit and completion_type with which sessions begin.
	 *
	 * @var array<string, string>
	 */
	public $defaults = array(
		'autocommit'      => '1',
		'completion_type' => '0',
	);

	/**
	 * The step of AUTO_INCREMENT as the server told it; 0 = not asked, or it does not stay.
	 *
	 * @var int
	 */
	public $step = 0;

	/**
	 * What SET and PREPARE of this connection said; '?' = not a literal.
	 *
	 * @var array<string, string>
	 */
	public $settings = array();

	/**
	 * The highest intent on this connection that is not closed, and the file it is in.
	 *
	 * @var int
	 */
	public $open_intent = 0;

	/**
	 * The file of $open_intent.
	 *
	 * @var int
	 */
	public $open_serial = 0;

	/**
	 * The file in which something was left open on an earlier server connection; 0 = none.
	 *
	 * @var int
	 */
	public $abandoned = 0;

	/**
	 * The announced statement that has not been seen to return; null = none.
	 *
	 * @var Announced|null
	 */
	public $announced = null;

	/**
	 * A connection.
	 *
	 * @param \wpdb $owner The object.
	 */
	public function __construct( \wpdb $owner ) {
		$this->owner   = \WeakReference::create( $owner );
		$class         = get_class( $owner );
		$declares      = 'wpdb' === $class ? $class : ( new \ReflectionMethod( $owner, 'query' ) )->getDeclaringClass()->getName();
		$this->is_core = 'wpdb' === $declares || 'QM_DB' === $declares;
		$this->reconnected( $this->current_server_id() );
	}

	/**
	 * The wpdb object, if it lives.
	 */
	public function owner(): ?\wpdb {
		return $this->owner->get();
	}

	/**
	 * The mysqli object, if it is one.
	 */
	public function link(): ?\mysqli {
		$owner = $this->owner();
		$link  = null === $owner ? null : $owner->__get( 'dbh' ); // Protected; core reads it out by this.
		return $link instanceof \mysqli ? $link : null;
	}

	/**
	 * The connection's id at the server now; 0 where there is none.
	 */
	public function current_server_id(): int {
		return self::id_of( $this->link() );
	}

	/**
	 * The id at the server of a mysqli object; 0 where there is none.
	 *
	 * @param \mysqli|null $link The object.
	 */
	private static function id_of( ?\mysqli $link ): int {
		try {
			return null === $link ? 0 : (int) $link->thread_id;
		} catch ( \Throwable $error ) { // @phpstan-ignore catch.neverThrown (A closed mysqli object throws when it is asked.)
			return 0;
		}
	}

	/**
	 * Is it another connection to the server than when last seen?
	 */
	public function has_moved(): bool {
		if ( ! $this->is_core ) {
			return false;
		}
		$link = $this->link();
		$id   = self::id_of( $link );
		return 0 !== $id && ( $id !== $this->server_id || null === $this->link_seen || $this->link_seen->get() !== $link );
	}

	/**
	 * Does a statement's change become final when it returns?
	 */
	public function commits_by_itself(): bool {
		return $this->is_core && $this->is_at_rest();
	}

	/**
	 * Is it unknown whether statements commit by themselves, or whether a transaction is open?
	 */
	public function is_doubtful(): bool {
		return $this->unclear || '?' === $this->setting( 'autocommit' );
	}

	/**
	 * Is certainly no transaction open but those that end with their statement?
	 */
	public function is_at_rest(): bool {
		return ! $this->explicit && ! $this->unclear && '1' === $this->setting( 'autocommit' );
	}

	/**
	 * The server has been asked.
	 *
	 * @param bool $autocommit Whether autocommit is on.
	 * @param bool $inside     Whether a transaction is open.
	 */
	public function learn( bool $autocommit, bool $inside ): void {
		$this->settings['autocommit'] = $autocommit ? '1' : '0';

		$this->explicit = $inside;
		$this->unclear  = false;
	}

	/**
	 * Applies the effect of a statement that has returned without error; to be called before what it has SET counts.
	 *
	 * @param string $effect One of Statement's effects.
	 */
	public function apply( string $effect ): void {
		switch ( $effect ) {
			case Statement::BEGINS:
			case Statement::CHAINS:
				$this->explicit = true;
				$this->unclear  = false;
				break;
			case Statement::COMMITS:
			case Statement::ROLLS_BACK:
				$this->explicit   = ! in_array( $this->setting( 'completion_type' ), array( '0', 'no_chain' ), true );
				$this->unclear    = false;
				$this->unrecorded = false;
				break;
			case Statement::AUTOMATIC:
				$this->explicit = $this->explicit && ! $this->ends_transaction( $effect );
				break;
			case Statement::UNCLEAR:
				$this->unclear = true;
		}
	}

	/**
	 * Does this effect mean that everything before is final? `SET autocommit=1` commits only where it was off: tried, a
	 * transaction begun with START TRANSACTION lives on.
	 *
	 * @param string $effect One of Statement's effects.
	 */
	public function ends_transaction( string $effect ): bool {
		return in_array( $effect, array( Statement::BEGINS, Statement::CHAINS, Statement::COMMITS, Statement::ROLLS_BACK ), true )
			|| ( Statement::AUTOMATIC === $effect && '0' === $this->setting( 'autocommit' ) );
	}

	/**
	 * A new connection under the same object: sessions begin anew.
	 *
	 * @param int $server_id Its id.
	 */
	public function reconnected( int $server_id ): void {
		$link = $this->link();

		$this->link_seen   = null === $link ? null : \WeakReference::create( $link );
		$this->server_id   = $this->is_core ? $server_id : 0;
		$this->explicit    = false;
		$this->unclear     = false;
		$this->settings    = array();
		$this->step        = 0;
		$this->open_intent = 0;
	}

	/**
	 * A setting of the session.
	 *
	 * @param string $name autocommit or completion_type.
	 */
	private function setting( string $name ): string {
		return $this->settings[ $name ] ?? $this->defaults[ $name ];
	}

	/**
	 * By which lexical rules the server reads what comes next.
	 *
	 * @param string $default_mode The sql_mode of WordPress' connections.
	 * @param bool   $known        Whether it is known what "…" quotes in that mode.
	 */
	public function lexis( string $default_mode, bool $known = false ): Lexis {
		$link    = $this->link();
		$mode    = $this->settings['sql_mode'] ?? $default_mode;
		$charset = $this->charset( $link );
		$lexis   = new Lexis( Lexis::quotes_names( $mode ), self::escapes( $link ), self::is_certain( $mode, $charset ) );

		$lexis->quotes_known = '?' !== $mode && ( isset( $this->settings['sql_mode'] ) || ( $known && ! Door::$modes_set ) );
		$lexis->utf8         = 0 === strpos( $charset, 'utf8' );
		return $lexis;
	}

	/**
	 * Does a backslash escape, and can no byte of a character be one, in statements that hold no double quotes?
	 *
	 * @param string $default_mode The sql_mode of WordPress' connections.
	 */
	public function is_plain( string $default_mode ): bool {
		$link = $this->link();
		return null !== $link && self::escapes( $link ) && self::is_certain( $this->settings['sql_mode'] ?? $default_mode, $this->charset( $link ) );
	}

	/**
	 * Does a backslash escape? The client library knows from the status of the last answer; no query is sent.
	 *
	 * @param \mysqli|null $link The connection.
	 */
	private static function escapes( ?\mysqli $link ): bool {
		return null === $link || '\\\\' === $link->real_escape_string( '\\' );
	}

	/**
	 * May a statement be read beyond its head?
	 *
	 * @param string $mode    The sql_mode.
	 * @param string $charset The character set.
	 */
	private static function is_certain( string $mode, string $charset ): bool {
		return ( 'utf8mb4' === $charset || ( '?' !== $charset && ! in_array( $charset, self::UNSAFE_CHARSETS, true ) ) ) && false === stripos( $mode, 'ORACLE' );
	}

	/**
	 * Does it speak all of UTF-8?
	 */
	public function is_utf8(): bool {
		return 'utf8mb4' === $this->charset( $this->link() );
	}

	/**
	 * The character set of statements, in lower case; '?' where what was SET and what the client library knows differ.
	 *
	 * @param \mysqli|null $link The connection.
	 */
	private function charset( ?\mysqli $link ): string {
		$charset = null === $link ? '?' : strtolower( $link->character_set_name() );
		return ( $this->settings['character_set_client'] ?? $charset ) === $charset ? $charset : '?';
	}
}
