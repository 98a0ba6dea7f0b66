<?php
/**
 * What was done in the Customizer?
 *
 * @package Holdfast
 */

namespace Holdfast\Story;

/**
 * One save of the Customizer is one activity, however many settings, menus and widgets are in it.
 */
final class Customizer {

	/**
	 * Changes are about to be published.
	 */
	public static function begins(): void {
		Recorder::enter( 'customize' );
	}

	/**
	 * Changes were published: by a person, or on time by a scheduled task.
	 */
	public static function published(): void {
		Recorder::leave( 'customize' );
		self::tell( 'published', 'published' );
	}

	/**
	 * Changes were kept for later.
	 *
	 * @param \WP_Post $post The changes.
	 * @param string   $old  Their status before.
	 */
	public static function kept( \WP_Post $post, string $old ): void {
		if ( 'future' === $post->post_status && 'future' !== $old ) {
			self::tell( 'scheduled', 'scheduled' );
		} elseif ( 'draft' === $post->post_status || 'pending' === $post->post_status ) {
			self::tell( 'saved', 'saved as a draft' );
		} elseif ( 'trash' === $post->post_status && in_array( $old, array( 'draft', 'pending', 'future' ), true ) ) {
			self::tell( 'trashed', 'discarded' );
		}
	}

	/**
	 * The additional CSS was changed.
	 */
	public static function css(): void {
		Recorder::tell( ( new Activity( 'changed', 'custom_css', null, 'Additional CSS' ) )->in_words( 'Additional CSS changed' )->linking( admin_url( 'customize.php' ) )->part_of( 'customizer:* *', 'wp_global_styles:* *' ) );
	}

	/**
	 * Tells of the Customizer.
	 *
	 * @param string $verb What was done.
	 * @param string $said What was done, in the sentence.
	 */
	private static function tell( string $verb, string $said ): void {
		$name = (string) wp_get_theme()->get( 'Name' );
		Recorder::tell( ( new Activity( $verb, 'customizer', get_stylesheet(), $name ) )->in_words( "Changes to theme “{$name}” in the Customizer $said" )->linking( admin_url( 'customize.php' ) ) );
	}
}
