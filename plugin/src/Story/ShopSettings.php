<?php
/**
 * Which setting of a shop was changed?
 *
 * @package Holdfast
 */

namespace Holdfast\Story;

/**
 * Settings, taxes, shipping zones, webhooks and API keys of WooCommerce.
 */
final class ShopSettings {

	/** Settings that are also saved elsewhere than on the settings pages, where they tell their titles themselves. */
	const KNOWN = array(
		'woocommerce_store_address'               => 'Address of the shop',
		'woocommerce_store_address_2'             => 'Address of the shop, second line',
		'woocommerce_store_city'                  => 'City of the shop',
		'woocommerce_store_postcode'              => 'Postcode of the shop',
		'woocommerce_default_country'             => 'Country of the shop',
		'woocommerce_allowed_countries'           => 'Countries sold to',
		'woocommerce_ship_to_countries'           => 'Countries shipped to',
		'woocommerce_currency'                    => 'Currency',
		'woocommerce_currency_pos'                => 'Currency position',
		'woocommerce_price_thousand_sep'          => 'Thousand separator',
		'woocommerce_price_decimal_sep'           => 'Decimal separator',
		'woocommerce_price_num_decimals'          => 'Decimals of prices',
		'woocommerce_calc_taxes'                  => 'Taxes',
		'woocommerce_prices_include_tax'          => 'Prices with tax',
		'woocommerce_enable_coupons'              => 'Coupons',
		'woocommerce_manage_stock'                => 'Stock management',
		'woocommerce_hold_stock_minutes'          => 'Hold stock (minutes)',
		'woocommerce_notify_low_stock_amount'     => 'Low stock threshold',
		'woocommerce_weight_unit'                 => 'Weight unit',
		'woocommerce_dimension_unit'              => 'Dimensions unit',
		'woocommerce_shop_page_id'                => 'Shop page',
		'woocommerce_cart_page_id'                => 'Cart page',
		'woocommerce_checkout_page_id'            => 'Checkout page',
		'woocommerce_myaccount_page_id'           => 'My account page',
		'woocommerce_terms_page_id'               => 'Terms and conditions page',
		'woocommerce_enable_guest_checkout'       => 'Guest checkout',
		'woocommerce_email_from_name'             => 'Name of the sender of emails',
		'woocommerce_email_from_address'          => 'Address of the sender of emails',
		'woocommerce_custom_orders_table_enabled' => 'Order data storage',
		'woocommerce_coming_soon'                 => 'Coming soon',
	);

	/**
	 * Titles that settings pages have told in this request.
	 *
	 * @var array<string, string>
	 */
	private static $titles = array();

	/**
	 * Shipping zones that are about to be made.
	 *
	 * @var array<int, true>
	 */
	private static $new = array();

	/**
	 * A settings page is about to save a setting; passed on.
	 *
	 * @param mixed $value  Its value.
	 * @param mixed $option What it is.
	 * @return mixed
	 */
	public static function named( $value, $option = array() ) {
		if ( is_array( $option ) && is_string( $option['id'] ?? null ) ) {
			$title = is_string( $option['title'] ?? null ) && '' !== $option['title'] ? $option['title'] : ( is_string( $option['desc'] ?? null ) ? $option['desc'] : '' );
			if ( '' !== $title ) {
				self::$titles[ (string) strtok( $option['id'], '[' ) ] = $title;
			}
		}
		return $value;
	}

	/**
	 * An option was added.
	 *
	 * @param mixed $name  Its name.
	 * @param mixed $value Its value.
	 */
	public static function added( $name, $value = null ): void {
		self::updated( $name, null, $value );
	}

	/**
	 * An option was changed.
	 *
	 * @param mixed $name  Its name.
	 * @param mixed $old   Its value before.
	 * @param mixed $value Its value now.
	 */
	public static function updated( $name, $old = null, $value = null ): void {
		if ( ! is_string( $name ) || ! did_action( 'wp_loaded' ) ) {
			return;
		}
		$title = self::$titles[ $name ] ?? self::KNOWN[ $name ] ?? null;
		if ( null === $title && preg_match( '/^woocommerce_(.+?)(?:_(\d+))?_settings$/', $name, $parts ) ) {
			$title = ucfirst( str_replace( '_', ' ', $parts[1] ) );
		} elseif ( null === $title ) {
			return;
		}
		$told = ( new Activity( 'changed', 'shop_setting', $name, $title ) )->called( 'Shop setting', 'shop settings' )->linking( admin_url( 'admin.php?page=wc-settings' ) );
		if ( is_string( $old ) && is_string( $value ) && '' !== $old && '' !== $value && strlen( $old . $value ) < 80 && ! preg_match( '/key|secret|password|token|_page_id$/', $name ) ) {
			$told->changing( $old, $value );
		}
		Recorder::tell( $told->part_of( 'shipping_zone:* *' ) );
	}

	/**
	 * A tax rate was added.
	 *
	 * @param mixed $id   Its id.
	 * @param mixed $rate What it says.
	 */
	public static function tax_added( $id, $rate = array() ): void {
		self::tax( 'created', $id, $rate );
	}

	/**
	 * A tax rate was changed.
	 *
	 * @param mixed $id   Its id.
	 * @param mixed $rate What it says.
	 */
	public static function tax_updated( $id, $rate = array() ): void {
		self::tax( 'updated', $id, $rate );
	}

	/**
	 * A tax rate was deleted.
	 *
	 * @param mixed $id Its id.
	 */
	public static function tax_deleted( $id ): void {
		self::tax( 'deleted', $id, array() );
	}

	/**
	 * A shipping zone is about to be saved.
	 *
	 * @param mixed $zone The zone.
	 */
	public static function zone_before( $zone ): void {
		if ( $zone instanceof \WC_Shipping_Zone && null === ( $zone->get_data()['id'] ?? null ) ) {
			self::$new[ spl_object_id( $zone ) ] = true;
		}
	}

	/**
	 * A shipping zone was saved.
	 *
	 * @param mixed $zone The zone.
	 */
	public static function zone_saved( $zone ): void {
		if ( $zone instanceof \WC_Shipping_Zone ) {
			$verb = isset( self::$new[ spl_object_id( $zone ) ] ) ? 'created' : 'updated';
			unset( self::$new[ spl_object_id( $zone ) ] );
			self::zone( $verb, (int) $zone->get_id(), $zone->get_zone_name( 'edit' ), $verb );
		}
	}

	/**
	 * A shipping zone was deleted.
	 *
	 * @param mixed $id Its id.
	 */
	public static function zone_deleted( $id ): void {
		self::zone( 'deleted', (int) $id, '#' . (int) $id, 'deleted' );
	}

	/**
	 * A zone got a shipping method, lost one, or has one switched on or off.
	 *
	 * @param mixed $instance The method's number.
	 * @param mixed $method   Which kind.
	 * @param mixed $id       The zone.
	 */
	public static function method( $instance, $method = '', $id = 0 ): void {
		$zone = \WC_Shipping_Zones::get_zone( (int) $id );
		self::zone( 'updated', (int) $id, $zone instanceof \WC_Shipping_Zone ? $zone->get_zone_name( 'edit' ) : '#' . (int) $id, 'updated' );
	}

	/**
	 * A webhook was made.
	 *
	 * @param mixed $id      Its id.
	 * @param mixed $webhook The webhook.
	 */
	public static function webhook_created( $id, $webhook = null ): void {
		self::webhook( 'created', $id, $webhook );
	}

	/**
	 * A webhook was changed. The shop itself does that, too, when it counts what could not be delivered.
	 *
	 * @param mixed $id Its id.
	 */
	public static function webhook_updated( $id ): void {
		if ( is_user_logged_in() ) {
			self::webhook( 'updated', $id, wc_get_webhook( (int) $id ) );
		}
	}

	/**
	 * A webhook was deleted.
	 *
	 * @param mixed $id      Its id.
	 * @param mixed $webhook The webhook.
	 */
	public static function webhook_deleted( $id, $webhook = null ): void {
		self::webhook( 'deleted', $id, $webhook );
	}

	/**
	 * An API key is about to be made or changed. There is no hook behind that, so what core will check is checked here.
	 */
	public static function key_saved(): void {
		if ( ! current_user_can( 'manage_woocommerce' ) || false === check_ajax_referer( 'update-api-key', 'security', false ) ) {
			return;
		}
		$id   = isset( $_POST['key_id'] ) ? absint( $_POST['key_id'] ) : 0;
		$name = isset( $_POST['description'] ) ? sanitize_text_field( wp_unslash( $_POST['description'] ) ) : '';
		if ( '' !== $name && ! empty( $_POST['user'] ) ) {
			self::key( 0 === $id ? 'created' : 'updated', 0 === $id ? null : $id, $name );
		}
	}

	/**
	 * An API key is about to be revoked on the settings page.
	 */
	public static function key_revoked(): void {
		// phpcs:disable WordPress.Security.NonceVerification.Recommended -- Verified where it matters, below.
		$nonce = isset( $_REQUEST['_wpnonce'] ) ? sanitize_key( $_REQUEST['_wpnonce'] ) : '';
		$one   = isset( $_GET['revoke-key'] ) ? absint( $_GET['revoke-key'] ) : 0;
		$many  = isset( $_REQUEST['action'], $_REQUEST['key'] ) && 'revoke' === $_REQUEST['action'] ? array_map( 'absint', (array) $_REQUEST['key'] ) : array();
		// phpcs:enable WordPress.Security.NonceVerification.Recommended
		if ( ! current_user_can( 'manage_woocommerce' ) ) {
			return;
		}
		if ( $one > 0 && wp_verify_nonce( $nonce, 'revoke' ) ) {
			self::key( 'deleted', $one, '#' . $one );
		} elseif ( array() !== $many && wp_verify_nonce( $nonce, 'woocommerce-settings' ) ) {
			foreach ( $many as $id ) {
				self::key( 'deleted', $id, '#' . $id );
			}
		}
	}

	/**
	 * Tells of a tax rate.
	 *
	 * @param string $verb What was done.
	 * @param mixed  $id   Its id.
	 * @param mixed  $rate What it says.
	 */
	private static function tax( string $verb, $id, $rate ): void {
		$parts = array();
		foreach ( array( 'tax_rate_country', 'tax_rate_state', 'tax_rate_name' ) as $key ) {
			$parts[] = is_array( $rate ) && is_scalar( $rate[ $key ] ?? null ) ? (string) $rate[ $key ] : '';
		}
		$percent = is_array( $rate ) && is_numeric( $rate['tax_rate'] ?? null ) ? (float) $rate['tax_rate'] . ' %' : '';
		$title   = trim( implode( ' ', array_filter( $parts ) ) . ' ' . $percent );
		Recorder::tell( ( new Activity( $verb, 'tax_rate', (int) $id, '' === $title ? '#' . (int) $id : $title ) )->called( 'Tax rate', 'tax rates' )->linking( admin_url( 'admin.php?page=wc-settings&tab=tax' ) ) );
	}

	/**
	 * Tells of a shipping zone.
	 *
	 * @param string $verb What was done.
	 * @param int    $id   Its id.
	 * @param string $name Its name.
	 * @param string $said What was done, in the sentence.
	 */
	private static function zone( string $verb, int $id, string $name, string $said ): void {
		Recorder::tell( ( new Activity( $verb, 'shipping_zone', $id, $name ) )->called( 'Shipping zone', 'shipping zones' )->saying( $said )->linking( admin_url( 'admin.php?page=wc-settings&tab=shipping' . ( 'deleted' === $verb ? '' : '&zone_id=' . $id ) ) ) );
	}

	/**
	 * Tells of a webhook.
	 *
	 * @param string $verb    What was done.
	 * @param mixed  $id      Its id.
	 * @param mixed  $webhook The webhook.
	 */
	private static function webhook( string $verb, $id, $webhook ): void {
		$name = $webhook instanceof \WC_Webhook ? $webhook->get_name( 'edit' ) : '';
		Recorder::tell( ( new Activity( $verb, 'webhook', (int) $id, '' === $name ? '#' . (int) $id : $name ) )->called( 'Webhook', 'webhooks' )->linking( admin_url( 'admin.php?page=wc-settings&tab=advanced&section=webhooks' ) ) );
	}

	/**
	 * Tells of an API key.
	 *
	 * @param string   $verb What was done.
	 * @param int|null $id   Its id.
	 * @param string   $name Its name.
	 */
	private static function key( string $verb, ?int $id, string $name ): void {
		$said = 'deleted' === $verb ? 'revoked' : $verb;
		Recorder::tell( ( new Activity( $verb, 'api_key', $id, $name ) )->called( 'API key', 'API keys' )->saying( $said )->linking( admin_url( 'admin.php?page=wc-settings&tab=advanced&section=keys' ) ) );
	}
}
