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
	// What a page view writes all the same is captured; its story begins at the first write that is not quiet.
	$method = isset( $_SERVER['REQUEST_METHOD'] ) ? $_SERVER['REQUEST_METHOD'] : ''; // phpcs:ignore WordPress.Security.ValidatedSanitizedInput -- Compared with two constants only.
	$views  = ( 'GET' === $method || 'HEAD' === $method ) && 'cli' !== PHP_SAPI && ! wp_doing_cron() && ! is_action_link();
	if ( ! $views || $admin ) {
		$name = plugin_basename( $file ); // What register_activation_hook() and its counterpart would work out twice.
		add_action( 'activate_' . $name, array( Lifecycle::class, 'activate' ) );
		add_action( 'deactivate_' . $name, array( Lifecycle::class, 'deactivate' ) );
	}
	if ( $views ) {
		hook_late_story( true );
		return;
	}
	hook_story();
	hook_settings_story();
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
 * Is this a link that does something? Those of wp-admin name an action, or carry a nonce.
 */
function is_action_link(): bool {
	$query = isset( $_SERVER['QUERY_STRING'] ) ? $_SERVER['QUERY_STRING'] : ''; // phpcs:ignore WordPress.Security.ValidatedSanitizedInput -- Only looked into.
	return 'wp-login.php' === ( $GLOBALS['pagenow'] ?? '' ) || ( is_admin() && ( false !== strpos( $query, 'action' ) || false !== strpos( $query, 'nonce' ) || false !== strpos( $query, 'download' ) ) );
}

/**
 * The story of a page view that writes: hooked when it does. Options are left out, because what a page view does to
 * them is housekeeping.
 *
 * @param bool $wanted Whether this request is one whose story begins late.
 */
function hook_late_story( bool $wanted = false ): void {
	static $waits = false;
	if ( ! $wanted && $waits ) {
		hook_story();
		hook_files();
	}
	$waits = $wanted;
}

/**
 * The story: what people did, in their words.
 */
function hook_story(): void {
	add_action( 'wp_after_insert_post', safely( array( Story\Posts::class, 'saved' ) ), 10, 4 );
	add_action( 'deleted_post', safely( array( Story\Posts::class, 'deleted' ) ), 10, 2 );
	add_action( 'add_attachment', safely( array( Story\Media::class, 'uploaded' ) ) );
	add_action( 'edit_attachment', safely( array( Story\Media::class, 'described' ) ) );
	add_action( 'delete_attachment', safely( array( Story\Media::class, 'deleted' ) ) );
	add_action( 'wp_media_attach_action', safely( array( Story\Media::class, 'attached' ) ), 10, 2 );
	add_filter( 'wp_edited_image_metadata', safely( array( Story\Media::class, 'edited' ) ), 10, 2 );
	add_filter( 'wp_update_attachment_metadata', safely( array( Story\Media::class, 'measured' ) ), 10, 2 );
	add_filter( 'update_attached_file', safely( array( Story\Media::class, 'replaced' ) ), 10, 2 );
	add_action( 'wp_insert_comment', safely( array( Story\Comments::class, 'added' ) ), 10, 2 );
	add_action( 'edit_comment', safely( array( Story\Comments::class, 'edited' ) ) );
	add_action( 'transition_comment_status', safely( array( Story\Comments::class, 'moved' ) ), 10, 3 );
	add_action( 'deleted_comment', safely( array( Story\Comments::class, 'deleted' ) ), 10, 2 );
	add_action( 'created_term', safely( array( Story\Terms::class, 'created' ) ), 10, 3 );
	add_action( 'edited_term', safely( array( Story\Terms::class, 'edited' ) ), 10, 3 );
	add_action( 'delete_term', safely( array( Story\Terms::class, 'deleted' ) ), 10, 4 );
	add_action( 'wp_create_nav_menu', safely( array( Story\Terms::class, 'menu_created' ) ) );
	add_action( 'wp_update_nav_menu', safely( array( Story\Terms::class, 'menu_updated' ) ) );
	add_action( 'wp_update_nav_menu_item', safely( array( Story\Terms::class, 'menu_updated' ) ) );
	add_action( 'before_delete_post', safely( array( Story\Terms::class, 'item_goes' ) ), 10, 2 );
	add_action( 'user_register', safely( array( Story\Users::class, 'created' ) ) );
	add_action( 'profile_update', safely( array( Story\Users::class, 'updated' ) ), 10, 2 );
	add_action( 'delete_user', safely( array( Story\Users::class, 'goes' ) ) );
	add_action( 'deleted_user', safely( array( Story\Users::class, 'deleted' ) ), 10, 3 );
	add_action( 'update_user_meta', safely( array( Story\Users::class, 'field' ) ), 10, 3 );
	add_action( 'set_user_role', safely( array( Story\Users::class, 'role' ) ) );
	add_action( 'add_user_role', safely( array( Story\Users::class, 'role' ) ) );
	add_action( 'remove_user_role', safely( array( Story\Users::class, 'role' ) ) );
	add_action( 'after_password_reset', safely( array( Story\Users::class, 'password_reset' ) ) );
	add_action( 'wp_set_password', safely( array( Story\Users::class, 'password_set' ) ), 10, 2 );
	add_action( 'retrieve_password_key', safely( array( Story\Users::class, 'password_asked' ) ) );
	add_action( 'wp_create_application_password', safely( array( Story\Users::class, 'application_created' ) ), 10, 2 );
	add_action( 'wp_update_application_password', safely( array( Story\Users::class, 'application_updated' ) ), 10, 2 );
	add_action( 'wp_delete_application_password', safely( array( Story\Users::class, 'application_deleted' ) ), 10, 2 );
	add_action( 'wp_login', safely( array( Story\Users::class, 'signed_in' ) ), 10, 2 );
	add_action( 'wp_login_failed', safely( array( Story\Users::class, 'refused' ) ) );
	add_action( 'wp_logout', safely( array( Story\Users::class, 'signed_out' ) ) );
	add_action( 'wp_privacy_personal_data_erased', safely( array( Story\Privacy::class, 'erased' ) ) );
	add_action( 'wp_privacy_personal_data_export_file_created', safely( array( Story\Privacy::class, 'exported' ) ), 10, 4 );
	add_action( 'customize_save', safely( array( Story\Customizer::class, 'begins' ) ) );
	add_action( 'customize_save_after', safely( array( Story\Customizer::class, 'published' ) ) );
	add_action( 'activate_plugin', safely( array( Story\Extensions::class, 'changes' ) ) );
	add_action( 'activated_plugin', safely( array( Story\Extensions::class, 'activated' ) ) );
	add_action( 'deactivate_plugin', safely( array( Story\Extensions::class, 'changes' ) ) );
	add_action( 'deactivated_plugin', safely( array( Story\Extensions::class, 'deactivated' ) ) );
	add_action( 'pre_uninstall_plugin', safely( array( Story\Extensions::class, 'uninstalls' ) ) );
	add_action( 'delete_plugin', safely( array( Story\Extensions::class, 'plugin_goes' ) ) );
	add_action( 'deleted_plugin', safely( array( Story\Extensions::class, 'plugin_gone' ) ), 10, 2 );
	add_action( 'switch_theme', safely( array( Story\Extensions::class, 'switched' ) ), 10, 3 );
	add_action( 'delete_theme', safely( array( Story\Extensions::class, 'theme_goes' ) ) );
	add_action( 'deleted_theme', safely( array( Story\Extensions::class, 'theme_gone' ) ), 10, 2 );
	add_filter( 'upgrader_pre_download', safely( array( Story\Upgrades::class, 'begins' ) ), 10, 4 );
	add_filter( 'upgrader_pre_install', safely( array( Story\Upgrades::class, 'replaces' ) ), 10, 2 );
	add_filter( 'upgrader_post_install', safely( array( Story\Upgrades::class, 'placed' ) ), 10, 3 );
	add_filter( 'upgrader_install_package_result', safely( array( Story\Upgrades::class, 'ended' ) ), PHP_INT_MAX, 2 );
	add_action( 'upgrader_process_complete', safely( array( Story\Upgrades::class, 'done' ) ), 10, 2 );
	add_action( 'upgrader_overwrote_package', safely( array( Story\Upgrades::class, 'overwrote' ) ), 10, 2 );
	add_action( '_core_updated_successfully', safely( array( Story\Upgrades::class, 'core' ) ) );
	add_action( 'wp_upgrade', safely( array( Story\Upgrades::class, 'tables' ) ), 10, 2 );
	add_action( 'import_start', safely( array( Story\Files::class, 'import_begins' ) ) );
	add_action( 'import_end', safely( array( Story\Files::class, 'imported' ) ) );
	add_action( 'export_wp', safely( array( Story\Files::class, 'exported' ) ) );
	add_filter( 'rest_request_before_callbacks', safely( array( Story\Recorder::class, 'step' ) ) );
	add_action( 'shutdown', safely( array( Story\Upgrades::class, 'ends' ) ), PHP_INT_MAX - 2 );
	add_action( 'shutdown', safely( array( Story\Files::class, 'ends' ) ), PHP_INT_MAX - 1 );
	add_action( 'shutdown', safely( array( Story\Recorder::class, 'flush' ) ), PHP_INT_MAX );
	if ( did_action( 'woocommerce_loaded' ) ) {
		hook_shop();
	} else {
		add_action( 'woocommerce_loaded', 'Holdfast\hook_shop' );
	}
}

/**
 * The story of settings, and of actions of wp-admin that core tells by no hook of their own.
 */
function hook_settings_story(): void {
	add_action( 'added_option', safely( array( Story\Options::class, 'added' ) ), 10, 2 );
	add_action( 'updated_option', safely( array( Story\Options::class, 'updated' ) ), 10, 3 );
	add_action( 'deleted_option', safely( array( Story\Options::class, 'deleted' ) ) );
	if ( wp_doing_ajax() ) {
		add_action( 'added_post_meta', safely( array( Story\Posts::class, 'field' ) ), 10, 3 );
		add_action( 'updated_post_meta', safely( array( Story\Posts::class, 'field' ) ), 10, 3 );
		add_action( 'deleted_post_meta', safely( array( Story\Posts::class, 'field' ) ), 10, 3 );
		add_action( 'wp_ajax_wp-privacy-erase-personal-data', safely( array( Story\Privacy::class, 'erases' ) ), 0 );
	}
}

/**
 * The story of a shop: called when WooCommerce is there.
 */
function hook_shop(): void {
	add_action( 'woocommerce_new_product', safely( array( Story\Shop::class, 'product_created' ) ), 10, 2 );
	add_action( 'woocommerce_update_product', safely( array( Story\Shop::class, 'product' ) ), 10, 2 );
	add_action( 'woocommerce_new_product_variation', safely( array( Story\Shop::class, 'variation' ) ), 10, 2 );
	add_action( 'woocommerce_update_product_variation', safely( array( Story\Shop::class, 'variation' ) ), 10, 2 );
	add_action( 'woocommerce_before_delete_product_variation', safely( array( Story\Shop::class, 'variation_goes' ) ) );
	add_action( 'woocommerce_trash_product_variation', safely( array( Story\Shop::class, 'variation_goes' ) ) );
	add_action( 'woocommerce_product_before_set_stock', safely( array( Story\Shop::class, 'stock_before' ) ) );
	add_action( 'woocommerce_variation_before_set_stock', safely( array( Story\Shop::class, 'stock_before' ) ) );
	add_action( 'woocommerce_product_set_stock', safely( array( Story\Shop::class, 'stock' ) ) );
	add_action( 'woocommerce_variation_set_stock', safely( array( Story\Shop::class, 'stock' ) ) );
	add_action( 'woocommerce_new_coupon', safely( array( Story\Shop::class, 'coupon' ) ), 10, 2 );
	add_action( 'woocommerce_update_coupon', safely( array( Story\Shop::class, 'coupon' ) ), 10, 2 );
	add_action( 'woocommerce_update_customer', safely( array( Story\Shop::class, 'customer' ) ) );
	add_action( 'woocommerce_attribute_added', safely( array( Story\Shop::class, 'attribute_created' ) ), 10, 2 );
	add_action( 'woocommerce_attribute_updated', safely( array( Story\Shop::class, 'attribute_updated' ) ), 10, 2 );
	add_action( 'woocommerce_attribute_deleted', safely( array( Story\Shop::class, 'attribute_deleted' ) ), 10, 2 );
	add_action( 'woocommerce_new_order', safely( array( Story\Orders::class, 'created' ) ), 10, 2 );
	add_action( 'woocommerce_update_order', safely( array( Story\Orders::class, 'updated' ) ), 10, 2 );
	add_action( 'woocommerce_saved_order_items', safely( array( Story\Orders::class, 'items_saved' ) ) );
	add_action( 'woocommerce_ajax_order_items_added', safely( array( Story\Orders::class, 'items' ) ), 10, 2 );
	add_action( 'woocommerce_ajax_order_items_removed', safely( array( Story\Orders::class, 'items_removed' ) ), 10, 4 );
	add_action( 'woocommerce_order_status_changed', safely( array( Story\Orders::class, 'moved' ) ), 10, 4 );
	add_action( 'woocommerce_order_note_added', safely( array( Story\Orders::class, 'noted' ) ), 10, 2 );
	add_action( 'woocommerce_order_note_deleted', safely( array( Story\Orders::class, 'note_deleted' ) ), 10, 2 );
	add_action( 'woocommerce_before_trash_order', safely( array( Story\Orders::class, 'goes' ) ), 10, 2 );
	add_action( 'woocommerce_before_delete_order', safely( array( Story\Orders::class, 'goes' ) ), 10, 2 );
	add_action( 'woocommerce_trash_order', safely( array( Story\Orders::class, 'trashed' ) ) );
	add_action( 'woocommerce_untrash_order', safely( array( Story\Orders::class, 'restored' ) ) );
	add_action( 'woocommerce_delete_order', safely( array( Story\Orders::class, 'deleted' ) ) );
	add_action( 'woocommerce_order_refunded', safely( array( Story\Orders::class, 'refunded' ) ), 10, 2 );
	add_action( 'woocommerce_refund_deleted', safely( array( Story\Orders::class, 'refund_deleted' ) ), 10, 2 );
	add_filter( 'woocommerce_admin_settings_sanitize_option', safely( array( Story\ShopSettings::class, 'named' ) ), PHP_INT_MAX, 2 );
	add_action( 'added_option', safely( array( Story\ShopSettings::class, 'added' ) ), 10, 2 );
	add_action( 'updated_option', safely( array( Story\ShopSettings::class, 'updated' ) ), 10, 3 );
	add_action( 'woocommerce_tax_rate_added', safely( array( Story\ShopSettings::class, 'tax_added' ) ), 10, 2 );
	add_action( 'woocommerce_tax_rate_updated', safely( array( Story\ShopSettings::class, 'tax_updated' ) ), 10, 2 );
	add_action( 'woocommerce_tax_rate_deleted', safely( array( Story\ShopSettings::class, 'tax_deleted' ) ) );
	add_action( 'woocommerce_before_shipping_zone_object_save', safely( array( Story\ShopSettings::class, 'zone_before' ) ) );
	add_action( 'woocommerce_after_shipping_zone_object_save', safely( array( Story\ShopSettings::class, 'zone_saved' ) ) );
	add_action( 'woocommerce_delete_shipping_zone', safely( array( Story\ShopSettings::class, 'zone_deleted' ) ) );
	add_action( 'woocommerce_shipping_zone_method_added', safely( array( Story\ShopSettings::class, 'method' ) ), 10, 3 );
	add_action( 'woocommerce_shipping_zone_method_deleted', safely( array( Story\ShopSettings::class, 'method' ) ), 10, 3 );
	add_action( 'woocommerce_shipping_zone_method_status_toggled', safely( array( Story\ShopSettings::class, 'method' ) ), 10, 3 );
	add_action( 'woocommerce_new_webhook', safely( array( Story\ShopSettings::class, 'webhook_created' ) ), 10, 2 );
	add_action( 'woocommerce_webhook_updated', safely( array( Story\ShopSettings::class, 'webhook_updated' ) ) );
	add_action( 'woocommerce_webhook_deleted', safely( array( Story\ShopSettings::class, 'webhook_deleted' ) ), 10, 2 );
	add_action( 'wp_ajax_woocommerce_update_api_key', safely( array( Story\ShopSettings::class, 'key_saved' ) ), 0 );
	if ( 'wc-settings' === ( $_GET['page'] ?? '' ) && is_admin() ) { // phpcs:ignore WordPress.Security -- Only which page it is.
		add_action( 'admin_init', safely( array( Story\ShopSettings::class, 'key_revoked' ) ), 1 );
	}
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
