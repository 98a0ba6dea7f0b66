<?php
/**
 * Removes everything of Holdfast's own. The backups at the endpoint stay.
 *
 * @package Holdfast
 */

namespace Holdfast;

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

if ( ! defined( 'HOLDFAST_VERSION' ) ) {
	define( 'HOLDFAST_VERSION', '0.1.0' );
}

require_once __DIR__ . '/autoload.php';

Lifecycle::uninstall();
