<?php
/**
 * A database drop-in as Query Monitor's: its query() calls core's and keeps what was run.
 *
 * @package Holdfast\Tests
 * @license GPL-2.0-or-later
 */

defined( 'ABSPATH' ) || exit;

// phpcs:disable WordPress.WP.GlobalVariablesOverride.Prohibited -- What a drop-in is for.

if ( ! defined( 'SAVEQUERIES' ) ) {
	define( 'SAVEQUERIES', true );
}

/**
 * By the name by which capture knows it.
 */
class QM_DB extends wpdb {

	/**
	 * Runs a statement and notes who asked for it.
	 *
	 * @param string $query The statement.
	 * @return int|bool
	 */
	public function query( $query ) {
		$this->hide_errors();
		$result = parent::query( $query );
		$last   = $this->num_queries - 1;
		if ( isset( $this->queries[ $last ] ) ) {
			$this->queries[ $last ]['trace']  = count( debug_backtrace( DEBUG_BACKTRACE_IGNORE_ARGS ) ); // phpcs:ignore WordPress.PHP.DevelopmentFunctions.error_log_debug_backtrace -- As the drop-in does it.
			$this->queries[ $last ]['result'] = '' === $this->last_error ? $result : new WP_Error( 'qmdb', $this->last_error );
		}
		return $result;
	}
}

$wpdb = new QM_DB( DB_USER, DB_PASSWORD, DB_NAME, DB_HOST );
