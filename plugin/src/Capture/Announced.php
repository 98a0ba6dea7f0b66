<?php
/**
 * Which statement was announced and has not been seen to return?
 *
 * @package Holdfast
 */

namespace Holdfast\Capture;

/**
 * What has to be known when a statement returns.
 */
final class Announced {

	/**
	 * The statement as WordPress runs it.
	 *
	 * @var string
	 */
	public $sql;

	/**
	 * What it does to the transaction.
	 *
	 * @var string
	 */
	public $effect;

	/**
	 * SET … seen in it.
	 *
	 * @var array<string, string>
	 */
	public $settings = array();

	/**
	 * Did it go the short way: one plan, no effect on transactions, settings or schemas?
	 *
	 * @var bool
	 */
	public $usual = false;

	/**
	 * Its plans and the numbers of their intents.
	 *
	 * @var array<int, Plan>
	 */
	public $plans = array();

	/**
	 * Number of keys found by a look-up, to be compared with the rows that the server matched; null = none was run.
	 *
	 * @var int|null
	 */
	public $found = null;

	/**
	 * Does it change schemas?
	 *
	 * @var bool
	 */
	public $schema = false;

	/**
	 * A statement.
	 *
	 * @param string $sql    The statement.
	 * @param string $effect What it does to the transaction.
	 */
	public function __construct( string $sql, string $effect ) {
		$this->sql    = $sql;
		$this->effect = $effect;
	}
}
