<?php
/**
 * How do agent and capture stand?
 *
 * @package Holdfast
 */

namespace Holdfast\Rest;

use Holdfast\Agent\Control;
use Holdfast\Agent\Diary;
use Holdfast\Agent\Keeper;
use Holdfast\Errors;
use Holdfast\State\Folder;
use Holdfast\State\Loader;

/**
 * The one route that answers whatever the agent does: `GET /status`, and the one that starts it.
 */
final class Status {

	/** The page asks every second; the agent answers from memory. */
	const TIMEOUT_MS = 3000;

	/**
	 * Answers `GET /status`.
	 */
	public static function answer(): \WP_REST_Response {
		$response = new \WP_REST_Response( self::view( Folder::find() ) );
		$response->header( 'Cache-Control', 'no-store' );
		return $response;
	}

	/**
	 * Starts the agent now, and answers with how it stands.
	 */
	public static function start(): \WP_REST_Response {
		$state = Folder::make();
		if ( null !== $state ) {
			Loader::install( $state );
			$keeper = new Keeper( $state );
			if ( '' === $keeper->start( true ) ) {
				$tries = 0;
				while ( $tries++ < 30 && '' !== $keeper->why() ) {
					usleep( 100000 );
				}
			}
		}
		return new \WP_REST_Response( self::view( $state ) );
	}

	/**
	 * Why changes are not captured as they happen, in plain words; null where they are.
	 *
	 * @param string|null $state The state folder.
	 */
	public static function capture_problem( ?string $state ): ?string {
		global $wpdb;
		$problem = Folder::problem( $state );
		if ( null !== $problem ) {
			return $problem;
		}
		if ( ! $wpdb->__get( 'dbh' ) instanceof \mysqli ) {
			return __( 'This site’s database is not MariaDB or MySQL (a drop-in such as the SQLite one is in use). Holdfast can only back up MariaDB and MySQL.', 'holdfast' );
		}
		if ( ! defined( 'HOLDFAST_LOADER_VERSION' ) || HOLDFAST_VERSION !== HOLDFAST_LOADER_VERSION ) {
			return is_file( Loader::path() )
				? __( 'Capture begins with the next request.', 'holdfast' )
				/* translators: %s: path of a folder. */
				: sprintf( __( 'Holdfast cannot write its loader to %s, so changes are found by comparing only, not at once.', 'holdfast' ), WPMU_PLUGIN_DIR );
		}
		if ( null !== $state && is_file( $state . '/paired' ) && ! is_file( $state . '/ok' ) ) {
			return __( 'A change could not be noted (perhaps the disk was full). The agent is comparing the whole site to make good for it.', 'holdfast' );
		}
		return null;
	}

	/**
	 * What `GET /status` answers.
	 *
	 * @param string|null $state The state folder.
	 * @return array<string, mixed>
	 */
	private static function view( ?string $state ): array {
		$keeper  = null === $state ? null : new Keeper( $state );
		$control = null === $state ? null : Control::of( $state );
		$code    = null === $keeper ? Errors::STATE_NOT_WRITABLE : $keeper->why();
		$answer  = '' === $code && null !== $control ? $control->ask( 'GET', '/status', null, self::TIMEOUT_MS ) : null;
		if ( '' === $code && null === $answer ) {
			$code = Errors::AGENT_SILENT;
		}
		$running = '' === $code || Errors::AGENT_SILENT === $code;
		$why     = '' === $code ? null : Errors::sentence( $code ) . ' ' . Errors::hint( $code );
		if ( Errors::AGENT_CRASHED === $code && null !== $state ) {
			$why .= "\n" . ( new Diary( $state ) )->tail();
		}
		$problem = self::capture_problem( $state );
		return array(
			'agent'   => array(
				'running'         => $running,
				'why'             => $why,
				'code'            => '' === $code ? null : $code,
				'command'         => $running || null === $keeper ? null : $keeper->command(),
				'service'         => $running || null === $keeper ? null : $keeper->service(),
				'version'         => $running && null !== $control ? $control->version() : null,
				'expectedVersion' => HOLDFAST_VERSION,
			),
			'capture' => array(
				'ok'      => null === $problem,
				'problem' => $problem,
			),
			'status'  => null !== $answer && 200 === $answer[0] ? $answer[1] : null,
		);
	}
}
