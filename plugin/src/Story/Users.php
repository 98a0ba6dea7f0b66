<?php
/**
 * What happened to a user, and who signed in?
 *
 * @package Holdfast
 */

namespace Holdfast\Story;

/**
 * Users, roles and logins.
 */
final class Users {

	/**
	 * A user was made.
	 *
	 * @param mixed $id The user's id.
	 */
	public static function created( $id ): void {
		self::tell( 'created', (int) $id, 'created' );
	}

	/**
	 * A user's profile was changed.
	 *
	 * @param mixed $id The user's id.
	 */
	public static function updated( $id ): void {
		self::tell( 'updated', (int) $id, 'updated' );
	}

	/**
	 * A user is about to be deleted.
	 *
	 * @param mixed $id The user's id.
	 */
	public static function deleted( $id ): void {
		self::tell( 'deleted', (int) $id, 'deleted' );
	}

	/**
	 * A user got another role.
	 *
	 * @param mixed $id   The user's id.
	 * @param mixed $role The role now.
	 * @param mixed $old  The roles before.
	 */
	public static function role( $id, $role, $old = array() ): void {
		if ( is_string( $role ) && is_array( $old ) && array() !== $old ) {
			self::tell( 'role changed', (int) $id, "given the role “{$role}”" );
		}
	}

	/**
	 * A password was reset.
	 *
	 * @param mixed $user The user.
	 */
	public static function password( $user ): void {
		if ( $user instanceof \WP_User ) {
			self::tell( 'password reset', $user->ID, 'got a new password' );
		}
	}

	/**
	 * Somebody signed in.
	 *
	 * @param mixed $login The name given.
	 * @param mixed $user  The user.
	 */
	public static function signed_in( $login, $user = null ): void {
		if ( $user instanceof \WP_User ) {
			Actor::$signing = $user;
			Recorder::tell( 'signed in', 'login', $user->ID, $user->display_name, "{$user->display_name} signed in", admin_url( 'user-edit.php?user_id=' . $user->ID ) );
			Actor::$signing = null;
		}
	}

	/**
	 * Somebody signed out.
	 *
	 * @param mixed $id The user's id.
	 */
	public static function signed_out( $id = 0 ): void {
		$user = get_userdata( (int) $id );
		if ( $user instanceof \WP_User ) {
			Actor::$signing = $user;
			Recorder::tell( 'signed out', 'login', $user->ID, $user->display_name, "{$user->display_name} signed out" );
			Actor::$signing = null;
		}
	}

	/**
	 * Tells of a user.
	 *
	 * @param string $verb What was done.
	 * @param int    $id   The user's id.
	 * @param string $said What was done, in the sentence.
	 */
	private static function tell( string $verb, int $id, string $said ): void {
		$user = get_userdata( $id );
		$name = $user instanceof \WP_User ? $user->display_name : '#' . $id;
		Recorder::tell( $verb, 'user', $id, $name, "User “{$name}” $said", 'deleted' === $verb ? null : admin_url( 'user-edit.php?user_id=' . $id ) );
	}
}
