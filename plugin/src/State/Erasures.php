<?php
/**
 * Whose personal data are to be erased once more?
 *
 * @package Holdfast
 */

namespace Holdfast\State;

/**
 * Carries out what the agent orders after a restore: erasures of personal data that WordPress had carried out since the point that
 * was restored. WordPress's own erasers do it, and those that plugins add.
 */
final class Erasures {

	const NAME = 'erasures.php';

	/** For how long one request goes on with it; the next goes on from there. */
	const SECONDS_MAX = 15;

	/** Pages of one eraser; core's and WooCommerce's take some ten to a hundred rows a page. */
	const PAGES_MAX = 10000;

	/**
	 * Erases what is ordered, one request at a time.
	 *
	 * @param string $state The state folder.
	 */
	public static function run( string $state ): void {
		$lock = fopen( $state . '/erasures.lock', 'ce' );
		if ( false === $lock || ! flock( $lock, LOCK_EX | LOCK_NB ) ) {
			return;
		}
		try {
			$order = (array) Guarded::read( $state . '/' . self::NAME ) + array(
				'people' => array(),
				'done'   => array(),
			);
			$until = microtime( true ) + self::SECONDS_MAX;
			foreach ( (array) $order['people'] as $person ) {
				$email = is_array( $person ) && is_string( $person['email'] ?? null ) ? $person['email'] : '';
				if ( '' === $email || in_array( $email, array_column( (array) $order['done'], 'email' ), true ) ) {
					continue;
				}
				$messages = microtime( true ) < $until ? self::erase( $email, $until ) : null;
				if ( null === $messages ) {
					return;
				}
				self::remember( $email );
				$order['done'][] = array(
					'email'    => $email,
					'messages' => $messages,
				);
				Guarded::write( $state . '/' . self::NAME, $order );
			}
		} finally {
			flock( $lock, LOCK_UN );
			fclose( $lock );
		}
	}

	/**
	 * Runs every eraser for one person.
	 *
	 * @param string $email The person.
	 * @param float  $until When to stop.
	 * @return string[]|null What the erasers said; null where the time did not suffice.
	 */
	private static function erase( string $email, float $until ): ?array {
		$messages = array();
		// phpcs:ignore WordPress.NamingConventions.PrefixAllGlobals.NonPrefixedHooknameFound -- Core's, where it and plugins add their erasers.
		foreach ( (array) apply_filters( 'wp_privacy_personal_data_erasers', array() ) as $eraser ) {
			if ( ! is_array( $eraser ) || ! is_callable( $eraser['callback'] ?? null ) ) {
				continue;
			}
			for ( $page = 1; $page <= self::PAGES_MAX; ++$page ) {
				if ( microtime( true ) > $until ) {
					return null;
				}
				$answer = call_user_func( $eraser['callback'], $email, $page );
				if ( ! is_array( $answer ) ) {
					$messages[] = (string) ( $eraser['eraser_friendly_name'] ?? '' ) . ': failed';
					break;
				}
				$messages = array_merge( $messages, array_filter( (array) ( $answer['messages'] ?? array() ), 'is_string' ) );
				if ( ! empty( $answer['done'] ) ) {
					break;
				}
			}
		}
		return array_slice( array_values( array_unique( $messages ) ), 0, 20 );
	}

	/**
	 * Makes the completed request again, which the restored site does not have: WordPress lists it, and the next restore finds it.
	 *
	 * @param string $email The person.
	 */
	private static function remember( string $email ): void {
		$request = wp_insert_post(
			array(
				'post_type'    => 'user_request',
				'post_name'    => 'remove_personal_data',
				'post_title'   => wp_slash( $email ),
				'post_content' => '[]',
				'post_status'  => 'request-completed',
				'post_author'  => 0,
			)
		);
		if ( $request > 0 ) {
			update_post_meta( $request, '_wp_user_request_completed_timestamp', time() );
		}
	}
}
