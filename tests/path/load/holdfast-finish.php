<?php
/**
 * Plugin Name: Requests that go on behind their answer
 * Description: For tests: answers with fastcgi_finish_request() and writes at every place where PHP still lets one.
 *
 * @package Holdfast\Tests
 * @license GPL-2.0-or-later
 */

defined( 'ABSPATH' ) || exit;

// phpcs:disable WordPress.Security, WordPress.DB -- A site of a test, on loopback.

add_action(
	'wp_loaded',
	static function () {
		if ( isset( $_GET['holdfast_finish'] ) ) {
			Holdfast_Finish::run();
			exit;
		}
	}
);

/**
 * Writes one option at each place, so that what arrived can be told apart.
 */
final class Holdfast_Finish implements SessionHandlerInterface {

	/** Where the request writes, in the order of PHP. */
	const PLACES = array( 'before', 'behind', 'transaction', 'shutdown_action', 'shutdown_function', 'late_shutdown_function', 'destructor', 'session' );

	/**
	 * The database; held, because PHP destroys what only a global variable holds.
	 *
	 * @var wpdb
	 */
	private $db;

	/**
	 * Notes the database.
	 */
	public function __construct() {
		$this->db = $GLOBALS['wpdb'];
	}

	/**
	 * The request.
	 */
	public static function run(): void {
		$self = new self();
		session_set_save_handler( $self, false ); // Not as a shutdown function: PHP writes the session when everything else is over.
		session_id( 'holdfast' );
		session_start( array( 'use_cookies' => false ) );
		$_SESSION['seen'] = 1;
		self::note( 'before' );
		echo 'answered';
		fastcgi_finish_request();
		sleep( 2 );
		self::note( 'behind' );
		$self->db->query( 'START TRANSACTION' );
		self::note( 'transaction' );
		usleep( 300000 );
		$self->db->query( 'COMMIT' );
		add_action( 'shutdown', static fn() => self::note( 'shutdown_action' ), PHP_INT_MAX );
		register_shutdown_function(
			static function () {
				self::note( 'shutdown_function' );
				register_shutdown_function(
					static function () {
						register_shutdown_function( static fn() => self::note( 'late_shutdown_function' ) );
					}
				);
			}
		);
		$GLOBALS['holdfast_finish'] = new class( $self->db ) {
			/**
			 * The database.
			 *
			 * @var wpdb
			 */
			private $db;

			/**
			 * Notes the database.
			 *
			 * @param wpdb $db The database.
			 */
			public function __construct( wpdb $db ) {
				$this->db = $db;
			}

			/**
			 * The last that PHP code of its own can do.
			 */
			public function __destruct() {
				Holdfast_Finish::put( $this->db, 'destructor' );
			}
		};
	}

	/**
	 * Writes an option as WordPress does.
	 *
	 * @param string $place Where.
	 */
	private static function note( string $place ): void {
		update_option( "finish_$place", (string) microtime( true ), false );
	}

	/**
	 * Writes an option by a statement of its own: WordPress' objects may be gone.
	 *
	 * @param wpdb   $db    The database.
	 * @param string $place Where.
	 */
	public static function put( wpdb $db, string $place ): void {
		$db->query( "REPLACE INTO {$db->options} (option_name, option_value, autoload) VALUES ('finish_$place', '" . microtime( true ) . "', 'off')" );
	}

	// phpcs:disable Squiz.Commenting.FunctionComment -- As PHP's own interface says.
	#[\ReturnTypeWillChange]
	public function open( $path, $name ) {
		return true;
	}

	#[\ReturnTypeWillChange]
	public function close() {
		return true;
	}

	#[\ReturnTypeWillChange]
	public function read( $id ) {
		return '';
	}

	#[\ReturnTypeWillChange]
	public function write( $id, $data ) {
		self::put( $this->db, 'session' );
		return true;
	}

	#[\ReturnTypeWillChange]
	public function destroy( $id ) {
		return true;
	}

	#[\ReturnTypeWillChange]
	public function gc( $max ) {
		return 0;
	}
}
