<?php
/**
 * Which setting that people know was changed?
 *
 * @package Holdfast
 */

namespace Holdfast\Story;

/**
 * Settings: those on WordPress' own settings pages, widgets and theme options.
 */
final class Options {

	/** Option → what it is called. */
	const KNOWN = array(
		'blogname'                      => 'Site title',
		'blogdescription'               => 'Tagline',
		'siteurl'                       => 'WordPress address',
		'home'                          => 'Site address',
		'admin_email'                   => 'Administration email address',
		'users_can_register'            => 'Membership',
		'default_role'                  => 'Default role of new users',
		'timezone_string'               => 'Time zone',
		'gmt_offset'                    => 'Time zone',
		'date_format'                   => 'Date format',
		'time_format'                   => 'Time format',
		'start_of_week'                 => 'Start of the week',
		'WPLANG'                        => 'Site language',
		'site_icon'                     => 'Site icon',
		'permalink_structure'           => 'Permalinks',
		'category_base'                 => 'Category base',
		'tag_base'                      => 'Tag base',
		'show_on_front'                 => 'Homepage',
		'page_on_front'                 => 'Homepage',
		'page_for_posts'                => 'Posts page',
		'posts_per_page'                => 'Posts per page', // phpcs:ignore WordPress.WP.PostsPerPage -- An option's name, not a query.
		'blog_public'                   => 'Search engine visibility',
		'default_comment_status'        => 'Comments on new posts',
		'comment_moderation'            => 'Comment moderation',
		'comment_registration'          => 'Comments by registered users only',
		'thumbnail_size_w'              => 'Image sizes',
		'medium_size_w'                 => 'Image sizes',
		'large_size_w'                  => 'Image sizes',
		'uploads_use_yearmonth_folders' => 'Upload folders',
		'sidebars_widgets'              => 'Widgets',
	);

	/**
	 * An option was added, changed or deleted.
	 *
	 * @param mixed $name Its name.
	 */
	public static function changed( $name ): void {
		if ( ! is_string( $name ) ) {
			return;
		}
		if ( isset( self::KNOWN[ $name ] ) ) {
			$label = self::KNOWN[ $name ];
			Recorder::tell( 'changed', 'setting', $name, $label, "Setting “{$label}” changed", admin_url( 'options-general.php' ) );
		} elseif ( 0 === strpos( $name, 'widget_' ) && did_action( 'wp_loaded' ) ) {
			Recorder::tell( 'changed', 'setting', 'sidebars_widgets', 'Widgets', 'Widgets changed', admin_url( 'widgets.php' ) );
		} elseif ( 0 === strpos( $name, 'theme_mods_' ) ) {
			$theme = substr( $name, 11 );
			Recorder::tell( 'changed', 'theme_mods', $theme, $theme, "Appearance of theme “{$theme}” changed", admin_url( 'customize.php' ) );
		}
	}
}
