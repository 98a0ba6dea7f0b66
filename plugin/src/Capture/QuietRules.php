<?php
/**
 * Which changes make no point of their own?
 *
 * @package Holdfast
 */

namespace Holdfast\Capture;

/**
 * A table of rules: table (without the prefix) → true for all of it, or column → patterns (fnmatch) of its values.
 *
 * A change is quiet only where every value that it names matches. Quiet rows are backed up like all others.
 */
final class QuietRules {

	/** Columns that rules may look at. */
	const COLUMNS = array( 'option_name', 'meta_key' );

	// phpcs:disable WordPress.DB.SlowDBQuery -- A column's name, not a query.
	const RULES = array(
		'options'                => array( 'option_name' => array( '_transient_*', '_site_transient_*', 'cron', 'doing_cron', '*.lock', 'action_scheduler_*lock*', 'recovery_mode_email_last_sent', 'wp_calendar_block_has_published_posts' ) ),
		'sitemeta'               => array( 'meta_key' => array( '_site_transient_*' ) ),
		'postmeta'               => array( 'meta_key' => array( '_edit_lock', '_edit_last', '_encloseme', '_pingme' ) ),
		'usermeta'               => array( 'meta_key' => array( 'session_tokens', '*user-settings', '*user-settings-time', '*dashboard_quick_press_last_post_id', 'community-events-location', 'wc_last_active', '_woocommerce_persistent_cart_*' ) ),
		'actionscheduler_claims' => true,
		'actionscheduler_logs'   => true,
		'woocommerce_sessions'   => true,
		'wc_reserved_stock'      => true,
		'wc_rate_limits'         => true,
	);
	// phpcs:enable WordPress.DB.SlowDBQuery

	/**
	 * The rules, after the filter.
	 *
	 * @var array<string, true|array<string, string[]>>|null
	 */
	private $rules = null;

	/**
	 * Is what a plan announces quiet?
	 *
	 * @param Plan   $plan   The plan.
	 * @param string $prefix The site's table prefix.
	 */
	public function apply_to( Plan $plan, string $prefix ): bool {
		if ( $plan->quiet ) {
			return true;
		}
		if ( '' === $prefix || 0 !== strpos( $plan->table, $prefix ) ) {
			return false;
		}
		$rules = $this->rules();
		$name  = substr( $plan->table, strlen( $prefix ) );
		$name  = ctype_digit( substr( $name, 0, 1 ) ) ? preg_replace( '/^\d+_/', '', $name ) : $name;
		$rule  = $rules[ $name ] ?? null;
		if ( ! is_array( $rule ) ) {
			return true === $rule;
		}
		foreach ( $rule as $column => $patterns ) {
			$values = $plan->marks[ $column ] ?? array();
			if ( array() === $values ) {
				continue;
			}
			foreach ( $values as $value ) {
				if ( ! self::matches( $value, $patterns ) ) {
					return false;
				}
			}
			return true;
		}
		return false;
	}

	/**
	 * The rules. Filtered once all plugins are there; until then the built-in ones hold.
	 *
	 * @return array<string, true|array<string, string[]>>
	 */
	private function rules(): array {
		if ( null !== $this->rules ) {
			return $this->rules;
		}
		if ( ! function_exists( 'did_action' ) || ! did_action( 'plugins_loaded' ) ) {
			return self::RULES;
		}
		/**
		 * Filters which changes make no point of their own.
		 *
		 * @param array<string, true|array<string, string[]>> $rules Table without prefix → true, or column → patterns.
		 */
		$rules       = apply_filters( 'holdfast_quiet_rules', self::RULES );
		$this->rules = is_array( $rules ) ? $rules : self::RULES;
		return $this->rules;
	}

	/**
	 * Does a value match one of these patterns?
	 *
	 * @param string $value    The value.
	 * @param mixed  $patterns The patterns.
	 */
	private static function matches( string $value, $patterns ): bool {
		foreach ( (array) $patterns as $pattern ) {
			if ( is_string( $pattern ) && fnmatch( $pattern, $value, FNM_NOESCAPE ) ) {
				return true;
			}
		}
		return false;
	}
}
