<?php
/**
 * What has this running WordPress resolved?
 *
 * @package Holdfast
 */

namespace Holdfast\State;

use Holdfast\Capture\QuietRules;

/**
 * Hands over to the agent what only a running WordPress knows (PROTOCOL.md section 1.1): constants may be computed,
 * folders moved, settings read from the environment.
 */
final class SiteFacts {

	/** How often an administrator's request looks whether something has changed. */
	const CHECK_INTERVAL_S = 60;

	/**
	 * Writes site.php if its content has changed; at administrators' requests at most once per interval.
	 *
	 * @param string $state The state folder.
	 * @param bool   $now   Whether to do it at once.
	 */
	public static function hand_over( string $state, bool $now ): void {
		Quiet::run(
			static function () use ( $state, $now ): bool {
				$path = $state . '/site.php';
				if ( ! $now && is_file( $path ) && abs( time() - (int) filemtime( $path ) ) < self::CHECK_INTERVAL_S ) {
					return true;
				}
				$facts = self::gather();
				$kept  = Guarded::read( $path );
				unset( $kept['at'] );
				if ( null !== $kept && wp_json_encode( $kept ) === wp_json_encode( $facts ) ) {
					return touch( $path );
				}
				$facts['at'] = (int) ( microtime( true ) * 1000 );
				return Guarded::write( $path, $facts );
			},
			false
		);
	}

	/**
	 * What site.php holds, without its time.
	 *
	 * @return array<string, mixed>
	 */
	public static function gather(): array {
		global $wpdb;
		$uploads = wp_upload_dir( null, false );
		return array(
			'v'            => 1,
			'plugin'       => HOLDFAST_VERSION,
			'abspath'      => ABSPATH,
			'home'         => home_url(),
			'siteurl'      => site_url(),
			'prefix'       => $wpdb->base_prefix,
			'db'           => array(
				'host'     => (string) DB_HOST,
				'user'     => (string) DB_USER,
				'password' => (string) DB_PASSWORD,
				'name'     => (string) DB_NAME,
				'charset'  => (string) $wpdb->charset,
				'collate'  => (string) $wpdb->collate,
				'flags'    => defined( 'MYSQL_CLIENT_FLAGS' ) ? (int) MYSQL_CLIENT_FLAGS : 0,
			),
			'roots'        => array(
				'root'       => untrailingslashit( ABSPATH ),
				'content'    => WP_CONTENT_DIR,
				'plugins'    => WP_PLUGIN_DIR,
				'mu-plugins' => WPMU_PLUGIN_DIR,
				'themes'     => get_theme_root(),
				'uploads'    => (string) $uploads['basedir'],
				'languages'  => defined( 'WP_LANG_DIR' ) ? (string) WP_LANG_DIR : WP_CONTENT_DIR . '/languages',
			),
			'wordpress'    => array(
				'version' => (string) get_bloginfo( 'version' ),
				'locale'  => get_locale(),
			),
			'php'          => array(
				'version' => PHP_VERSION,
				'sapi'    => PHP_SAPI,
			),
			'customTables' => array(
				'users'    => defined( 'CUSTOM_USER_TABLE' ) ? (string) CUSTOM_USER_TABLE : null,
				'usermeta' => defined( 'CUSTOM_USER_META_TABLE' ) ? (string) CUSTOM_USER_META_TABLE : null,
			),
			'multisite'    => is_multisite(),
			'timezone'     => wp_timezone_string(),
			'quiet'        => QuietRules::of_site(),
			'keep'         => self::keep_rules(),
		);
	}

	/**
	 * Rules of Keep newer orders that plugins add (PROTOCOL.md section 8.1). Kept as data, so that they hold when WordPress is dead.
	 *
	 * @return array<int, mixed>
	 */
	private static function keep_rules(): array {
		/**
		 * What of a shop stays as it is now when the site goes back.
		 *
		 * @param array<int, array<string, mixed>> $rules Rules beside Holdfast's own for WooCommerce. One with the id of one of ours
		 *                                                takes its place. The agent leaves out what has not the shape of a rule.
		 */
		$rules = apply_filters( 'holdfast_keep_rules', array() );
		return is_array( $rules ) ? array_values( $rules ) : array();
	}
}
