<?php
/**
 * A must-use plugin of the benchmark, loaded before all others: writes down what each request cost PHP.
 * One line per request: milliseconds of wall clock, milliseconds of CPU, from here to behind all shutdown functions; the
 * highest memory in bytes; statements that the request's database connection has served, whoever sent them.
 * The bench fills in where the log lies: outside the site, so that it is no change of it.
 *
 * @package Holdfast\Tests
 * @license GPL-2.0-or-later
 */

( static function (): void {
	$cpu_us = static function (): int {
		$usage = getrusage();
		return 1000000 * ( $usage['ru_utime.tv_sec'] + $usage['ru_stime.tv_sec'] ) + $usage['ru_utime.tv_usec'] + $usage['ru_stime.tv_usec'];
	};
	$began  = hrtime( true );
	$cpu    = $cpu_us();
	$finish = static function () use ( $began, $cpu, $cpu_us ): void {
		$wall_ms = ( hrtime( true ) - $began ) / 1000000;
		$cpu_ms  = ( $cpu_us() - $cpu ) / 1000;
		$memory  = memory_get_peak_usage();
		$served  = $GLOBALS['wpdb']->dbh->query( "SHOW SESSION STATUS LIKE 'Questions'" )->fetch_row()[1];
		file_put_contents( '{{log}}', sprintf( "%.3f %.3f %d %d\n", $wall_ms, $cpu_ms, $memory, $served ), FILE_APPEND );
	};
	// Holdfast's own end registers once more while shutdown functions run; this goes behind it.
	register_shutdown_function(
		static function () use ( $finish ): void {
			register_shutdown_function(
				static function () use ( $finish ): void {
					register_shutdown_function( $finish );
				}
			);
		}
	);
} )();
