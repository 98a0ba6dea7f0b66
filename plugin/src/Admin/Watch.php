<?php
/**
 * What does an administrator's request do for Holdfast?
 *
 * @package Holdfast
 */

namespace Holdfast\Admin;

use Holdfast\Agent\Keeper;
use Holdfast\Rest\Routes;
use Holdfast\Rest\Status;
use Holdfast\State\Folder;
use Holdfast\State\Loader;
use Holdfast\State\SiteFacts;

/**
 * Mends what is missing, keeps the agent running, says when the site is not protected.
 */
final class Watch {

	/** Keeper's, so that its class is not loaded for it. */
	const LOOK_INTERVAL_S = 15;

	/**
	 * Did a look that is not older than Keeper's interval find nothing to do and nothing to say?
	 *
	 * @var bool
	 */
	private static $settled = false;

	/**
	 * At an administrator's page view: loader, facts, agent. Each looks at most every few seconds; between two looks a
	 * page view costs one stat. The file `looked` is not empty where there was something to say.
	 */
	public static function administrator(): void {
		$loaded = defined( 'HOLDFAST_LOADER_VERSION' ) && HOLDFAST_VERSION === HOLDFAST_LOADER_VERSION;
		if ( $loaded && is_file( HOLDFAST_STATE . '/looked' ) ) {
			self::$settled = 0 === filesize( HOLDFAST_STATE . '/looked' ) && time() - (int) filemtime( HOLDFAST_STATE . '/looked' ) < self::LOOK_INTERVAL_S;
		}
		if ( self::$settled || wp_doing_ajax() || ! Routes::may() ) {
			return;
		}
		if ( ! $loaded ) {
			$state = Folder::make();
			if ( null !== $state ) {
				Loader::install( $state );
			}
		}
		$state = Folder::find();
		if ( null !== $state ) {
			SiteFacts::hand_over( $state, false );
			( new Keeper( $state ) )->look();
			$mark = $state . '/looked';
			$word = null === self::unprotected( $state ) ? '' : '!';
			if ( is_writable( $state ) && is_file( $mark ) && file_get_contents( $mark ) !== $word ) {
				file_put_contents( $mark, $word );
			}
		}
	}

	/**
	 * At a run of WordPress' cron.
	 */
	public static function cron(): void {
		$state = wp_doing_cron() ? Folder::find() : null;
		if ( null !== $state ) {
			( new Keeper( $state ) )->look();
		}
	}

	/**
	 * The notice on every other page: only what an administrator has to act on.
	 */
	public static function notice(): void {
		if ( self::$settled ) {
			return;
		}
		$screen = get_current_screen();
		if ( ! Routes::may() || ( null !== $screen && 'toplevel_page_' . Page::SLUG === $screen->id ) ) {
			return;
		}
		$text = self::unprotected( Folder::find() );
		if ( null !== $text ) {
			printf(
				'<div class="notice notice-warning"><p>%s <a href="%s">%s</a></p></div>',
				esc_html( $text ),
				esc_url( admin_url( 'admin.php?page=' . Page::SLUG ) ),
				esc_html__( 'Open Holdfast', 'holdfast' )
			);
		}
	}

	/**
	 * Why the site is not protected, in one sentence; null where it is. Files only: no request to the agent.
	 *
	 * @param string|null $state The state folder.
	 */
	private static function unprotected( ?string $state ): ?string {
		$problem = Status::capture_problem( $state );
		if ( null !== $problem ) {
			return __( 'Holdfast: this site is not fully protected.', 'holdfast' ) . ' ' . $problem;
		}
		if ( ! is_file( $state . '/paired' ) ) {
			return __( 'Holdfast is installed but not connected yet: this site is not protected.', 'holdfast' );
		}
		if ( ! is_file( $state . '/control.php' ) ) {
			return __( 'Holdfast’s agent is not running: this site is not protected.', 'holdfast' );
		}
		return null;
	}

	/**
	 * Adds the test to Site Health.
	 *
	 * @param mixed $tests The tests.
	 * @return mixed
	 */
	public static function health_tests( $tests ) {
		if ( is_array( $tests ) ) {
			$tests['direct']['holdfast'] = array(
				'label' => __( 'Holdfast', 'holdfast' ),
				'test'  => array( self::class, 'health' ),
			);
		}
		return $tests;
	}

	/**
	 * The test in Site Health.
	 *
	 * @return array<string, mixed>
	 */
	public static function health(): array {
		$state   = Folder::find();
		$problem = self::unprotected( $state );
		if ( null === $problem && null !== $state && '' !== ( new Keeper( $state ) )->why() ) {
			$problem = __( 'Holdfast’s agent is not running: this site is not protected.', 'holdfast' );
		}
		return array(
			'label'       => null === $problem ? __( 'Holdfast protects this site', 'holdfast' ) : __( 'Holdfast does not protect this site', 'holdfast' ),
			'status'      => null === $problem ? 'good' : 'critical',
			'badge'       => array(
				'label' => __( 'Security', 'holdfast' ),
				'color' => 'blue',
			),
			'description' => sprintf( '<p>%s</p>', esc_html( null === $problem ? __( 'Every change is noted as it happens and backed up within seconds.', 'holdfast' ) : $problem ) ),
			'actions'     => sprintf( '<p><a href="%s">%s</a></p>', esc_url( admin_url( 'admin.php?page=' . Page::SLUG ) ), esc_html__( 'Open Holdfast', 'holdfast' ) ),
			'test'        => 'holdfast',
		);
	}
}
