/** What every connection of ours sets first, and why. Values of the site's server must not leak into what is read. */

export type Flavour = 'mariadb' | 'mysql';

/** Connection id, version: asked before the rest, because the rest depends on the flavour. */
export const flavourOf = (version: string): Flavour => (/mariadb/i.test(version) ? 'mariadb' : 'mysql');

/** @returns statements in order. Those of `optional` may fail on servers that do not know the variable. */
export function sessionStatements(flavour: Flavour): { required: string[]; optional: string[] } {
	return {
		required: [
			// The driver switches its own encoding when the server reports SET NAMES; ours stays byte for byte.
			"SET SESSION session_track_system_variables = ''",
			'SET NAMES binary',
			[
				'SET SESSION character_set_results = NULL', // columns arrive in their own character set, unconverted
				"time_zone = '+00:00'", // TIMESTAMP as stored, no hour twice or missing at the change of clocks
				// id 0 stays 0; dates such as 2024-02-31 that some site once allowed are kept
				"sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'",
				'lock_wait_timeout = 1', // a waiting ALTER of the site queues behind our next statement: give up, do not make it wait
				'innodb_lock_wait_timeout = 5',
				'wait_timeout = 28800',
				'net_write_timeout = 600', // a paused reader is back-pressure, not a dead client
				'net_read_timeout = 600',
				'sql_safe_updates = 0',
				'sql_select_limit = DEFAULT',
				'sql_quote_show_create = 1',
				'autocommit = 1',
			].join(', '),
			'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ',
		],
		optional:
			flavour === 'mariadb'
				? [
						'SET SESSION max_statement_time = 0',
						'SET SESSION query_cache_type = OFF',
						'SET SESSION in_predicate_conversion_threshold = 0',
					]
				: [
						'SET SESSION max_execution_time = 0',
						'SET SESSION show_create_table_skip_secondary_engine = OFF',
						'SET SESSION information_schema_stats_expiry = 0',
					],
	};
}

/** Added on a connection that writes. */
export function writerStatements(flavour: Flavour): { required: string[]; optional: string[] } {
	return {
		// unique_checks stays on: with it off InnoDB may let duplicates into secondary unique indexes.
		required: ['SET SESSION foreign_key_checks = 0, unique_checks = 1'],
		// CHECK constraints (JSON_VALID among them) may refuse rows that were stored before the constraint was.
		optional:
			flavour === 'mariadb'
				? ['SET SESSION check_constraint_checks = 0', 'SET SESSION system_versioning_insert_history = 0']
				: [],
	};
}
