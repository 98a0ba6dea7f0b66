<?php
/**
 * A process that writes at random, beside others that do the same to the same rows: random statements on tables of every key
 * shape, transactions that end either way, savepoints, claims as queues make them, and WordPress' own functions.
 *
 * Arguments: the file of the random statements, a seed, how many statements, after how many ms to be killed (0 = not at all; else
 * it goes on until then), `ddl` for statements that alter, empty and rename tables, too.
 *
 * @package Holdfast\Tests
 * @license GPL-2.0-or-later
 */

$holdfast_after = (int) $args[3];
require_once $args[0];

/**
 * The writer.
 */
final class Holdfast_Random_Writer {

	const TABLES = array( 'wp_a', 'wp_s', 'wp_c', 'wp_b', 'wp_p', 'wp_u', 'wp_d', 'wp_n', 'wp_z' );

	/**
	 * Statements until the open transaction ends; 0 = none is open.
	 *
	 * @var int
	 */
	private $open = 0;

	/**
	 * May it alter tables?
	 *
	 * @var bool
	 */
	private $ddl;

	/**
	 * A writer.
	 *
	 * @param int  $seed Makes it repeatable, as far as processes that run at once are.
	 * @param bool $ddl  Whether it may alter tables.
	 */
	public function __construct( $seed, $ddl ) {
		mt_srand( $seed );
		$this->ddl = $ddl;
		$this->run( 'SET innodb_lock_wait_timeout=1' );
	}

	/**
	 * One step.
	 */
	public function step() {
		if ( $this->open > 0 && 0 === --$this->open ) {
			$this->run( mt_rand( 0, 2 ) ? 'COMMIT' : 'ROLLBACK' );
		}
		$what = mt_rand( 0, 29 );
		if ( $what < 4 ) {
			$this->begin();
		} elseif ( $what < 7 ) {
			$this->claim();
		} elseif ( $what < 9 ) {
			$this->wordpress();
		} elseif ( 9 === $what ) {
			$this->run( 'DELETE FROM ' . $this->table() . ' ORDER BY 1 LIMIT 20' );
		} elseif ( 10 === $what ) {
			$this->run( 'SELECT * FROM ' . $this->table() . ' LIMIT 3' );
		} elseif ( 11 === $what && $this->open > 0 ) {
			$this->run( mt_rand( 0, 1 ) ? 'SAVEPOINT here' : 'ROLLBACK TO here' );
		} elseif ( 12 === $what && $this->ddl ) {
			$this->alter();
		} else {
			$this->run( holdfast_random_statement( $this->table() ) );
		}
		usleep( mt_rand( 0, 2000 ) );
	}

	/**
	 * Ends what is open.
	 */
	public function end() {
		$this->run( 'COMMIT' );
	}

	/**
	 * Begins a transaction, in one of the ways there are.
	 */
	private function begin() {
		if ( 0 === $this->open ) {
			$this->run( mt_rand( 0, 2 ) ? 'START TRANSACTION' : 'BEGIN' );
			$this->open = mt_rand( 2, 6 );
		}
	}

	/**
	 * Puts work into a queue, claims some of it, or is done with what was claimed.
	 */
	private function claim() {
		$me = getmypid();
		switch ( mt_rand( 0, 2 ) ) {
			case 0:
				$this->run( 'INSERT INTO wp_q (claim, state) VALUES (0, "new"), (0, "new"), (0, "new")' );
				break;
			case 1:
				$this->run( "UPDATE wp_q SET claim = $me, state = 'claimed' WHERE claim = 0 ORDER BY id ASC LIMIT " . mt_rand( 1, 4 ) );
				break;
			default:
				$this->run( mt_rand( 0, 1 ) ? "UPDATE wp_q SET state = 'done' WHERE claim = $me" : "DELETE FROM wp_q WHERE claim = $me" );
		}
	}

	/**
	 * What WordPress itself does.
	 */
	private function wordpress() {
		$n = mt_rand( 0, 9 );
		switch ( mt_rand( 0, 3 ) ) {
			case 0:
				update_option( "random_$n", mt_rand(), false );
				break;
			case 1:
				delete_option( "random_$n" );
				break;
			case 2:
				add_post_meta( 1, 'random', mt_rand() );
				break;
			default:
				set_transient( "random_$n", mt_rand(), 60 );
		}
		wp_cache_flush(); // Others change the same rows.
	}

	/**
	 * DDL, which other processes may run into.
	 */
	private function alter() {
		$this->open = 0; // It commits.
		$statements = array(
			'TRUNCATE TABLE wp_n',
			'ALTER TABLE wp_d ADD COLUMN more int NOT NULL DEFAULT 5',
			'ALTER TABLE wp_d DROP COLUMN more',
			'RENAME TABLE wp_u TO wp_renamed, wp_renamed TO wp_u',
			'ALTER TABLE wp_s MODIFY n bigint NOT NULL DEFAULT 0',
			'ALTER TABLE wp_z ADD KEY x (x)',
			'ALTER TABLE wp_z DROP KEY x',
			'CREATE TABLE IF NOT EXISTS wp_later (id int NOT NULL PRIMARY KEY) SELECT 1 AS id',
			'DROP TABLE IF EXISTS wp_later',
		);
		$this->run( $statements[ array_rand( $statements ) ] );
	}

	/**
	 * One of the tables; more often one of few, so that processes meet.
	 */
	private function table() {
		return self::TABLES[ min( mt_rand( 0, 8 ), mt_rand( 0, 8 ) ) ];
	}

	/**
	 * Runs a statement; a deadlock or a duplicate key is part of it.
	 *
	 * @param string $sql The statement.
	 */
	private function run( $sql ) {
		global $wpdb;
		$wpdb->suppress_errors( true );
		$wpdb->query( $sql ); // phpcs:ignore WordPress.DB.PreparedSQL.NotPrepared -- made up.
		if ( false !== stripos( $wpdb->last_error, 'deadlock' ) ) {
			$this->open = 0; // The server has rolled back.
		}
	}
}

$holdfast_writer = new Holdfast_Random_Writer( (int) $args[1], in_array( 'ddl', $args, true ) );
if ( $holdfast_after > 0 ) {
	// phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.system_calls_exec -- kill -9 from outside, wherever it is then.
	exec( sprintf( '(sleep %.3F; kill -9 %d) > /dev/null 2>&1 &', $holdfast_after / 1000, getmypid() ) );
}
$holdfast_left = $holdfast_after > 0 ? PHP_INT_MAX : (int) $args[2];
while ( $holdfast_left-- > 0 ) {
	$holdfast_writer->step();
}
$holdfast_writer->end();
