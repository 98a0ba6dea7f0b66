<?php
/**
 * What happened to a category, tag or menu?
 *
 * @package Holdfast
 */

namespace Holdfast\Story;

/**
 * Terms of every taxonomy that people see, and classic menus, which are terms too.
 */
final class Terms {

	/** Taxonomies that are not things of their own to people. */
	const HIDDEN = array( 'nav_menu', 'post_format', 'wp_theme', 'wp_template_part_area', 'link_category', 'product_type', 'product_visibility' );

	/** What core's own taxonomies and those of the shop are called. */
	const NAMES = array(
		'category'               => array( 'Category', 'categories' ),
		'post_tag'               => array( 'Tag', 'tags' ),
		'wp_pattern_category'    => array( 'Pattern category', 'pattern categories' ),
		'product_cat'            => array( 'Product category', 'product categories' ),
		'product_tag'            => array( 'Product tag', 'product tags' ),
		'product_brand'          => array( 'Brand', 'brands' ),
		'product_shipping_class' => array( 'Shipping class', 'shipping classes' ),
	);

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
		if ( 'nav_menu' === $taxonomy && $term instanceof \WP_Term ) {
			self::menu( 'deleted', $term );
		} else {
			self::tell( 'deleted', $id, $taxonomy, $term );
		}
	}

	/**
	 * A menu was made.
	 *
	 * @param mixed $id Its id.
	 */
	public static function menu_created( $id ): void {
		self::menu( 'created', get_term( (int) $id, 'nav_menu' ) );
	}

	/**
	 * A menu or what is in it was changed.
	 *
	 * @param mixed $id Its id.
	 */
	public static function menu_updated( $id ): void {
		self::menu( 'updated', get_term( (int) $id, 'nav_menu' ) );
	}

	/**
	 * An item of a menu goes.
	 *
	 * @param mixed $id   Its id.
	 * @param mixed $post The item.
	 */
	public static function item_goes( $id, $post = null ): void {
		$menus = $post instanceof \WP_Post && 'nav_menu_item' === $post->post_type && 'publish' === $post->post_status ? get_the_terms( $post, 'nav_menu' ) : false;
		if ( is_array( $menus ) && array() !== $menus ) {
			self::menu( 'updated', reset( $menus ) );
		}
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
		$object = is_string( $taxonomy ) ? get_taxonomy( $taxonomy ) : false;
		if ( ! is_string( $taxonomy ) || in_array( $taxonomy, self::HIDDEN, true ) || ( false !== $object && ! $object->show_ui && ! isset( self::NAMES[ $taxonomy ] ) ) ) {
			return;
		}
		$term  = $term instanceof \WP_Term ? $term : get_term( (int) $id, $taxonomy );
		$nouns = self::NAMES[ $taxonomy ] ?? ( false === $object ? array( $taxonomy, $taxonomy . 's' ) : array( (string) $object->labels->singular_name, (string) $object->labels->name ) );
		$name  = $term instanceof \WP_Term ? $term->name : '#' . (int) $id;
		$link  = 'deleted' === $verb ? null : admin_url( "term.php?taxonomy=$taxonomy&tag_ID=" . (int) $id );
		Recorder::tell( ( new Activity( $verb, $taxonomy, (int) $id, $name ) )->called( ...$nouns )->linking( $link )->part_of( 'product_attribute:* *' ) );
	}

	/**
	 * Tells of a menu.
	 *
	 * @param string $verb What was done.
	 * @param mixed  $menu The menu.
	 */
	private static function menu( string $verb, $menu ): void {
		if ( $menu instanceof \WP_Term ) {
			$link = 'deleted' === $verb ? null : admin_url( 'nav-menus.php?menu=' . $menu->term_id );
			Recorder::tell( ( new Activity( $verb, 'nav_menu', $menu->term_id, $menu->name ) )->called( 'Menu', 'menus' )->linking( $link ) );
		}
	}
}
