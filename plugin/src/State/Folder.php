<?php
/**
 * Where is the state folder?
 *
 * @package Holdfast
 */

namespace Holdfast\State;

/**
 * The state folder of this site (PROTOCOL.md section 1): beside ABSPATH where that is writable, else guarded in
 * wp-content.
 */
final class Folder {

	/** File systems on which appends of several machines and renames do not do what the intent log needs. */
	const NETWORK_TYPES = array( 'nfs', 'nfs4', 'cifs', 'smb3', 'smbfs', 'ncpfs', 'afs', 'ceph', 'glusterfs', 'fuse.glusterfs', 'fuse.sshfs', 'fuse.s3fs', '9p' );

	/** Folders inside it. */
	const INSIDE = array( 'log', 'schema', 'agent' );

	/**
	 * The folder in use: the one the loader names, else the one that is there, else null.
	 */
	public static function find(): ?string {
		if ( defined( 'HOLDFAST_STATE' ) ) {
			return HOLDFAST_STATE;
		}
		$beside = self::beside();
		if ( is_dir( $beside ) ) {
			return $beside;
		}
		$inside = glob( WP_CONTENT_DIR . '/holdfast-*', GLOB_ONLYDIR );
		foreach ( false === $inside ? array() : $inside as $path ) {
			if ( 1 === preg_match( '/\/holdfast-[0-9a-f]{16}$/D', $path ) ) {
				return $path;
			}
		}
		return null;
	}

	/**
	 * Makes the folder, or makes good what is missing in it.
	 *
	 * @return string|null The folder; null where none can be made.
	 */
	public static function make(): ?string {
		$path = self::find();
		if ( null === $path ) {
			$above = dirname( untrailingslashit( ABSPATH ) );
			$path  = dirname( $above ) !== $above && wp_is_writable( $above ) && ! self::is_served( $above ) ? self::beside() : WP_CONTENT_DIR . '/holdfast-' . bin2hex( random_bytes( 8 ) );
		}
		return Quiet::run(
			static function () use ( $path ): ?string {
				if ( ! self::folder( $path ) ) {
					return null;
				}
				foreach ( self::INSIDE as $name ) {
					if ( ! self::folder( $path . '/' . $name ) ) {
						return null;
					}
				}
				self::guard( $path );
				if ( ! is_file( $path . '/site.php' ) ) {
					touch( $path . '/ok' );
				}
				return $path;
			},
			null
		);
	}

	/**
	 * Why capture cannot work in this folder, in plain words; null where it can.
	 *
	 * @param string|null $path The folder.
	 */
	public static function problem( ?string $path ): ?string {
		if ( null === $path ) {
			return __( 'Holdfast cannot make its state folder: neither the folder above WordPress nor wp-content is writable.', 'holdfast' );
		}
		if ( ! is_dir( $path . '/log' ) || ! wp_is_writable( $path . '/log' ) ) {
			/* translators: %s: path of a folder. */
			return sprintf( __( 'The folder %s is not writable, so changes are found by comparing only, not at once.', 'holdfast' ), $path . '/log' );
		}
		$type = self::file_system( $path );
		if ( in_array( $type, self::NETWORK_TYPES, true ) ) {
			/* translators: 1: path of a folder, 2: type of a file system. */
			return sprintf( __( 'The folder %1$s lies on a network file system (%2$s), where Holdfast cannot keep its log safely.', 'holdfast' ), $path, $type );
		}
		return null;
	}

	/**
	 * Deletes the folder and all in it.
	 *
	 * @param string $path The folder.
	 */
	public static function delete( string $path ): void {
		if ( is_link( $path ) || ! is_dir( $path ) ) {
			if ( file_exists( $path ) || is_link( $path ) ) {
				unlink( $path );
			}
			return;
		}
		foreach ( (array) scandir( $path ) as $name ) {
			if ( '.' !== $name && '..' !== $name && false !== $name ) {
				self::delete( $path . '/' . $name );
			}
		}
		rmdir( $path );
	}

	/**
	 * Does a web server show this folder? WordPress may lie in a subfolder of what is served.
	 *
	 * @param string $folder The folder.
	 */
	private static function is_served( string $folder ): bool {
		// phpcs:ignore WordPress.Security.ValidatedSanitizedInput.InputNotSanitized, WordPress.Security.ValidatedSanitizedInput.MissingUnslash -- Only compared with a path.
		$served = isset( $_SERVER['DOCUMENT_ROOT'] ) ? realpath( (string) $_SERVER['DOCUMENT_ROOT'] ) : false;
		$real   = (string) realpath( $folder );
		$inside = false !== $served && '/' !== $served && 0 === strpos( $real . '/', $served . '/' );
		return $inside || is_file( $folder . '/index.php' ) || is_file( $folder . '/index.html' );
	}

	/**
	 * The folder above WordPress.
	 */
	private static function beside(): string {
		$root = untrailingslashit( ABSPATH );
		return dirname( $root ) . '/.holdfast-' . substr( hash( 'sha256', $root ), 0, 8 );
	}

	/**
	 * Makes one folder, mode 0700.
	 *
	 * @param string $path The folder.
	 */
	private static function folder( string $path ): bool {
		return is_dir( $path ) || ( mkdir( $path, 0700 ) && chmod( $path, 0700 ) );
	}

	/**
	 * Keeps web servers from showing the folder, wherever it lies.
	 *
	 * @param string $path The folder.
	 */
	private static function guard( string $path ): void {
		$guards = array(
			'index.php'  => "<?php\n// Silence is golden.\n",
			'.htaccess'  => "<IfModule mod_authz_core.c>\nRequire all denied\n</IfModule>\n<IfModule !mod_authz_core.c>\nDeny from all\n</IfModule>\n",
			'web.config' => "<?xml version=\"1.0\"?>\n<configuration><system.webServer><authorization><deny users=\"*\" /></authorization></system.webServer></configuration>\n",
		);
		foreach ( $guards as $name => $text ) {
			if ( ! is_file( $path . '/' . $name ) ) {
				Guarded::replace( $path . '/' . $name, $text );
			}
		}
	}

	/**
	 * The type of the file system that a folder lies on; '' where the system does not tell.
	 *
	 * @param string $path The folder.
	 */
	private static function file_system( string $path ): string {
		$mounts = Quiet::run(
			static function (): string {
				return is_readable( '/proc/self/mounts' ) ? (string) file_get_contents( '/proc/self/mounts' ) : '';
			},
			''
		);
		$best   = '';
		$type   = '';
		foreach ( explode( "\n", $mounts ) as $line ) {
			$fields = explode( ' ', $line );
			$point  = rtrim( str_replace( '\\040', ' ', $fields[1] ?? '' ), '/' ) . '/';
			if ( isset( $fields[2] ) && 0 === strpos( $path . '/', $point ) && strlen( $point ) >= strlen( $best ) ) {
				$best = $point;
				$type = $fields[2];
			}
		}
		return $type;
	}
}
