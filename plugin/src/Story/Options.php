<?php
/**
 * Which setting that people know was changed?
 *
 * @package Holdfast
 */

namespace Holdfast\Story;

/**
 * Settings: those on WordPress' own settings pages, those that a plugin saves through them, widgets, and what a theme
 * keeps for itself.
 */
final class Options {

	/** A value longer than this is not told. */
	const VALUE_LETTERS = 80;

	/** Option → what it is called. */
	const KNOWN = array(
		'blogname'                      => 'Site title',
		'blogdescription'               => 'Tagline',
		'siteurl'                       => 'WordPress address',
		'home'                          => 'Site address',
		'admin_email'                   => 'Administration email address',
		'new_admin_email'               => 'New administration email address',
		'users_can_register'            => 'Membership',
		'default_role'                  => 'Default role of new users',
		'timezone_string'               => 'Time zone',
		'gmt_offset'                    => 'Time zone offset',
		'date_format'                   => 'Date format',
		'time_format'                   => 'Time format',
		'start_of_week'                 => 'Start of the week',
		'WPLANG'                        => 'Site language',
		'site_icon'                     => 'Site icon',
		'site_logo'                     => 'Site logo',
		'permalink_structure'           => 'Permalinks',
		'category_base'                 => 'Category base',
		'tag_base'                      => 'Tag base',
		'default_category'              => 'Default category',
		'default_post_format'           => 'Default post format',
		'default_link_category'         => 'Default link category',
		'use_smilies'                   => 'Emoticons',
		'use_balanceTags'               => 'Correction of nested tags',
		'mailserver_url'                => 'Post via email',
		'mailserver_port'               => 'Post via email: port',
		'mailserver_login'              => 'Post via email: login',
		'mailserver_pass'               => 'Post via email: password',
		'default_email_category'        => 'Post via email: category',
		'ping_sites'                    => 'Update services',
		'show_on_front'                 => 'Homepage',
		'page_on_front'                 => 'Homepage',
		'page_for_posts'                => 'Posts page',
		'posts_per_page'                => 'Posts per page', // phpcs:ignore WordPress.WP.PostsPerPage -- An option's name, not a query.
		'posts_per_rss'                 => 'Posts per feed',
		'rss_use_excerpt'               => 'Content of feeds',
		'blog_charset'                  => 'Encoding',
		'blog_public'                   => 'Search engine visibility',
		'default_pingback_flag'         => 'Notification of linked sites',
		'default_ping_status'           => 'Pingbacks on new posts',
		'default_comment_status'        => 'Comments on new posts',
		'require_name_email'            => 'Name and email of commenters',
		'comment_registration'          => 'Comments by registered users only',
		'close_comments_for_old_posts'  => 'Closing of old comments',
		'close_comments_days_old'       => 'Closing of old comments: days',
		'show_comments_cookies_opt_in'  => 'Comment cookies',
		'thread_comments'               => 'Nested comments',
		'thread_comments_depth'         => 'Nested comments: depth',
		'page_comments'                 => 'Comment pages',
		'comments_per_page'             => 'Comments per page',
		'default_comments_page'         => 'First comment page',
		'comment_order'                 => 'Order of comments',
		'comments_notify'               => 'Email on comments',
		'moderation_notify'             => 'Email on held comments',
		'wp_notes_notify'               => 'Email on notes',
		'comment_moderation'            => 'Comment moderation',
		'comment_previously_approved'   => 'Approval of known commenters',
		'comment_max_links'             => 'Links in comments',
		'moderation_keys'               => 'Comment moderation words',
		'disallowed_keys'               => 'Disallowed comment words',
		'show_avatars'                  => 'Avatars',
		'avatar_rating'                 => 'Avatar rating',
		'avatar_default'                => 'Default avatar',
		'thumbnail_size_w'              => 'Thumbnail width',
		'thumbnail_size_h'              => 'Thumbnail height',
		'thumbnail_crop'                => 'Thumbnail cropping',
		'medium_size_w'                 => 'Medium image width',
		'medium_size_h'                 => 'Medium image height',
		'large_size_w'                  => 'Large image width',
		'large_size_h'                  => 'Large image height',
		'image_default_size'            => 'Default image size',
		'image_default_align'           => 'Default image alignment',
		'image_default_link_type'       => 'Default image link',
		'uploads_use_yearmonth_folders' => 'Upload folders',
		'upload_path'                   => 'Upload path',
		'upload_url_path'               => 'Upload address',
		'wp_attachment_pages_enabled'   => 'Attachment pages',
		'auto_update_core_major'        => 'Automatic updates: major versions',
		'auto_update_core_minor'        => 'Automatic updates: minor versions',
		'auto_update_core_dev'          => 'Automatic updates: development versions',
		'auto_update_plugins'           => 'Automatic updates of plugins',
		'auto_update_themes'            => 'Automatic updates of themes',
	);

	/** Options whose values are a matter of their own, or say nothing to people. */
	const NO_VALUES = array( 'mailserver_pass', 'mailserver_login', 'site_icon', 'site_logo', 'moderation_keys', 'disallowed_keys', 'ping_sites', 'page_on_front', 'page_for_posts' );

	/**
	 * An option was added.
	 *
	 * @param mixed $name  Its name.
	 * @param mixed $value Its value.
	 */
	public static function added( $name, $value = null ): void {
		self::updated( $name, null, $value );
	}

	/**
	 * An option was deleted.
	 *
	 * @param mixed $name Its name.
	 */
	public static function deleted( $name ): void {
		self::updated( $name, null, null );
	}

	/**
	 * An option was changed. What WordPress does to options while it loads is not what somebody did.
	 *
	 * @param mixed $name  Its name.
	 * @param mixed $old   Its value before.
	 * @param mixed $value Its value now.
	 */
	public static function updated( $name, $old = null, $value = null ): void {
		if ( ! is_string( $name ) || ! did_action( 'wp_loaded' ) ) {
			return;
		}
		if ( isset( self::KNOWN[ $name ] ) ) {
			self::setting( $name, self::KNOWN[ $name ], $old, $value );
		} elseif ( 'sidebars_widgets' === $name || 0 === strpos( $name, 'widget_' ) ) {
			Appearance::widgets( $name, $old, $value );
		} elseif ( 0 === strpos( $name, 'theme_mods_' ) ) {
			Appearance::theme( substr( $name, 11 ), $old, $value );
		} elseif ( 'wp_page_for_privacy_policy' === $name ) {
			Privacy::page( $value );
		} elseif ( isset( $GLOBALS['wp_roles'] ) && $GLOBALS['wp_roles'] instanceof \WP_Roles && $GLOBALS['wp_roles']->role_key === $name ) {
			Recorder::tell( ( new Activity( 'changed', 'roles', null, 'Roles and capabilities' ) )->in_words( 'Roles and capabilities changed' )->linking( admin_url( 'users.php' ) )->part_of( 'plugin:* *' ) );
		} elseif ( 'options.php' === ( $GLOBALS['pagenow'] ?? '' ) && is_admin() && 0 !== strpos( $name, '_' ) ) {
			self::setting( $name, $name, null, null );
		}
	}

	/**
	 * Tells of a setting.
	 *
	 * @param string $name  The option.
	 * @param string $label What it is called.
	 * @param mixed  $old   Its value before.
	 * @param mixed  $value Its value now.
	 */
	public static function setting( string $name, string $label, $old, $value ): void {
		$told = ( new Activity( 'changed', 'setting', $name, $label ) )->called( 'Setting', 'settings' )->linking( admin_url( self::page( $name ) ) );
		if ( ! in_array( $name, self::NO_VALUES, true ) ) {
			$told->changing( self::value( $old ), self::value( $value ) );
		}
		if ( 'page_on_front' === $name ) {
			$told->part_of( 'setting:show_on_front changed' );
		} elseif ( 'site_logo' === $name ) {
			$told->part_of( 'theme_mods:* changed' );
		}
		Recorder::tell( $told->part_of( 'theme:* switched', 'setting:WPLANG changed' ) );
	}

	/**
	 * A value in words, or null where it says nothing to people.
	 *
	 * @param mixed $value The value.
	 */
	private static function value( $value ): ?string {
		if ( ! is_string( $value ) && ! is_int( $value ) ) {
			return null;
		}
		$value = (string) $value;
		return '' === $value || '0' === $value || '1' === $value || mb_strlen( $value ) > self::VALUE_LETTERS || is_serialized( $value ) ? null : $value;
	}

	/**
	 * The page on which a setting is.
	 *
	 * @param string $name The option.
	 */
	private static function page( string $name ): string {
		$pages = array(
			'/^(permalink_|category_base|tag_base)/'    => 'options-permalink.php',
			'/comment|avatar|ping_|pingback|moderation|disallowed|require_name/' => 'options-discussion.php',
			'/^(show_on_front|page_|posts_per|rss_|blog_public)/' => 'options-reading.php',
			'/^(default_(category|post_format|link|email)|mailserver|use_|ping_sites)/' => 'options-writing.php',
			'/^(thumbnail|medium|large|image_|upload)/' => 'options-media.php',
			'/^auto_update_plugins/'                    => 'plugins.php',
			'/^auto_update_themes/'                     => 'themes.php',
			'/^auto_update_core/'                       => 'update-core.php',
		);
		foreach ( $pages as $pattern => $page ) {
			if ( preg_match( $pattern, $name ) ) {
				return $page;
			}
		}
		return 'options-general.php';
	}
}
