<?php
/**
 * What did somebody do, in words?
 *
 * @package Holdfast
 */

namespace Holdfast\Story;

use Holdfast\Capture\Capture;
use Holdfast\Log\Header;
use Holdfast\Log\Value;

/**
 * Takes activities (PROTOCOL.md section 3) and writes them at the end of the request, in long ones after a while.
 *
 *      Hook ──> tell ──(inside of an action that tells for itself: left out)──> waits ──> Gathering ──> `a` lines
 *
 * Several hooks about one thing are one action of a person, so only the weightiest is told.
 */
final class Recorder {

	/** Activities that wait longer than this are written at the next one: a long process tells what it does before it ends. */
	const WAIT_S = 10.0;

	/** More activities than this are not gathered in memory. */
	const WAITING_MAX = 200;

	/** Of two verbs about one thing the weightier is told; what is not here weighs 10. */
	const WEIGHTS = array(
		'deleted'          => 90,
		'trashed'          => 80,
		'restored'         => 80,
		'published'        => 70,
		'made private'     => 65,
		'scheduled'        => 60,
		'submitted'        => 58,
		'uploaded'         => 55,
		'refunded'         => 52,
		'created'          => 50,
		'added'            => 50,
		'held'             => 50,
		'installed'        => 50,
		'signed in'        => 50,
		'update failed'    => 49,
		'unpublished'      => 48,
		'status changed'   => 46,
		'approved'         => 40,
		'unapproved'       => 40,
		'spammed'          => 40,
		'unspammed'        => 40,
		'role changed'     => 40,
		'password changed' => 35,
		'password asked'   => 20,
		'replaced'         => 30,
		'edited'           => 30,
		'stock changed'    => 30,
		'noted'            => 12,
	);

	/** Verbs that tell of something new. */
	const MADE = array( 'created', 'uploaded', 'added', 'held' );

	/**
	 * Waiting activities by the thing they are about.
	 *
	 * @var array<string, Activity>
	 */
	private static $waiting = array();

	/**
	 * When the oldest of them was told (seconds since 1970); 0 = none.
	 *
	 * @var float
	 */
	private static $since = 0.0;

	/**
	 * Actions in whose middle we are, and that tell for themselves.
	 *
	 * @var array<string, true>
	 */
	private static $inside = array();

	/**
	 * Which step of the request this is.
	 *
	 * @var int
	 */
	private static $step = 0;

	/**
	 * What is being updated, as the log was told; '' = nothing.
	 *
	 * @var string
	 */
	private static $updating = '';

	/**
	 * In which of this process's log files that was.
	 *
	 * @var int
	 */
	private static $updating_in = 0;

	/**
	 * Writes what waits when PHP ends, where the action `shutdown` was not reached.
	 *
	 * @var self|null
	 */
	private static $last = null;

	/**
	 * Tells of an activity.
	 *
	 * @param Activity $activity The activity.
	 */
	public static function tell( Activity $activity ): void {
		if ( ! defined( 'HOLDFAST_STATE' ) || array() !== self::$inside || null === Capture::instance()->log() ) {
			return;
		}
		$now = microtime( true );
		if ( count( self::$waiting ) >= self::WAITING_MAX || ( self::$since > 0 && $now - self::$since > self::WAIT_S ) ) {
			self::flush();
		}
		$key    = $activity->thing() . ( $activity->quiet ? ' ' . $activity->verb : '' );
		$before = self::$waiting[ $key ] ?? null;
		if ( null !== $before && 'deleted' === $activity->verb && in_array( $before->verb, self::MADE, true ) ) {
			unset( self::$waiting[ $key ] ); // It came and went.
			return;
		}
		if ( null !== $before && self::weight( $before ) > self::weight( $activity ) ) {
			return;
		}
		if ( null !== $before && $before->verb === $activity->verb && null !== $before->from ) {
			$activity->from = $before->from; // From the first to the last.
		}
		self::$since     = self::$since > 0 ? self::$since : $now;
		self::$last      = self::$last ?? new self();
		$activity->actor = Actor::current();
		$activity->via   = self::via();
		$activity->at    = (int) ( $now * 1000 );
		$activity->step  = self::$step;

		self::$waiting[ $key ] = $activity;
	}

	/**
	 * An action begins that tells for itself when it has ended: what happens inside of it is a part of it.
	 *
	 * @param string $action Its name.
	 */
	public static function enter( string $action ): void {
		self::$inside[ $action ] = true;
	}

	/**
	 * It has ended.
	 *
	 * @param string $action Its name.
	 */
	public static function leave( string $action ): void {
		unset( self::$inside[ $action ] );
	}

	/**
	 * Another call of a REST batch begins.
	 *
	 * @param mixed $response What the filter is about; passed on.
	 * @return mixed
	 */
	public static function step( $response ) {
		++self::$step;
		return $response;
	}

	/**
	 * What waits about a thing.
	 *
	 * @param string $thing As Activity::thing() names it.
	 */
	public static function told( string $thing ): ?Activity {
		return self::$waiting[ $thing ] ?? null;
	}

	/**
	 * Everything that waits with this verb.
	 *
	 * @param string $verb The verb.
	 * @return Activity[]
	 */
	public static function all( string $verb ): array {
		return array_filter(
			self::$waiting,
			static function ( Activity $activity ) use ( $verb ): bool {
				return $activity->verb === $verb;
			}
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
			self::go_on_updating();
			Capture::instance()->tell( 'f', array( Value::bytes( $path ), $how ) );
		}
	}

	/**
	 * An update of plugin, theme or core begins.
	 *
	 * @param string $what What is updated.
	 */
	public static function update_begins( string $what ): void {
		$log = defined( 'HOLDFAST_STATE' ) ? Capture::instance()->log() : null;
		if ( null !== $log && '' === self::$updating ) {
			self::$updating = Gathering::line( $what );
			Capture::instance()->tell( 'u', array( 1, self::$updating ) );
			self::$updating_in = $log->serial();
		}
	}

	/**
	 * It has ended, however.
	 */
	public static function update_ends(): void {
		if ( '' !== self::$updating ) {
			Capture::instance()->tell( 'u', array( 0, self::$updating ) );
			self::$updating = '';
		}
	}

	/**
	 * A long update may outlast a log file: the next one has to say so, too.
	 */
	private static function go_on_updating(): void {
		$log = '' === self::$updating ? null : Capture::instance()->log();
		if ( null !== $log && $log->serial() !== self::$updating_in ) {
			Capture::instance()->tell( 'u', array( 1, self::$updating ) );
			self::$updating_in = $log->serial();
		}
	}

	/**
	 * Writes what waits.
	 */
	public static function flush(): void {
		$waiting       = self::$waiting;
		self::$waiting = array();
		self::$since   = 0.0;
		foreach ( array() === $waiting ? array() : Gathering::of( array_values( $waiting ) ) as $activity ) {
			Capture::instance()->tell( 'a', array( $activity ) );
		}
	}

	/**
	 * The weight of an activity.
	 *
	 * @param Activity $activity The activity.
	 */
	private static function weight( Activity $activity ): int {
		return self::WEIGHTS[ $activity->verb ] ?? 10;
	}

	/**
	 * By which door, in the words of the protocol.
	 */
	private static function via(): string {
		$kind = Header::kind();
		return 'web' === $kind && is_admin() ? 'wp-admin' : $kind;
	}

	/**
	 * PHP ends without WordPress' own shutdown: somebody called exit in it.
	 */
	public function __destruct() {
		try {
			self::flush();
		} catch ( \Throwable $error ) {
			return;
		}
	}
}
