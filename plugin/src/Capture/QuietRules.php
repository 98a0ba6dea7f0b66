<?php
/**
 * Which changes make no point of their own?
 *
 * @package Holdfast
 */

namespace Holdfast\Capture;

use Holdfast\Sql\Assignments;
use Holdfast\Sql\Cursor;
use Holdfast\Sql\Statement;
use Holdfast\State\Guarded;

/**
 * A table of rules, by table without the prefix. A rule is
 *
 *      TRUE                                            every change of this table
 *      array( 'option_name' => array( 'cron', … ) )    every value of this column that the change names matches (fnmatch);
 *                                                      for the columns in COLUMNS
 *      array( 'only' => array( 'claim_id', … ) )       an UPDATE that sets no other columns
 *
 * or several of the latter, of which one has to hold. Quiet rows are backed up like all others, and at every point they
 * are what they were then; they only make no point by themselves.
 *
 * Rules are data: those that the filter has made are kept in `site.php` (PROTOCOL.md section 1.1) and hold, too, where
 * no plugin could be asked yet.
 */
final class QuietRules {

	/** Columns whose values rules may look at. */
	const COLUMNS = array( 'option_name', 'meta_key' );

	// phpcs:disable WordPress.DB.SlowDBQuery -- A column's name, not a query.
	const RULES = array(
		// WordPress: transients, sessions, the cron option, locks, caches.
		'options'                      => array( 'option_name' => array( '_transient_*', '_site_transient_*', 'cron', 'doing_cron', '*.lock', 'rewrite_rules', 'recovery_mode_email_last_sent', 'wp_calendar_block_has_published_posts', 'can_compress_scripts', 'action_scheduler_*lock*', '_wc_session_*', '_wp_session_*' ) ),
		'sitemeta'                     => array( 'meta_key' => array( '_site_transient_*' ) ),
		'postmeta'                     => array( 'meta_key' => array( '_edit_lock', '_edit_last', '_encloseme', '_pingme', '_oembed_*' ) ),
		'usermeta'                     => array( 'meta_key' => array( 'session_tokens', '*user-settings', '*user-settings-time', '*dashboard_quick_press_last_post_id', 'community-events-location', 'wc_last_active', '_woocommerce_persistent_cart_*', '_woocommerce_load_saved_cart_after_login' ) ),
		// Action Scheduler: claims and logs. What an action does is a change of its own.
		'actionscheduler_actions'      => array( 'only' => array( 'claim_id', 'last_attempt_gmt', 'last_attempt_local', 'attempts', 'status' ) ),
		'actionscheduler_claims'       => true,
		'actionscheduler_logs'         => true,
		// WooCommerce: sessions, reservations, limits, logs, inbox, and tables that it computes from others.
		'woocommerce_sessions'         => true,
		'woocommerce_log'              => true,
		'woocommerce_api_keys'         => array( 'only' => array( 'last_access' ) ),
		'wc_reserved_stock'            => true,
		'wc_rate_limits'               => true,
		'wc_download_log'              => true,
		'wc_admin_notes'               => true,
		'wc_admin_note_actions'        => true,
		'wc_product_meta_lookup'       => true,
		'wc_product_attributes_lookup' => true,
		'wc_category_lookup'           => true,
		'wc_customer_lookup'           => true,
		'wc_order_stats'               => true,
		'wc_order_*_lookup'            => true,
		// Logs of plugins that many sites have.
		'redirection_logs'             => true,
		'redirection_404'              => true,
		'wfhits'                       => true,
		'wflivetraffichuman'           => true,
	);
	// phpcs:enable WordPress.DB.SlowDBQuery

	/**
	 * The rules, after the filter.
	 *
	 * @var array<string, mixed>|null
	 */
	private $rules = null;

	/**
	 * The rules as they were kept; null = not looked for yet.
	 *
	 * @var array<string, mixed>|null
	 */
	private $kept = null;

	/**
	 * The rule of a table; null = none.
	 *
	 * @var array<string, mixed>
	 */
	private $found = array();

	/**
	 * The prefix for which $found holds.
	 *
	 * @var string
	 */
	private $prefix = '';

	/**
	 * Is what a plan announces quiet?
	 *
	 * @param Plan           $plan      The plan.
	 * @param string         $prefix    The site's table prefix.
	 * @param Statement|null $statement The statement that is planned.
	 */
	public function apply_to( Plan $plan, string $prefix, ?Statement $statement = null ): bool {
		if ( $plan->quiet ) {
			return true;
		}
		$rule = $this->rule_of( $plan->table, $prefix );
		if ( null === $rule || ( null !== $statement && Statement::SCHEMA === $statement->kind ) ) {
			return false;
		}
		if ( ! is_array( $rule ) ) {
			return true === $rule;
		}
		foreach ( $rule as $column => $patterns ) {
			$holds = 'only' === $column ? self::sets_only( $statement, (array) $patterns ) : self::all_match( $plan->marks[ $column ] ?? array(), (array) $patterns );
			if ( $holds ) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Does the rule of a table ask which columns a statement sets? Then a plan alone does not tell.
	 *
	 * @param string $table  The table.
	 * @param string $prefix The site's table prefix.
	 */
	public function asks_for_columns( string $table, string $prefix ): bool {
		$rule = $this->rule_of( $table, $prefix );
		return is_array( $rule ) && isset( $rule['only'] );
	}

	/**
	 * The rule of a table; null = none.
	 *
	 * @param string $table  The table.
	 * @param string $prefix The site's table prefix.
	 * @return mixed
	 */
	private function rule_of( string $table, string $prefix ) {
		if ( null === $this->rules || $prefix !== $this->prefix ) {
			$this->prefix = $prefix;
			$this->found  = array(); // Other rules hold now, or may at the next statement.
		}
		if ( ! array_key_exists( $table, $this->found ) ) {
			$this->found[ $table ] = '' === $prefix || 0 !== strpos( $table, $prefix ) ? null : $this->rule( self::name( $table, $prefix ) );
		}
		return $this->found[ $table ];
	}

	/**
	 * The name of a table without prefix and number of the site.
	 *
	 * @param string $table  The table.
	 * @param string $prefix The prefix.
	 */
	private static function name( string $table, string $prefix ): string {
		$name = substr( $table, strlen( $prefix ) );
		return ctype_digit( substr( $name, 0, 1 ) ) ? (string) preg_replace( '/^\d+_/', '', $name ) : $name;
	}

	/**
	 * The rules that hold for this site: all plugins are there, so they are asked.
	 *
	 * @return array<string, mixed>
	 */
	public static function of_site(): array {
		/**
		 * Filters which changes make no point of their own. See readme.txt, "For developers".
		 *
		 * @param array<string, mixed> $rules Table without prefix → rule.
		 */
		$rules = apply_filters( 'holdfast_quiet_rules', self::RULES );
		return is_array( $rules ) ? $rules : self::RULES;
	}

	/**
	 * The rule of a table: by its name, else the first pattern that matches.
	 *
	 * @param string $name The table without its prefix.
	 * @return mixed
	 */
	private function rule( string $name ) {
		$rules = $this->rules();
		$rule  = $rules[ $name ] ?? $rules[ strtolower( $name ) ] ?? null;
		if ( null === $rule ) {
			foreach ( $rules as $pattern => $one ) {
				if ( false !== strpbrk( (string) $pattern, '*?[' ) && fnmatch( (string) $pattern, $name, FNM_NOESCAPE ) ) {
					return $one;
				}
			}
		}
		return $rule;
	}

	/**
	 * The rules. Filtered once all plugins are there; until then those hold that were kept.
	 *
	 * @return array<string, mixed>
	 */
	private function rules(): array {
		if ( null === $this->rules && function_exists( 'did_action' ) && did_action( 'plugins_loaded' ) ) {
			$this->rules = self::of_site();
		}
		return $this->rules ?? $this->kept();
	}

	/**
	 * The rules as a running WordPress has handed them over, else the built-in ones.
	 *
	 * @return array<string, mixed>
	 */
	private function kept(): array {
		if ( null === $this->kept ) {
			$site       = defined( 'HOLDFAST_STATE' ) ? Guarded::read( HOLDFAST_STATE . '/site.php' ) : null;
			$rules      = $site['quiet'] ?? null;
			$this->kept = is_array( $rules ) ? $rules : self::RULES;
		}
		return $this->kept;
	}

	/**
	 * Are there values, and does each match one of these patterns?
	 *
	 * @param string[]     $values   The values that a change names.
	 * @param array<mixed> $patterns The patterns.
	 */
	private static function all_match( array $values, array $patterns ): bool {
		foreach ( $values as $value ) {
			if ( ! self::matches( $value, $patterns ) ) {
				return false;
			}
		}
		return array() !== $values;
	}

	/**
	 * Does a value match one of these patterns? What stands before the first wildcard decides nearly always; fnmatch() reads
	 * characters one by one.
	 *
	 * @param string       $value    The value.
	 * @param array<mixed> $patterns The patterns.
	 */
	private static function matches( string $value, array $patterns ): bool {
		foreach ( $patterns as $pattern ) {
			if ( $pattern === $value ) {
				return true;
			}
			$plain = is_string( $pattern ) ? strcspn( $pattern, '*?[' ) : 0;
			if ( is_string( $pattern ) && strlen( $pattern ) > $plain && 0 === strncmp( $pattern, $value, $plain ) && fnmatch( $pattern, $value, FNM_NOESCAPE ) ) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Is this an UPDATE, of one table or several, that sets these columns only?
	 *
	 * @param Statement|null $statement The statement.
	 * @param array<mixed>   $columns   The columns.
	 */
	private static function sets_only( ?Statement $statement, array $columns ): bool {
		if ( null === $statement || null === $statement->tokens || ! in_array( $statement->kind, array( Statement::UPDATE, Statement::UPDATE_FOUND, Statement::TABLES ), true ) ) {
			return false;
		}
		$assigns = $statement->exact ? $statement->assigns : array();
		if ( Statement::TABLES === $statement->kind ) {
			$cursor = new Cursor( $statement->tokens );
			if ( ! $cursor->take( 'UPDATE' ) || ! $cursor->find( 'SET' ) || ! $cursor->take( 'SET' ) ) {
				return false;
			}
			$ends    = array( 'WHERE', 'ORDER', 'LIMIT', 'RETURNING' );
			$assigns = Assignments::read( $cursor, $ends );
			if ( ! $cursor->ended() && ! in_array( $cursor->word(), $ends, true ) ) {
				return false;
			}
		}
		foreach ( $assigns as $assign ) {
			if ( ! in_array( strtolower( $assign[0] ), $columns, true ) ) {
				return false;
			}
		}
		return array() !== $assigns;
	}
}
