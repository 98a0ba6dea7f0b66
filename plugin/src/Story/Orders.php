<?php
/**
 * What happened to an order?
 *
 * @package Holdfast
 */

namespace Holdfast\Story;

/**
 * Orders and refunds of WooCommerce, kept as posts or in tables of their own. Whatever an order brings with it (stock,
 * coupons used, notes about it) is a part of it.
 */
final class Orders {

	/**
	 * Numbers of orders that are about to go.
	 *
	 * @var array<int, string>
	 */
	private static $numbers = array();

	/**
	 * An order was made; one that a customer only begins has no number yet and is not told.
	 *
	 * @param mixed $id    Its id.
	 * @param mixed $order The order.
	 */
	public static function created( $id, $order = null ): void {
		$order = self::order( $id, $order );
		if ( null !== $order ) {
			self::tell( 'created', $order, 'created, ' . self::money( $order->get_total( 'edit' ), $order ) );
		}
	}

	/**
	 * An order was changed.
	 *
	 * @param mixed $id    Its id.
	 * @param mixed $order The order.
	 */
	public static function updated( $id, $order = null ): void {
		$order = self::order( $id, $order );
		if ( null !== $order ) {
			$told = Recorder::told( 'shop_order:' . $order->get_id() );
			if ( null !== $told && 'created' === $told->verb ) {
				self::created( $id, $order ); // Its total is known only now.
			} else {
				self::tell( 'updated', $order, 'edited' );
			}
		}
	}

	/**
	 * Items of an order were added.
	 *
	 * @param mixed $items What.
	 * @param mixed $order The order.
	 */
	public static function items( $items, $order = null ): void {
		$order = self::order( 0, $order );
		if ( null !== $order ) {
			self::tell( 'updated', $order, 'edited' );
		}
	}

	/**
	 * Items of an order were saved in wp-admin.
	 *
	 * @param mixed $id The order.
	 */
	public static function items_saved( $id ): void {
		self::updated( $id );
	}

	/**
	 * Items of an order were removed.
	 *
	 * @param mixed $id    The item.
	 * @param mixed $item  What it was.
	 * @param mixed $stock What became of its stock.
	 * @param mixed $order The order.
	 */
	public static function items_removed( $id, $item = null, $stock = null, $order = null ): void {
		self::items( $item, $order );
	}

	/**
	 * An order has another status.
	 *
	 * @param mixed $id    Its id.
	 * @param mixed $from  The status before.
	 * @param mixed $to    The status now.
	 * @param mixed $order The order.
	 */
	public static function moved( $id, $from, $to, $order = null ): void {
		$order = self::order( $id, $order );
		if ( null !== $order && is_string( $from ) && is_string( $to ) ) {
			self::tell( 'status changed', $order, 'status changed', $from, $to );
		}
	}

	/**
	 * A note was written to an order, by a person or by the shop.
	 *
	 * @param mixed $id    The note.
	 * @param mixed $order The order.
	 */
	public static function noted( $id, $order = null ): void {
		$note  = get_comment( (int) $id );
		$order = self::order( 0, $order );
		if ( null !== $order && $note instanceof \WP_Comment && 'WooCommerce' !== $note->comment_author ) {
			self::tell( 'noted', $order, 'got a note' );
		}
	}

	/**
	 * A note of an order was deleted.
	 *
	 * @param mixed $id   The note's id.
	 * @param mixed $note The note.
	 */
	public static function note_deleted( $id, $note = null ): void {
		$order = is_object( $note ) && isset( $note->order_id ) ? self::order( $note->order_id, null ) : null;
		if ( null !== $order ) {
			self::tell( 'note deleted', $order, 'lost a note' );
		}
	}

	/**
	 * An order is about to be moved to trash or deleted: its number is known for the last time.
	 *
	 * @param mixed $id    Its id.
	 * @param mixed $order The order.
	 */
	public static function goes( $id, $order = null ): void {
		$order = self::order( $id, $order );
		if ( null !== $order ) {
			self::$numbers[ $order->get_id() ] = $order->get_order_number();
		}
	}

	/**
	 * An order was moved to trash.
	 *
	 * @param mixed $id Its id.
	 */
	public static function trashed( $id ): void {
		self::gone( 'trashed', (int) $id, 'moved to trash' );
	}

	/**
	 * An order came back from trash.
	 *
	 * @param mixed $id Its id.
	 */
	public static function restored( $id ): void {
		self::gone( 'restored', (int) $id, 'restored from trash' );
	}

	/**
	 * An order was deleted for good.
	 *
	 * @param mixed $id Its id.
	 */
	public static function deleted( $id ): void {
		self::gone( 'deleted', (int) $id, 'deleted' );
	}

	/**
	 * A refund was made.
	 *
	 * @param mixed $id     The order.
	 * @param mixed $refund The refund.
	 */
	public static function refunded( $id, $refund = 0 ): void {
		$order  = self::order( $id, null );
		$refund = wc_get_order( (int) $refund );
		if ( null !== $order && $refund instanceof \WC_Order_Refund ) {
			$amount = self::money( $refund->get_amount( 'edit' ), $order );
			$number = '#' . $order->get_order_number();
			$told   = ( new Activity( 'created', 'shop_order_refund', $refund->get_id(), $number ) )->called( 'Refund', 'refunds' )->saying( 'created' );
			Recorder::tell( $told->in_words( "$amount of order $number refunded" )->changing( null, $amount )->linking( $order->get_edit_order_url() ) );
		}
	}

	/**
	 * A refund was taken back.
	 *
	 * @param mixed $id    The refund.
	 * @param mixed $order The order.
	 */
	public static function refund_deleted( $id, $order = 0 ): void {
		$order  = self::order( $order, null );
		$number = null === $order ? '#' . (int) $id : '#' . $order->get_order_number();
		Recorder::tell( ( new Activity( 'deleted', 'shop_order_refund', (int) $id, $number ) )->called( 'Refund', 'refunds' )->in_words( "Refund of order $number deleted" )->linking( null === $order ? null : $order->get_edit_order_url() ) );
	}

	/**
	 * An order that people see as one.
	 *
	 * @param mixed $id    Its id.
	 * @param mixed $order The order, if it is at hand.
	 */
	private static function order( $id, $order ): ?\WC_Order {
		$order = $order instanceof \WC_Order ? $order : ( is_numeric( $id ) && $id > 0 ? wc_get_order( (int) $id ) : null );
		$is    = $order instanceof \WC_Order && 'shop_order' === $order->get_type() && ! in_array( $order->get_status( 'edit' ), array( 'auto-draft', 'draft', 'checkout-draft', 'new' ), true );
		return $is ? $order : null;
	}

	/**
	 * An amount as people write it.
	 *
	 * @param mixed     $amount The amount.
	 * @param \WC_Order $order  The order.
	 */
	private static function money( $amount, \WC_Order $order ): string {
		return wc_format_decimal( is_numeric( $amount ) ? (string) $amount : '0', wc_get_price_decimals() ) . ' ' . $order->get_currency( 'edit' );
	}

	/**
	 * Tells of an order.
	 *
	 * @param string      $verb  What was done.
	 * @param \WC_Order   $order The order.
	 * @param string      $said  What was done, in the sentence.
	 * @param string|null $from  What was before.
	 * @param string|null $to    What is now.
	 */
	private static function tell( string $verb, \WC_Order $order, string $said, ?string $from = null, ?string $to = null ): void {
		$number = '#' . $order->get_order_number();
		$told   = ( new Activity( $verb, 'shop_order', $order->get_id(), $number ) )->called( 'Order', 'orders' )->saying( $said )->changing( $from, $to );
		$told->in_words( "Order $number $said" . ( null === $from ? '' : " from “{$from}” to “{$to}”" ) );
		Recorder::tell( $told->linking( $order->get_edit_order_url() )->part_of( 'shop_order_refund:* *' ) );
	}

	/**
	 * Tells of an order that cannot be asked any more.
	 *
	 * @param string $verb What was done.
	 * @param int    $id   Its id.
	 * @param string $said What was done, in the sentence.
	 */
	private static function gone( string $verb, int $id, string $said ): void {
		$number = '#' . ( self::$numbers[ $id ] ?? $id );
		Recorder::tell( ( new Activity( $verb, 'shop_order', $id, $number ) )->called( 'Order', 'orders' )->saying( $said )->in_words( "Order $number $said" )->linking( 'restored' === $verb ? admin_url( 'post.php?action=edit&post=' . $id ) : null ) );
	}
}
