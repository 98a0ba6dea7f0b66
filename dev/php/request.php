<?php
/**
 * What WordPress expects to know about a request, for scripts that run on the command line.
 *
 * @package Holdfast\Dev
 * @license GPL-2.0-or-later
 */

$holdfast_site_url = (string) getenv( 'HOLDFAST_SITE_URL' );

$_SERVER['HTTP_HOST']       = preg_replace( '~^https?://~', '', $holdfast_site_url );
$_SERVER['SERVER_NAME']     = (string) parse_url( $holdfast_site_url, PHP_URL_HOST );
$_SERVER['SERVER_PORT']     = (string) parse_url( $holdfast_site_url, PHP_URL_PORT );
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
$_SERVER['REQUEST_METHOD']  = 'GET';
$_SERVER['REQUEST_URI']     = '/';
$_SERVER['REMOTE_ADDR']     = '127.0.0.1';
