<?php
/**
 * What did somebody do, in words?
 *
 * @package Holdfast
 */

namespace Holdfast\Story;

use Holdfast\Capture\Capture;
use Holdfast\Log\Header;

/**
 * Gathers activities (PROTOCOL.md section 3): several hooks about one object are one action of a person, so only the
 * weightiest is told, at the end of the request or, in long ones, after a while.
 */
final class Recorder {

	/** Activities that wait longer than this are written at the next one. */
	const WAIT_S = 2.0;

	/** More activities than this are not gathered in memory. */
	const WAITING_MAX = 200;

	/** Of two verbs about one object the weightier is told. */
	const WEIGHTS = array(
		'deleted'   => 90,
		'trashed'   => 80,
		'restored'  => 80,
		'published' => 70,
		'scheduled' => 60,
		'uploaded'  => 55,
		'created'   => 50,
		'added'     => 50,
		'approved'  => 40,
		'spammed'   => 40,
	);

	/**
	 * Waiting activities by object.
	 *
	 * @var array<string, array<string, mixed>>
	 */
	private static $waiting = array();

	/**
	 * When the oldest of them was told (seconds since 1970); 0 = none.
	 *
	 * @var float
	 */
	private static $since = 0.0;

	/**
	 * Tells of an activity.
	 *
	 * @param string          $verb     What was done.
	 * @param string          $type     To which kind of thing.
	 * @param int|string|null $id       Which.
	 * @param string          $title    Its name.
	 * @param string          $sentence All of it in English.
	 * @param string|null     $link     Where it can be seen.
	 */
	public static function tell( string $verb, string $type, $id, string $title, string $sentence, ?string $link = null ): void {
		if ( ! defined( 'HOLDFAST_STATE' ) || null === Capture::instance()->log() ) {
			return;
		}
		$key = $type . ':' . ( null === $id ? $title : $id );
		if ( isset( self::$waiting[ $key ] ) && self::weight( self::$waiting[ $key ]['verb'] ) > self::weight( $verb ) ) {
			return;
		}
		$now = microtime( true );
		if ( count( self::$waiting ) >= self::WAITING_MAX || ( self::$since > 0 && $now - self::$since > self::WAIT_S ) ) {
			self::flush();
		}
		self::$since           = self::$since > 0 ? self::$since : $now;
		self::$waiting[ $key ] = array(
			'verb'     => $verb,
			'object'   => array(
				'type'  => $type,
				'id'    => $id,
				'title' => self::line( $title ),
			),
			'sentence' => self::line( $sentence ),
			'actor'    => Actor::current(),
			'via'      => self::via(),
			'link'     => $link,
			'at'       => (int) ( $now * 1000 ),
			'quiet'    => false,
		);
	}

	/**
	 * Names a file or folder that changes.
	 *
	 * @param mixed  $path Its absolute path.
	 * @param string $how  `file` or `tree`.
	 */
	public static function file( $path, string $how = 'file' ): void {
		if ( is_string( $path ) && '' !== $path && defined( 'HOLDFAST_STATE' ) ) {
			Capture::instance()->tell( 'f', array( \Holdfast\Log\Value::bytes( $path ), $how ) );
		}
	}

	/**
	 * An update of plugin, theme or core begins or ends.
	 *
	 * @param bool   $begins Whether it begins.
	 * @param string $what   What is updated.
	 */
	public static function update( bool $begins, string $what ): void {
		if ( defined( 'HOLDFAST_STATE' ) ) {
			Capture::instance()->tell( 'u', array( $begins ? 1 : 0, self::line( $what ) ) );
		}
	}

	/**
	 * Writes what waits.
	 */
	public static function flush(): void {
		$waiting       = self::$waiting;
		self::$waiting = array();
		self::$since   = 0.0;
		foreach ( $waiting as $activity ) {
			Capture::instance()->tell( 'a', array( $activity ) );
		}
	}

	/**
	 * The weight of a verb.
	 *
	 * @param mixed $verb The verb.
	 */
	private static function weight( $verb ): int {
		return self::WEIGHTS[ $verb ] ?? 10;
	}

	/**
	 * By which door, in the words of the protocol.
	 */
	private static function via(): string {
		$kind = Header::kind();
		return 'web' === $kind ? 'wp-admin' : $kind;
	}

	/**
	 * One line of valid UTF-8, bounded.
	 *
	 * @param string $text Any text.
	 */
	private static function line( string $text ): string {
		if ( 1 === preg_match( '/^(?!\s)[^<&\x00-\x1f\x7f]{0,300}(?<!\s)$/Du', $text ) ) {
			return $text; // Nothing in it that the general way would change.
		}
		$text = (string) preg_replace( '/[\x00-\x1f\x7f]+/', ' ', wp_check_invalid_utf8( wp_strip_all_tags( $text ), true ) );
		return mb_substr( html_entity_decode( $text, ENT_QUOTES, 'UTF-8' ), 0, 300 );
	}
}
