<?php
/**
 * Which files change, as hooks tell it?
 *
 * @package Holdfast
 */

namespace Holdfast\Story;

/**
 * Paths of uploads, image sizes, deleted files, and of files edited in wp-admin. Everything else is found by watching
 * and scanning.
 */
final class Files {

	/**
	 * A file that is being edited: its path, its hash before, its name, what it belongs to.
	 *
	 * @var array{0: string, 1: string, 2: string, 3: string}
	 */
	private static $edited = array( '', '', '', '' );

	/**
	 * A file was uploaded or sideloaded.
	 *
	 * @param mixed $upload Where it is; passed on.
	 * @return mixed
	 */
	public static function uploaded( $upload ) {
		if ( is_array( $upload ) && isset( $upload['file'] ) ) {
			Recorder::file( $upload['file'] );
		}
		return $upload;
	}

	/**
	 * A file was written, as one of core's filters on paths tells; also before one is deleted.
	 *
	 * @param mixed $path Its path; passed on.
	 * @return mixed
	 */
	public static function path( $path ) {
		Recorder::file( $path );
		return $path;
	}

	/**
	 * An image is about to be saved by the editor.
	 *
	 * @param mixed $saved Whether another plugin saves it; passed on.
	 * @param mixed $path  Its path.
	 * @return mixed
	 */
	public static function image( $saved, $path = '' ) {
		Recorder::file( $path );
		return $saved;
	}

	/**
	 * The sizes of an image were made.
	 *
	 * @param mixed $sizes Its metadata; passed on.
	 * @param mixed $id    Its id.
	 * @return mixed
	 */
	public static function sizes( $sizes, $id = 0 ) {
		$main = is_array( $sizes ) ? get_attached_file( (int) $id, true ) : false;
		if ( is_string( $main ) && '' !== $main ) {
			Recorder::file( $main );
			foreach ( (array) ( $sizes['sizes'] ?? array() ) as $size ) {
				if ( is_array( $size ) && isset( $size['file'] ) && is_string( $size['file'] ) ) {
					Recorder::file( dirname( $main ) . '/' . $size['file'] );
				}
			}
			if ( isset( $sizes['original_image'] ) && is_string( $sizes['original_image'] ) ) {
				Recorder::file( dirname( $main ) . '/' . $sizes['original_image'] );
			}
		}
		return $sizes;
	}

	/**
	 * A file is about to be edited in wp-admin's editor for plugins and themes. Core checks nonce and rights itself,
	 * behind this; naming a path too many does no harm, and it is told only if the file differs at the end.
	 */
	public static function edited(): void {
		// phpcs:disable WordPress.Security.NonceVerification.Missing -- Only a hint where to look; nothing is changed by it.
		$file   = isset( $_POST['file'] ) ? sanitize_text_field( wp_unslash( $_POST['file'] ) ) : '';
		$plugin = isset( $_POST['plugin'] ) ? sanitize_text_field( wp_unslash( $_POST['plugin'] ) ) : '';
		$theme  = isset( $_POST['theme'] ) ? sanitize_text_field( wp_unslash( $_POST['theme'] ) ) : '';
		// phpcs:enable WordPress.Security.NonceVerification.Missing
		if ( '' === $file || 0 !== validate_file( $file ) || ( '' === $plugin && ( '' === $theme || 0 !== validate_file( $theme ) ) ) ) {
			return;
		}
		$path = '' !== $plugin ? WP_PLUGIN_DIR . '/' . $file : get_theme_root( $theme ) . '/' . $theme . '/' . $file;
		Recorder::file( $path );
		if ( is_file( $path ) ) {
			self::$edited = array( $path, (string) md5_file( $path ), '' !== $plugin ? $file : $theme . '/' . $file, '' !== $plugin ? 'plugin' : 'theme' );
		}
	}

	/**
	 * The request ends: was the file edited, is the import through?
	 */
	public static function ends(): void {
		self::import_ends();
		list( $path, $hash, $name, $of ) = self::$edited;
		self::$edited                    = array( '', '', '', '' );
		if ( '' !== $path && is_file( $path ) && md5_file( $path ) !== $hash ) {
			$page = 'plugin' === $of ? 'plugin-editor.php' : 'theme-editor.php';
			Recorder::tell( ( new Activity( 'edited', 'file', $name, $name ) )->called( 'File', 'files' )->in_words( "File “{$name}” of a $of edited" )->linking( admin_url( $page . '?file=' . rawurlencode( $name ) ) ) );
		}
	}

	/**
	 * Somebody begins to import.
	 */
	public static function import_begins(): void {
		Recorder::enter( 'import' );
	}

	/**
	 * The import is through.
	 */
	public static function imported(): void {
		Recorder::leave( 'import' );
		Recorder::tell( ( new Activity( 'imported', 'import', null, 'Import' ) )->in_words( 'Content imported' )->linking( admin_url( 'import.php' ) ) );
	}

	/**
	 * An import that did not come to its end is told all the same.
	 */
	private static function import_ends(): void {
		if ( did_action( 'import_start' ) > did_action( 'import_end' ) ) {
			Recorder::leave( 'import' );
			Recorder::tell( ( new Activity( 'broke off', 'import', null, 'Import' ) )->in_words( 'Import broke off' )->linking( admin_url( 'import.php' ) ) );
		}
	}

	/**
	 * Somebody exports.
	 *
	 * @param mixed $what What is exported.
	 */
	public static function exported( $what = array() ): void {
		$content = is_array( $what ) && is_string( $what['content'] ?? null ) ? $what['content'] : 'all';
		Recorder::tell( ( new Activity( 'exported', 'export', null, $content ) )->in_words( 'all' === $content ? 'Content exported' : "Content exported: $content" )->linking( admin_url( 'export.php' ) ) );
	}
}
