<?php
/**
 * What happened to a category, tag or menu?
 *
 * @package Holdfast
 */

namespace Holdfast\Story;

/**
 * Terms of every taxonomy that people see, and menus, which are terms too.
 */
final class Terms {

	/** Taxonomies that are not things of their own to people. */
	const HIDDEN = array( 'nav_menu', 'post_format', 'wp_theme', 'wp_template_part_area', 'wp_pattern_category', 'link_category' );

	/**
	 * A term was made.
	 *
	 * @param mixed $id       Its id.
	 * @param mixed $relation Its id in its taxonomy.
	 * @param mixed $taxonomy The taxonomy.
	 */
	public static function created( $id, $relation, $taxonomy ): void {
		self::tell( 'created', $id, $taxonomy, null );
	}

	/**
	 * A term was edited.
	 *
	 * @param mixed $id       Its id.
	 * @param mixed $relation Its id in its taxonomy.
	 * @param mixed $taxonomy The taxonomy.
	 */
	public static function edited( $id, $relation, $taxonomy ): void {
		self::tell( 'updated', $id, $taxonomy, null );
	}

	/**
	 * A term was deleted.
	 *
	 * @param mixed $id       Its id.
	 * @param mixed $relation Its id in its taxonomy.
	 * @param mixed $taxonomy The taxonomy.
	 * @param mixed $term     The term as it was.
	 */
	public static function deleted( $id, $relation, $taxonomy, $term = null ): void {
		self::tell( 'deleted', $id, $taxonomy, $term );
	}

	/**
	 * A menu was made.
	 *
	 * @param mixed $id Its id.
	 */
	public static function menu_created( $id ): void {
		self::menu( 'created', (int) $id );
	}

	/**
	 * A menu or what is in it was changed.
	 *
	 * @param mixed $id Its id.
	 */
	public static function menu_updated( $id ): void {
		self::menu( 'updated', (int) $id );
	}

	/**
	 * A menu was deleted.
	 *
	 * @param mixed $id Its id.
	 */
	public static function menu_deleted( $id ): void {
		self::menu( 'deleted', (int) $id );
	}

	/**
	 * Tells of a term.
	 *
	 * @param string $verb     What was done.
	 * @param mixed  $id       Its id.
	 * @param mixed  $taxonomy Its taxonomy.
	 * @param mixed  $term     The term, where it is gone already.
	 */
	private static function tell( string $verb, $id, $taxonomy, $term ): void {
		if ( ! is_string( $taxonomy ) || in_array( $taxonomy, self::HIDDEN, true ) ) {
			return;
		}
		$term   = $term instanceof \WP_Term ? $term : get_term( (int) $id, $taxonomy );
		$object = get_taxonomy( $taxonomy );
		$names  = array(
			'category' => 'Category',
			'post_tag' => 'Tag',
		);
		$kind   = $names[ $taxonomy ] ?? ( false === $object ? $taxonomy : (string) $object->labels->singular_name );
		$name   = $term instanceof \WP_Term ? $term->name : '#' . (int) $id;
		$link   = 'deleted' === $verb ? null : admin_url( "term.php?taxonomy=$taxonomy&tag_ID=" . (int) $id );
		Recorder::tell( $verb, $taxonomy, (int) $id, $name, "$kind “{$name}” $verb", $link );
	}

	/**
	 * Tells of a menu.
	 *
	 * @param string $verb What was done.
	 * @param int    $id   Its id.
	 */
	private static function menu( string $verb, int $id ): void {
		$menu = 'deleted' === $verb ? false : wp_get_nav_menu_object( $id );
		$name = $menu instanceof \WP_Term ? $menu->name : '#' . $id;
		Recorder::tell( $verb, 'nav_menu', $id, $name, "Menu “{$name}” $verb", 'deleted' === $verb ? null : admin_url( 'nav-menus.php?menu=' . $id ) );
	}
}
