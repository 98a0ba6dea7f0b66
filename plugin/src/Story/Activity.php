<?php
/**
 * What did somebody do to which thing?
 *
 * @package Holdfast
 */

namespace Holdfast\Story;

/**
 * One activity before it is written (PROTOCOL.md section 3).
 */
final class Activity {

	/**
	 * What was done, as the page translates it.
	 *
	 * @var string
	 */
	public $verb;

	/**
	 * The kind of thing.
	 *
	 * @var string
	 */
	public $type;

	/**
	 * Which one; null where there is only one.
	 *
	 * @var int|string|null
	 */
	public $id;

	/**
	 * What people call it.
	 *
	 * @var string
	 */
	public $title;

	/**
	 * The kind of thing in words, one and many.
	 *
	 * @var string[]
	 */
	public $nouns;

	/**
	 * What was done, as the sentence ends.
	 *
	 * @var string
	 */
	public $said;

	/**
	 * The whole sentence, where it is not "Noun “title” said".
	 *
	 * @var string
	 */
	public $sentence = '';

	/**
	 * Where it can be seen.
	 *
	 * @var string|null
	 */
	public $link = null;

	/**
	 * What was before.
	 *
	 * @var string|null
	 */
	public $from = null;

	/**
	 * What is now.
	 *
	 * @var string|null
	 */
	public $to = null;

	/**
	 * Does it make no point of its own?
	 *
	 * @var bool
	 */
	public $quiet = false;

	/**
	 * Patterns (fnmatch) of "type:id verb": where another activity of the same step matches, this one is a part of it.
	 *
	 * @var string[]
	 */
	public $parts_of = array();

	/**
	 * The thing, where it is known by another type, too.
	 *
	 * @var string
	 */
	private $also = '';

	/**
	 * Who did it.
	 *
	 * @var array<string, mixed>
	 */
	public $actor = array();

	/**
	 * By which door.
	 *
	 * @var string
	 */
	public $via = '';

	/**
	 * When (milliseconds since 1970).
	 *
	 * @var int
	 */
	public $at = 0;

	/**
	 * In which step of the request: several calls of a REST batch are several actions.
	 *
	 * @var int
	 */
	public $step = 0;

	/**
	 * An activity.
	 *
	 * @param string          $verb  What was done.
	 * @param string          $type  To which kind of thing.
	 * @param int|string|null $id    Which.
	 * @param string          $title Its name.
	 */
	public function __construct( string $verb, string $type, $id, string $title ) {
		$this->verb  = $verb;
		$this->type  = $type;
		$this->id    = $id;
		$this->title = $title;
		$this->said  = $verb;
		$this->nouns = array( ucfirst( str_replace( '_', ' ', $type ) ), str_replace( '_', ' ', $type ) . 's' );
	}

	/**
	 * Names the kind of thing.
	 *
	 * @param string $one  One of them, as a sentence begins.
	 * @param string $many Several of them, behind a number.
	 */
	public function called( string $one, string $many ): self {
		$this->nouns = array( $one, $many );
		return $this;
	}

	/**
	 * Says what was done in other words than the verb.
	 *
	 * @param string $said The end of the sentence.
	 */
	public function saying( string $said ): self {
		$this->said = $said;
		return $this;
	}

	/**
	 * Gives the whole sentence.
	 *
	 * @param string $sentence The sentence.
	 */
	public function in_words( string $sentence ): self {
		$this->sentence = $sentence;
		return $this;
	}

	/**
	 * Says where it can be seen.
	 *
	 * @param string|null $link The address.
	 */
	public function linking( ?string $link ): self {
		$this->link = $link;
		return $this;
	}

	/**
	 * Says what changed.
	 *
	 * @param string|null $from What was before.
	 * @param string|null $to   What is now.
	 */
	public function changing( ?string $from, ?string $to ): self {
		$this->from = $from;
		$this->to   = $to;
		return $this;
	}

	/**
	 * Makes no point of its own.
	 */
	public function quietly(): self {
		$this->quiet = true;
		return $this;
	}

	/**
	 * Is left out where another activity of the same step matches.
	 *
	 * @param string ...$patterns Patterns of "type:id verb".
	 */
	public function part_of( string ...$patterns ): self {
		$this->parts_of = array_merge( $this->parts_of, $patterns );
		return $this;
	}

	/**
	 * Says what else it is: a customer is a user.
	 *
	 * @param string $thing As thing() names it.
	 */
	public function also( string $thing ): self {
		$this->also = $thing;
		return $this;
	}

	/**
	 * The thing, as others refer to it.
	 */
	public function thing(): string {
		return '' !== $this->also ? $this->also : $this->type . ':' . ( null === $this->id ? '' : $this->id );
	}

	/**
	 * Is this a part of another?
	 *
	 * @param self $other The other.
	 */
	public function is_part_of( self $other ): bool {
		if ( $this === $other || $this->step !== $other->step ) {
			return false;
		}
		foreach ( $this->parts_of as $pattern ) {
			if ( fnmatch( $pattern, $other->thing() . ' ' . $other->verb, FNM_NOESCAPE ) ) {
				return true;
			}
		}
		return false;
	}
}
