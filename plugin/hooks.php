<?php
/**
 * Every hook of Holdfast, and nothing else.
 *
 * @package Holdfast
 */

namespace Holdfast;

/**
 * Capture: called by the must-use loader, before other plugins are there. The only hooks that every request pays for.
 */
function hook_capture(): void {
	// Behind every other filter: what we see is what is run.
	add_filter( 'query', array( Capture\Door::class, 'query' ), PHP_INT_MAX );
	add_filter( 'incompatible_sql_modes', array( Capture\Door::class, 'connected' ), PHP_INT_MAX );
}

/**
 * The plugin: screen, REST, upkeep of the agent; and the story, where the request may have one.
 *
 * @param string $file The plugin's main file.
 */
function hook_plugin( string $file ): void {
	add_action( 'rest_api_init', __NAMESPACE__ . '\\hook_routes' );
	$admin = is_admin();
	if ( $admin ) {
		add_action( 'admin_menu', array( Admin\Page::class, 'add' ) );
		add_action( 'admin_init', array( Admin\Watch::class, 'administrator' ) );
		add_action( 'admin_enqueue_scripts', array( Admin\Page::class, 'enqueue' ) );
		add_action( 'admin_notices', array( Admin\Watch::class, 'notice' ) );
		add_filter( 'site_status_tests', array( Admin\Watch::class, 'health_tests' ) );
	}
	if ( wp_doing_cron() ) {
		add_action( 'wp_loaded', array( Admin\Watch::class, 'cron' ) );
	}
	$method = isset( $_SERVER['REQUEST_METHOD'] ) ? $_SERVER['REQUEST_METHOD'] : ''; // phpcs:ignore WordPress.Security.ValidatedSanitizedInput -- Compared with two constants only.
	$asks   = ( 'GET' === $method || 'HEAD' === $method ) && 'cli' !== PHP_SAPI && ! wp_doing_cron();
	if ( $asks && ! $admin && 'wp-login.php' !== ( $GLOBALS['pagenow'] ?? '' ) ) {
		return; // A page view of a visitor has no story. What it writes all the same is captured; files that it makes are scanned.
	}
	$name = plugin_basename( $file ); // What register_activation_hook() and its counterpart would work out twice.
	add_action( 'activate_' . $name, array( Lifecycle::class, 'activate' ) );
	add_action( 'deactivate_' . $name, array( Lifecycle::class, 'deactivate' ) );
	// A page of wp-admin that is only looked at (what changes something by a link brings an action or a nonce) has one
	// once it writes.
	if ( $asks && $admin && array() === array_intersect_key( $_GET, array_flip( array( 'action', 'action2', '_wpnonce', 'import', 'download' ) ) ) ) { // phpcs:ignore WordPress.Security.NonceVerification -- Only whether they are there.
		Capture\Door::$first = __NAMESPACE__ . '\\hook_late';
		return;
	}
	hook_late();
}

/**
 * Story and files: at once, or at the first statement that writes.
 */
function hook_late(): void {
	hook_story();
	hook_files();
}

/**
 * The routes of our own, unless this request asks for one of another plugin: there are many of them.
 */
function hook_routes(): void {
	$asked = defined( 'REST_REQUEST' ) && REST_REQUEST && isset( $GLOBALS['wp']->query_vars['rest_route'] ) ? (string) $GLOBALS['wp']->query_vars['rest_route'] : '';
	if ( 1 !== preg_match( '~^/(?:wp|wc|oembed)/~', $asked ) ) {
		Rest\Routes::register();
	}
}

/**
 * The story: what people did, in their words.
 */
function hook_story(): void {
	add_action( 'wp_after_insert_post', safely( array( Story\Posts::class, 'saved' ) ), 10, 4 );
	add_action( 'before_delete_post', safely( array( Story\Posts::class, 'deleted' ) ), 10, 2 );
	add_action( 'add_attachment', safely( array( Story\Posts::class, 'uploaded' ) ) );
	add_action( 'edit_attachment', safely( array( Story\Posts::class, 'media_edited' ) ) );
	add_action( 'delete_attachment', safely( array( Story\Posts::class, 'media_deleted' ) ) );
	add_action( 'wp_insert_comment', safely( array( Story\Comments::class, 'added' ) ), 10, 2 );
	add_action( 'edit_comment', safely( array( Story\Comments::class, 'edited' ) ) );
	add_action( 'transition_comment_status', safely( array( Story\Comments::class, 'moved' ) ), 10, 3 );
	add_action( 'delete_comment', safely( array( Story\Comments::class, 'deleted' ) ), 10, 2 );
	add_action( 'created_term', safely( array( Story\Terms::class, 'created' ) ), 10, 3 );
	add_action( 'edited_term', safely( array( Story\Terms::class, 'edited' ) ), 10, 3 );
	add_action( 'delete_term', safely( array( Story\Terms::class, 'deleted' ) ), 10, 4 );
	add_action( 'wp_create_nav_menu', safely( array( Story\Terms::class, 'menu_created' ) ) );
	add_action( 'wp_update_nav_menu', safely( array( Story\Terms::class, 'menu_updated' ) ) );
	add_action( 'wp_delete_nav_menu', safely( array( Story\Terms::class, 'menu_deleted' ) ) );
	add_action( 'user_register', safely( array( Story\Users::class, 'created' ) ) );
	add_action( 'profile_update', safely( array( Story\Users::class, 'updated' ) ) );
	add_action( 'delete_user', safely( array( Story\Users::class, 'deleted' ) ) );
	add_action( 'set_user_role', safely( array( Story\Users::class, 'role' ) ), 10, 3 );
	add_action( 'after_password_reset', safely( array( Story\Users::class, 'password' ) ) );
	add_action( 'wp_login', safely( array( Story\Users::class, 'signed_in' ) ), 10, 2 );
	add_action( 'wp_logout', safely( array( Story\Users::class, 'signed_out' ) ) );
	add_action( 'added_option', safely( array( Story\Options::class, 'changed' ) ) );
	add_action( 'updated_option', safely( array( Story\Options::class, 'changed' ) ) );
	add_action( 'deleted_option', safely( array( Story\Options::class, 'changed' ) ) );
	add_action( 'activated_plugin', safely( array( Story\Extensions::class, 'activated' ) ) );
	add_action( 'deactivated_plugin', safely( array( Story\Extensions::class, 'deactivated' ) ) );
	add_action( 'delete_plugin', safely( array( Story\Extensions::class, 'plugin_goes' ) ) );
	add_action( 'switch_theme', safely( array( Story\Extensions::class, 'switched' ) ), 10, 2 );
	add_action( 'delete_theme', safely( array( Story\Extensions::class, 'theme_goes' ) ) );
	add_filter( 'upgrader_pre_download', safely( array( Story\Extensions::class, 'begins' ) ), 10, 4 );
	add_filter( 'upgrader_pre_install', safely( array( Story\Extensions::class, 'replaces' ) ), 10, 2 );
	add_filter( 'upgrader_post_install', safely( array( Story\Extensions::class, 'placed' ) ), 10, 3 );
	add_action( 'upgrader_process_complete', safely( array( Story\Extensions::class, 'done' ) ), 10, 2 );
	add_action( '_core_updated_successfully', safely( array( Story\Extensions::class, 'core' ) ) );
	add_action( 'import_start', safely( array( Story\Files::class, 'import' ) ) );
	add_action( 'export_wp', safely( array( Story\Files::class, 'export' ) ) );
	add_action( 'shutdown', safely( array( Story\Extensions::class, 'ends' ) ), PHP_INT_MAX - 1 );
	add_action( 'shutdown', safely( array( Story\Recorder::class, 'flush' ) ), PHP_INT_MAX );
}

/**
 * Files whose paths core tells.
 */
function hook_files(): void {
	add_filter( 'wp_handle_upload', safely( array( Story\Files::class, 'uploaded' ) ), PHP_INT_MAX );
	add_filter( 'wp_generate_attachment_metadata', safely( array( Story\Files::class, 'sizes' ) ), PHP_INT_MAX, 2 );
	add_filter( 'image_make_intermediate_size', safely( array( Story\Files::class, 'path' ) ), PHP_INT_MAX );
	add_filter( 'wp_create_file_in_uploads', safely( array( Story\Files::class, 'path' ) ), PHP_INT_MAX );
	add_filter( 'wp_delete_file', safely( array( Story\Files::class, 'path' ) ), PHP_INT_MAX );
	add_filter( 'wp_save_image_editor_file', safely( array( Story\Files::class, 'image' ) ), PHP_INT_MAX, 2 );
	add_action( 'wp_ajax_edit-theme-plugin-file', safely( array( Story\Files::class, 'edited' ) ), 0 );
}

/**
 * A callback that never throws into WordPress: what a filter passes on comes back as it was. Its class is loaded when
 * it is called, so the type is not `callable`, which would load it here.
 *
 * @param array{0: class-string, 1: string} $callback Class and method.
 */
function safely( array $callback ): \Closure {
	return static function ( ...$arguments ) use ( $callback ) {
		try {
			return is_callable( $callback ) ? $callback( ...array_values( $arguments ) ) : $arguments[0] ?? null;
		} catch ( \Throwable $error ) {
			return $arguments[0] ?? null;
		}
	};
}
