<?php
/**
 * A must-use plugin of the benchmark, loaded before all others: writes down what each request cost PHP.
 * One line per request: milliseconds of wall clock, milliseconds of CPU, from here to behind all shutdown functions.
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
		$line = sprintf( "%.3f %.3f\n", ( hrtime( true ) - $began ) / 1000000, ( $cpu_us() - $cpu ) / 1000 );
		file_put_contents( '{{log}}', $line, FILE_APPEND );
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
