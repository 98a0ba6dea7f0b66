<?php
/**
 * Did a restore happen since this request began?
 *
 * @package Holdfast
 */

namespace Holdfast\Capture;

/**
 * The epoch of this request and of the site. A request that read the site before a restore switched it must not write
 * what it made of that afterwards.
 */
final class Epoch {

	/** After so long it is looked at in any case. */
	const AGAIN_NS = 1000000000;

	/**
	 * When it is looked at again, by the monotonic clock.
	 *
	 * @var int
	 */
	private $again = 0;

	/**
	 * The file.
	 *
	 * @var string
	 */
	private $path;

	/**
	 * The number at the beginning of the request.
	 *
	 * @var int
	 */
	private $begun;

	/**
	 * What stat said when the number was last read.
	 *
	 * @var string
	 */
	private $mark = '';

	/**
	 * Has the site gone on to a later epoch?
	 *
	 * @var bool
	 */
	private $over = false;

	/**
	 * The epoch of a request.
	 *
	 * @param string $state The state folder.
	 * @param int    $begun The number that the loader read when the request began.
	 */
	public function __construct( string $state, int $begun ) {
		$this->path  = $state . '/epoch';
		$this->begun = $begun;
	}

	/**
	 * Is this request of an older epoch? Who raises the epoch voids what is known of schemas, too, so it costs a stat only
	 * where that is new, or after a while.
	 *
	 * @param bool $moved Whether what is known of schemas has just become void.
	 */
	public function is_over( bool $moved ): bool {
		if ( $this->over ) {
			return true;
		}
		$now = (int) hrtime( true );
		if ( ! $moved && $now < $this->again ) {
			return false;
		}
		$this->again = $now + self::AGAIN_NS;
		clearstatcache( true, $this->path );
		if ( ! is_file( $this->path ) ) {
			return false;
		}
		$stat = stat( $this->path );
		$mark = false === $stat ? '?' : $stat['ino'] . ' ' . $stat['mtime'] . ' ' . $stat['size'];
		if ( $mark !== $this->mark ) {
			$this->mark = $mark;
			$this->over = (int) file_get_contents( $this->path ) > $this->begun;
		}
		return $this->over;
	}
}
