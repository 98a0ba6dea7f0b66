<?php
/**
 * Tables of every key shape and collation, and random statements on them: for the oracles.
 *
 * @package Holdfast
 */

/**
 * The statements that make the tables.
 *
 * @return string[]
 */
function holdfast_random_tables(): array {
	return array(
		'CREATE TABLE wp_a (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, n int, s varchar(20), u varchar(20) UNIQUE, KEY n (n), KEY s (s(5))) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci',
		'CREATE TABLE wp_s (s varchar(12) NOT NULL, n int NOT NULL DEFAULT 0, PRIMARY KEY (s)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci',
		'CREATE TABLE wp_c (s varchar(12) NOT NULL, id int NOT NULL, n int DEFAULT 3, PRIMARY KEY (s, id), KEY n (n)) ENGINE=InnoDB DEFAULT CHARSET=latin1',
		'CREATE TABLE wp_b (b varbinary(12) NOT NULL, n tinyint NOT NULL DEFAULT 1, s varchar(20), PRIMARY KEY (b)) ENGINE=InnoDB',
		'CREATE TABLE wp_p (b binary(4) NOT NULL PRIMARY KEY, n tinyint unsigned NOT NULL DEFAULT 1) ENGINE=MyISAM',
		'CREATE TABLE wp_u (n smallint NOT NULL UNIQUE, s char(5) UNIQUE, x int) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4',
		'CREATE TABLE wp_d (d decimal(8,2) NOT NULL PRIMARY KEY, n int, s varchar(20)) ENGINE=InnoDB',
		'CREATE TABLE wp_n (s char(8) NOT NULL PRIMARY KEY, n int) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_nopad_ci',
		'CREATE TABLE wp_z (n int, s varchar(20), x int, KEY n (n)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4',
	);
}

/**
 * A random statement.
 *
 * @param string $table The table.
 */
function holdfast_random_statement( string $table ): string {
	$texts   = array( "'foo'", "'FOO '", "'Foo'", "'bär'", "'bar'", "'a longer text than fits'", "'äöü'", "'x'", "''", "'5'", "'05'", "'it\\'s'", "'5abc'", "x'666f6f'", "'😀'", 'NULL', "CONCAT('f','oo')", '7', 'DEFAULT' );
	$numbers = array( '1', '2', '3', '4', '5', '10', "'3'", "'03'", '0', '-1', '300', '2+1', 'NULL', 'DEFAULT', '40000', "'7x'", '3.5' );
	$columns = array(
		'wp_a' => array(
			'id' => 'n',
			'n'  => 'n',
			's'  => 't',
			'u'  => 't',
		),
		'wp_s' => array(
			's' => 't',
			'n' => 'n',
		),
		'wp_c' => array(
			's'  => 't',
			'id' => 'n',
			'n'  => 'n',
		),
		'wp_b' => array(
			'b' => 't',
			'n' => 'n',
			's' => 't',
		),
		'wp_p' => array(
			'b' => 't',
			'n' => 'n',
		),
		'wp_u' => array(
			'n' => 'n',
			's' => 't',
			'x' => 'n',
		),
		'wp_d' => array(
			'd' => 'n',
			'n' => 'n',
			's' => 't',
		),
		'wp_n' => array(
			's' => 't',
			'n' => 'n',
		),
		'wp_z' => array(
			'n' => 'n',
			's' => 't',
			'x' => 'n',
		),
	);
	$own     = $columns[ $table ];
	$pick    = static function ( array $from ) {
		return $from[ mt_rand( 0, count( $from ) - 1 ) ];
	};
	$value   = static function ( string $column ) use ( $own, $texts, $numbers, $pick ): string {
		return $pick( 't' === $own[ $column ] ? $texts : $numbers );
	};
	$literal = static function ( string $column ) use ( $value ): string {
		do {
			$made = $value( $column );
		} while ( 'DEFAULT' === $made );
		return $made;
	};
	$names   = array_keys( $own );
	$term    = static function () use ( $pick, $names, $literal ): string {
		$column = $pick( $names );
		switch ( mt_rand( 0, 7 ) ) {
			case 0:
				return "$column IN ({$literal( $column )}, {$literal( $column )})";
			case 1:
				return "$column > {$literal( $column )}";
			case 2:
				return "$column LIKE 'f%'";
			case 3:
				return "$column BETWEEN {$literal( $column )} AND {$literal( $column )}";
			case 4:
				return "NOT $column = {$literal( $column )}";
			default:
				return "$column = {$literal( $column )}";
		}
	};
	$where   = static function () use ( $term ): string {
		switch ( mt_rand( 0, 5 ) ) {
			case 0:
				return $term() . ' AND ' . $term();
			case 1:
				return $term() . ' OR ' . $term() . ' AND ' . $term();
			case 2:
				return '(' . $term() . ') AND (' . $term() . ' AND ' . $term() . ')';
			default:
				return $term();
		}
	};
	$assign  = static function () use ( $pick, $names, $value ): string {
		$column = $pick( $names );
		return $column . ' = ' . ( mt_rand( 0, 4 ) ? $value( $column ) : $column );
	};
	$row     = static function ( array $some ) use ( $value ): string {
		return '(' . implode( ', ', array_map( $value, $some ) ) . ')';
	};
	$tail    = 0 === mt_rand( 0, 4 ) ? ' ORDER BY 1 LIMIT ' . mt_rand( 1, 4 ) : '';
	switch ( mt_rand( 0, 10 ) ) {
		case 0:
		case 1:
			return "UPDATE $table SET " . $assign() . ' WHERE ' . $where() . $tail;
		case 2:
			return "UPDATE IGNORE $table SET " . $assign() . ', ' . $assign() . ' WHERE ' . $where();
		case 3:
			return "DELETE FROM $table WHERE " . $where() . $tail;
		case 5: // As queues claim their work.
			return "UPDATE $table SET " . $assign() . ' WHERE ' . $where() . ' ORDER BY ' . $pick( $names ) . ' LIMIT ' . mt_rand( 1, 3 );
		case 6: // As Action Scheduler claims it.
			return "UPDATE $table t JOIN (SELECT {$names[0]} AS found FROM $table WHERE " . $where() . ' ORDER BY ' . $pick( $names ) . ' LIMIT ' . mt_rand( 1, 3 ) . " FOR UPDATE) f ON t.{$names[0]} = f.found SET " . $assign() . ', ' . $assign();
		case 4:
			return "DELETE t FROM $table t, $table o WHERE t." . $names[0] . ' = o.' . $names[0] . ' AND o.n = ' . mt_rand( 0, 5 );
	}
	$some = array_values( array_filter( $names, static fn() => mt_rand( 0, 4 ) > 0 ) );
	$some = array() === $some ? $names : $some;
	$rows = implode( ', ', array_map( static fn() => $row( $some ), range( 1, mt_rand( 1, 3 ) ) ) );
	$list = ' (' . implode( ', ', $some ) . ') VALUES ' . $rows;
	switch ( mt_rand( 0, 4 ) ) {
		case 0:
			return "INSERT INTO $table$list";
		case 1:
			return "INSERT IGNORE INTO $table$list";
		case 2:
			return "REPLACE INTO $table$list";
		case 3:
			return "INSERT INTO $table$list ON DUPLICATE KEY UPDATE " . $assign();
		default:
			$column = $pick( $some );
			return "INSERT INTO $table$list ON DUPLICATE KEY UPDATE $column = VALUES($column)";
	}
}
