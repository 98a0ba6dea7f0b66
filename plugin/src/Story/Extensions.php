<?php
/**
 * What happened to a plugin, a theme or WordPress itself?
 *
 * @package Holdfast
 */

namespace Holdfast\Story;

/**
 * Plugins and themes: activated, switched, deactivated, deleted; what plugins do to the site while that happens is a
 * part of it. What an upgrader does is in Upgrades.
 */
final class Extensions {

	/**
	 * Names of plugins and themes that are about to go.
	 *
	 * @var array<string, string>
	 */
	private static $names = array();

	/**
	 * A plugin is about to be activated or deactivated.
	 */
	public static function changes(): void {
		Recorder::enter( 'plugin' );
	}

	/**
	 * A plugin was activated.
	 *
	 * @param mixed $plugin Its file.
	 */
	public static function activated( $plugin ): void {
		Recorder::leave( 'plugin' );
		self::plugin( 'activated', $plugin );
	}

	/**
	 * A plugin was deactivated.
	 *
	 * @param mixed $plugin Its file.
	 */
	public static function deactivated( $plugin ): void {
		Recorder::leave( 'plugin' );
		self::plugin( 'deactivated', $plugin );
	}

	/**
	 * A plugin is about to be deleted.
	 *
	 * @param mixed $plugin Its file.
	 */
	public static function plugin_goes( $plugin ): void {
		if ( is_string( $plugin ) ) {
			self::$names[ $plugin ] = self::name( $plugin );
			Recorder::file( self::plugin_path( $plugin ), 'tree' );
		}
	}

	/**
	 * A plugin was deleted, or not.
	 *
	 * @param mixed $plugin  Its file.
	 * @param mixed $deleted Whether it is gone.
	 */
	public static function plugin_gone( $plugin, $deleted = true ): void {
		Recorder::leave( 'uninstall' );
		if ( $deleted ) {
			self::plugin( 'deleted', $plugin );
		}
	}

	/**
	 * A plugin is about to be uninstalled: what that does is a part of its deletion.
	 */
	public static function uninstalls(): void {
		Recorder::enter( 'uninstall' );
	}

	/**
	 * Another theme was chosen.
	 *
	 * @param mixed $name  Its name.
	 * @param mixed $theme The theme.
	 * @param mixed $old   The theme before.
	 */
	public static function switched( $name, $theme = null, $old = null ): void {
		$slug = $theme instanceof \WP_Theme ? $theme->get_stylesheet() : (string) $name;
		$told = ( new Activity( 'switched', 'theme', $slug, (string) $name ) )->called( 'Theme', 'themes' )->saying( 'activated' )->linking( admin_url( 'themes.php' ) );
		if ( $old instanceof \WP_Theme && $old->exists() ) {
			$told->from = (string) $old->get( 'Name' );
			$told->saying( 'activated instead of “' . $told->from . '”' )->in_words( "Theme “{$name}” {$told->said}" );
		}
		Recorder::tell( $told );
	}

	/**
	 * A theme is about to be deleted.
	 *
	 * @param mixed $slug Its folder.
	 */
	public static function theme_goes( $slug ): void {
		if ( is_string( $slug ) && '' !== $slug ) {
			self::$names[ $slug ] = self::theme_name( $slug );
			Recorder::file( get_theme_root( $slug ) . '/' . $slug, 'tree' );
		}
	}

	/**
	 * A theme was deleted, or not.
	 *
	 * @param mixed $slug    Its folder.
	 * @param mixed $deleted Whether it is gone.
	 */
	public static function theme_gone( $slug, $deleted = true ): void {
		if ( $deleted && is_string( $slug ) ) {
			Recorder::tell( ( new Activity( 'deleted', 'theme', $slug, self::$names[ $slug ] ?? $slug ) )->called( 'Theme', 'themes' ) );
		}
	}

	/**
	 * The name of a plugin.
	 *
	 * @param string $plugin Its file.
	 */
	public static function name( string $plugin ): string {
		$name = self::header( $plugin, 'Plugin Name' );
		return '' === $name ? $plugin : $name;
	}

	/**
	 * The version of a plugin.
	 *
	 * @param string $plugin Its file.
	 */
	public static function version( string $plugin ): string {
		return self::header( $plugin, 'Version' );
	}

	/**
	 * The name of a theme.
	 *
	 * @param string $slug Its folder.
	 */
	public static function theme_name( string $slug ): string {
		$theme = wp_get_theme( $slug );
		return $theme->exists() ? (string) $theme->get( 'Name' ) : $slug;
	}

	/**
	 * The folder of a plugin, or its only file.
	 *
	 * @param string $plugin Its file.
	 */
	public static function plugin_path( string $plugin ): string {
		$folder = dirname( $plugin );
		return WP_PLUGIN_DIR . '/' . ( '.' === $folder ? $plugin : $folder );
	}

	/**
	 * Tells of a plugin.
	 *
	 * @param string $verb   What was done.
	 * @param mixed  $plugin Its file.
	 */
	private static function plugin( string $verb, $plugin ): void {
		if ( is_string( $plugin ) && '' !== $plugin ) {
			Recorder::tell( ( new Activity( $verb, 'plugin', $plugin, self::$names[ $plugin ] ?? self::name( $plugin ) ) )->called( 'Plugin', 'plugins' )->linking( admin_url( 'plugins.php' ) ) );
		}
	}

	/**
	 * A line of a plugin's header.
	 *
	 * @param string $plugin Its file.
	 * @param string $line   Which.
	 */
	private static function header( string $plugin, string $line ): string {
		$path = WP_PLUGIN_DIR . '/' . $plugin;
		return is_file( $path ) ? (string) get_file_data( $path, array( 'line' => $line ) )['line'] : '';
	}
}
