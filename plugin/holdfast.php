<?php
/**
 * Plugin Name:       Holdfast
 * Description:       Real-time backup that you host yourself: records every change within seconds and brings any moment back with one click.
 * Version:           0.1.0
 * Requires at least: 6.6
 * Requires PHP:      7.4
 * Author:            The Holdfast contributors
 * License:           GPL-2.0-or-later
 * License URI:       https://www.gnu.org/licenses/gpl-2.0.html
 * Text Domain:       holdfast
 * Domain Path:       /languages
 *
 * @package Holdfast
 */

namespace Holdfast;

defined( 'ABSPATH' ) || exit;

if ( ! defined( 'HOLDFAST_VERSION' ) ) {
	define( 'HOLDFAST_VERSION', '0.1.0' );
}

if ( ! function_exists( 'Holdfast\hook_plugin' ) ) { // The loader may name another copy of the plugin.
	require_once __DIR__ . '/autoload.php';
	require_once __DIR__ . '/hooks.php';
}

hook_plugin( __FILE__ );
