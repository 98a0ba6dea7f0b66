<?php
/**
 * What happened to widgets, and to what a theme keeps for itself?
 *
 * @package Holdfast
 */

namespace Holdfast\Story;

/**
 * Widgets in their sidebars, menus in their locations, logo, colours, header. All of it goes with a switch of themes.
 */
final class Appearance {

	/**
	 * Widgets were added, moved, removed or changed: one activity, whichever options hold them.
	 *
	 * @param string $name  The option.
	 * @param mixed  $old   Its value before.
	 * @param mixed  $value Its value now.
	 */
	public static function widgets( string $name, $old, $value ): void {
		$places = 'sidebars_widgets' === $name ? self::sidebars( is_array( $old ) ? $old : array(), is_array( $value ) ? $value : array() ) : array();
		if ( 'sidebars_widgets' !== $name && is_array( $value ) && array() === array_diff( array_keys( $value ), array( '_multiwidget' ) ) && ! is_array( $old ) ) {
			return; // WordPress registers a kind of widget.
		}
		$before = Recorder::told( 'widgets:' );
		if ( null !== $before && '' !== $before->title ) {
			$places = array_unique( array_merge( explode( ', ', $before->title ), $places ) );
		}
		$title = implode( ', ', $places );
		$told  = ( new Activity( 'changed', 'widgets', null, $title ) )->called( 'Widgets', 'widgets' );
		Recorder::tell( $told->in_words( '' === $title ? 'Widgets changed' : "Widgets in “{$title}” changed" )->linking( admin_url( 'widgets.php' ) )->part_of( 'theme:* switched' ) );
	}

	/**
	 * What a theme keeps for itself was changed.
	 *
	 * @param string $slug  The theme.
	 * @param mixed  $old   What it kept before.
	 * @param mixed  $value What it keeps now.
	 */
	public static function theme( string $slug, $old, $value ): void {
		$old     = is_array( $old ) ? $old : array();
		$value   = is_array( $value ) ? $value : array();
		$changed = array();
		foreach ( array_keys( $old + $value ) as $key ) {
			if ( ( $old[ $key ] ?? null ) !== ( $value[ $key ] ?? null ) ) {
				$changed[] = (string) $key;
			}
		}
		$changed = array_values( array_diff( $changed, array( 'sidebars_widgets', 'custom_css_post_id', '0' ) ) );
		if ( array() === $changed ) {
			return;
		}
		if ( array( 'nav_menu_locations' ) === $changed ) {
			Recorder::tell( ( new Activity( 'changed', 'menu_locations', null, 'Menu locations' ) )->in_words( 'Menu locations changed' )->linking( admin_url( 'nav-menus.php?action=locations' ) )->part_of( 'theme:* *', 'nav_menu:* *' ) );
			return;
		}
		$theme = wp_get_theme( $slug );
		$name  = $theme->exists() ? (string) $theme->get( 'Name' ) : $slug;
		Recorder::tell( ( new Activity( 'changed', 'theme_mods', $slug, $name ) )->in_words( "Appearance of theme “{$name}” changed" )->linking( admin_url( 'customize.php' ) )->part_of( 'theme:* *' ) );
	}

	/**
	 * The sidebars whose widgets differ, by name.
	 *
	 * @param array<mixed> $old Before.
	 * @param array<mixed> $new Now.
	 * @return string[]
	 */
	private static function sidebars( array $old, array $new ): array {
		$names = array();
		foreach ( array_keys( $old + $new ) as $id ) {
			$sidebar = is_string( $id ) && 'wp_inactive_widgets' !== $id && ( $old[ $id ] ?? array() ) !== ( $new[ $id ] ?? array() ) ? $GLOBALS['wp_registered_sidebars'][ $id ]['name'] ?? null : null;
			if ( is_string( $sidebar ) ) {
				$names[] = $sidebar;
			}
		}
		return $names;
	}
}
