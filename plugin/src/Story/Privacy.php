<?php
/**
 * What happened to somebody's personal data?
 *
 * @package Holdfast
 */

namespace Holdfast\Story;

/**
 * Requests to export or erase personal data, their end, and the page of the privacy policy.
 */
final class Privacy {

	/**
	 * A request was made, confirmed, or has failed. Its completion is told by what completes it.
	 *
	 * @param \WP_Post $post The request.
	 * @param string   $old  Its status before.
	 */
	public static function request( \WP_Post $post, string $old ): void {
		$verbs = array(
			'request-pending'   => 'requested',
			'request-confirmed' => 'confirmed',
			'request-failed'    => 'failed',
			'request-completed' => 'completed',
		);
		if ( isset( $verbs[ $post->post_status ] ) && $old !== $post->post_status ) {
			self::tell( 'new' === $old ? 'requested' : $verbs[ $post->post_status ], $post );
		}
	}

	/**
	 * A request was deleted.
	 *
	 * @param \WP_Post $post The request.
	 */
	public static function deleted( \WP_Post $post ): void {
		self::tell( 'deleted', $post );
	}

	/**
	 * Personal data are about to be erased, page by page: what it does to comments and orders is a part of it.
	 */
	public static function erases(): void {
		Recorder::enter( 'erasure' );
	}

	/**
	 * Personal data were erased.
	 *
	 * @param mixed $id The request.
	 */
	public static function erased( $id ): void {
		Recorder::leave( 'erasure' );
		self::tell( 'completed', get_post( (int) $id ) );
	}

	/**
	 * Personal data were exported.
	 *
	 * @param mixed $path    The archive.
	 * @param mixed $url     Its address.
	 * @param mixed $html    The report in it.
	 * @param mixed $request The request.
	 */
	public static function exported( $path, $url = '', $html = '', $request = 0 ): void {
		Recorder::file( $path );
		self::tell( 'completed', get_post( (int) $request ) );
	}

	/**
	 * Another page is the privacy policy now.
	 *
	 * @param mixed $id The page.
	 */
	public static function page( $id ): void {
		$title = is_numeric( $id ) && (int) $id > 0 ? get_the_title( (int) $id ) : '';
		Recorder::tell( ( new Activity( 'changed', 'privacy_page', null, '' === $title ? 'none' : $title ) )->in_words( '' === $title ? 'Privacy policy page unset' : "“{$title}” made the privacy policy page" )->linking( admin_url( 'options-privacy.php' ) ) );
	}

	/**
	 * Tells of a request.
	 *
	 * @param string $verb What was done.
	 * @param mixed  $post The request.
	 */
	private static function tell( string $verb, $post ): void {
		if ( $post instanceof \WP_Post && 'user_request' === $post->post_type ) {
			$erases = 'remove_personal_data' === $post->post_name;
			$noun   = $erases ? 'Erasure of personal data' : 'Export of personal data';
			$page   = $erases ? 'erase-personal-data.php' : 'export-personal-data.php';
			$said   = 'deleted' === $verb ? 'request deleted' : $verb;
			Recorder::tell( ( new Activity( $verb, $erases ? 'data_erasure' : 'data_export', $post->ID, $post->post_title ) )->called( $noun, $erases ? 'erasures of personal data' : 'exports of personal data' )->in_words( "$noun of {$post->post_title} $said" )->linking( admin_url( $page ) ) );
		}
	}
}
