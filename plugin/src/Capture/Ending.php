<?php
/**
 * When does a request end?
 *
 * @package Holdfast
 */

namespace Holdfast\Capture;

use Holdfast\Log\Writer;
use Holdfast\State\Quiet;

/**
 * Ends the intent log as late as can be: behind the shutdown functions that others have registered by then, and once
 * more when PHP destroys its objects. What is written between opens a new file.
 */
final class Ending {

	/**
	 * The intent log.
	 *
	 * @var Writer
	 */
	private $writer;

	/**
	 * Closes what has returned.
	 *
	 * @var Settler
	 */
	private $settler;

	/**
	 * The wpdb objects seen.
	 *
	 * @var Connections
	 */
	private $connections;

	/**
	 * The end of one process.
	 *
	 * @param Writer      $writer      The intent log.
	 * @param Settler     $settler     Closes what has returned.
	 * @param Connections $connections The wpdb objects seen.
	 */
	public function __construct( Writer $writer, Settler $settler, Connections $connections ) {
		$this->writer      = $writer;
		$this->settler     = $settler;
		$this->connections = $connections;
	}

	/**
	 * Asks PHP to tell when the end has come.
	 */
	public function register(): void {
		register_shutdown_function( array( $this, 'before_last' ) );
	}

	/**
	 * The shutdown functions of the request are running: ours goes behind those that are registered by now.
	 */
	public function before_last(): void {
		register_shutdown_function( array( $this, 'finish' ) );
	}

	/**
	 * Closes and ends, if nothing is left open; else leaves it to the process list.
	 */
	public function finish(): void {
		Quiet::run(
			function () {
				$open = false;
				foreach ( $this->connections->all() as $connection ) {
					$this->settler->settle( $connection );
					$this->settler->end( $connection );
					$open = $open || $this->settler->is_open( $connection );
				}
				if ( $open ) {
					$this->writer->leave();
				} elseif ( $this->writer->is_open() ) {
					$this->writer->end();
				}
				return null;
			},
			null
		);
	}

	/**
	 * What destructors of others wrote ends here at the latest.
	 */
	public function __destruct() {
		$this->finish();
	}
}
