<?php
/**
 * The oracle's child: makes up statements, runs them, compares what changed with what was announced.
 *
 * @package Holdfast
 */

/**
 * Runs random statements.
 *
 * @param wpdb $wpdb       With capture.
 * @param int  $statements How many.
 * @param int  $seed       Which.
 * @return array<string, mixed> Changes, how many of them exact, how many by range or table, those that were missed.
 */
function holdfast_oracle( wpdb $wpdb, int $statements, int $seed ): array {
	mt_srand( $seed );
	$keys   = array(
		'wp_a' => array( 'id' ),
		'wp_s' => array( 's' ),
		'wp_c' => array( 's', 'id' ),
		'wp_b' => array( 'b' ),
		'wp_p' => array( 'b' ),
		'wp_u' => array( 'n' ),
		'wp_d' => array( 'd' ),
		'wp_n' => array( 's' ),
		'wp_z' => array( 'n', 's', 'x' ), // No key at all: the row itself.
	);
	$result = array(
		'changes'  => 0,
		'exact'    => 0,
		'wide'     => 0,
		'rivals'   => 0,
		'logged'   => 0, // By triggers.
		// Of tables whose keys a statement can name, by statements without LIMIT: changes, and those that are exact.
		'nameable' => 0,
		'named'    => 0,
		'missed'   => array(),
	);
	$offset = array();
	$open   = false;
	$rival  = '';
	$second = new wpdb( DB_USER, DB_PASSWORD, DB_NAME, DB_HOST );
	$second->suppress_errors( true );
	$second->query( 'SET innodb_lock_wait_timeout=0' );
	$wpdb->query( 'SET innodb_lock_wait_timeout=1' );
	foreach ( array_keys( $keys ) as $table ) {
		$wpdb->query( "UPDATE $table SET n=n WHERE n=-99" ); // Capture reads the schema now: a table with triggers it would name whole.
	}
	holdfast_oracle_triggers( $wpdb->__get( 'dbh' ), $keys );
	// Behind capture's own filter: after its look-up and before the statement, where another session's writes hurt most.
	add_filter(
		'query',
		static function ( $sql ) use ( &$rival, &$result, $second ) {
			if ( '' !== $rival ) {
				$now   = $rival;
				$rival = '';
				$second->query( $now );
				$result['rivals'] += $second->rows_affected > 0 ? 1 : 0;
			}
			return $sql;
		},
		PHP_INT_MAX
	);
	holdfast_oracle_lines( $offset );
	for ( $count = 0; $count < $statements; ++$count ) {
		$table = array_rand( $keys );
		if ( 0 === mt_rand( 0, 9 ) ) {
			$wpdb->query( $open ? ( mt_rand( 0, 1 ) ? 'COMMIT' : 'ROLLBACK' ) : 'START TRANSACTION' );
			$open = ! $open;
			$wpdb->__get( 'dbh' )->query( 'DELETE FROM oracle_log' );
		}
		$before = holdfast_oracle_rows( $wpdb, $table, $keys[ $table ] );
		$sql    = holdfast_random_statement( $table );
		holdfast_oracle_lines( $offset );
		$rival = ! $open && 0 === mt_rand( 0, 3 ) ? holdfast_random_statement( $table ) : '';
		$wpdb->query( $sql );
		$wpdb->query( 'SELECT 1' );
		$second->query( 'SELECT 1' );
		$lines = holdfast_oracle_lines( $offset );
		$after = holdfast_oracle_rows( $wpdb, $table, $keys[ $table ] );
		$names = holdfast_oracle_names( $wpdb, $lines, $table, $keys[ $table ] );
		if ( isset( $names['+'] ) ) { // New rows that were not reported: all above what there was.
			$highest = max( array_merge( array( 0 ), array_map( 'hex2bin', array_map( 'strval', array_keys( $before ) ) ) ) );
			foreach ( array_keys( $after ) as $key ) {
				if ( (int) hex2bin( (string) $key ) > (int) $highest ) {
					$names[ $key ] = true;
				}
			}
		}
		$logged = holdfast_oracle_logged( $wpdb );
		foreach ( $before + $after + $logged as $key => $row ) {
			$was = $before[ $key ] ?? null;
			$is  = $after[ $key ] ?? null;
			if ( $was === $is && ( ! isset( $logged[ $key ] ) || null === $is ) ) {
				continue; // What came and went within one statement was never there to see.
			}
			$result['logged'] += (int) isset( $logged[ $key ] );
			$nameable          = ! in_array( $table, array( 'wp_d', 'wp_z' ), true ) && false === strpos( $sql, ' LIMIT ' );
			++$result['changes'];
			$result['nameable'] += (int) $nameable;
			if ( isset( $names[ $key ] ) ) {
				++$result['exact'];
				$result['named'] += (int) $nameable;
			} elseif ( isset( $names['*'] ) ) {
				++$result['wide'];
			} else {
				$result['missed'][] = array( $sql, bin2hex( (string) $key ), $lines );
			}
		}
		if ( count( $after ) > 60 ) {
			$wpdb->query( "DELETE FROM $table ORDER BY 1 LIMIT 30" );
			holdfast_oracle_logged( $wpdb );
		}
	}
	$wpdb->query( 'COMMIT' );
	return $result;
}

/**
 * Puts triggers on every table that log each changed key in the same transaction.
 *
 * @param mysqli                  $link The connection.
 * @param array<string, string[]> $keys Key columns of every table.
 */
function holdfast_oracle_triggers( mysqli $link, array $keys ): void {
	$link->query( 'CREATE TABLE oracle_log (k varchar(200)) ENGINE=InnoDB' );
	foreach ( $keys as $table => $names ) {
		$key  = static function ( string $row ) use ( $names ): string {
			return 'CONCAT_WS(0x2c, ' . implode( ', ', array_map( static fn( $name ) => "HEX(CAST($row.$name AS BINARY))", $names ) ) . ')';
		};
		$same = array();
		foreach ( $link->query( "SHOW COLUMNS FROM $table" )->fetch_all() as $column ) {
			$same[] = "CAST(OLD.$column[0] AS BINARY) <=> CAST(NEW.$column[0] AS BINARY)";
		}
		$same = implode( ' AND ', $same );
		$link->query( "CREATE TRIGGER {$table}_i AFTER INSERT ON $table FOR EACH ROW INSERT INTO oracle_log VALUES ({$key( 'NEW' )})" );
		$link->query( "CREATE TRIGGER {$table}_d AFTER DELETE ON $table FOR EACH ROW INSERT INTO oracle_log VALUES ({$key( 'OLD' )})" );
		$link->query( "CREATE TRIGGER {$table}_u AFTER UPDATE ON $table FOR EACH ROW INSERT INTO oracle_log SELECT k FROM (SELECT {$key( 'OLD' )} k UNION SELECT {$key( 'NEW' )}) x WHERE NOT ($same)" );
	}
}

/**
 * The keys that triggers have logged since the last call.
 *
 * @param wpdb $wpdb The same connection: sees its own transaction.
 * @return array<string, true>
 */
function holdfast_oracle_logged( wpdb $wpdb ): array {
	$link = $wpdb->__get( 'dbh' );
	$keys = array_column( $link->query( 'SELECT DISTINCT k FROM oracle_log' )->fetch_all(), 0 );
	$link->query( 'DELETE FROM oracle_log' );
	return array_fill_keys( $keys, true );
}

/**
 * Rows by key.
 *
 * @param wpdb     $wpdb  The same connection: sees its own transaction.
 * @param string   $table The table.
 * @param string[] $keys  Key columns.
 * @return array<string, string>
 */
function holdfast_oracle_rows( wpdb $wpdb, string $table, array $keys ): array {
	$rows   = array();
	$key    = 'CONCAT_WS(0x2c, ' . implode( ', ', array_map( static fn( $name ) => "HEX(CAST($name AS BINARY))", $keys ) ) . ')';
	$result = $wpdb->__get( 'dbh' )->query( "SELECT $key, $table.* FROM $table" );
	foreach ( $result->fetch_all() as $row ) {
		$rows[ $row[0] ] = serialize( $row );
	}
	return $rows;
}

/**
 * Lines written since the last call.
 *
 * @param array<string, int> $offset How far each file was read.
 * @return array<int, mixed>
 */
function holdfast_oracle_lines( array &$offset ): array {
	$lines = array();
	foreach ( glob( HOLDFAST_STATE . '/log/*.php' ) as $path ) {
		$text            = (string) file_get_contents( $path, false, null, $offset[ $path ] ?? 0 );
		$offset[ $path ] = ( $offset[ $path ] ?? 0 ) + strlen( $text );
		foreach ( explode( "\n", $text ) as $line ) {
			$line = json_decode( $line, true );
			if ( isset( $line[0] ) ) {
				$lines[] = $line;
			}
		}
	}
	return $lines;
}

/**
 * Keys that lines name: key → true, `*` for a whole table or range.
 *
 * @param wpdb              $wpdb  The connection.
 * @param array<int, mixed> $lines Lines.
 * @param string            $table The table.
 * @param string[]          $keys  Key columns.
 * @return array<string, true>
 */
function holdfast_oracle_names( wpdb $wpdb, array $lines, string $table, array $keys ): array {
	$names = array();
	$fresh = array();
	$bytes = static function ( $value ): string {
		return strtoupper( bin2hex( is_array( $value ) ? ( isset( $value['b'] ) ? base64_decode( $value['b'] ) : $value['i'] ) : (string) $value ) );
	};
	$link  = $wpdb->__get( 'dbh' );
	foreach ( $lines as $line ) {
		if ( 'w' === $line[0] && $line[3] === $table ) {
			$scope = $line[4];
			if ( isset( $scope['t'] ) || isset( $scope['s'] ) ) {
				$names['*'] = true;
			}
			foreach ( $scope['k'] ?? array() as $key ) {
				$names[ implode( ',', array_map( $bytes, $key ) ) ] = true;
			}
			foreach ( $scope['c'] ?? array() as $conjunction ) {
				$terms = array();
				foreach ( $conjunction as list( $column, $value ) ) {
					$terms[] = "`$column` = " . ( is_int( $value ) ? $value : ( is_array( $value ) ? "x'" . bin2hex( base64_decode( $value['b'] ) ) . "'" : "'" . $link->real_escape_string( $value ) . "'" ) );
				}
				$key = 'CONCAT_WS(0x2c, ' . implode( ', ', array_map( static fn( $name ) => "HEX(CAST($name AS BINARY))", $keys ) ) . ')';
				foreach ( $link->query( "SELECT $key FROM $table WHERE " . implode( ' AND ', $terms ) )->fetch_all() as $row ) {
					$names[ $row[0] ] = true;
				}
			}
			if ( isset( $scope['n'] ) ) {
				$fresh[ $line[2] ] = true;
			}
			if ( isset( $scope['g'] ) ) {
				foreach ( array_keys( holdfast_oracle_rows( $wpdb, $table, $keys ) ) as $key ) {
					$names[ $key ] = true;
				}
				$names['*'] = true;
			}
		} elseif ( 'r' === $line[0] ) {
			unset( $fresh[ $line[2] ] );
			foreach ( $line[3] as $key ) {
				$names[ implode( ',', array_map( $bytes, $key ) ) ] = true;
			}
		}
	}
	return array() === $fresh ? $names : $names + array( '+' => true );
}
