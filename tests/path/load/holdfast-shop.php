<?php
/**
 * Plugin Name: Shop of the tests
 * Description: Checkouts with the tables of WooCommerce's order storage (HPOS): an order is confirmed to whoever asks when it is committed.
 *
 * @package Holdfast\Tests
 * @license GPL-2.0-or-later
 */

defined( 'ABSPATH' ) || exit;

add_action(
	'wp_loaded',
	static function () {
		// phpcs:ignore WordPress.Security.NonceVerification.Recommended -- a site of a test, on loopback.
		if ( isset( $_GET['holdfast_checkout'] ) ) {
			// phpcs:ignore WordPress.Security -- as above.
			echo 'confirmed ', (int) Holdfast_Shop::checkout( (string) $_GET['holdfast_checkout'] );
			exit;
		}
	}
);

/**
 * One product, of which every order takes one.
 */
final class Holdfast_Shop {

	const STOCK = 100000;

	/**
	 * Makes the tables, with the columns and keys that WooCommerce gives them, and the product.
	 */
	public static function set_up() {
		global $wpdb;
		$p = $wpdb->prefix;
		foreach ( array(
			"CREATE TABLE {$p}wc_orders (id bigint unsigned NOT NULL, status varchar(20) DEFAULT NULL, currency varchar(10) DEFAULT NULL, type varchar(20) DEFAULT NULL, tax_amount decimal(26,8) DEFAULT NULL, total_amount decimal(26,8) DEFAULT NULL, customer_id bigint unsigned DEFAULT NULL, billing_email varchar(320) DEFAULT NULL, date_created_gmt datetime DEFAULT NULL, date_updated_gmt datetime DEFAULT NULL, parent_order_id bigint unsigned DEFAULT NULL, payment_method varchar(100) DEFAULT NULL, transaction_id varchar(100) DEFAULT NULL, PRIMARY KEY (id), KEY status (status), KEY date_created (date_created_gmt), KEY type_status_date (type, status, date_created_gmt), KEY billing_email (billing_email(171)))",
			"CREATE TABLE {$p}wc_order_addresses (id bigint unsigned NOT NULL AUTO_INCREMENT, order_id bigint unsigned NOT NULL, address_type varchar(20) DEFAULT NULL, first_name text, city text, PRIMARY KEY (id), KEY order_id (order_id), UNIQUE KEY address_type_order_id (address_type, order_id))",
			"CREATE TABLE {$p}wc_order_operational_data (id bigint unsigned NOT NULL AUTO_INCREMENT, order_id bigint unsigned DEFAULT NULL, order_key varchar(100) DEFAULT NULL, order_stock_reduced tinyint(1) DEFAULT NULL, PRIMARY KEY (id), UNIQUE KEY order_id (order_id), KEY order_key (order_key))",
			"CREATE TABLE {$p}wc_orders_meta (id bigint unsigned NOT NULL AUTO_INCREMENT, order_id bigint unsigned DEFAULT NULL, meta_key varchar(255) DEFAULT NULL, meta_value text, PRIMARY KEY (id), KEY order_id_meta_key_meta_value (order_id, meta_key(100), meta_value(82)))",
			"CREATE TABLE {$p}woocommerce_order_items (order_item_id bigint unsigned NOT NULL AUTO_INCREMENT, order_item_name text NOT NULL, order_item_type varchar(200) NOT NULL DEFAULT '', order_id bigint unsigned NOT NULL, PRIMARY KEY (order_item_id), KEY order_id (order_id))",
			"CREATE TABLE {$p}woocommerce_order_itemmeta (meta_id bigint unsigned NOT NULL AUTO_INCREMENT, order_item_id bigint unsigned NOT NULL, meta_key varchar(255) DEFAULT NULL, meta_value longtext, PRIMARY KEY (meta_id), KEY order_item_id (order_item_id), KEY meta_key (meta_key(32)))",
		) as $create ) {
			$wpdb->query( $create . ' ENGINE=InnoDB ' . $wpdb->get_charset_collate() ); // phpcs:ignore WordPress.DB.PreparedSQL.NotPrepared -- as above.
		}
		$product = wp_insert_post(
			array(
				'post_type'   => 'product',
				'post_title'  => 'Boat',
				'post_status' => 'publish',
			)
		);
		update_post_meta( $product, '_stock', (string) self::STOCK );
		update_option( 'holdfast_shop_product', $product );
	}

	/**
	 * An order, all of it in one transaction, as a checkout makes it; its number when it is committed.
	 *
	 * @param string $key What the customer calls it.
	 */
	public static function checkout( $key ) {
		global $wpdb;
		$p       = $wpdb->prefix;
		$product = (int) get_option( 'holdfast_shop_product' );
		$now     = gmdate( 'Y-m-d H:i:s' );
		$wpdb->query( 'START TRANSACTION' );
		$done   = array( $wpdb->insert( $wpdb->posts, array( 'post_type' => 'shop_order_placehold', 'post_status' => 'draft', 'post_title' => $key, 'post_content' => '', 'post_excerpt' => '', 'to_ping' => '', 'pinged' => '', 'post_content_filtered' => '', 'post_date' => $now, 'post_date_gmt' => $now ) ) ); // phpcs:ignore WordPress.Arrays -- a row.
		$order  = (int) $wpdb->insert_id;
		$done[] = $wpdb->insert( "{$p}wc_orders", array( 'id' => $order, 'status' => 'wc-processing', 'currency' => 'EUR', 'type' => 'shop_order', 'total_amount' => '10', 'customer_id' => 0, 'billing_email' => "$key@one.example", 'date_created_gmt' => $now, 'transaction_id' => $key ) ); // phpcs:ignore WordPress.Arrays -- a row.
		$done[] = $wpdb->insert( "{$p}wc_order_addresses", array( 'order_id' => $order, 'address_type' => 'billing', 'first_name' => 'Ann', 'city' => 'Kiel' ) ); // phpcs:ignore WordPress.Arrays -- a row.
		$done[] = $wpdb->insert( "{$p}wc_order_operational_data", array( 'order_id' => $order, 'order_key' => $key, 'order_stock_reduced' => 1 ) ); // phpcs:ignore WordPress.Arrays -- a row.
		$done[] = $wpdb->insert( "{$p}wc_orders_meta", array( 'order_id' => $order, 'meta_key' => '_paid', 'meta_value' => $key ) ); // phpcs:ignore WordPress.Arrays, WordPress.DB.SlowDBQuery -- a row.
		$done[] = $wpdb->insert( "{$p}woocommerce_order_items", array( 'order_item_name' => 'Boat', 'order_item_type' => 'line_item', 'order_id' => $order ) ); // phpcs:ignore WordPress.Arrays -- a row.
		$item   = (int) $wpdb->insert_id;
		$done[] = $wpdb->insert( "{$p}woocommerce_order_itemmeta", array( 'order_item_id' => $item, 'meta_key' => '_product_id', 'meta_value' => $product ) ); // phpcs:ignore WordPress.Arrays, WordPress.DB.SlowDBQuery -- a row.
		$done[] = $wpdb->insert( "{$p}woocommerce_order_itemmeta", array( 'order_item_id' => $item, 'meta_key' => '_reduced_stock', 'meta_value' => '1' ) ); // phpcs:ignore WordPress.Arrays, WordPress.DB.SlowDBQuery -- a row.
		$done[] = $wpdb->query( $wpdb->prepare( "UPDATE {$wpdb->postmeta} SET meta_value = meta_value - 1 WHERE post_id = %d AND meta_key = '_stock'", $product ) );
		if ( in_array( false, $done, true ) || in_array( 0, $done, true ) || false === $wpdb->query( 'COMMIT' ) ) {
			$wpdb->query( 'ROLLBACK' );
			return 0;
		}
		return $order;
	}
}
