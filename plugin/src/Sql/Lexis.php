<?php
/**
 * By which lexical rules does this connection read a statement?
 *
 * @package Holdfast
 */

namespace Holdfast\Sql;

/**
 * Two modes of the server change what a quote means, and some character sets what a byte means.
 */
final class Lexis {

	/**
	 * Bytes of which unquoted names and keywords are made: letters, digits, underscore, dollar and every byte above
	 * 0x7F.
	 */
	const WORD_BYTES = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$'
		. "\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98\x99\x9a\x9b\x9c\x9d\x9e\x9f"
		. "\xa0\xa1\xa2\xa3\xa4\xa5\xa6\xa7\xa8\xa9\xaa\xab\xac\xad\xae\xaf\xb0\xb1\xb2\xb3\xb4\xb5\xb6\xb7\xb8\xb9\xba\xbb\xbc\xbd\xbe\xbf"
		. "\xc0\xc1\xc2\xc3\xc4\xc5\xc6\xc7\xc8\xc9\xca\xcb\xcc\xcd\xce\xcf\xd0\xd1\xd2\xd3\xd4\xd5\xd6\xd7\xd8\xd9\xda\xdb\xdc\xdd\xde\xdf"
		. "\xe0\xe1\xe2\xe3\xe4\xe5\xe6\xe7\xe8\xe9\xea\xeb\xec\xed\xee\xef\xf0\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9\xfa\xfb\xfc\xfd\xfe\xff";

	/**
	 * Does "…" quote a name (ANSI_QUOTES)?
	 *
	 * @var bool
	 */
	public $ansi_quotes;

	/**
	 * Does a backslash escape (no NO_BACKSLASH_ESCAPES)?
	 *
	 * @var bool
	 */
	public $backslash_escapes;

	/**
	 * May a statement be read beyond its head? False where a backslash can be the second byte of a character.
	 *
	 * @var bool
	 */
	public $certain;

	/**
	 * Is it known what "…" quotes? Else a statement that holds one is read like one of an unsafe character set.
	 *
	 * @var bool
	 */
	public $quotes_known = true;

	/**
	 * Does the connection speak UTF-8, so that bytes above 0x7F are always parts of characters?
	 *
	 * @var bool
	 */
	public $utf8 = true;

	/**
	 * The rules.
	 *
	 * @param bool $ansi_quotes       Whether "…" quotes a name.
	 * @param bool $backslash_escapes Whether a backslash escapes.
	 * @param bool $certain           Whether a statement may be read beyond its head.
	 */
	public function __construct( bool $ansi_quotes = false, bool $backslash_escapes = true, bool $certain = true ) {
		$this->ansi_quotes       = $ansi_quotes;
		$this->backslash_escapes = $backslash_escapes;
		$this->certain           = $certain;
	}

	/**
	 * Does "…" quote a name in this sql_mode? ANSI_QUOTES is part of ANSI and of the modes of other databases.
	 *
	 * @param string $mode The mode.
	 */
	public static function quotes_names( string $mode ): bool {
		return 1 === preg_match( '/ANSI|ORACLE|MSSQL|DB2|MAXDB|POSTGRESQL/i', $mode );
	}
}
