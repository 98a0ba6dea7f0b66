<?php
/**
 * What the children of tests use to see what a statement really changed, and what was announced.
 *
 * @package Holdfast
 */

// Not there under SHORTINIT, and wpdb says by it what it refuses.
require_once ABSPATH . 'wp-includes/l10n.php';

/**
 * A connection of its own to the test's database.
 */
function holdfast_other(): mysqli {
	$link = new mysqli( 'localhost', DB_USER, DB_PASSWORD, DB_NAME, 0, substr( DB_HOST, 10 ) );
	$link->set_charset( 'utf8mb4' );
	return $link;
}

/**
 * A checksum of every table.
 *
 * @param mysqli $link A connection; sees what is committed.
 * @return array<string, string|null>
 */
function holdfast_sums( mysqli $link ): array {
	$names = array_column( $link->query( "SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'" )->fetch_all(), 0 );
	$list  = implode( ', ', array_map( static fn( $name ) => '`' . str_replace( '`', '``', $name ) . '`', $names ) );
	$sums  = array();
	foreach ( '' === $list ? array() : $link->query( "CHECKSUM TABLE $list EXTENDED" )->fetch_all() as $row ) {
		$sums[ substr( $row[0], strlen( DB_NAME ) + 1 ) ] = $row[1];
	}
	return $sums;
}

/**
 * The tables that differ.
 *
 * @param array<string, string|null> $before Checksums.
 * @param array<string, string|null> $after  Checksums.
 * @return string[]
 */
function holdfast_changed( array $before, array $after ): array {
	$changed = array();
	foreach ( array_keys( $before + $after ) as $name ) {
		if ( ! array_key_exists( $name, $before ) || ! array_key_exists( $name, $after ) || $before[ $name ] !== $after[ $name ] ) {
			$changed[] = (string) $name;
		}
	}
	return $changed;
}

/**
 * Lines written since the last call.
 *
 * @param array<string, int> $offset How far each file was read.
 * @return array<int, mixed>
 */
function holdfast_lines( array &$offset ): array {
	$lines = array();
	foreach ( (array) glob( HOLDFAST_STATE . '/log/*.php' ) as $path ) {
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
 * The tables that lines name.
 *
 * @param array<int, mixed> $lines Lines.
 * @return string[]
 */
function holdfast_named( array $lines ): array {
	$named = array();
	foreach ( $lines as $line ) {
		if ( 'w' === $line[0] ) {
			$named[] = $line[3];
		}
	}
	return $named;
}

/**
 * Runs a statement through wpdb; the tables that changed and were not announced.
 *
 * @param wpdb               $wpdb   The object.
 * @param mysqli             $other  A connection of its own.
 * @param string             $sql    The statement.
 * @param array<string, int> $offset How far the log was read.
 * @return array{changed: string[], error: string, missed: string[]}
 */
function holdfast_watched( wpdb $wpdb, mysqli $other, string $sql, array &$offset ): array {
	$before  = holdfast_sums( $other );
	$checked = new ReflectionProperty( $wpdb, 'check_current_query' );
	holdfast_lines( $offset );
	$checked->setAccessible( true );
	$checked->setValue( $wpdb, false ); // What is no UTF-8 is to reach the server, too.
	$wpdb->query( $sql );
	$error = $wpdb->last_error;
	$wpdb->query( 'SELECT 1' );
	$changed = holdfast_changed( $before, holdfast_sums( $other ) );
	return array(
		'changed' => $changed,
		'error'   => $error,
		'missed'  => array_values( array_diff( $changed, holdfast_named( holdfast_lines( $offset ) ) ) ),
	);
}

/**
 * What capture believes of wpdb's connection.
 *
 * @param wpdb $wpdb The object.
 * @throws RuntimeException Where capture has not seen it.
 */
function holdfast_believed( wpdb $wpdb ): \Holdfast\Capture\Connection {
	$connections = new ReflectionProperty( \Holdfast\Capture\Capture::class, 'connections' );
	$connections->setAccessible( true );
	foreach ( $connections->getValue( \Holdfast\Capture\Capture::instance() )->all() as $connection ) {
		if ( $connection->owner() === $wpdb ) {
			return $connection;
		}
	}
	throw new RuntimeException( 'Capture has not seen this object.' );
}

/**
 * May another connection lock row 1 of wp_things, because nobody's transaction holds it?
 *
 * @param mysqli $other A connection of its own.
 */
function holdfast_is_free( mysqli $other ): bool {
	$other->query( 'START TRANSACTION' );
	$free = false !== $other->query( 'SELECT n FROM wp_things WHERE id=1 FOR UPDATE NOWAIT' );
	$other->query( 'ROLLBACK' );
	return $free;
}
