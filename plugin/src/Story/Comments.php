<?php
/**
 * What happened to a comment?
 *
 * @package Holdfast
 */

namespace Holdfast\Story;

/**
 * Comments and their moderation.
 */
final class Comments {

	/**
	 * A comment was added.
	 *
	 * @param mixed $id      Its id.
	 * @param mixed $comment The comment.
	 */
	public static function added( $id, $comment = null ): void {
		self::tell( 'added', $comment instanceof \WP_Comment ? $comment : $id );
	}

	/**
	 * A comment's text was edited.
	 *
	 * @param mixed $id Its id.
	 */
	public static function edited( $id ): void {
		self::tell( 'updated', $id );
	}

	/**
	 * A comment was approved, held, marked as spam, moved to trash.
	 *
	 * @param mixed $new     The status now.
	 * @param mixed $old     The status before.
	 * @param mixed $comment The comment.
	 */
	public static function moved( $new, $old, $comment ): void {
		$verbs = array(
			'approved'   => 'approved',
			'unapproved' => 'held back',
			'spam'       => 'spammed',
			'trash'      => 'trashed',
		);
		if ( is_string( $new ) && isset( $verbs[ $new ] ) ) {
			self::tell( 'trash' === $old || 'spam' === $old ? 'restored' : $verbs[ $new ], $comment );
		}
	}

	/**
	 * A comment is about to be deleted for good.
	 *
	 * @param mixed $id      Its id.
	 * @param mixed $comment The comment.
	 */
	public static function deleted( $id, $comment = null ): void {
		self::tell( 'deleted', $comment instanceof \WP_Comment ? $comment : $id );
	}

	/**
	 * Tells of a comment.
	 *
	 * @param string $verb    What was done.
	 * @param mixed  $comment The comment or its id.
	 */
	private static function tell( string $verb, $comment ): void {
		$comment = $comment instanceof \WP_Comment ? $comment : get_comment( (int) $comment );
		if ( ! $comment instanceof \WP_Comment || ! in_array( $comment->comment_type, array( '', 'comment', 'pingback', 'trackback', 'review' ), true ) ) {
			return; // Plugins keep notes and logs as comments of other types.
		}
		$id   = (int) $comment->comment_ID;
		$by   = '' === $comment->comment_author ? 'an anonymous visitor' : $comment->comment_author;
		$post = get_post( (int) $comment->comment_post_ID );
		$post = $post instanceof \WP_Post ? $post->post_title : ''; // As it is stored: what themes make of it takes longer than all of capture.
		$said = array(
			'spammed' => 'marked as spam',
			'trashed' => 'moved to trash',
		);
		$link = 'deleted' === $verb ? null : admin_url( 'comment.php?action=editcomment&c=' . $id );
		Recorder::tell( $verb, 'comment', $id, $by, "Comment by $by on “{$post}” " . ( $said[ $verb ] ?? $verb ), $link );
	}
}
