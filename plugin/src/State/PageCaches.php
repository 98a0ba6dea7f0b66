<?php
/**
 * Which caches of pages do plugins keep?
 *
 * @package Holdfast
 */

namespace Holdfast\State;

/**
 * Asks the plugins that cache pages to empty their caches, in the first request after a restore: those in files are emptied by
 * the agent; others, on servers in front, only their plugin can empty.
 */
final class PageCaches {

	/** Actions that empty a cache, by its name: where somebody listens. */
	const ACTIONS = array(
		'LiteSpeed Cache'  => 'litespeed_purge_all',
		'Cache Enabler'    => 'cache_enabler_clear_complete_cache',
		'Breeze'           => 'breeze_clear_all_cache',
		'Nginx Helper'     => 'rt_nginx_helper_purge_all',
		'Hummingbird'      => 'wphb_clear_page_cache',
		'Super Page Cache' => 'swcfpc_purge_cache',
	);

	/**
	 * Empties what is there, and leaves the names for the agent.
	 *
	 * @param string $state The state folder.
	 * @param int    $epoch The epoch that begins.
	 */
	public static function purge( string $state, int $epoch ): void {
		$calls = array_filter( self::functions(), 'is_callable' );
		foreach ( self::ACTIONS as $name => $action ) {
			if ( has_action( $action ) ) {
				$calls[ $name ] = static function () use ( $action ): void {
					do_action( $action ); // phpcs:ignore WordPress.NamingConventions.PrefixAllGlobals -- The other plugin's own.
				};
			}
		}
		$purged = array();
		foreach ( $calls as $name => $call ) {
			try {
				call_user_func( $call );
				$purged[] = $name;
			} catch ( \Throwable $error ) {
				continue; // Theirs failed; it is not named.
			}
		}
		Guarded::write(
			$state . '/purged.php',
			array(
				'v'      => 1,
				'epoch'  => $epoch,
				'purged' => $purged,
			)
		);
	}

	/**
	 * Functions and methods that empty a cache, by its name, whether they are there or not.
	 *
	 * @return array<string, mixed>
	 */
	private static function functions(): array {
		return array(
			'W3 Total Cache'    => 'w3tc_flush_all',
			'WP Super Cache'    => 'wp_cache_clear_cache',
			'WP Rocket'         => 'rocket_clean_domain',
			'WP Fastest Cache'  => 'wpfc_clear_all_cache',
			'SiteGround'        => 'sg_cachepress_purge_cache',
			'WP-Optimize'       => 'wpo_cache_flush',
			'Pantheon'          => 'pantheon_wp_clear_edge_all',
			'WP Engine'         => array( 'WpeCommon', 'purge_varnish_cache_all' ),
			'Autoptimize'       => array( 'autoptimizeCache', 'clearall' ),
			'Swift Performance' => array( 'Swift_Performance_Cache', 'clear_all_cache' ),
			'Comet Cache'       => array( 'comet_cache', 'clear' ),
		);
	}
}
