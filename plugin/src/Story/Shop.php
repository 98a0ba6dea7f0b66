<?php
/**
 * What happened to the products, stock and coupons of a shop?
 *
 * @package Holdfast
 */

namespace Holdfast\Story;

/**
 * WooCommerce, by hooks of its public API only. Products and coupons are posts, so Posts tells of them, too, under the
 * same name; variations are a part of their product, and what an order does to stock is a part of the order.
 */
final class Shop {

	/** What an activity about goods is a part of. */
	const ORDERS = array( 'shop_order:* *', 'shop_order_refund:* *' );

	/**
	 * Stock before it is set, by product.
	 *
	 * @var array<int, string>
	 */
	private static $stock = array();

	/**
	 * Variations that were saved, by product, as activities about their stock: then that is what changed.
	 *
	 * @var array<int, string[]>
	 */
	private static $variations = array();

	/**
	 * A product was changed.
	 *
	 * @param mixed $id      Its id.
	 * @param mixed $product The product.
	 */
	public static function product( $id, $product = null ): void {
		if ( $product instanceof \WC_Product && ! in_array( $product->get_status( 'edit' ), array( 'auto-draft', 'importing' ), true ) ) {
			self::tell( 'updated', $product->get_id(), $product->get_name( 'edit' ) );
		}
	}

	/**
	 * A product was made.
	 *
	 * @param mixed $id      Its id.
	 * @param mixed $product The product.
	 */
	public static function product_created( $id, $product = null ): void {
		if ( $product instanceof \WC_Product && ! in_array( $product->get_status( 'edit' ), array( 'auto-draft', 'importing', 'publish', 'future', 'private' ), true ) ) {
			self::tell( 'created', $product->get_id(), $product->get_name( 'edit' ) );
		}
	}

	/**
	 * A variation was made or changed: its product was.
	 *
	 * @param mixed $id        Its id.
	 * @param mixed $variation The variation.
	 */
	public static function variation( $id, $variation = null ): void {
		if ( $variation instanceof \WC_Product_Variation ) {
			self::$variations[ $variation->get_parent_id() ][] = 'product:' . $variation->get_id() . ' stock changed';
			self::tell( 'updated', $variation->get_parent_id(), get_the_title( $variation->get_parent_id() ) );
		}
	}

	/**
	 * A variation goes: its product changes.
	 *
	 * @param mixed $id Its id.
	 */
	public static function variation_goes( $id ): void {
		$parent = wp_get_post_parent_id( (int) $id );
		if ( is_int( $parent ) && $parent > 0 ) {
			self::tell( 'updated', $parent, get_the_title( $parent ) );
		}
	}

	/**
	 * The stock of a product is about to be set.
	 *
	 * @param mixed $product The product or variation.
	 */
	public static function stock_before( $product ): void {
		if ( $product instanceof \WC_Product && ! isset( self::$stock[ $product->get_id() ] ) ) {
			self::$stock[ $product->get_id() ] = self::amount( get_post_meta( $product->get_id(), '_stock', true ) );
		}
	}

	/**
	 * The stock of a product was set.
	 *
	 * @param mixed $product The product or variation.
	 */
	public static function stock( $product ): void {
		if ( ! $product instanceof \WC_Product ) {
			return;
		}
		$id   = $product->get_id();
		$from = self::$stock[ $id ] ?? '';
		$to   = self::amount( $product->get_stock_quantity( 'edit' ) );
		if ( $from !== $to ) {
			$told = self::product_activity( 'stock changed', $id, $product->get_name( 'edit' ) )->saying( 'stock changed' );
			Recorder::tell( $told->changing( '' === $from ? 'none' : $from, '' === $to ? 'none' : $to )->part_of( "product:$id created", "product:$id published", ...self::ORDERS ) );
		}
	}

	/**
	 * A coupon was made or changed.
	 *
	 * @param mixed $id     Its id.
	 * @param mixed $coupon The coupon.
	 */
	public static function coupon( $id, $coupon = null ): void {
		if ( $coupon instanceof \WC_Coupon && 'auto-draft' !== $coupon->get_status( 'edit' ) ) {
			$told = ( new Activity( 'updated', 'shop_coupon', $coupon->get_id(), $coupon->get_code( 'edit' ) ) )->called( 'Coupon', 'coupons' );
			Recorder::tell( $told->linking( admin_url( 'post.php?action=edit&post=' . $coupon->get_id() ) )->part_of( ...self::ORDERS ) );
		}
	}

	/**
	 * A customer's data were changed.
	 *
	 * @param mixed $id The customer's id.
	 */
	public static function customer( $id ): void {
		$user = get_userdata( (int) $id );
		if ( $user instanceof \WP_User ) {
			Users::changed( $user, ...self::ORDERS );
		}
	}

	/**
	 * An attribute of products was made.
	 *
	 * @param mixed $id   Its id.
	 * @param mixed $what Its name and more.
	 */
	public static function attribute_created( $id, $what = array() ): void {
		self::attribute( 'created', $id, is_array( $what ) ? $what['attribute_label'] ?? '' : '' );
	}

	/**
	 * An attribute of products was changed.
	 *
	 * @param mixed $id   Its id.
	 * @param mixed $what Its name and more.
	 */
	public static function attribute_updated( $id, $what = array() ): void {
		self::attribute( 'updated', $id, is_array( $what ) ? $what['attribute_label'] ?? '' : '' );
	}

	/**
	 * An attribute of products was deleted.
	 *
	 * @param mixed $id   Its id.
	 * @param mixed $name Its name.
	 */
	public static function attribute_deleted( $id, $name = '' ): void {
		self::attribute( 'deleted', $id, $name );
	}

	/**
	 * Tells of an attribute.
	 *
	 * @param string $verb What was done.
	 * @param mixed  $id   Its id.
	 * @param mixed  $name Its name.
	 */
	private static function attribute( string $verb, $id, $name ): void {
		Recorder::tell( ( new Activity( $verb, 'product_attribute', (int) $id, is_string( $name ) && '' !== $name ? $name : '#' . (int) $id ) )->called( 'Product attribute', 'product attributes' )->linking( admin_url( 'edit.php?post_type=product&page=product_attributes' ) ) );
	}

	/**
	 * Tells of a product.
	 *
	 * @param string $verb What was done.
	 * @param int    $id   Its id.
	 * @param string $name Its name.
	 */
	private static function tell( string $verb, int $id, string $name ): void {
		Recorder::tell( self::product_activity( $verb, $id, $name )->part_of( ...array_merge( self::ORDERS, self::$variations[ $id ] ?? array() ) ) );
	}

	/**
	 * An activity about a product.
	 *
	 * @param string $verb What was done.
	 * @param int    $id   Its id.
	 * @param string $name Its name.
	 */
	private static function product_activity( string $verb, int $id, string $name ): Activity {
		$parent = 'product_variation' === get_post_type( $id ) ? (int) wp_get_post_parent_id( $id ) : $id;
		return ( new Activity( $verb, 'product', $id, '' === $name ? '#' . $id : $name ) )->called( 'Product', 'products' )->linking( admin_url( 'post.php?action=edit&post=' . $parent ) );
	}

	/**
	 * An amount of stock as people write it.
	 *
	 * @param mixed $amount The amount.
	 */
	private static function amount( $amount ): string {
		return is_numeric( $amount ) ? (string) ( (float) $amount ) : '';
	}
}
