<?php
/**
 * How does a request of the page reach the agent?
 *
 * @package Holdfast
 */

namespace Holdfast\Rest;

use Holdfast\Agent\Control;
use Holdfast\Agent\Keeper;
use Holdfast\Errors;
use Holdfast\State\Folder;

/**
 * Forwards what the schema of a route lets through, and answers for the agent where it does not.
 */
final class Forward {

	/**
	 * Forwards a request.
	 *
	 * @param \WP_REST_Request $request    The request, validated.
	 * @param string[]         $names      The arguments that are handed on.
	 * @param int              $timeout_ms How long to wait.
	 * @phpstan-param \WP_REST_Request<array<string, mixed>> $request
	 */
	public static function request( \WP_REST_Request $request, array $names, int $timeout_ms ): \WP_REST_Response {
		$path  = substr( $request->get_route(), strlen( '/' . Routes::SPACE ) );
		$given = array();
		foreach ( $names as $name ) {
			$value = $request->get_param( $name );
			if ( null !== $value ) {
				// PHP's empty array stands for both of JSON's; of ours "keep" alone is an object.
				$given[ $name ] = 'keep' === $name ? (object) $value : $value;
			}
		}
		if ( 'GET' === $request->get_method() ) {
			return self::ask( 'GET', array() === $given ? $path : $path . '?' . http_build_query( $given ), null, $timeout_ms );
		}
		return self::ask( 'POST', $path, $given, $timeout_ms );
	}

	/**
	 * Asks the agent, and answers for it where it does not.
	 *
	 * @param string                    $method     GET or POST.
	 * @param string                    $path       Below /v1.
	 * @param array<string, mixed>|null $body       The body of a POST.
	 * @param int                       $timeout_ms How long to wait.
	 */
	private static function ask( string $method, string $path, ?array $body, int $timeout_ms ): \WP_REST_Response {
		$state   = Folder::find();
		$control = null === $state ? null : Control::of( $state );
		if ( null === $state || null === $control || ! $control->accepts() ) {
			$code = null === $state ? Errors::STATE_NOT_WRITABLE : ( new Keeper( $state ) )->why();
			return self::error( '' === $code ? Errors::AGENT_NOT_RUNNING : $code );
		}
		$answer = $control->ask( $method, $path, $body, $timeout_ms );
		if ( null === $answer ) {
			return self::error( Errors::AGENT_SILENT );
		}
		$response = new \WP_REST_Response( $answer[1], $answer[0] );
		$response->header( 'Cache-Control', 'no-store' );
		return $response;
	}

	/**
	 * An error of ours.
	 *
	 * @param string $code Its code.
	 */
	private static function error( string $code ): \WP_REST_Response {
		return new \WP_REST_Response( Errors::body( $code ), Errors::status( $code ) );
	}
}
