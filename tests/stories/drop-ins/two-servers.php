<?php
/**
 * A database drop-in as HyperDB is one: a query() of its own that chooses the connection for each statement, behind the
 * `query` filter; one for reads, one for writes, and reads follow writes to theirs.
 *
 * @package Holdfast\Tests
 * @license GPL-2.0-or-later
 */

defined( 'ABSPATH' ) || exit;

// phpcs:disable WordPress.WP.GlobalVariablesOverride.Prohibited, WordPress.DB -- What a drop-in is for.

/**
 * Shares nothing with core's query().
 */
class Holdfast_Two_Servers extends wpdb {

	/**
	 * Connections by what they are for.
	 *
	 * @var array<string, mysqli>
	 */
	private $connections = array();

	/**
	 * Has something been written?
	 *
	 * @var bool
	 */
	private $wrote = false;

	/**
	 * The connection for reads; that for writes is made when something is written.
	 *
	 * @param bool $allow_bail As core's.
	 */
	public function db_connect( $allow_bail = true ) {
		$this->init_charset();
		$this->ready         = true;
		$this->has_connected = true;
		$this->dbh           = $this->link_for( 'SELECT 1' ); // Escaping needs one.
		return true;
	}

	/**
	 * The connection for a statement.
	 *
	 * @param string $query The statement.
	 */
	private function link_for( string $query ): mysqli {
		$reads       = 1 === preg_match( '/^\s*\(*\s*(?:SELECT|SHOW|DESCRIBE)\b/i', $query );
		$this->wrote = $this->wrote || ! $reads;
		$for         = $this->wrote ? 'writes' : 'reads';
		if ( ! isset( $this->connections[ $for ] ) ) {
			$link = new mysqli( null, $this->dbuser, $this->dbpassword, $this->dbname, 0, substr( strstr( $this->dbhost, ':' ), 1 ) );
			$link->set_charset( 'utf8mb4' );
			$link->query( "SET SESSION sql_mode = ''" );
			$this->connections[ $for ] = $link;
		}
		return $this->connections[ $for ];
	}

	/**
	 * Runs a statement.
	 *
	 * @param string $query The statement.
	 * @return int|bool
	 */
	public function query( $query ) {
		$query = function_exists( 'apply_filters' ) ? apply_filters( 'query', $query ) : $query;
		$this->flush();
		if ( ! $query ) {
			return false;
		}
		$this->last_query = $query;
		$this->dbh        = $this->link_for( $query );
		$this->last_error = '';
		try {
			$this->result = mysqli_query( $this->dbh, $query );
		} catch ( mysqli_sql_exception $error ) {
			$this->result = false;
		}
		++$this->num_queries;
		if ( false === $this->result ) {
			$this->last_error = mysqli_error( $this->dbh );
			return false;
		}
		if ( ! $this->result instanceof mysqli_result ) {
			$this->rows_affected = mysqli_affected_rows( $this->dbh );
			$this->insert_id     = mysqli_insert_id( $this->dbh );
			return preg_match( '/^\s*(?:create|alter|truncate|drop)\s/i', $query ) ? true : $this->rows_affected;
		}
		for ( $row = mysqli_fetch_object( $this->result ); $row; $row = mysqli_fetch_object( $this->result ) ) {
			$this->last_result[] = $row;
		}
		$this->num_rows = count( $this->last_result );
		mysqli_free_result( $this->result );
		$this->result = null;
		return $this->num_rows;
	}
}

$wpdb = new Holdfast_Two_Servers( DB_USER, DB_PASSWORD, DB_NAME, DB_HOST );
