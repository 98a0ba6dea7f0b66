<?php
/**
 * What happened to a media file?
 *
 * @package Holdfast
 */

namespace Holdfast\Story;

/**
 * Media: uploaded, described, cropped, turned, restored, replaced, attached, deleted.
 */
final class Media {

	/**
	 * A media file was added.
	 *
	 * @param mixed $id Its id.
	 */
	public static function uploaded( $id ): void {
		self::tell( 'uploaded', (int) $id );
	}

	/**
	 * A media file's details were changed.
	 *
	 * @param mixed $id Its id.
	 */
	public static function described( $id ): void {
		self::tell( 'updated', (int) $id );
	}

	/**
	 * The editor in the media library has made an image of another: cropped, turned, mirrored.
	 *
	 * @param mixed $meta What is known of the new image; passed on.
	 * @param mixed $id   Its id.
	 * @return mixed
	 */
	public static function edited( $meta, $id = 0 ) {
		self::tell( 'edited', (int) $id );
		$told = Recorder::told( 'attachment:' . (int) $id );
		if ( null !== $told ) {
			$told->verb = 'edited'; // It is new to the database, but not to people.
			$told->saying( 'edited' );
		}
		return $meta;
	}

	/**
	 * What is known of an image was written: by the classic image editor, if it is at work.
	 *
	 * @param mixed $meta What is known of it; passed on.
	 * @param mixed $id   Its id.
	 * @return mixed
	 */
	public static function measured( $meta, $id = 0 ) {
		if ( doing_action( 'wp_ajax_image-editor' ) ) {
			$do = isset( $_REQUEST['do'] ) ? sanitize_key( $_REQUEST['do'] ) : ''; // phpcs:ignore WordPress.Security.NonceVerification.Recommended -- Core has checked it by now; only the word is told.
			self::tell( 'restore' === $do ? 'original restored' : 'edited', (int) $id );
		}
		return $meta;
	}

	/**
	 * A media file is now another file.
	 *
	 * @param mixed $path Its path; passed on.
	 * @param mixed $id   Its id.
	 * @return mixed
	 */
	public static function replaced( $path, $id = 0 ) {
		$now = get_attached_file( (int) $id, true );
		if ( is_string( $path ) && is_string( $now ) && '' !== $now && $now !== $path && ! doing_action( 'wp_ajax_image-editor' ) && ! doing_filter( 'wp_generate_attachment_metadata' ) && null === Recorder::told( 'attachment:' . (int) $id ) && ! self::is_scaled( $now, $path ) ) {
			self::tell( 'replaced', (int) $id );
		}
		return $path;
	}

	/**
	 * A media file is about to be deleted.
	 *
	 * @param mixed $id Its id.
	 */
	public static function deleted( $id ): void {
		self::tell( 'deleted', (int) $id );
	}

	/**
	 * A media file was attached to a post, or is no longer.
	 *
	 * @param mixed $action `attach` or `detach`.
	 * @param mixed $id     Its id.
	 */
	public static function attached( $action, $id = 0 ): void {
		self::tell( 'detach' === $action ? 'detached' : 'attached', (int) $id );
	}

	/**
	 * Is this only the smaller copy that WordPress makes of a large image?
	 *
	 * @param string $now  The path so far.
	 * @param string $path The new path.
	 */
	private static function is_scaled( string $now, string $path ): bool {
		return 1 === preg_match( '/-(scaled|rotated)(?=\.\w+$)/', $path ) && preg_replace( '/-(scaled|rotated)(?=\.\w+$)/', '', $path ) === $now;
	}

	/**
	 * Tells of a media file.
	 *
	 * @param string $verb What was done.
	 * @param int    $id   Its id.
	 */
	private static function tell( string $verb, int $id ): void {
		$post  = get_post( $id );
		$file  = $post instanceof \WP_Post ? get_attached_file( $id, true ) : false;
		$title = is_string( $file ) && '' !== $file ? (string) preg_replace( '/-e\d{13}(?=\.\w+$)/', '', wp_basename( $file ) ) : ( $post instanceof \WP_Post ? $post->post_title : '#' . $id );
		$said  = 'original restored' === $verb ? 'restored to its original' : $verb;
		Recorder::tell( ( new Activity( $verb, 'attachment', $id, $title ) )->called( 'Media file', 'media files' )->saying( $said )->linking( 'deleted' === $verb ? null : admin_url( 'upload.php?item=' . $id ) ) );
	}
}
