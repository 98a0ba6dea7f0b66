<?php
/**
 * Which routes does the page have, and what do they take?
 *
 * @package Holdfast
 */

namespace Holdfast\Rest;

/**
 * The routes of `holdfast/v1` (PROTOCOL.md section 9): the control API's, one to one, within the same bounds.
 */
final class Routes {

	const SPACE = 'holdfast/v1';

	/**
	 * Registers them.
	 */
	public static function register(): void {
		foreach ( self::forwarded() as list( $method, $route, $args, $timeout_ms ) ) {
			register_rest_route(
				self::SPACE,
				$route,
				array(
					'methods'             => $method,
					'callback'            => static function ( \WP_REST_Request $request ) use ( $timeout_ms, $args ) {
						return Forward::request( $request, array_keys( $args ), $timeout_ms );
					},
					'permission_callback' => array( self::class, 'may' ),
					'args'                => $args,
				)
			);
		}
		register_rest_route(
			self::SPACE,
			'/status',
			array(
				'methods'             => 'GET',
				'callback'            => array( Status::class, 'answer' ),
				'permission_callback' => array( self::class, 'may' ),
			)
		);
		register_rest_route(
			self::SPACE,
			'/agent/start',
			array(
				'methods'             => 'POST',
				'callback'            => array( Status::class, 'start' ),
				'permission_callback' => array( self::class, 'may' ),
			)
		);
	}

	/**
	 * Who may: administrators. The REST nonce of cookie sessions is checked by WordPress before.
	 */
	public static function may(): bool {
		return current_user_can( is_multisite() ? 'manage_network_options' : 'manage_options' );
	}

	/**
	 * The routes that go to the agent: method, route, arguments, time-out.
	 *
	 * @return array<int, array{0: string, 1: non-falsy-string, 2: array<string, array<string, mixed>>, 3: int}>
	 */
	private static function forwarded(): array {
		$code  = array( 'code' => self::text( 4096, true ) );
		$seq   = self::whole( 1 );
		$parts = array(
			'type'     => 'array',
			'maxItems' => 1000,
			'required' => true,
			'items'    => array(
				'type'    => 'string',
				'pattern' => '^(everything|database|plugins|themes|uploads|root|content|table:.{1,64}|(post|user|menu):[1-9][0-9]{0,14}|option:.{1,191}|(plugin|theme|plugin-options|theme-options):[^/]{1,200}|path:.{1,4096})$',
			),
		);
		return array(
			array( 'POST', '/connect/test', $code, 30000 ),
			array( 'POST', '/connect', $code + array( 'sealed' => array( 'type' => 'boolean' ) ), 30000 ),
			array( 'GET', '/recovery-key', array(), 5000 ),
			array(
				'POST',
				'/copied',
				array(
					'answer' => array(
						'type'     => 'string',
						'enum'     => array( 'moved', 'copy' ),
						'required' => true,
					),
				),
				15000,
			),
			array(
				'GET',
				'/timeline',
				array(
					'before' => $seq,
					'limit'  => self::whole( 1, 200 ),
				),
				10000,
			),
			array( 'GET', '/points/(?P<seq>\d{1,15})', array(), 10000 ),
			array(
				'POST',
				'/backup',
				array(
					'name'   => self::text( 200, false ),
					'pinned' => array( 'type' => 'boolean' ),
				),
				5000,
			),
			array(
				'POST',
				'/plan',
				array(
					'point' => $seq,
					'at'    => self::whole( 0 ),
					'parts' => $parts,
					'keep'  => self::keep(),
				),
				5000,
			),
			array( 'GET', '/plans/(?P<id>[0-9A-Za-z_-]{1,64})', array(), 10000 ),
			array( 'POST', '/restore', array( 'plan' => self::text( 64, true ) ), 10000 ),
			array( 'POST', '/undo', array( 'restore' => self::text( 64, false ) ), 10000 ),
			array( 'POST', '/sweep', array(), 5000 ),
			array( 'POST', '/verify', array( 'point' => $seq ), 5000 ),
			array( 'GET', '/jobs', array(), 5000 ),
			array( 'GET', '/jobs/(?P<id>[0-9A-Za-z_-]{1,64})', array(), 5000 ),
			array( 'POST', '/jobs/(?P<id>[0-9A-Za-z_-]{1,64})/cancel', array(), 10000 ),
		);
	}

	/**
	 * What a restore leaves as it is now (PROTOCOL.md section 8).
	 *
	 * @return array<string, mixed>
	 */
	private static function keep(): array {
		return array(
			'type'                 => 'object',
			'additionalProperties' => false,
			'properties'           => array(
				'orders'   => array( 'type' => 'boolean' ),
				'stock'    => array(
					'type' => 'string',
					'enum' => array( 'now', 'thenLessSold' ),
				),
				'accounts' => array(
					'type' => 'string',
					'enum' => array( 'now', 'then' ),
				),
				'added'    => array(
					'type'     => 'array',
					'maxItems' => 1000,
					'items'    => self::text( 64, false ),
				),
			),
		);
	}

	/**
	 * A text argument.
	 *
	 * @param int  $length_max Its bound.
	 * @param bool $required   Whether it must be there.
	 * @return array<string, mixed>
	 */
	private static function text( int $length_max, bool $required ): array {
		return array(
			'type'      => 'string',
			'minLength' => 1,
			'maxLength' => $length_max,
			'required'  => $required,
		);
	}

	/**
	 * A whole number.
	 *
	 * @param int $minimum Its lower bound.
	 * @param int $maximum Its upper bound.
	 * @return array<string, mixed>
	 */
	private static function whole( int $minimum, int $maximum = 9007199254740991 ): array {
		return array(
			'type'    => 'integer',
			'minimum' => $minimum,
			'maximum' => $maximum,
		);
	}
}
