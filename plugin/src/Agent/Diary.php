<?php
/**
 * What did the agent log last?
 *
 * @package Holdfast
 */

namespace Holdfast\Agent;

use Holdfast\State\Quiet;

/**
 * The end of `agent.log`: one JSON object per line, read leniently.
 */
final class Diary {

	/** What the agent logs last when it is stopped; one that dies does not get to it. */
	const GOODBYE = 'the agent has ended';

	/** As much of the end is read, and as many lines are shown. */
	const BYTES_MAX = 8000;
	const LINES_MAX = 5;

	/**
	 * The log.
	 *
	 * @var string
	 */
	private $path;

	/**
	 * The log of an agent.
	 *
	 * @param string $state The state folder.
	 */
	public function __construct( string $state ) {
		$this->path = $state . '/agent.log';
	}

	/**
	 * Was the agent stopped, rather than that it died, since a moment?
	 *
	 * @param int $since Seconds since 1970.
	 */
	public function says_goodbye( int $since ): bool {
		$lines = $this->lines();
		$last  = end( $lines );
		return false !== $last && self::GOODBYE === $last['msg'] && strtotime( $last['time'] ) >= $since;
	}

	/**
	 * The last lines, to be read by people.
	 */
	public function tail(): string {
		return implode(
			"\n",
			array_map(
				static function ( array $line ): string {
					$at = strtotime( $line['time'] );
					return trim( ( false === $at ? '' : wp_date( 'H:i:s', $at ) ) . ' ' . $line['msg'] );
				},
				array_slice( $this->lines(), -self::LINES_MAX )
			)
		);
	}

	/**
	 * The last lines: when, and what, with the error's own words.
	 *
	 * @return array<int, array{time: string, msg: string}>
	 */
	private function lines(): array {
		$text  = Quiet::run(
			function (): string {
				return is_file( $this->path ) ? (string) file_get_contents( $this->path, false, null, max( 0, (int) filesize( $this->path ) - self::BYTES_MAX ) ) : '';
			},
			''
		);
		$lines = array();
		foreach ( array_filter( explode( "\n", trim( $text ) ) ) as $line ) {
			$entry   = (array) json_decode( $line, true );
			$error   = is_array( $entry['err'] ?? null ) ? ( $entry['err']['message'] ?? '' ) : '';
			$words   = array_filter( array( $entry['msg'] ?? '', $error ), 'is_string' );
			$lines[] = array(
				'time' => is_string( $entry['time'] ?? null ) ? $entry['time'] : '',
				'msg'  => array() === $entry ? $line : implode( ': ', array_filter( $words ) ),
			);
		}
		return $lines;
	}
}
