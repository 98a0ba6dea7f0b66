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

// The loader lets nothing warn; where a file is missing it is half an update, and the loader sees that we did not begin.
if ( ! include_once __DIR__ . '/autoload.php' ) {
	return;
}
if ( ! include_once __DIR__ . '/src/Capture/Door.php' ) {
	return;
}
if ( ! include_once __DIR__ . '/hooks.php' ) {
	return;
}

define( 'HOLDFAST_VERSION', '0.1.0' );

hook_capture();
