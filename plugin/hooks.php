<?php
/**
 * Every hook of Holdfast, and nothing else.
 *
 * @package Holdfast
 */

namespace Holdfast;

/** What people did: hook → class, method, how many of its arguments that takes. */
const STORY = array(
	'wp_after_insert_post'                         => array( Story\Posts::class, 'saved', 4 ),
	'deleted_post'                                 => array( Story\Posts::class, 'deleted', 2 ),
	'add_attachment'                               => array( Story\Media::class, 'uploaded', 1 ),
	'edit_attachment'                              => array( Story\Media::class, 'described', 1 ),
	'delete_attachment'                            => array( Story\Media::class, 'deleted', 1 ),
	'wp_media_attach_action'                       => array( Story\Media::class, 'attached', 2 ),
	'wp_edited_image_metadata'                     => array( Story\Media::class, 'edited', 2 ),
	'wp_update_attachment_metadata'                => array( Story\Media::class, 'measured', 2 ),
	'update_attached_file'                         => array( Story\Media::class, 'replaced', 2 ),
	'wp_insert_comment'                            => array( Story\Comments::class, 'added', 2 ),
	'edit_comment'                                 => array( Story\Comments::class, 'edited', 1 ),
	'transition_comment_status'                    => array( Story\Comments::class, 'moved', 3 ),
	'deleted_comment'                              => array( Story\Comments::class, 'deleted', 2 ),
	'created_term'                                 => array( Story\Terms::class, 'created', 3 ),
	'edited_term'                                  => array( Story\Terms::class, 'edited', 3 ),
	'delete_term'                                  => array( Story\Terms::class, 'deleted', 4 ),
	'wp_create_nav_menu'                           => array( Story\Terms::class, 'menu_created', 1 ),
	'wp_update_nav_menu'                           => array( Story\Terms::class, 'menu_updated', 1 ),
	'wp_update_nav_menu_item'                      => array( Story\Terms::class, 'menu_updated', 1 ),
	'before_delete_post'                           => array( Story\Terms::class, 'item_goes', 2 ),
	'user_register'                                => array( Story\Users::class, 'created', 1 ),
	'profile_update'                               => array( Story\Users::class, 'updated', 2 ),
	'delete_user'                                  => array( Story\Users::class, 'goes', 1 ),
	'deleted_user'                                 => array( Story\Users::class, 'deleted', 3 ),
	'update_user_meta'                             => array( Story\Users::class, 'field', 3 ),
	'set_user_role'                                => array( Story\Users::class, 'role', 1 ),
	'add_user_role'                                => array( Story\Users::class, 'role', 1 ),
	'remove_user_role'                             => array( Story\Users::class, 'role', 1 ),
	'after_password_reset'                         => array( Story\Users::class, 'password_reset', 1 ),
	'wp_set_password'                              => array( Story\Users::class, 'password_set', 2 ),
	'retrieve_password_key'                        => array( Story\Users::class, 'password_asked', 1 ),
	'wp_create_application_password'               => array( Story\Users::class, 'application_created', 2 ),
	'wp_update_application_password'               => array( Story\Users::class, 'application_updated', 2 ),
	'wp_delete_application_password'               => array( Story\Users::class, 'application_deleted', 2 ),
	'wp_login'                                     => array( Story\Users::class, 'signed_in', 2 ),
	'wp_login_failed'                              => array( Story\Users::class, 'refused', 1 ),
	'wp_logout'                                    => array( Story\Users::class, 'signed_out', 1 ),
	'wp_privacy_personal_data_erased'              => array( Story\Privacy::class, 'erased', 1 ),
	'wp_privacy_personal_data_export_file_created' => array( Story\Privacy::class, 'exported', 4 ),
	'customize_save'                               => array( Story\Customizer::class, 'begins', 1 ),
	'customize_save_after'                         => array( Story\Customizer::class, 'published', 1 ),
	'activate_plugin'                              => array( Story\Extensions::class, 'changes', 1 ),
	'activated_plugin'                             => array( Story\Extensions::class, 'activated', 1 ),
	'deactivate_plugin'                            => array( Story\Extensions::class, 'changes', 1 ),
	'deactivated_plugin'                           => array( Story\Extensions::class, 'deactivated', 1 ),
	'pre_uninstall_plugin'                         => array( Story\Extensions::class, 'uninstalls', 1 ),
	'delete_plugin'                                => array( Story\Extensions::class, 'plugin_goes', 1 ),
	'deleted_plugin'                               => array( Story\Extensions::class, 'plugin_gone', 2 ),
	'switch_theme'                                 => array( Story\Extensions::class, 'switched', 3 ),
	'delete_theme'                                 => array( Story\Extensions::class, 'theme_goes', 1 ),
	'deleted_theme'                                => array( Story\Extensions::class, 'theme_gone', 2 ),
	'upgrader_pre_download'                        => array( Story\Upgrades::class, 'begins', 4 ),
	'upgrader_pre_install'                         => array( Story\Upgrades::class, 'replaces', 2 ),
	'upgrader_post_install'                        => array( Story\Upgrades::class, 'placed', 3 ),
	'upgrader_process_complete'                    => array( Story\Upgrades::class, 'done', 2 ),
	'upgrader_overwrote_package'                   => array( Story\Upgrades::class, 'overwrote', 2 ),
	'_core_updated_successfully'                   => array( Story\Upgrades::class, 'core', 1 ),
	'wp_upgrade'                                   => array( Story\Upgrades::class, 'tables', 2 ),
	'import_start'                                 => array( Story\Files::class, 'import_begins', 1 ),
	'import_end'                                   => array( Story\Files::class, 'imported', 1 ),
	'export_wp'                                    => array( Story\Files::class, 'exported', 1 ),
	'rest_request_before_callbacks'                => array( Story\Recorder::class, 'step', 1 ),
);

/** Settings, alike. */
const SETTINGS_STORY = array(
	'added_option'   => array( Story\Options::class, 'added', 2 ),
	'updated_option' => array( Story\Options::class, 'updated', 3 ),
	'deleted_option' => array( Story\Options::class, 'deleted', 1 ),
);

/** What was done in a shop, alike. */
const SHOP_STORY = array(
	'woocommerce_new_product'                         => array( Story\Shop::class, 'product_created', 2 ),
	'woocommerce_update_product'                      => array( Story\Shop::class, 'product', 2 ),
	'woocommerce_new_product_variation'               => array( Story\Shop::class, 'variation', 2 ),
	'woocommerce_update_product_variation'            => array( Story\Shop::class, 'variation', 2 ),
	'woocommerce_before_delete_product_variation'     => array( Story\Shop::class, 'variation_goes', 1 ),
	'woocommerce_trash_product_variation'             => array( Story\Shop::class, 'variation_goes', 1 ),
	'woocommerce_product_before_set_stock'            => array( Story\Shop::class, 'stock_before', 1 ),
	'woocommerce_variation_before_set_stock'          => array( Story\Shop::class, 'stock_before', 1 ),
	'woocommerce_product_set_stock'                   => array( Story\Shop::class, 'stock', 1 ),
	'woocommerce_variation_set_stock'                 => array( Story\Shop::class, 'stock', 1 ),
	'woocommerce_new_coupon'                          => array( Story\Shop::class, 'coupon', 2 ),
	'woocommerce_update_coupon'                       => array( Story\Shop::class, 'coupon', 2 ),
	'woocommerce_update_customer'                     => array( Story\Shop::class, 'customer', 1 ),
	'woocommerce_attribute_added'                     => array( Story\Shop::class, 'attribute_created', 2 ),
	'woocommerce_attribute_updated'                   => array( Story\Shop::class, 'attribute_updated', 2 ),
	'woocommerce_attribute_deleted'                   => array( Story\Shop::class, 'attribute_deleted', 2 ),
	'woocommerce_new_order'                           => array( Story\Orders::class, 'created', 2 ),
	'woocommerce_update_order'                        => array( Story\Orders::class, 'updated', 2 ),
	'woocommerce_saved_order_items'                   => array( Story\Orders::class, 'items_saved', 1 ),
	'woocommerce_ajax_order_items_added'              => array( Story\Orders::class, 'items', 2 ),
	'woocommerce_ajax_order_items_removed'            => array( Story\Orders::class, 'items_removed', 4 ),
	'woocommerce_order_status_changed'                => array( Story\Orders::class, 'moved', 4 ),
	'woocommerce_order_note_added'                    => array( Story\Orders::class, 'noted', 2 ),
	'woocommerce_order_note_deleted'                  => array( Story\Orders::class, 'note_deleted', 2 ),
	'woocommerce_before_trash_order'                  => array( Story\Orders::class, 'goes', 2 ),
	'woocommerce_before_delete_order'                 => array( Story\Orders::class, 'goes', 2 ),
	'woocommerce_trash_order'                         => array( Story\Orders::class, 'trashed', 1 ),
	'woocommerce_untrash_order'                       => array( Story\Orders::class, 'restored', 1 ),
	'woocommerce_delete_order'                        => array( Story\Orders::class, 'deleted', 1 ),
	'woocommerce_order_refunded'                      => array( Story\Orders::class, 'refunded', 2 ),
	'woocommerce_refund_deleted'                      => array( Story\Orders::class, 'refund_deleted', 2 ),
	'added_option'                                    => array( Story\ShopSettings::class, 'added', 2 ),
	'updated_option'                                  => array( Story\ShopSettings::class, 'updated', 3 ),
	'woocommerce_tax_rate_added'                      => array( Story\ShopSettings::class, 'tax_added', 2 ),
	'woocommerce_tax_rate_updated'                    => array( Story\ShopSettings::class, 'tax_updated', 2 ),
	'woocommerce_tax_rate_deleted'                    => array( Story\ShopSettings::class, 'tax_deleted', 1 ),
	'woocommerce_before_shipping_zone_object_save'    => array( Story\ShopSettings::class, 'zone_before', 1 ),
	'woocommerce_after_shipping_zone_object_save'     => array( Story\ShopSettings::class, 'zone_saved', 1 ),
	'woocommerce_delete_shipping_zone'                => array( Story\ShopSettings::class, 'zone_deleted', 1 ),
	'woocommerce_shipping_zone_method_added'          => array( Story\ShopSettings::class, 'method', 3 ),
	'woocommerce_shipping_zone_method_deleted'        => array( Story\ShopSettings::class, 'method', 3 ),
	'woocommerce_shipping_zone_method_status_toggled' => array( Story\ShopSettings::class, 'method', 3 ),
	'woocommerce_new_webhook'                         => array( Story\ShopSettings::class, 'webhook_created', 2 ),
	'woocommerce_webhook_updated'                     => array( Story\ShopSettings::class, 'webhook_updated', 1 ),
	'woocommerce_webhook_deleted'                     => array( Story\ShopSettings::class, 'webhook_deleted', 2 ),
);

/** Files whose paths core tells, behind every other filter. */
const FILES_STORY = array(
	'wp_handle_upload'                => array( Story\Files::class, 'uploaded', 1 ),
	'wp_generate_attachment_metadata' => array( Story\Files::class, 'sizes', 2 ),
	'image_make_intermediate_size'    => array( Story\Files::class, 'path', 1 ),
	'wp_create_file_in_uploads'       => array( Story\Files::class, 'path', 1 ),
	'wp_delete_file'                  => array( Story\Files::class, 'path', 1 ),
	'wp_save_image_editor_file'       => array( Story\Files::class, 'image', 2 ),
);

/**
 * Capture: called by the must-use loader, before other plugins are there. The only hooks that every request pays for.
 */
function hook_capture(): void {
	// Behind every other filter: what we see is what is run.
	add_filter( 'query', array( Capture\Door::class, 'query' ), PHP_INT_MAX );
	add_filter( 'incompatible_sql_modes', array( Capture\Door::class, 'connected' ), PHP_INT_MAX );
	if ( wp_using_ext_object_cache() ) {
		add_action( 'shutdown', array( Capture\Door::class, 'ends' ), PHP_INT_MAX );
	}
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
	if ( defined( 'HOLDFAST_EPOCH_BEGINS' ) ) {
		add_action( 'shutdown', 'Holdfast\\purge_page_caches', 0 );
	}
	if ( defined( 'HOLDFAST_EPOCH' ) && HOLDFAST_EPOCH > 0 && is_file( HOLDFAST_STATE . '/erasures.php' ) ) {
		// A restore brought personal data back that had been erased: behind the page, before the connections close.
		add_action( 'shutdown', 'Holdfast\\erase_again', 0 );
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
 * Empties the page caches of other plugins in the first request after a restore.
 */
function purge_page_caches(): void {
	safely( array( State\PageCaches::class, 'purge' ) )( HOLDFAST_STATE, defined( 'HOLDFAST_EPOCH' ) ? (int) HOLDFAST_EPOCH : 0 );
}

/**
 * Erases what the agent orders after a restore.
 */
function erase_again(): void {
	safely( array( State\Erasures::class, 'run' ) )( HOLDFAST_STATE );
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
	hear( STORY );
	add_filter( 'upgrader_install_package_result', safely( array( Story\Upgrades::class, 'ended' ) ), PHP_INT_MAX, 2 );
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
	hear( SETTINGS_STORY );
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
	hear( SHOP_STORY );
	add_filter( 'woocommerce_admin_settings_sanitize_option', safely( array( Story\ShopSettings::class, 'named' ) ), PHP_INT_MAX, 2 );
	add_action( 'wp_ajax_woocommerce_update_api_key', safely( array( Story\ShopSettings::class, 'key_saved' ) ), 0 );
	if ( 'wc-settings' === ( $_GET['page'] ?? '' ) && is_admin() ) { // phpcs:ignore WordPress.Security -- Only which page it is.
		add_action( 'admin_init', safely( array( Story\ShopSettings::class, 'key_revoked' ) ), 1 );
	}
}

/**
 * Files whose paths core tells.
 */
function hook_files(): void {
	hear( FILES_STORY, PHP_INT_MAX );
	add_action( 'wp_ajax_edit-theme-plugin-file', safely( array( Story\Files::class, 'edited' ) ), 0 );
}

/**
 * Hooks a table. There are many, in every request that may write, and few of them happen: one function hears them all, and
 * where nobody else listens yet the hook is a copy of one that was made before, which is many times cheaper than add_filter().
 *
 * @param array<string, array{0: class-string, 1: string, 2: int}> $table    Hook → class, method, number of arguments.
 * @param int                                                      $priority The priority of all of them.
 */
function hear( array $table, int $priority = 10 ): void {
	global $wp_filter;
	heard_by( $table );
	$model = null;
	foreach ( $table as $hook => $way ) {
		if ( null === $model || isset( $wp_filter[ $hook ] ) ) {
			$is_first = ! isset( $wp_filter[ $hook ] );
			add_filter( $hook, 'Holdfast\\heard', $priority, 9 );
			$model = $is_first ? clone $wp_filter[ $hook ] : $model;
		} else {
			$wp_filter[ $hook ] = clone $model; // phpcs:ignore WordPress.WP.GlobalVariablesOverride.Prohibited -- What add_filter() does where the hook is new.
		}
	}
}

/**
 * The tables that were hooked.
 *
 * @param array<string, array{0: class-string, 1: string, 2: int}>|null $another One more.
 * @return array<int, array<string, array{0: class-string, 1: string, 2: int}>>
 */
function heard_by( ?array $another = null ): array {
	static $tables = array();
	if ( null !== $another ) {
		$tables[] = $another;
	}
	return $tables;
}

/**
 * Something of the tables happens.
 *
 * @param mixed ...$arguments What the hook passes.
 * @return mixed What a filter passes on.
 */
function heard( ...$arguments ) {
	$hook   = current_filter();
	$result = $arguments[0] ?? null;
	foreach ( heard_by() as $table ) {
		if ( isset( $table[ $hook ] ) ) {
			list( $class, $method, $count ) = $table[ $hook ];

			$result = safely( array( $class, $method ) )( ...array_slice( array_values( $arguments ), 0, $count ) );
		}
	}
	return $result;
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
