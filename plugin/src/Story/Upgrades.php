<?php
/**
 * What is an upgrader doing?
 *
 * @package Holdfast
 */

namespace Holdfast\Story;

/**
 * Plugins, themes, WordPress and translations: installed, updated, or not. From the first download to the end, whatever
 * it is, the log is told that an update runs; where the process dies, its connection leaves the process list.
 */
final class Upgrades {

	/**
	 * What was there before: name and version by what the upgrader calls it.
	 *
	 * @var array<string, array{0: string, 1: string}>
	 */
	private static $before = array();

	/**
	 * What has been placed, or has failed.
	 *
	 * @var array<string, bool>
	 */
	private static $results = array();

	/**
	 * WordPress' version before.
	 *
	 * @var string
	 */
	private static $core = '';

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
		if ( $upgrader instanceof \Core_Upgrader ) {
			self::$core = '' === self::$core ? get_bloginfo( 'version' ) : self::$core;
			$what       = 'WordPress';
		}
		Recorder::update_begins( '' === $what ? 'an extension' : $what );
		if ( is_array( $extra ) && isset( $extra['plugin'] ) && is_string( $extra['plugin'] ) ) {
			self::$before[ $extra['plugin'] ] = array( Extensions::name( $extra['plugin'] ), Extensions::version( $extra['plugin'] ) );
		} elseif ( is_array( $extra ) && isset( $extra['theme'] ) && is_string( $extra['theme'] ) ) {
			self::$before[ $extra['theme'] ] = array( Extensions::theme_name( $extra['theme'] ), (string) wp_get_theme( $extra['theme'] )->get( 'Version' ) );
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
			Recorder::file( Extensions::plugin_path( $extra['plugin'] ), 'tree' );
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
	 * A package is in its place, or it could not be put there.
	 *
	 * @param mixed $result What became of it; passed on.
	 * @param mixed $extra  What is updated.
	 * @return mixed
	 */
	public static function ended( $result, $extra = array() ) {
		foreach ( is_array( $extra ) ? array( 'plugin', 'theme' ) : array() as $key ) {
			if ( isset( $extra[ $key ] ) && is_string( $extra[ $key ] ) ) {
				self::$results[ $extra[ $key ] ] = ! is_wp_error( $result ) && false !== $result;
			}
		}
		return $result;
	}

	/**
	 * A package was uploaded over an older one.
	 *
	 * @param mixed $package The package.
	 * @param mixed $header  What it says of itself.
	 */
	public static function overwrote( $package, $header = array() ): void {
		foreach ( Recorder::all( 'installed' ) as $told ) {
			if ( is_array( $header ) && ( $header['Name'] ?? null ) === $told->title ) {
				$told->verb = 'updated';
				$told->saying( 'updated' );
			}
		}
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
		$things = array_merge( (array) ( $extra['plugins'] ?? array() ), (array) ( $extra['plugin'] ?? array() ), (array) ( $extra['themes'] ?? array() ), (array) ( $extra['theme'] ?? array() ) );
		if ( 'translation' === $type ) {
			self::translations( $extra );
		} elseif ( 'install' === ( $extra['action'] ?? '' ) ) {
			self::installed( $upgrader, $type );
		} else {
			foreach ( array_unique( array_filter( $things, 'is_string' ) ) as $thing ) {
				self::updated( $type, $thing );
			}
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
			$told = ( new Activity( 'updated', 'core', 'core', 'WordPress' ) )->called( 'WordPress', 'WordPress' )->changing( '' === self::$core ? null : self::$core, $version );
			Recorder::tell( $told->in_words( 'WordPress updated' . ( '' === self::$core ? '' : ' from ' . self::$core ) . " to $version" )->linking( admin_url( 'about.php' ) ) );
		}
		self::ends();
	}

	/**
	 * The tables of WordPress were brought to its version.
	 *
	 * @param mixed $now The version of the tables.
	 * @param mixed $old Their version before.
	 */
	public static function tables( $now, $old = '' ): void {
		if ( is_scalar( $now ) && is_scalar( $old ) && (string) $now !== (string) $old ) {
			Recorder::tell( ( new Activity( 'updated', 'database', null, 'Database' ) )->in_words( 'Database of WordPress updated' )->changing( (string) $old, (string) $now )->part_of( 'core:core updated' ) );
		}
	}

	/**
	 * Whatever was being updated is not any more: also at the end of a request whose update failed.
	 */
	public static function ends(): void {
		Recorder::update_ends();
	}

	/**
	 * Tells of an update that was tried.
	 *
	 * @param string $type  `plugin` or `theme`.
	 * @param string $thing Which.
	 */
	private static function updated( string $type, string $thing ): void {
		if ( ! isset( self::$before[ $thing ] ) || ( 'plugin' !== $type && 'theme' !== $type ) ) {
			return; // It was up to date.
		}
		list( $name, $old ) = self::$before[ $thing ];
		unset( self::$before[ $thing ] );
		if ( 'theme' === $type ) {
			wp_clean_themes_cache( false );
		}
		$new  = 'plugin' === $type ? Extensions::version( $thing ) : (string) wp_get_theme( $thing )->get( 'Version' );
		$ok   = self::$results[ $thing ] ?? false;
		$told = ( new Activity( $ok ? 'updated' : 'update failed', $type, $thing, $name ) )->called( 'plugin' === $type ? 'Plugin' : 'Theme', $type . 's' );
		$told->saying( $ok ? 'updated' : 'could not be updated' )->linking( admin_url( $type . 's.php' ) );
		if ( $ok ) {
			$told->changing( '' === $old ? null : $old, '' === $new ? null : $new );
		}
		Recorder::tell( $told );
	}

	/**
	 * Tells of what was installed, if it was.
	 *
	 * @param mixed  $upgrader The upgrader.
	 * @param string $type     `plugin` or `theme`.
	 */
	private static function installed( $upgrader, string $type ): void {
		if ( ! $upgrader instanceof \WP_Upgrader || ! is_array( $upgrader->result ) ) {
			return;
		}
		$id   = $upgrader->result['destination_name'];
		$name = $id;
		if ( $upgrader instanceof \Plugin_Upgrader ) {
			$name = is_string( $upgrader->new_plugin_data['Name'] ?? null ) ? $upgrader->new_plugin_data['Name'] : $id;
			$file = $upgrader->plugin_info();
			$id   = is_string( $file ) ? $file : $id;
		} elseif ( $upgrader instanceof \Theme_Upgrader ) {
			$name = is_string( $upgrader->new_theme_data['Name'] ?? null ) ? $upgrader->new_theme_data['Name'] : $id;
		}
		Recorder::tell( ( new Activity( 'installed', $type, $id, $name ) )->called( ucfirst( $type ), $type . 's' )->linking( admin_url( 'theme' === $type ? 'themes.php' : 'plugins.php' ) ) );
	}

	/**
	 * Tells of translations. They come along with plugins, themes and languages.
	 *
	 * @param array<mixed> $extra What was updated.
	 */
	private static function translations( array $extra ): void {
		Recorder::file( WP_LANG_DIR, 'tree' );
		$languages = array();
		foreach ( (array) ( $extra['translations'] ?? array() ) as $one ) {
			$languages[] = is_array( $one ) && is_string( $one['language'] ?? null ) ? $one['language'] : '';
		}
		$title = implode( ', ', array_unique( array_filter( $languages ) ) );
		Recorder::tell( ( new Activity( 'updated', 'translation', null, $title ) )->in_words( 'Translations updated' . ( '' === $title ? '' : ": $title" ) )->linking( admin_url( 'update-core.php' ) )->part_of( 'plugin:* *', 'theme:* *', 'core:* *', 'setting:WPLANG *' ) );
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
