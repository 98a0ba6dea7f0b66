import { __ } from '@wordpress/i18n';
import { sentences as ofShops } from './shop-words.ts';

/* The words of activities, by what the plugin calls type and verb (PROTOCOL.md section 3). Loaded with the page; used in other languages than English. */

export type Words = Record<string, () => string>;

/** One thing: its title goes into %s. */
export const sentences: Words = {
	/* translators: %s: title. */
	'post created': () => __('Post “%s” created', 'holdfast'),
	/* translators: %s: title. */
	'post published': () => __('Post “%s” published', 'holdfast'),
	/* translators: %s: title. */
	'post updated': () => __('Post “%s” edited', 'holdfast'),
	/* translators: %s: title. */
	'post scheduled': () => __('Post “%s” scheduled', 'holdfast'),
	/* translators: %s: title. */
	'post submitted': () => __('Post “%s” submitted for review', 'holdfast'),
	/* translators: %s: title. */
	'post made private': () => __('Post “%s” made private', 'holdfast'),
	/* translators: %s: title. */
	'post unpublished': () => __('Post “%s” unpublished', 'holdfast'),
	/* translators: %s: title. */
	'post trashed': () => __('Post “%s” moved to the trash', 'holdfast'),
	/* translators: %s: title. */
	'post restored': () => __('Post “%s” taken out of the trash', 'holdfast'),
	/* translators: %s: title. */
	'post deleted': () => __('Post “%s” deleted', 'holdfast'),
	/* translators: %s: title. */
	'page created': () => __('Page “%s” created', 'holdfast'),
	/* translators: %s: title. */
	'page published': () => __('Page “%s” published', 'holdfast'),
	/* translators: %s: title. */
	'page updated': () => __('Page “%s” edited', 'holdfast'),
	/* translators: %s: title. */
	'page scheduled': () => __('Page “%s” scheduled', 'holdfast'),
	/* translators: %s: title. */
	'page made private': () => __('Page “%s” made private', 'holdfast'),
	/* translators: %s: title. */
	'page unpublished': () => __('Page “%s” unpublished', 'holdfast'),
	/* translators: %s: title. */
	'page trashed': () => __('Page “%s” moved to the trash', 'holdfast'),
	/* translators: %s: title. */
	'page restored': () => __('Page “%s” taken out of the trash', 'holdfast'),
	/* translators: %s: title. */
	'page deleted': () => __('Page “%s” deleted', 'holdfast'),
	/* translators: %s: name of a template. */
	'wp_template saved': () => __('Template “%s” edited', 'holdfast'),
	/* translators: %s: name of a template. */
	'wp_template updated': () => __('Template “%s” edited', 'holdfast'),
	/* translators: %s: name of a template. */
	'wp_template deleted': () => __('Template “%s” reset or deleted', 'holdfast'),
	/* translators: %s: name of a template part. */
	'wp_template_part saved': () => __('Template part “%s” edited', 'holdfast'),
	/* translators: %s: name of a template part. */
	'wp_template_part updated': () => __('Template part “%s” edited', 'holdfast'),
	/* translators: %s: name of a template part. */
	'wp_template_part deleted': () => __('Template part “%s” reset or deleted', 'holdfast'),
	/* translators: %s: name of a menu. */
	'wp_navigation saved': () => __('Navigation menu “%s” created', 'holdfast'),
	/* translators: %s: name of a menu. */
	'wp_navigation updated': () => __('Navigation menu “%s” edited', 'holdfast'),
	/* translators: %s: name of a menu. */
	'wp_navigation deleted': () => __('Navigation menu “%s” deleted', 'holdfast'),
	/* translators: %s: name of a theme. */
	'wp_global_styles updated': () => __('Styles of the theme %s edited', 'holdfast'),
	/* translators: %s: file name. */
	'attachment uploaded': () => __('%s uploaded', 'holdfast'),
	/* translators: %s: file name. */
	'attachment updated': () => __('Details of %s edited', 'holdfast'),
	/* translators: %s: file name. */
	'attachment edited': () => __('Image %s cropped or turned', 'holdfast'),
	/* translators: %s: file name. */
	'attachment original restored': () => __('Original of the image %s restored', 'holdfast'),
	/* translators: %s: file name. */
	'attachment replaced': () => __('%s replaced by another file', 'holdfast'),
	/* translators: %s: file name. */
	'attachment attached': () => __('%s attached', 'holdfast'),
	/* translators: %s: file name. */
	'attachment detached': () => __('%s detached', 'holdfast'),
	/* translators: %s: file name. */
	'attachment deleted': () => __('%s deleted', 'holdfast'),
	/* translators: %s: name of who wrote the comment. */
	'comment added': () => __('Comment by %s added', 'holdfast'),
	/* translators: %s: name of who wrote the comment. */
	'comment held': () => __('Comment by %s added, waiting for approval', 'holdfast'),
	/* translators: %s: name of who wrote the comment. */
	'comment approved': () => __('Comment by %s approved', 'holdfast'),
	/* translators: %s: name of who wrote the comment. */
	'comment unapproved': () => __('Comment by %s held back', 'holdfast'),
	/* translators: %s: name of who wrote the comment. */
	'comment spammed': () => __('Comment by %s marked as spam', 'holdfast'),
	/* translators: %s: name of who wrote the comment. */
	'comment unspammed': () => __('Comment by %s marked as not spam', 'holdfast'),
	/* translators: %s: name of who wrote the comment. */
	'comment trashed': () => __('Comment by %s moved to the trash', 'holdfast'),
	/* translators: %s: name of who wrote the comment. */
	'comment restored': () => __('Comment by %s taken out of the trash', 'holdfast'),
	/* translators: %s: name of who wrote the comment. */
	'comment updated': () => __('Comment by %s edited', 'holdfast'),
	/* translators: %s: name of who wrote the comment. */
	'comment deleted': () => __('Comment by %s deleted', 'holdfast'),
	/* translators: %s: name of a category. */
	'category created': () => __('Category “%s” created', 'holdfast'),
	/* translators: %s: name of a category. */
	'category updated': () => __('Category “%s” edited', 'holdfast'),
	/* translators: %s: name of a category. */
	'category deleted': () => __('Category “%s” deleted', 'holdfast'),
	/* translators: %s: name of a tag. */
	'post_tag created': () => __('Tag “%s” created', 'holdfast'),
	/* translators: %s: name of a tag. */
	'post_tag updated': () => __('Tag “%s” edited', 'holdfast'),
	/* translators: %s: name of a tag. */
	'post_tag deleted': () => __('Tag “%s” deleted', 'holdfast'),
	/* translators: %s: name of a menu. */
	'nav_menu created': () => __('Menu “%s” created', 'holdfast'),
	/* translators: %s: name of a menu. */
	'nav_menu updated': () => __('Menu “%s” edited', 'holdfast'),
	/* translators: %s: name of a menu. */
	'nav_menu deleted': () => __('Menu “%s” deleted', 'holdfast'),
	'menu_locations changed': () => __('Menu locations changed', 'holdfast'),
	/* translators: %s: name of a theme. */
	'theme_mods changed': () => __('Appearance of the theme %s changed', 'holdfast'),
	'custom_css changed': () => __('Additional CSS changed', 'holdfast'),
	/* translators: %s: name of a theme. */
	'customizer published': () => __('Changes to the theme %s published in the Customizer', 'holdfast'),
	/* translators: %s: name of a theme. */
	'customizer scheduled': () => __('Changes to the theme %s scheduled in the Customizer', 'holdfast'),
	/* translators: %s: name of a theme. */
	'customizer saved': () => __('Changes to the theme %s kept as a draft in the Customizer', 'holdfast'),
	/* translators: %s: name of a theme. */
	'customizer trashed': () => __('Changes to the theme %s discarded in the Customizer', 'holdfast'),
	/* translators: %s: name of a user. */
	'user created': () => __('User %s created', 'holdfast'),
	/* translators: %s: name of a user. */
	'user updated': () => __('User %s edited', 'holdfast'),
	/* translators: %s: name of a user. */
	'user password changed': () => __('User %s got a new password', 'holdfast'),
	/* translators: %s: name of a user. */
	'user password asked': () => __('User %s asked for a new password', 'holdfast'),
	/* translators: %s: name of a user. */
	'user deleted': () => __('User %s deleted', 'holdfast'),
	'roles changed': () => __('Roles and capabilities changed', 'holdfast'),
	/* translators: %s: name of a user. */
	'login signed in': () => __('%s signed in', 'holdfast'),
	/* translators: %s: name of a user. */
	'login signed out': () => __('%s signed out', 'holdfast'),
	/* translators: %s: the name that was given. */
	'login refused': () => __('Login as “%s” refused', 'holdfast'),
	/* translators: %s: name of an application password. */
	'application_password created': () => __('Application password “%s” created', 'holdfast'),
	/* translators: %s: name of an application password. */
	'application_password updated': () => __('Application password “%s” renamed', 'holdfast'),
	/* translators: %s: name of an application password. */
	'application_password deleted': () => __('Application password “%s” revoked', 'holdfast'),
	/* translators: %s: name of a setting. */
	'setting changed': () => __('Setting “%s” changed', 'holdfast'),
	/* translators: %s: title of a page. */
	'privacy_page changed': () => __('“%s” made the privacy policy page', 'holdfast'),
	/* translators: %s: an email address. */
	'data_export requested': () => __('Export of personal data of %s requested', 'holdfast'),
	/* translators: %s: an email address. */
	'data_export confirmed': () => __('Export of personal data of %s confirmed', 'holdfast'),
	/* translators: %s: an email address. */
	'data_export completed': () => __('Personal data of %s exported', 'holdfast'),
	/* translators: %s: an email address. */
	'data_export deleted': () => __('Request to export personal data of %s deleted', 'holdfast'),
	/* translators: %s: an email address. */
	'data_erasure requested': () => __('Erasure of personal data of %s requested', 'holdfast'),
	/* translators: %s: an email address. */
	'data_erasure confirmed': () => __('Erasure of personal data of %s confirmed', 'holdfast'),
	/* translators: %s: an email address. */
	'data_erasure completed': () => __('Personal data of %s erased', 'holdfast'),
	/* translators: %s: an email address. */
	'data_erasure deleted': () => __('Request to erase personal data of %s deleted', 'holdfast'),
	'import imported': () => __('Content imported', 'holdfast'),
	'import broke off': () => __('Import broke off', 'holdfast'),
	'export exported': () => __('Content exported', 'holdfast'),
	/* translators: %s: file name. */
	'file edited': () => __('File %s edited', 'holdfast'),
	/* translators: %s: name of a plugin. */
	'plugin activated': () => __('Plugin %s activated', 'holdfast'),
	/* translators: %s: name of a plugin. */
	'plugin deactivated': () => __('Plugin %s deactivated', 'holdfast'),
	/* translators: %s: name of a plugin. */
	'plugin installed': () => __('Plugin %s installed', 'holdfast'),
	/* translators: %s: name of a plugin. */
	'plugin updated': () => __('Plugin %s updated', 'holdfast'),
	/* translators: %s: name of a plugin. */
	'plugin update failed': () => __('Plugin %s could not be updated', 'holdfast'),
	/* translators: %s: name of a plugin. */
	'plugin deleted': () => __('Plugin %s deleted', 'holdfast'),
	/* translators: %s: name of a theme. */
	'theme switched': () => __('Theme switched to %s', 'holdfast'),
	/* translators: %s: name of a theme. */
	'theme installed': () => __('Theme %s installed', 'holdfast'),
	/* translators: %s: name of a theme. */
	'theme updated': () => __('Theme %s updated', 'holdfast'),
	/* translators: %s: name of a theme. */
	'theme update failed': () => __('Theme %s could not be updated', 'holdfast'),
	/* translators: %s: name of a theme. */
	'theme deleted': () => __('Theme %s deleted', 'holdfast'),
	'core updated': () => __('WordPress updated', 'holdfast'),
	'database updated': () => __('Database of WordPress updated', 'holdfast'),
	'translation updated': () => __('Translations updated', 'holdfast'),
	...ofShops,
};
