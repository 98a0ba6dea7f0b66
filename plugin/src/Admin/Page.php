<?php
/**
 * Where is the screen?
 *
 * @package Holdfast
 */

namespace Holdfast\Admin;

use Holdfast\Rest\Routes;

/**
 * The menu entry and the page that the React application draws.
 */
final class Page {

	const SLUG = 'holdfast';

	/**
	 * Adds the menu entry.
	 */
	public static function add(): void {
		add_menu_page(
			__( 'Holdfast', 'holdfast' ),
			__( 'Holdfast', 'holdfast' ),
			is_multisite() ? 'manage_network_options' : 'manage_options',
			self::SLUG,
			array( self::class, 'draw' ),
			'dashicons-shield',
			75
		);
	}

	/**
	 * Draws what the application fills.
	 */
	public static function draw(): void {
		printf(
			'<div class="wrap"><h1 class="screen-reader-text">%s</h1><hr class="wp-header-end"><div id="holdfast-root"><p>%s</p></div></div>',
			esc_html__( 'Holdfast', 'holdfast' ),
			esc_html__( 'Loading…', 'holdfast' )
		);
		if ( null === self::assets() ) {
			printf( '<div class="notice notice-error"><p>%s</p></div>', esc_html__( 'The files of this screen are missing from the plugin’s folder. Install the plugin again.', 'holdfast' ) );
		}
	}

	/**
	 * Loads script and style, on this page only.
	 *
	 * @param string $hook The page's hook.
	 */
	public static function enqueue( string $hook ): void {
		$assets = 'toplevel_page_' . self::SLUG === $hook ? self::assets() : null;
		if ( null === $assets ) {
			return;
		}
		$plugin = dirname( __DIR__, 2 ) . '/holdfast.php';
		wp_enqueue_script( 'holdfast', plugins_url( 'build/index.js', $plugin ), $assets['dependencies'], $assets['version'], true );
		wp_set_script_translations( 'holdfast', 'holdfast' );
		wp_add_inline_script( 'holdfast', 'window.holdfast = ' . wp_json_encode( self::settings() ) . ';', 'before' );
		foreach ( array( 'style-index.css', 'index.css' ) as $name ) {
			if ( is_file( dirname( __DIR__, 2 ) . '/build/' . $name ) ) {
				wp_enqueue_style( 'holdfast-' . basename( $name, '.css' ), plugins_url( 'build/' . $name, $plugin ), array( 'wp-components' ), $assets['version'] );
				wp_style_add_data( 'holdfast-' . basename( $name, '.css' ), 'rtl', 'replace' );
			}
		}
	}

	/**
	 * What the application is told; the REST nonce is wp-api-fetch's business.
	 *
	 * @return array<string, string>
	 */
	private static function settings(): array {
		return array(
			'restNamespace' => Routes::SPACE,
			'timezone'      => wp_timezone_string(),
			'locale'        => get_user_locale(),
			'version'       => HOLDFAST_VERSION,
		);
	}

	/**
	 * What the build says of the script.
	 *
	 * @return array{dependencies: non-empty-string[], version: string}|null Null where there is no build.
	 */
	private static function assets(): ?array {
		$path = dirname( __DIR__, 2 ) . '/build/index.asset.php';
		if ( ! is_file( $path ) ) {
			return null;
		}
		$assets = require $path;
		return is_array( $assets ) && isset( $assets['dependencies'], $assets['version'] ) ? $assets : null;
	}
}
