<?php
/**
 * What happened to a plugin, a theme or WordPress itself?
 *
 * @package Holdfast
 */

namespace Holdfast\Story;

/**
 * Plugins, themes, core, translations: activated, switched, installed, updated, deleted; and the folders they are in.
 */
final class Extensions {

	/**
	 * What is being updated, while it is.
	 *
	 * @var string
	 */
	private static $updating = '';

	/**
	 * A plugin was activated.
	 *
	 * @param mixed $plugin Its file.
	 */
	public static function activated( $plugin ): void {
		self::plugin( 'activated', $plugin );
	}

	/**
	 * A plugin was deactivated.
	 *
	 * @param mixed $plugin Its file.
	 */
	public static function deactivated( $plugin ): void {
		self::plugin( 'deactivated', $plugin );
	}

	/**
	 * A plugin is about to be deleted.
	 *
	 * @param mixed $plugin Its file.
	 */
	public static function plugin_goes( $plugin ): void {
		if ( is_string( $plugin ) ) {
			Recorder::file( self::plugin_path( $plugin ), 'tree' );
			self::plugin( 'deleted', $plugin );
		}
	}

	/**
	 * Another theme was chosen.
	 *
	 * @param mixed $name  Its name.
	 * @param mixed $theme The theme.
	 */
	public static function switched( $name, $theme = null ): void {
		$slug = $theme instanceof \WP_Theme ? $theme->get_stylesheet() : (string) $name;
		Recorder::tell( 'switched', 'theme', $slug, (string) $name, "Theme “{$name}” activated", admin_url( 'themes.php' ) );
	}

	/**
	 * A theme is about to be deleted.
	 *
	 * @param mixed $slug Its folder.
	 */
	public static function theme_goes( $slug ): void {
		if ( is_string( $slug ) && '' !== $slug ) {
			Recorder::file( get_theme_root( $slug ) . '/' . $slug, 'tree' );
			Recorder::tell( 'deleted', 'theme', $slug, $slug, "Theme “{$slug}” deleted" );
		}
	}

	/**
	 * An upgrader is about to fetch something.
	 *
	 * @param mixed $reply    What the filter is about; passed on.
	 * @param mixed $package  What is fetched.
	 * @param mixed $upgrader The upgrader.
	 * @param mixed $extra    What is updated.
	 * @return mixed
	 */
	public static function begins( $reply, $package = '', $upgrader = null, $extra = array() ) {
		$what = self::what( $extra );
		if ( '' === self::$updating ) {
			self::$updating = '' === $what ? 'an extension' : $what;
			Recorder::update( true, self::$updating );
		}
		return $reply;
	}

	/**
	 * An upgrader is about to replace a folder.
	 *
	 * @param mixed $reply What the filter is about; passed on.
	 * @param mixed $extra What is updated.
	 * @return mixed
	 */
	public static function replaces( $reply, $extra = array() ) {
		if ( is_array( $extra ) && isset( $extra['plugin'] ) && is_string( $extra['plugin'] ) ) {
			Recorder::file( self::plugin_path( $extra['plugin'] ), 'tree' );
		} elseif ( is_array( $extra ) && isset( $extra['theme'] ) && is_string( $extra['theme'] ) ) {
			Recorder::file( get_theme_root( $extra['theme'] ) . '/' . $extra['theme'], 'tree' );
		}
		return $reply;
	}

	/**
	 * An upgrader has put a folder in its place.
	 *
	 * @param mixed $reply  What the filter is about; passed on.
	 * @param mixed $extra  What is updated.
	 * @param mixed $result Where it went.
	 * @return mixed
	 */
	public static function placed( $reply, $extra = array(), $result = array() ) {
		if ( is_array( $result ) && isset( $result['destination'] ) && is_string( $result['destination'] ) ) {
			Recorder::file( untrailingslashit( $result['destination'] ), 'tree' );
		}
		return $reply;
	}

	/**
	 * An upgrader is done.
	 *
	 * @param mixed $upgrader The upgrader.
	 * @param mixed $extra    What was updated or installed.
	 */
	public static function done( $upgrader, $extra = array() ): void {
		$extra  = is_array( $extra ) ? $extra : array();
		$type   = is_string( $extra['type'] ?? null ) ? $extra['type'] : '';
		$verb   = 'install' === ( $extra['action'] ?? '' ) ? 'installed' : 'updated';
		$things = array_merge( (array) ( $extra['plugins'] ?? array() ), (array) ( $extra['plugin'] ?? array() ), (array) ( $extra['themes'] ?? array() ), (array) ( $extra['theme'] ?? array() ) );
		foreach ( array_unique( array_filter( $things, 'is_string' ) ) as $thing ) {
			if ( 'plugin' === $type ) {
				self::plugin( $verb, $thing );
			} elseif ( 'theme' === $type ) {
				Recorder::tell( $verb, 'theme', $thing, $thing, "Theme “{$thing}” $verb", admin_url( 'themes.php' ) );
			}
		}
		if ( array() === $things && 'translation' === $type ) {
			Recorder::file( WP_LANG_DIR, 'tree' );
			Recorder::tell( 'updated', 'translation', null, 'Translations', 'Translations updated' );
		} elseif ( array() === $things && is_object( $upgrader ) && isset( $upgrader->result['destination_name'] ) && is_string( $upgrader->result['destination_name'] ) ) {
			$name = $upgrader->result['destination_name'];
			Recorder::tell( $verb, $type, $name, $name, ucfirst( $type ) . " “{$name}” $verb" );
		}
		self::ends();
	}

	/**
	 * WordPress itself was updated.
	 *
	 * @param mixed $version The version now.
	 */
	public static function core( $version ): void {
		if ( is_string( $version ) ) {
			Recorder::tell( 'updated', 'core', 'core', "WordPress $version", "WordPress updated to $version", admin_url( 'about.php' ) );
		}
		self::ends();
	}

	/**
	 * Whatever was being updated is not any more: also at the end of a request whose update failed.
	 */
	public static function ends(): void {
		if ( '' !== self::$updating ) {
			Recorder::update( false, self::$updating );
			self::$updating = '';
		}
	}

	/**
	 * Tells of a plugin.
	 *
	 * @param string $verb   What was done.
	 * @param mixed  $plugin Its file.
	 */
	private static function plugin( string $verb, $plugin ): void {
		if ( ! is_string( $plugin ) || '' === $plugin ) {
			return;
		}
		$path = WP_PLUGIN_DIR . '/' . $plugin;
		$name = is_file( $path ) ? (string) get_file_data( $path, array( 'name' => 'Plugin Name' ) )['name'] : '';
		$name = '' === $name ? $plugin : $name;
		Recorder::tell( $verb, 'plugin', $plugin, $name, "Plugin “{$name}” $verb", admin_url( 'plugins.php' ) );
	}

	/**
	 * The folder of a plugin, or its only file.
	 *
	 * @param string $plugin Its file.
	 */
	private static function plugin_path( string $plugin ): string {
		$folder = dirname( $plugin );
		return WP_PLUGIN_DIR . '/' . ( '.' === $folder ? $plugin : $folder );
	}

	/**
	 * What an upgrader is at, in a word.
	 *
	 * @param mixed $extra What it says.
	 */
	private static function what( $extra ): string {
		if ( ! is_array( $extra ) ) {
			return '';
		}
		foreach ( array( 'plugin', 'theme', 'type' ) as $key ) {
			if ( isset( $extra[ $key ] ) && is_string( $extra[ $key ] ) ) {
				return 'type' === $key ? $extra[ $key ] : $key . ' ' . $extra[ $key ];
			}
		}
		return '';
	}
}
