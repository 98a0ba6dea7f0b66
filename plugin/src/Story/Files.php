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
	 * behind this; naming a path too many does no harm.
	 */
	public static function edited(): void {
		// phpcs:disable WordPress.Security.NonceVerification.Missing -- Only a hint where to look; nothing is changed by it.
		$file   = isset( $_POST['file'] ) ? sanitize_text_field( wp_unslash( $_POST['file'] ) ) : '';
		$plugin = isset( $_POST['plugin'] ) ? sanitize_text_field( wp_unslash( $_POST['plugin'] ) ) : '';
		$theme  = isset( $_POST['theme'] ) ? sanitize_text_field( wp_unslash( $_POST['theme'] ) ) : '';
		// phpcs:enable WordPress.Security.NonceVerification.Missing
		if ( '' === $file || 0 !== validate_file( $file ) ) {
			return;
		}
		if ( '' !== $plugin ) {
			Recorder::file( WP_PLUGIN_DIR . '/' . $file );
			Recorder::tell( 'edited', 'file', $file, $file, "File “{$file}” of a plugin edited" );
		} elseif ( '' !== $theme && 0 === validate_file( $theme ) ) {
			Recorder::file( get_theme_root( $theme ) . '/' . $theme . '/' . $file );
			Recorder::tell( 'edited', 'file', $theme . '/' . $file, $file, "File “{$file}” of theme “{$theme}” edited" );
		}
	}

	/**
	 * Somebody began to import.
	 */
	public static function import(): void {
		Recorder::tell( 'imported', 'import', null, 'Import', 'Content imported' );
	}

	/**
	 * Somebody exports.
	 */
	public static function export(): void {
		Recorder::tell( 'exported', 'export', null, 'Export', 'Content exported' );
	}
}
