<?php
/**
 * What happens when the plugin is activated, deactivated, deleted?
 *
 * @package Holdfast
 */

namespace Holdfast;

use Holdfast\Agent\Keeper;
use Holdfast\State\Folder;
use Holdfast\State\Guarded;
use Holdfast\State\Loader;
use Holdfast\State\SiteFacts;

/**
 * Set-up, and the tear-down that mirrors it. Holdfast has no tables, options, cron events or user meta.
 */
final class Lifecycle {

	/**
	 * Activation: state folder, loader, facts, agent. Where one cannot be had the screen says so; activation itself
	 * never fails.
	 */
	public static function activate(): void {
		$state = Folder::make();
		if ( null === $state ) {
			return;
		}
		if ( is_file( $state . '/deactivated' ) ) {
			// What happened meanwhile was not captured.
			self::forget_ok( $state );
			unlink( $state . '/deactivated' );
		}
		Loader::install( $state );
		SiteFacts::hand_over( $state, true );
		( new Keeper( $state ) )->start( true );
	}

	/**
	 * Deactivation: agent and loader end; what is backed up stays. From now on nothing is captured.
	 */
	public static function deactivate(): void {
		$state = Folder::find();
		if ( null !== $state ) {
			( new Keeper( $state ) )->stop();
			Guarded::replace( $state . '/deactivated', (string) time() );
			self::forget_ok( $state );
		}
		Loader::remove();
	}

	/**
	 * Uninstalling: everything of Holdfast's own goes. The backups at the endpoint stay.
	 */
	public static function uninstall(): void {
		$state = Folder::find();
		Loader::remove();
		if ( null !== $state ) {
			( new Keeper( $state ) )->stop();
			Folder::delete( $state );
		}
	}

	/**
	 * Tells the agent that changes may have been missed: it sweeps before it promises again.
	 *
	 * @param string $state The state folder.
	 */
	private static function forget_ok( string $state ): void {
		if ( is_file( $state . '/ok' ) ) {
			unlink( $state . '/ok' );
		}
	}
}
