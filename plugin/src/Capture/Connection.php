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
 *      any ──CALL, several statements, not understood──> unclear ──COMMIT, ROLLBACK──> autocommit
 *
 * Only in autocommit is an intent closed when its statement has returned. Every doubt keeps intents open.
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
	 * The connection's id at the server when last seen; 0 = not known.
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
	 * Is autocommit off?
	 *
	 * @var bool
	 */
	public $manual = false;

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
	 * SET sql_mode and character sets seen on this connection; '?' = not a literal.
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
		$this->owner     = \WeakReference::create( $owner );
		$class           = get_class( $owner );
		$declares        = 'wpdb' === $class ? $class : ( new \ReflectionMethod( $owner, 'query' ) )->getDeclaringClass()->getName();
		$this->is_core   = 'wpdb' === $declares || 'QM_DB' === $declares;
		$this->server_id = $this->current_server_id();
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
		try {
			$link = $this->link();
			return null === $link ? 0 : (int) $link->thread_id;
		} catch ( \Throwable $error ) {
			return 0; // A closed mysqli object throws when it is asked.
		}
	}

	/**
	 * Does a statement's change become final when it returns?
	 */
	public function commits_by_itself(): bool {
		return $this->is_core && ! $this->explicit && ! $this->manual && ! $this->unclear;
	}

	/**
	 * Applies the effect of a statement that has returned without error.
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
				$this->explicit   = false;
				$this->unclear    = false;
				$this->unrecorded = false;
				break;
			case Statement::MANUAL:
				$this->manual = true;
				break;
			case Statement::AUTOMATIC:
				$this->manual   = false;
				$this->explicit = false;
				break;
			case Statement::UNCLEAR:
				$this->unclear = true;
		}
	}

	/**
	 * Does this effect mean that everything before is final?
	 *
	 * @param string $effect One of Statement's effects.
	 */
	public static function ends_transaction( string $effect ): bool {
		return in_array( $effect, array( Statement::BEGINS, Statement::CHAINS, Statement::COMMITS, Statement::ROLLS_BACK, Statement::AUTOMATIC ), true );
	}

	/**
	 * A new connection under the same object: sessions begin anew.
	 *
	 * @param int $server_id Its id.
	 */
	public function reconnected( int $server_id ): void {
		$this->server_id   = $server_id;
		$this->explicit    = false;
		$this->manual      = false;
		$this->unclear     = false;
		$this->settings    = array();
		$this->open_intent = 0;
	}

	/**
	 * By which lexical rules the server reads what comes next.
	 *
	 * @param string $mode The sql_mode of WordPress' connections, in upper case.
	 */
	public function lexis( string $mode ): Lexis {
		$link    = $this->link();
		$mode    = strtoupper( $this->settings['sql_mode'] ?? $mode );
		$charset = $this->charset();
		// The client library knows whether backslashes escape from the status of the last answer; no query is sent.
		$escapes = null === $link || '\\\\' === $link->real_escape_string( '\\' );
		$certain = '?' !== $mode && 'DEFAULT' !== $mode && '?' !== $charset && ! in_array( $charset, self::UNSAFE_CHARSETS, true );
		return new Lexis( false !== strpos( $mode, 'ANSI' ), $escapes, $certain );
	}

	/**
	 * Does it speak UTF-8?
	 */
	public function is_utf8(): bool {
		return 0 === strpos( $this->charset(), 'utf8' );
	}

	/**
	 * The character set of statements, in lower case.
	 */
	private function charset(): string {
		if ( isset( $this->settings['character_set_client'] ) ) {
			return $this->settings['character_set_client'];
		}
		$owner = $this->owner();
		return null === $owner ? '?' : strtolower( (string) $owner->charset );
	}
}
