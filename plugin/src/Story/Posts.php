<?php
/**
 * What happened to a post, page or media file?
 *
 * @package Holdfast
 */

namespace Holdfast\Story;

/**
 * Posts of every type that people see, and media.
 */
final class Posts {

	/** Types that are not things of their own to people. */
	const HIDDEN = array( 'revision', 'nav_menu_item', 'customize_changeset', 'oembed_cache', 'user_request', 'custom_css', 'attachment', 'wp_font_face', 'wp_font_family' );

	/** English names of core's own types; others are called what their plugin calls them. */
	const NAMES = array(
		'post'             => 'Post',
		'page'             => 'Page',
		'wp_block'         => 'Pattern',
		'wp_template'      => 'Template',
		'wp_template_part' => 'Template part',
		'wp_navigation'    => 'Navigation menu',
		'wp_global_styles' => 'Styles',
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
		if ( ! $post instanceof \WP_Post || in_array( $post->post_type, self::HIDDEN, true ) || in_array( $post->post_status, array( 'auto-draft', 'inherit' ), true ) ) {
			return;
		}
		if ( defined( 'DOING_AUTOSAVE' ) && DOING_AUTOSAVE ) {
			return;
		}
		$old  = $before instanceof \WP_Post ? $before->post_status : 'new';
		$verb = self::verb( $old, $post->post_status );
		self::tell( $verb, $post );
	}

	/**
	 * Before a post is deleted for good.
	 *
	 * @param mixed $id   Its id.
	 * @param mixed $post The post.
	 */
	public static function deleted( $id, $post = null ): void {
		$post = $post instanceof \WP_Post ? $post : get_post( (int) $id );
		if ( $post instanceof \WP_Post && ! in_array( $post->post_type, self::HIDDEN, true ) && 'auto-draft' !== $post->post_status ) {
			self::tell( 'deleted', $post );
		}
	}

	/**
	 * A media file was added.
	 *
	 * @param mixed $id Its id.
	 */
	public static function uploaded( $id ): void {
		self::media( 'uploaded', (int) $id );
	}

	/**
	 * A media file's details were changed.
	 *
	 * @param mixed $id Its id.
	 */
	public static function media_edited( $id ): void {
		self::media( 'updated', (int) $id );
	}

	/**
	 * A media file is about to be deleted.
	 *
	 * @param mixed $id Its id.
	 */
	public static function media_deleted( $id ): void {
		self::media( 'deleted', (int) $id );
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
		if ( 'trash' === $new ) {
			return 'trashed';
		}
		if ( 'trash' === $old ) {
			return 'restored';
		}
		if ( 'publish' === $new ) {
			return 'published';
		}
		if ( 'future' === $new ) {
			return 'scheduled';
		}
		return 'new' === $old || 'auto-draft' === $old ? 'created' : 'updated';
	}

	/**
	 * Tells of a post.
	 *
	 * @param string   $verb What was done.
	 * @param \WP_Post $post The post.
	 */
	private static function tell( string $verb, \WP_Post $post ): void {
		$type  = get_post_type_object( $post->post_type );
		$name  = self::NAMES[ $post->post_type ] ?? ( null === $type ? $post->post_type : (string) $type->labels->singular_name );
		$title = '' === $post->post_title ? '#' . $post->ID : $post->post_title;
		$said  = 'trashed' === $verb ? 'moved to trash' : ( 'restored' === $verb ? 'restored from trash' : $verb );
		$link  = 'publish' === $post->post_status && 'deleted' !== $verb ? get_permalink( $post ) : admin_url( 'post.php?action=edit&post=' . $post->ID );
		Recorder::tell( $verb, $post->post_type, $post->ID, $title, "$name “{$title}” $said", 'deleted' === $verb ? null : (string) $link );
	}

	/**
	 * Tells of a media file.
	 *
	 * @param string $verb What was done.
	 * @param int    $id   Its id.
	 */
	private static function media( string $verb, int $id ): void {
		$post  = get_post( $id );
		$file  = $post instanceof \WP_Post ? get_attached_file( $id, true ) : false;
		$title = is_string( $file ) && '' !== $file ? wp_basename( $file ) : ( $post instanceof \WP_Post ? $post->post_title : '#' . $id );
		Recorder::tell( $verb, 'attachment', $id, $title, "Media file “{$title}” $verb", 'deleted' === $verb ? null : admin_url( 'upload.php?item=' . $id ) );
	}
}
