<?php
/**
 * Loads the plugin's classes without WordPress: everything below src/Sql, src/Log, src/Schema and the planners is pure.
 *
 * @package Holdfast
 */

define( 'HOLDFAST_VERSION', '0.1.0' );
require __DIR__ . '/../../plugin/autoload.php';
require __DIR__ . '/unit/Tables.php';
require __DIR__ . '/unit/Corpus.php';
require __DIR__ . '/unit/Mutants.php';
require __DIR__ . '/integration/Server.php';
require __DIR__ . '/integration/Child.php';
