<?php
/**
 * What happened to a user, and who signed in?
 *
 * @package Holdfast
 */

namespace Holdfast\Story;

/**
 * Users, roles, passwords and logins.
 */
final class Users {

	/**
	 * Roles that users had before they were changed.
	 *
	 * @var array<int, string>
	 */
	private static $roles = array();

	/**
	 * A user was made.
	 *
	 * @param mixed $id The user's id.
	 */
	public static function created( $id ): void {
		self::tell( 'created', get_userdata( (int) $id ), 'created' );
	}

	/**
	 * A user's profile was changed, the password perhaps with it.
	 *
	 * @param mixed $id  The user's id.
	 * @param mixed $old The user as it was.
	 */
	public static function updated( $id, $old = null ): void {
		$user = get_userdata( (int) $id );
		if ( $user instanceof \WP_User && is_object( $old ) && isset( $old->user_pass ) && $old->user_pass !== $user->user_pass ) {
			self::tell( 'password changed', $user, 'got a new password' );
		} else {
			self::tell( 'updated', $user, 'updated' );
		}
	}

	/**
	 * A user is about to be deleted, and what it wrote with it or given to another.
	 */
	public static function goes(): void {
		Recorder::enter( 'delete_user' );
	}

	/**
	 * A user was deleted.
	 *
	 * @param mixed $id       The user's id.
	 * @param mixed $reassign Who has its posts now.
	 * @param mixed $user     The user as it was.
	 */
	public static function deleted( $id, $reassign = null, $user = null ): void {
		Recorder::leave( 'delete_user' );
		self::tell( 'deleted', $user, 'deleted' );
	}

	/**
	 * A field of a user is about to be written: the one with the roles tells which they were.
	 *
	 * @param mixed $meta The field's id.
	 * @param mixed $id   The user's id.
	 * @param mixed $key  The field's name.
	 */
	public static function field( $meta, $id, $key = '' ): void {
		if ( is_string( $key ) && 'capabilities' === substr( $key, -12 ) && ! isset( self::$roles[ (int) $id ] ) ) {
			$caps = get_user_meta( (int) $id, $key, true );

			self::$roles[ (int) $id ] = is_array( $caps ) ? implode( ', ', array_keys( array_filter( $caps ) ) ) : '';
		}
	}

	/**
	 * A user got a role or lost one. New users get theirs as they are made.
	 *
	 * @param mixed $id The user's id.
	 */
	public static function role( $id ): void {
		$user = get_userdata( (int) $id );
		$from = self::$roles[ (int) $id ] ?? '';
		$to   = $user instanceof \WP_User ? implode( ', ', $user->roles ) : '';
		if ( $from !== $to && '' !== $from ) {
			self::tell( 'role changed', $user, 'role changed', $from, '' === $to ? 'none' : $to );
		}
	}

	/**
	 * A password was reset by the link in a mail.
	 *
	 * @param mixed $user The user.
	 */
	public static function password_reset( $user ): void {
		self::tell( 'password changed', $user, 'got a new password' );
	}

	/**
	 * A password was set. While somebody signs in WordPress may only have stored it in a newer way.
	 *
	 * @param mixed $password The password, which nobody looks at here.
	 * @param mixed $id       The user's id.
	 */
	public static function password_set( $password, $id = 0 ): void {
		if ( ! doing_filter( 'authenticate' ) ) {
			self::tell( 'password changed', get_userdata( (int) $id ), 'got a new password' );
		}
	}

	/**
	 * Somebody asked for a link to set a new password.
	 *
	 * @param mixed $login The user's login.
	 */
	public static function password_asked( $login ): void {
		self::tell( 'password asked', is_string( $login ) ? get_user_by( 'login', $login ) : null, 'asked for a new password' );
	}

	/**
	 * An application password was made.
	 *
	 * @param mixed $id       The user's id.
	 * @param mixed $password Its name and id.
	 */
	public static function application_created( $id, $password = array() ): void {
		self::application( 'created', $id, $password );
	}

	/**
	 * An application password was renamed.
	 *
	 * @param mixed $id       The user's id.
	 * @param mixed $password Its name and id.
	 */
	public static function application_updated( $id, $password = array() ): void {
		self::application( 'updated', $id, $password );
	}

	/**
	 * An application password was revoked.
	 *
	 * @param mixed $id       The user's id.
	 * @param mixed $password Its name and id.
	 */
	public static function application_deleted( $id, $password = array() ): void {
		self::application( 'deleted', $id, $password );
	}

	/**
	 * Somebody signed in.
	 *
	 * @param mixed $login The name given.
	 * @param mixed $user  The user.
	 */
	public static function signed_in( $login, $user = null ): void {
		self::login( 'signed in', $user );
	}

	/**
	 * Somebody signed out.
	 *
	 * @param mixed $id The user's id.
	 */
	public static function signed_out( $id = 0 ): void {
		self::login( 'signed out', get_userdata( (int) $id ) );
	}

	/**
	 * Somebody could not sign in. It changes nothing, and there may be thousands of them: it makes no point.
	 *
	 * @param mixed $login The name given.
	 */
	public static function refused( $login ): void {
		$login = is_string( $login ) && '' !== $login ? $login : '?';
		Recorder::tell( ( new Activity( 'refused', 'login', $login, $login ) )->in_words( "Login as “{$login}” refused" )->called( 'Login', 'logins' )->quietly() );
	}

	/**
	 * More about a user was changed.
	 *
	 * @param \WP_User $user        The user.
	 * @param string   ...$parts_of What this is a part of.
	 */
	public static function changed( \WP_User $user, string ...$parts_of ): void {
		self::tell( 'updated', $user, 'updated', null, null, $parts_of );
	}

	/**
	 * Tells of a login.
	 *
	 * @param string $verb What was done.
	 * @param mixed  $user The user.
	 */
	private static function login( string $verb, $user ): void {
		if ( $user instanceof \WP_User ) {
			Actor::$signing = $user;
			Recorder::tell( ( new Activity( $verb, 'login', $user->ID, $user->display_name ) )->in_words( "{$user->display_name} $verb" )->linking( admin_url( 'user-edit.php?user_id=' . $user->ID ) ) );
			Actor::$signing = null;
		}
	}

	/**
	 * Tells of an application password.
	 *
	 * @param string $verb     What was done.
	 * @param mixed  $id       The user's id.
	 * @param mixed  $password Its name and id.
	 */
	private static function application( string $verb, $id, $password ): void {
		$name = is_array( $password ) && is_string( $password['name'] ?? null ) ? $password['name'] : '';
		$uuid = is_array( $password ) && is_string( $password['uuid'] ?? null ) ? $password['uuid'] : '';
		$said = 'deleted' === $verb ? 'revoked' : $verb;
		$told = ( new Activity( $verb, 'application_password', $uuid, $name ) )->called( 'Application password', 'application passwords' )->saying( $said );
		Recorder::tell( $told->linking( admin_url( 'user-edit.php?user_id=' . (int) $id . '#application-passwords-section' ) )->part_of( 'user:' . (int) $id . ' deleted' ) );
	}

	/**
	 * Tells of a user.
	 *
	 * @param string      $verb     What was done.
	 * @param mixed       $user     The user.
	 * @param string      $said     What was done, in the sentence.
	 * @param string|null $from     What was before.
	 * @param string|null $to       What is now.
	 * @param string[]    $parts_of What this is a part of.
	 */
	private static function tell( string $verb, $user, string $said, ?string $from = null, ?string $to = null, array $parts_of = array() ): void {
		if ( $user instanceof \WP_User ) {
			$name  = '' === $user->display_name ? $user->user_login : $user->display_name;
			$type  = self::type( $user );
			$nouns = 'customer' === $type ? array( 'Customer', 'customers' ) : array( 'User', 'users' );
			$told  = ( new Activity( $verb, $type, $user->ID, $name ) )->called( ...$nouns )->saying( $said )->changing( $from, $to )->part_of( ...$parts_of )->also( 'user:' . $user->ID );
			Recorder::tell( $told->linking( 'deleted' === $verb ? null : admin_url( 'user-edit.php?user_id=' . $user->ID ) ) );
		}
	}

	/**
	 * A customer of a shop is a kind of its own.
	 *
	 * @param \WP_User $user The user.
	 */
	private static function type( \WP_User $user ): string {
		return array( 'customer' ) === array_values( $user->roles ) ? 'customer' : 'user';
	}
}
