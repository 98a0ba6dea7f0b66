<?php
/**
 * How many activities are one?
 *
 * @package Holdfast
 */

namespace Holdfast\Story;

/**
 * Makes of what several hooks told what a person did: parts of another activity are left out, and the same done to
 * many things is one activity.
 */
final class Gathering {

	/** The first titles of many. */
	const TITLES = 3;

	/** A title, a sentence or a value is not longer. */
	const LETTERS_MAX = 300;

	/**
	 * Activities as PROTOCOL.md section 3 has them.
	 *
	 * @param Activity[] $told What was told.
	 * @return array<int, array<string, mixed>>
	 */
	public static function of( array $told ): array {
		$groups = array();
		foreach ( $told as $activity ) {
			if ( self::is_part( $activity, $told ) ) {
				continue;
			}
			$key = implode( "\n", array( $activity->verb, $activity->type, $activity->via, $activity->nouns[1], $activity->quiet ? 'q' : '', (string) wp_json_encode( $activity->actor ) ) );

			$groups[ $key ][] = $activity;
		}
		$lines = array();
		foreach ( $groups as $group ) {
			$lines[] = 1 === count( $group ) ? self::one( $group[0] ) : self::many( $group );
		}
		return $lines;
	}

	/**
	 * Is an activity a part of one of these?
	 *
	 * @param Activity   $activity The activity.
	 * @param Activity[] $told     All of them.
	 */
	private static function is_part( Activity $activity, array $told ): bool {
		if ( array() === $activity->parts_of ) {
			return false;
		}
		foreach ( $told as $other ) {
			if ( $activity->is_part_of( $other ) ) {
				return true;
			}
		}
		return false;
	}

	/**
	 * One activity.
	 *
	 * @param Activity $activity The activity.
	 * @return array<string, mixed>
	 */
	private static function one( Activity $activity ): array {
		$title    = self::line( $activity->title );
		$sentence = '' !== $activity->sentence ? self::line( $activity->sentence ) : self::line( $activity->nouns[0] ) . " “{$title}” " . self::line( $activity->said . self::change( $activity ) );
		$object   = array(
			'type'  => $activity->type,
			'id'    => $activity->id,
			'title' => $title,
			'noun'  => self::line( $activity->nouns[0] ),
		);
		return self::whole( $activity, $object, $sentence, self::values( $activity ) );
	}

	/**
	 * Many of them.
	 *
	 * @param Activity[] $group Activities of the same kind by the same actor.
	 * @return array<string, mixed>
	 */
	private static function many( array $group ): array {
		$first  = $group[0];
		$count  = count( $group );
		$titles = array();
		foreach ( $group as $activity ) {
			$first->at = max( $first->at, $activity->at );
		}
		foreach ( array_slice( $group, 0, self::TITLES ) as $activity ) {
			$titles[] = mb_substr( self::line( $activity->title ), 0, 80 );
		}
		$same = array();
		foreach ( array( 'from', 'to' ) as $side ) {
			$values = array_unique( array_column( $group, $side ) );
			if ( 1 === count( $values ) && null !== $first->$side ) {
				$same[ $side ] = self::line( (string) $first->$side );
			}
		}
		$noun        = self::line( $first->nouns[1] );
		$said        = $first->said . ( isset( $same['to'] ) ? ' to “' . $same['to'] . '”' : '' );
		$sentence    = "$count $noun $said: “" . implode( '”, “', $titles ) . '”' . ( $count > self::TITLES ? ' and ' . ( $count - self::TITLES ) . ' more' : '' );
		$object      = array(
			'type'  => $first->type,
			'id'    => null,
			'title' => implode( ', ', $titles ),
			'noun'  => $noun,
		);
		$first->link = null;
		return self::whole( $first, $object, mb_substr( $sentence, 0, self::LETTERS_MAX ), array( 'count' => $count ) + $same );
	}

	/**
	 * All fields in their order.
	 *
	 * @param Activity             $activity The activity.
	 * @param array<string, mixed> $thing    What it was done to.
	 * @param string               $sentence All of it in English.
	 * @param array<string, mixed> $more     Fields that not every activity has.
	 * @return array<string, mixed>
	 */
	private static function whole( Activity $activity, array $thing, string $sentence, array $more ): array {
		return array(
			'verb'     => $activity->verb,
			'object'   => $thing,
			'sentence' => $sentence,
			'actor'    => $activity->actor,
			'via'      => $activity->via,
			'link'     => $activity->link,
			'at'       => $activity->at,
			'quiet'    => $activity->quiet,
		) + $more;
	}

	/**
	 * What changed, at the end of a sentence.
	 *
	 * @param Activity $activity The activity.
	 */
	private static function change( Activity $activity ): string {
		return ( null === $activity->from ? '' : " from “{$activity->from}”" ) . ( null === $activity->to ? '' : " to “{$activity->to}”" );
	}

	/**
	 * What changed, as fields.
	 *
	 * @param Activity $activity The activity.
	 * @return array<string, string>
	 */
	private static function values( Activity $activity ): array {
		$values = array();
		foreach ( array( 'from', 'to' ) as $side ) {
			if ( null !== $activity->$side ) {
				$values[ $side ] = self::line( (string) $activity->$side );
			}
		}
		return $values;
	}

	/**
	 * One line of valid UTF-8, bounded.
	 *
	 * @param string $text Any text.
	 */
	public static function line( string $text ): string {
		if ( strlen( $text ) <= self::LETTERS_MAX && 1 === preg_match( '/^(?!\s)[^<&\x00-\x1f\x7f]*+(?<!\s)$/Du', $text ) ) {
			return $text; // Nothing in it that the general way would change.
		}
		$text = (string) preg_replace( '/[\x00-\x1f\x7f]+/', ' ', wp_check_invalid_utf8( wp_strip_all_tags( $text ), true ) );
		return mb_substr( html_entity_decode( $text, ENT_QUOTES, 'UTF-8' ), 0, self::LETTERS_MAX );
	}
}
