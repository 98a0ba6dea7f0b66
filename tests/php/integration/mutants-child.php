<?php
/**
 * The child of the differential test: mutants of statements, what they changed, what was announced.
 *
 * @package Holdfast
 */

/**
 * Runs mutants.
 *
 * @param wpdb     $wpdb       With capture.
 * @param string[] $statements What to make them of.
 * @param int      $rounds     How many.
 * @param float    $seconds    How long at most.
 * @param int      $seed       Which.
 * @return array<string, mixed>
 */
function holdfast_mutants( wpdb $wpdb, array $statements, int $rounds, float $seconds, int $seed ): array {
	mt_srand( $seed );
	$pieces = array( '/* wp_log */', '/*! ', '/*!50000 ', '/*!999999 ', ' */', '-- ', "--\x7f", '#', "\n", "\0", "\xa0", ' AND 1', ' OR 1', ' LIMIT 2', ' ORDER BY 1', ' UNION SELECT 70, 1, 2, 3, 4, 5', ' UNION VALUES (71)', ', (8)', ', wp_log', ', wp_postmeta', '{', '}', '(', ')', ' RETURNING 1', ' PARTITION (p0)', ' AS q', "'", '"', '`', '\\', "''", '@', ' IGNORE ', ' wp_names', ' WHERE 1', '=', '<=>', ' XOR 1', ' IS NOT NULL', '.', ',', ';', '5', "'5'", "x'05'", ' COLLATE utf8mb4_bin', 'noted(1)', 'through(2)', 'harmless(3)', ' FOR UPDATE', ' ON DUPLICATE KEY UPDATE ', ' DELAYED ', ' QUICK ', ' JOIN wp_log', ' LEFT JOIN wp_names ON 1', ' USING wp_posts' );
	$other  = holdfast_other();
	$rows   = array_filter( array_map( 'trim', explode( ";\n", (string) file_get_contents( HOLDFAST_TESTS . '/rows.sql' ) ) ) );
	$result = array(
		'run'      => 0,
		'accepted' => 0,
		'changing' => 0,
		'missed'   => array(),
	);
	$offset = array();
	$until  = microtime( true ) + $seconds;
	$schema = holdfast_shape( $other );
	while ( $result['run'] < $rounds && microtime( true ) < $until ) {
		$sql  = 0 === mt_rand( 0, 5 ) ? $statements[ mt_rand( 0, count( $statements ) - 1 ) ] : \Holdfast\Tests\Unit\Mutants::of( $statements, $pieces, 2 );
		$seen = holdfast_watched( $wpdb, $other, $sql, $offset );
		++$result['run'];
		$result['accepted'] += '' === $seen['error'] ? 1 : 0;
		if ( array() !== $seen['changed'] ) {
			++$result['changing'];
			if ( array() !== $seen['missed'] ) {
				$result['missed'][] = array( $sql, $seen );
			}
			foreach ( $rows as $row ) {
				$other->query( $row );
			}
		}
		if ( array() !== $seen['changed'] && holdfast_shape( $other ) !== $schema ) {
			holdfast_rebuild( $other );
		}
		$wpdb->query( 'UNLOCK TABLES' );
		$wpdb->query( 'ROLLBACK' );
	}
	return $result;
}

/**
 * All columns of all tables, and triggers.
 *
 * @param mysqli $link A connection.
 */
function holdfast_shape( mysqli $link ): string {
	$columns = $link->query( 'SELECT MD5(GROUP_CONCAT(TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, EXTRA, COLUMN_KEY ORDER BY TABLE_NAME, COLUMN_NAME)) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA=DATABASE()' );
	return (string) $columns->fetch_row()[0];
}

/**
 * Makes the schema anew, as another client would.
 *
 * @param mysqli $link A connection.
 */
function holdfast_rebuild( mysqli $link ): void {
	$link->query( 'DROP DATABASE ' . DB_NAME );
	$link->query( 'CREATE DATABASE ' . DB_NAME . ' CHARACTER SET utf8mb4' );
	$link->select_db( DB_NAME );
	$GLOBALS['wpdb']->select( DB_NAME );
	foreach ( array( 'schema.sql', 'rows.sql' ) as $file ) {
		$link->multi_query( (string) file_get_contents( HOLDFAST_TESTS . '/' . $file ) );
		while ( $link->more_results() && $link->next_result() ) {
			continue;
		}
	}
	file_put_contents( HOLDFAST_STATE . '/schema/generation', (string) mt_rand() );
}
