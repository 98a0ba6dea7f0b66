<?php
/**
 * What happened to a post, a page, or anything else that WordPress keeps as a post?
 *
 * @package Holdfast
 */

namespace Holdfast\Story;

/**
 * Posts of every type that people see. Saved is told behind everything that belongs to a save; deleted, with the post
 * as it was.
 */
final class Posts {

	/** Types that are not things of their own to people, or whose story is told elsewhere. */
	const HIDDEN = array( 'revision', 'nav_menu_item', 'customize_changeset', 'oembed_cache', 'user_request', 'custom_css', 'attachment', 'wp_font_face', 'product_variation', 'shop_order', 'shop_order_refund', 'shop_order_placehold', 'shop_webhook', 'scheduled-action' );

	/** What core's own types and those of the shop are called; others are called what their plugin calls them. */
	const NAMES = array(
		'post'             => array( 'Post', 'posts' ),
		'page'             => array( 'Page', 'pages' ),
		'wp_block'         => array( 'Pattern', 'patterns' ),
		'wp_template'      => array( 'Template', 'templates' ),
		'wp_template_part' => array( 'Template part', 'template parts' ),
		'wp_navigation'    => array( 'Navigation menu', 'navigation menus' ),
		'wp_global_styles' => array( 'Styles', 'styles' ),
		'wp_font_family'   => array( 'Font', 'fonts' ),
		'product'          => array( 'Product', 'products' ),
		'shop_coupon'      => array( 'Coupon', 'coupons' ),
	);

	/** How a verb ends a sentence, where it does not say it itself. */
	const SAID = array(
		'trashed'   => 'moved to trash',
		'restored'  => 'restored from trash',
		'submitted' => 'submitted for review',
	);

	/**
	 * After a post was inserted or updated, with all that belongs to it.
	 *
	 * @param mixed $id     Its id.
	 * @param mixed $post   The post.
	 * @param mixed $update Whether it was there before.
	 * @param mixed $before The post as it was.
	 */
	public static function saved( $id, $post, $update = false, $before = null ): void {
		if ( ! $post instanceof \WP_Post ) {
			return;
		}
		$old = $before instanceof \WP_Post ? $before->post_status : 'new';
		if ( 'user_request' === $post->post_type ) {
			Privacy::request( $post, $old );
		} elseif ( 'customize_changeset' === $post->post_type ) {
			Customizer::kept( $post, $old );
		} elseif ( 'custom_css' === $post->post_type ) {
			Customizer::css();
		} elseif ( 'shop_order' === $post->post_type ) {
			self::order( self::verb( $old, $post->post_status ), $post->ID );
		} elseif ( self::is_shown( $post ) && self::is_by_hand( $post, $old ) ) {
			self::tell( self::verb( $old, $post->post_status ), $post, $old );
			self::claim_terms( $post );
		}
	}

	/**
	 * A post was deleted for good.
	 *
	 * @param mixed $id   Its id.
	 * @param mixed $post The post as it was.
	 */
	public static function deleted( $id, $post = null ): void {
		if ( $post instanceof \WP_Post && 'auto-draft' !== $post->post_status && self::is_shown( $post ) ) {
			self::tell( 'deleted', $post );
		} elseif ( $post instanceof \WP_Post && 'user_request' === $post->post_type ) {
			Privacy::deleted( $post );
		} elseif ( $post instanceof \WP_Post && 'shop_order' === $post->post_type && 'auto-draft' !== $post->post_status ) {
			self::order( 'deleted', $post->ID );
		}
	}

	/**
	 * A field of a post was changed outside of a save: its image, or a custom field in the classic editor.
	 *
	 * @param mixed $meta The field's id, or ids.
	 * @param mixed $id   The post's id.
	 * @param mixed $key  The field's name.
	 */
	public static function field( $meta, $id, $key = '' ): void {
		$is_by_hand = doing_action( 'wp_ajax_set-post-thumbnail' ) || doing_action( 'wp_ajax_add-meta' ) || doing_action( 'wp_ajax_delete-meta' );
		$post       = $is_by_hand && is_string( $key ) && 0 !== strpos( $key, '_edit_' ) ? get_post( (int) $id ) : null;
		if ( $post instanceof \WP_Post && self::is_shown( $post ) && 'auto-draft' !== $post->post_status ) {
			self::tell( 'updated', $post );
		}
	}

	/**
	 * What a type is called, one and many.
	 *
	 * @param string $type The type.
	 * @return array{0: string, 1: string}
	 */
	public static function nouns( string $type ): array {
		$object = get_post_type_object( $type );
		return self::NAMES[ $type ] ?? ( null === $object ? array( $type, $type . 's' ) : array( (string) $object->labels->singular_name, (string) $object->labels->name ) );
	}

	/**
	 * Do people see posts of this type?
	 *
	 * @param \WP_Post $post The post.
	 */
	private static function is_shown( \WP_Post $post ): bool {
		if ( in_array( $post->post_type, self::HIDDEN, true ) ) {
			return false;
		}
		$type = get_post_type_object( $post->post_type );
		return isset( self::NAMES[ $post->post_type ] ) || ( null !== $type && ( $type->show_ui || $type->public ) );
	}

	/**
	 * Is this save one that somebody meant? Not an autosave of what is there already, nor the record of styles or the
	 * menu that WordPress makes when it first looks for one, nor the second request of the block editor for one save.
	 *
	 * @param \WP_Post $post The post.
	 * @param string   $old  Its status before.
	 */
	private static function is_by_hand( \WP_Post $post, string $old ): bool {
		if ( in_array( $post->post_status, array( 'auto-draft', 'inherit' ), true ) || isset( $_GET['meta-box-loader'] ) ) { // phpcs:ignore WordPress.Security.NonceVerification.Recommended -- Only whether it is there.
			return false;
		}
		if ( defined( 'DOING_AUTOSAVE' ) && DOING_AUTOSAVE && 'auto-draft' !== $old ) {
			return false;
		}
		$is_default = 'wp_global_styles' === $post->post_type || ( 'wp_navigation' === $post->post_type && '<!-- wp:page-list /-->' === trim( $post->post_content ) );
		return 'new' !== $old || ! $is_default;
	}

	/**
	 * What a change of status means to people.
	 *
	 * @param string $old The status before.
	 * @param string $new The status now.
	 */
	private static function verb( string $old, string $new ): string {
		if ( $old === $new ) {
			return 'updated';
		}
		$verbs = array(
			'trash'   => 'trashed',
			'publish' => 'published',
			'future'  => 'scheduled',
			'private' => 'made private',
			'pending' => 'submitted',
		);
		if ( 'trash' === $old && 'trash' !== $new ) {
			return 'restored';
		}
		if ( 'publish' === $old && ( 'draft' === $new || 'pending' === $new ) ) {
			return 'unpublished';
		}
		return $verbs[ $new ] ?? ( 'new' === $old || 'auto-draft' === $old ? 'created' : 'status changed' );
	}

	/**
	 * Tells of a post.
	 *
	 * @param string   $verb What was done.
	 * @param \WP_Post $post The post.
	 * @param string   $old  Its status before, where that is what changed.
	 */
	private static function tell( string $verb, \WP_Post $post, string $old = '' ): void {
		$is_site = 0 === strpos( $post->post_type, 'wp_' ) && 'wp_block' !== $post->post_type;
		$verb    = $is_site && ( 'published' === $verb || 'created' === $verb ) ? 'saved' : $verb;
		$title   = '' === $post->post_title ? '#' . $post->ID : $post->post_title;
		$link    = 'deleted' === $verb || 'trashed' === $verb ? null : self::link( $post );
		$told    = new Activity( $verb, $post->post_type, $post->ID, 'wp_global_styles' === $post->post_type ? self::theme_of( $post ) : $title );
		$told->called( ...self::nouns( $post->post_type ) )->saying( self::SAID[ $verb ] ?? $verb )->linking( $link );
		if ( 'status changed' === $verb ) {
			$told->changing( self::status( $old ), self::status( $post->post_status ) );
		}
		Recorder::tell( $told->part_of( 'privacy_page: changed' ) );
	}

	/**
	 * An order that is kept as a post was moved to trash, restored or deleted by core's own pages.
	 *
	 * @param string $verb What was done.
	 * @param int    $id   Its id.
	 */
	private static function order( string $verb, int $id ): void {
		if ( 'trashed' === $verb ) {
			Orders::trashed( $id );
		} elseif ( 'restored' === $verb ) {
			Orders::restored( $id );
		} elseif ( 'deleted' === $verb ) {
			Orders::deleted( $id );
		}
	}

	/**
	 * Where a post can be seen.
	 *
	 * @param \WP_Post $post The post.
	 */
	private static function link( \WP_Post $post ): string {
		if ( 0 === strpos( $post->post_type, 'wp_' ) && 'wp_block' !== $post->post_type ) {
			return admin_url( 'site-editor.php' );
		}
		$type = get_post_type_object( $post->post_type );
		$open = 'page' === $post->post_type || ( null !== $type && $type->publicly_queryable );
		$link = $open && 'publish' === $post->post_status ? get_permalink( $post ) : false;
		return false !== $link ? $link : admin_url( 'post.php?action=edit&post=' . $post->ID );
	}

	/**
	 * The name of the theme whose styles these are.
	 *
	 * @param \WP_Post $post The record of styles.
	 */
	private static function theme_of( \WP_Post $post ): string {
		$slug  = (string) preg_replace( '/^wp-global-styles-/', '', urldecode( $post->post_name ) );
		$theme = wp_get_theme( $slug );
		return $theme->exists() ? (string) $theme->get( 'Name' ) : $slug;
	}

	/**
	 * A status in words.
	 *
	 * @param string $status The status.
	 */
	private static function status( string $status ): string {
		$object = get_post_status_object( $status );
		return is_object( $object ) && isset( $object->label ) && is_string( $object->label ) ? $object->label : $status;
	}

	/**
	 * Terms that were made for this post, in the same request, are a part of it.
	 *
	 * @param \WP_Post $post The post.
	 */
	private static function claim_terms( \WP_Post $post ): void {
		foreach ( Recorder::all( 'created' ) as $activity ) {
			if ( is_object_in_taxonomy( $post->post_type, $activity->type ) && true === is_object_in_term( $post->ID, $activity->type, (int) $activity->id ) ) {
				$activity->part_of( $post->post_type . ':' . $post->ID . ' *' );
			}
		}
	}
}
