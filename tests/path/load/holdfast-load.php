<?php
/**
 * Plugin Name: Load of the tests
 * Description: Requests that write as sites do: in transactions that stay open, roll back or die, row by row, and in files.
 *
 * @package Holdfast\Tests
 * @license GPL-2.0-or-later
 */

defined( 'ABSPATH' ) || exit;

add_action(
	'wp_loaded',
	static function () {
		// phpcs:ignore WordPress.Security.NonceVerification.Recommended -- a site of a test, on loopback.
		if ( isset( $_GET['holdfast_load'] ) ) {
			// phpcs:ignore WordPress.Security -- as above.
			Holdfast_Load::run( $_GET['holdfast_load'], (int) ( $_GET['n'] ?? 0 ) );
			exit;
		}
	}
);

/**
 * The load. In wp_load_accounts the sum of all balances never changes: whoever sees half a transfer sees another sum.
 */
final class Holdfast_Load {

	const ACCOUNTS = 20;
	const BALANCE  = 1000;

	const FAST_ACCOUNTS = array( 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18 );
	const SLOW_ACCOUNTS = array( 19, 20 );

	/**
	 * Makes the table of accounts.
	 */
	public static function set_up() {
		global $wpdb;
		$wpdb->query( "CREATE TABLE {$wpdb->prefix}load_accounts (id INT NOT NULL PRIMARY KEY, balance INT NOT NULL) ENGINE=InnoDB" );
		$wpdb->query( "CREATE TABLE {$wpdb->prefix}load_ledger (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, transfer VARCHAR(40) NOT NULL, account INT NOT NULL, amount INT NOT NULL, KEY transfer (transfer)) ENGINE=InnoDB" );
		for ( $id = 1; $id <= self::ACCOUNTS; $id++ ) {
			$wpdb->insert( $wpdb->prefix . 'load_accounts', array( 'id' => $id, 'balance' => self::BALANCE ) ); // phpcs:ignore WordPress.Arrays -- a row.
		}
	}

	/**
	 * One request's work.
	 *
	 * @param string $kind   A method of this class.
	 * @param int    $number What the test calls it.
	 */
	public static function run( $kind, $number ) {
		call_user_func( array( __CLASS__, $kind ), $number );
		echo 'done ', (int) $number;
	}

	/**
	 * Many of them in one process, as a worker of a queue does.
	 *
	 * @param string[] $kinds Methods of this class.
	 * @param int      $until Seconds since 1970.
	 */
	public static function go_on( $kinds, $until ) {
		$number = 1;
		while ( time() < $until ) {
			call_user_func( array( __CLASS__, $kinds[ array_rand( $kinds ) ] ), $number );
			usleep( 20000 );
			++$number;
		}
		echo (int) $number;
	}

	/**
	 * From one account to another, in one transaction.
	 *
	 * @param int    $number  Named in the ledger.
	 * @param int    $pause   Microseconds between its statements.
	 * @param string $end     COMMIT, ROLLBACK, or DIE.
	 * @param int[]  $among   Two of these accounts.
	 */
	public static function transfer( $number, $pause = 5000, $end = 'COMMIT', $among = self::FAST_ACCOUNTS ) {
		global $wpdb;
		$wpdb->suppress_errors( true ); // A deadlock is part of the load.
		$accounts = array_rand( array_flip( $among ), 2 );
		$amount   = wp_rand( 1, 50 );
		$transfer = $end . ' ' . getmypid() . ' ' . $number . ' ' . uniqid();
		$wpdb->query( 'START TRANSACTION' );
		foreach ( array( -$amount, $amount ) as $side => $signed ) {
			$moved = $wpdb->query( $wpdb->prepare( "UPDATE {$wpdb->prefix}load_accounts SET balance = balance + %d WHERE id = %d", $signed, $accounts[ $side ] ) );
			if ( ! $moved ) {
				$wpdb->query( 'ROLLBACK' );
				return;
			}
			usleep( $pause );
			$wpdb->insert(
				$wpdb->prefix . 'load_ledger',
				array(
					'transfer' => $transfer,
					'account'  => $accounts[ $side ],
					'amount'   => $signed,
				)
			);
		}
		if ( 'DIE' === $end ) {
			posix_kill( getmypid(), 9 );
		}
		$wpdb->query( $end );
	}

	/**
	 * A transfer that takes its time.
	 *
	 * @param int $number Named in the ledger.
	 */
	public static function slow( $number ) {
		self::transfer( $number, wp_rand( 300000, 900000 ) );
	}

	/**
	 * A transfer that stays open for five seconds, between accounts that no other transfer waits for.
	 *
	 * @param int $number Named in the ledger.
	 */
	public static function very_slow( $number ) {
		self::transfer( $number, 2500000, 'COMMIT', self::SLOW_ACCOUNTS );
	}

	/**
	 * A transfer that is taken back.
	 *
	 * @param int $number Named in the ledger.
	 */
	public static function rolled_back( $number ) {
		self::transfer( $number, 50000, 'ROLLBACK' );
	}

	/**
	 * A request that is killed between write and end.
	 *
	 * @param int $number Named in the ledger.
	 */
	public static function dies( $number ) {
		self::transfer( $number, 50000, 'DIE' );
	}

	/**
	 * A post with its meta and revisions, and the end of an older one.
	 *
	 * @param int $number In its title.
	 */
	public static function post( $number ) {
		wp_set_current_user( 1 );
		$id = wp_insert_post(
			array(
				'post_title'   => "Load $number",
				'post_content' => str_repeat( "Paragraph $number. ", 40 ),
				'post_status'  => 'publish',
			)
		);
		update_post_meta( $id, 'load', $number );
		$posts = get_posts(
			array(
				'numberposts' => 1,
				'orderby'     => 'rand',
				's'           => 'Load',
			)
		);
		if ( array() !== $posts && 0 === $number % 3 ) {
			wp_delete_post( $posts[0]->ID, true );
		} elseif ( array() !== $posts ) {
			wp_update_post(
				array(
					'ID'           => $posts[0]->ID,
					'post_content' => "Again $number",
				)
			);
		}
	}

	/**
	 * Options: added, changed, deleted.
	 *
	 * @param int $number Value.
	 */
	public static function option( $number ) {
		update_option( 'load_' . ( $number % 10 ), $number . wp_rand(), false );
		delete_option( 'load_' . ( ( $number + 5 ) % 10 ) );
	}

	/**
	 * Rows of the awkward tables: composite key, no key at all, binary keys, MyISAM.
	 *
	 * @param int $number Part of the rows.
	 */
	public static function harbour( $number ) {
		harbour_log_store( 'North', 'SKU-' . ( $number % 7 ), 1, '1.5' );
		harbour_log_arrive( 'Load ' . ( $number % 5 ), $number % 9, null, '2026-01-01 00:00:00' );
		if ( 0 === $number % 4 ) {
			harbour_log_forget_visit( 'Load ' . ( $number % 5 ) );
			harbour_log_move( 'Load ' . ( $number % 5 ), 3 );
		}
		harbour_log_issue( md5( 'load ' . $number . wp_rand() ), 'Load', array( '00ff' => $number ) );
		harbour_log_note( "Load $number", 'rain' );
	}

	/**
	 * An upload, as WordPress makes one.
	 *
	 * @param int $number Part of its name.
	 */
	public static function upload( $number ) {
		wp_upload_bits( "load-$number-" . wp_rand() . '.txt', null, str_repeat( "Line $number\n", wp_rand( 1, 3000 ) ) );
	}
}
