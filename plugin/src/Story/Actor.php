<?php
/**
 * Who did it?
 *
 * @package Holdfast
 */

namespace Holdfast\Story;

use Holdfast\Log\Header;

/**
 * The person or process behind this request.
 */
final class Actor {

	/**
	 * Someone who is just signing in or out: not yet, or no longer, the current user.
	 *
	 * @var \WP_User|null
	 */
	public static $signing = null;

	/**
	 * The actor as PROTOCOL.md section 3 has it. The IP address is kept for logins and visitors only.
	 *
	 * @return array{type: string, id: int|null, login: string|null, name: string|null, ip: string|null}
	 */
	public static function current(): array {
		$user = self::$signing;
		if ( null === $user && function_exists( 'wp_get_current_user' ) ) {
			$user = wp_get_current_user();
		}
		$type = self::type();
		$ip   = 'visitor' === $type || null !== self::$signing ? self::address() : null;
		if ( null === $user || ! $user->exists() ) {
			return array(
				'type'  => $type,
				'id'    => null,
				'login' => null,
				'name'  => null,
				'ip'    => $ip,
			);
		}
		return array(
			'type'  => 'visitor' === $type ? 'user' : $type,
			'id'    => (int) $user->ID,
			'login' => (string) $user->user_login,
			'name'  => (string) $user->display_name,
			'ip'    => null === self::$signing ? null : $ip,
		);
	}

	/**
	 * A person at a terminal, a scheduled task, or a visitor. Scheduled actions run wherever their queue finds a
	 * request to run in.
	 */
	private static function type(): string {
		$kind = Header::kind();
		if ( 'cli' === $kind || 'cron' === $kind ) {
			return $kind;
		}
		return did_action( 'action_scheduler_before_execute' ) > did_action( 'action_scheduler_after_execute' ) + did_action( 'action_scheduler_failed_execution' ) ? 'cron' : 'visitor';
	}

	/**
	 * The address the request came from, or null.
	 */
	private static function address(): ?string {
		$address = isset( $_SERVER['REMOTE_ADDR'] ) ? sanitize_text_field( wp_unslash( $_SERVER['REMOTE_ADDR'] ) ) : '';
		return false === filter_var( $address, FILTER_VALIDATE_IP ) ? null : $address;
	}
}
