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

	/** What people call a comment; plugins keep notes and logs as comments of other types. */
	const TYPES = array(
		''          => array( 'Comment', 'comments' ),
		'comment'   => array( 'Comment', 'comments' ),
		'pingback'  => array( 'Pingback', 'pingbacks' ),
		'trackback' => array( 'Trackback', 'trackbacks' ),
		'review'    => array( 'Review', 'reviews' ),
		'note'      => array( 'Note', 'notes' ),
	);

	/** How a verb ends a sentence, where it does not say it itself. */
	const SAID = array(
		'held'       => 'added, waiting for approval',
		'unapproved' => 'held back',
		'spammed'    => 'marked as spam',
		'unspammed'  => 'marked as not spam',
		'trashed'    => 'moved to trash',
		'restored'   => 'restored from trash',
		'updated'    => 'edited',
	);

	/**
	 * A comment was added.
	 *
	 * @param mixed $id      Its id.
	 * @param mixed $comment The comment.
	 */
	public static function added( $id, $comment = null ): void {
		$comment = $comment instanceof \WP_Comment ? $comment : get_comment( (int) $id );
		if ( $comment instanceof \WP_Comment ) {
			$verbs = array(
				'0'    => 'held',
				'hold' => 'held',
				'spam' => 'spammed',
			);
			self::tell( $verbs[ (string) $comment->comment_approved ] ?? 'added', $comment );
		}
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
			'unapproved' => 'unapproved',
			'spam'       => 'spammed',
			'trash'      => 'trashed',
		);
		if ( is_string( $new ) && isset( $verbs[ $new ] ) && $new !== $old ) {
			$back = array(
				'trash' => 'restored',
				'spam'  => 'unspammed',
			);
			$verb = 'spam' === $new || 'trash' === $new ? $verbs[ $new ] : ( is_string( $old ) && isset( $back[ $old ] ) ? $back[ $old ] : $verbs[ $new ] );
			self::tell( $verb, $comment );
		}
	}

	/**
	 * A comment was deleted for good.
	 *
	 * @param mixed $id      Its id.
	 * @param mixed $comment The comment as it was.
	 */
	public static function deleted( $id, $comment = null ): void {
		self::tell( 'deleted', $comment );
	}

	/**
	 * Tells of a comment. It goes with its post.
	 *
	 * @param string $verb    What was done.
	 * @param mixed  $comment The comment or its id.
	 */
	private static function tell( string $verb, $comment ): void {
		$comment = $comment instanceof \WP_Comment ? $comment : get_comment( (int) $comment );
		if ( ! $comment instanceof \WP_Comment || ! isset( self::TYPES[ $comment->comment_type ] ) ) {
			return;
		}
		$id    = (int) $comment->comment_ID;
		$on    = (int) $comment->comment_post_ID;
		$nouns = self::TYPES[ $comment->comment_type ];
		$by    = '' === $comment->comment_author ? 'an anonymous visitor' : $comment->comment_author;
		$said  = self::SAID[ $verb ] ?? $verb;
		$post  = get_post( $on );
		$post  = $post instanceof \WP_Post ? $post->post_title : ''; // As it is stored: what themes make of it takes longer than all of capture.
		$told  = ( new Activity( $verb, 'comment', $id, $by ) )->called( ...$nouns )->saying( $said )
			->in_words( "{$nouns[0]} by $by on “{$post}” $said" )
			->linking( 'deleted' === $verb ? null : admin_url( 'comment.php?action=editcomment&c=' . $id ) );

		Recorder::tell( $told->part_of( get_post_type( $on ) . ":$on deleted", get_post_type( $on ) . ":$on trashed" ) );
	}
}
