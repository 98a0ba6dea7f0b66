<?php
/**
 * What the must-use loader requires: as little as capture needs, as early as a plugin can be without a drop-in.
 *
 * @package Holdfast
 */

namespace Holdfast;

// The loader and this file belong together; another version's file does nothing, and the next administrator's request
// writes a loader that matches.
if ( ! defined( 'HOLDFAST_LOADER_VERSION' ) || '0.1.0' !== HOLDFAST_LOADER_VERSION || defined( 'HOLDFAST_VERSION' ) ) {
	return;
}

define( 'HOLDFAST_VERSION', '0.1.0' );

if ( ! is_file( __DIR__ . '/hooks.php' ) || ! is_file( __DIR__ . '/src/Capture/Door.php' ) ) {
	return; // Half an update.
}

require_once __DIR__ . '/autoload.php';
require_once __DIR__ . '/src/Capture/Door.php';
require_once __DIR__ . '/hooks.php';

hook_capture();
