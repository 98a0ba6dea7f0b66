<?php
/**
 * Which tables do the unit tests know?
 *
 * @package Holdfast
 */

namespace Holdfast\Tests\Unit;

use Holdfast\Schema\Table;
use Holdfast\Schema\TableReader;

/**
 * Schemas as information_schema tells them: core's, and every shape of key.
 */
final class Tables {

	/**
	 * A table by its name.
	 *
	 * @param string $name The table.
	 */
	public static function of( string $name ): Table {
		return TableReader::build( $name, self::rows( $name ) );
	}

	/**
	 * What information_schema tells of a table.
	 *
	 * @param string $name The table.
	 * @return array{engine: string, columns: array<int, array<int, string|null>>, indexes: array<int, array<int, string|null>>}
	 */
	public static function rows( string $name ): array {
		$int   = 'bigint|bigint(20) unsigned||||NO|';
		$auto  = 'bigint|bigint(20) unsigned||||NO|auto_increment';
		$text  = 'varchar|varchar(191)|191|utf8mb4||NO|';
		$long  = 'longtext|longtext|4294967295|utf8mb4||NO|';
		$all   = array(
			'wp_posts'              => array(
				'InnoDB',
				array(
					'ID'          => $auto,
					'post_author' => $int,
					'post_title'  => $long,
					'post_name'   => 'varchar|varchar(200)|200|utf8mb4||NO|',
					'post_status' => 'varchar|varchar(20)|20|utf8mb4||NO|',
				),
				array(
					'PRIMARY'      => array( 'ID' ),
					'post_name:'   => array( 'post_name=191' ),
					'type_status:' => array( 'post_status' ),
				),
			),
			'wp_options'            => array(
				'InnoDB',
				array(
					'option_id'    => $auto,
					'option_name'  => $text,
					'option_value' => $long,
					'autoload'     => 'varchar|varchar(20)|20|utf8mb4||NO|',
				),
				array(
					'PRIMARY'     => array( 'option_id' ),
					'option_name' => array( 'option_name' ),
				),
			),
			'wp_postmeta'           => array(
				'InnoDB',
				array(
					'meta_id'    => $auto,
					'post_id'    => $int,
					'meta_key'   => 'varchar|varchar(255)|255|utf8mb4||YES|',
					'meta_value' => 'longtext|longtext|4294967295|utf8mb4||YES|',
				),
				array(
					'PRIMARY'   => array( 'meta_id' ),
					'post_id:'  => array( 'post_id' ),
					'meta_key:' => array( 'meta_key=191' ),
				),
			),
			'wp_term_relationships' => array(
				'InnoDB',
				array(
					'object_id'        => $int,
					'term_taxonomy_id' => $int,
					'term_order'       => 'int|int(11)||||NO|',
				),
				array(
					'PRIMARY'           => array( 'object_id', 'term_taxonomy_id' ),
					'term_taxonomy_id:' => array( 'term_taxonomy_id' ),
				),
			),
			'wp_sessions'           => array(
				'InnoDB',
				array(
					'session_id'    => $auto,
					'session_key'   => 'char|char(32)|32|utf8mb4||NO|',
					'session_value' => $long,
				),
				array(
					'PRIMARY'     => array( 'session_id' ),
					'session_key' => array( 'session_key' ),
				),
			),
			'wp_names'              => array(
				'InnoDB',
				array(
					'lang' => 'varchar|varchar(8)|8|utf8mb4||NO|',
					'slug' => 'varchar|varchar(64)|64|utf8mb4||NO|',
					'hits' => 'int|int(11)||||NO|',
				),
				array( 'PRIMARY' => array( 'lang', 'slug' ) ),
			),
			'wp_blobs'              => array(
				'InnoDB',
				array(
					'hash' => 'binary|binary(4)|4|||NO|',
					'body' => 'longblob|longblob|4294967295|||YES|',
				),
				array( 'PRIMARY' => array( 'hash' ) ),
			),
			'wp_bin'                => array(
				'InnoDB',
				array(
					'token' => 'varbinary|varbinary(16)|16|||NO|',
					'v'     => 'int|int(11)||||YES|',
				),
				array( 'PRIMARY' => array( 'token' ) ),
			),
			'wp_actions'            => array(
				'InnoDB',
				array(
					'action_id'        => $auto,
					'hook'             => $text,
					'status'           => 'varchar|varchar(20)|20|utf8mb4||NO|',
					'claim_id'         => $int,
					'last_attempt_gmt' => 'datetime|datetime||||YES|',
					'attempts'         => 'int|int(11)||||NO|',
				),
				array(
					'PRIMARY'          => array( 'action_id' ),
					'claim_id_status:' => array( 'claim_id', 'status' ),
					'status:'          => array( 'status' ),
				),
			),
			'wp_log'                => array( 'InnoDB', array( 'message' => $long ), array() ),
			'wp_old'                => array(
				'MyISAM',
				array(
					'id'   => 'int|int(11)||||NO|auto_increment',
					'name' => 'varchar|varchar(50)|50|latin1||YES|',
				),
				array( 'PRIMARY' => array( 'id' ) ),
			),
			'wp_small'              => array(
				'InnoDB',
				array(
					'n' => 'tinyint|tinyint(4)||||NO|',
					'v' => 'int|int(11)||||YES|',
				),
				array( 'PRIMARY' => array( 'n' ) ),
			),
			'wp_uuid'               => array(
				'InnoDB',
				array(
					'id' => 'uuid|uuid||||NO|',
					'v'  => 'int|int(11)||||YES|',
				),
				array( 'PRIMARY' => array( 'id' ) ),
			),
			'wp_prefix'             => array(
				'InnoDB',
				array(
					'id'  => $auto,
					'url' => 'varchar|varchar(500)|500|utf8mb4||NO|',
				),
				array(
					'PRIMARY' => array( 'id' ),
					'url'     => array( 'url=10' ),
				),
			),
			'*'                     => array(
				'InnoDB',
				array(
					'id' => $auto,
					'v'  => 'int|int(11)||||YES|',
				),
				array( 'PRIMARY' => array( 'id' ) ),
			),
			'wp_stamps'             => array(
				'InnoDB',
				array(
					'at' => 'timestamp|timestamp||||NO|',
					'v'  => 'int|int(11)||||YES|',
				),
				array( 'PRIMARY' => array( 'at' ) ),
			),
		);
		$table = $all[ $name ] ?? $all['*'];
		$rows  = array(
			'engine'  => $table[0],
			'columns' => array(),
			'indexes' => array(),
		);
		foreach ( $table[1] as $column => $spec ) {
			$parts             = array_map(
				static function ( string $part ): ?string {
					return '' === $part ? null : $part;
				},
				explode( '|', $spec )
			);
			$rows['columns'][] = array( $column, $parts[0], $parts[1], $parts[2], $parts[3], $parts[4], $parts[5], (string) $parts[6] );
		}
		foreach ( $table[2] as $index => $columns ) {
			foreach ( $columns as $place => $column ) {
				$parts             = explode( '=', $column );
				$again             = ':' === substr( $index, -1 );
				$rows['indexes'][] = array( rtrim( $index, ':' ), (string) ( $place + 1 ), $parts[0], $parts[1] ?? null, (string) (int) $again );
			}
		}
		return $rows;
	}
}
