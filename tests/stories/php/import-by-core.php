<?php
/**
 * Imports a file of WordPress' own export format by functions of core: those that the plugin WordPress Importer calls, in the
 * order in which it calls them. Argument: the file.
 *
 * @package Holdfast\Tests
 * @license GPL-2.0-or-later
 */

define( 'WP_IMPORTING', true );
wp_set_current_user( 1 );
$holdfast_xml = simplexml_load_file( $args[0] );
$holdfast_ns  = $holdfast_xml->getNamespaces( true );

do_action( 'import_start' );
wp_defer_term_counting( true );
wp_defer_comment_counting( true );
wp_suspend_cache_invalidation( true );
foreach ( $holdfast_xml->channel->children( $holdfast_ns['wp'] )->category as $holdfast_term ) {
	wp_insert_category(
		array(
			'cat_name'          => (string) $holdfast_term->cat_name,
			'category_nicename' => (string) $holdfast_term->category_nicename,
		)
	);
}
foreach ( $holdfast_xml->channel->item as $holdfast_item ) {
	$holdfast_wp   = $holdfast_item->children( $holdfast_ns['wp'] );
	$holdfast_post = wp_insert_post(
		wp_slash(
			array(
				'import_id'     => (int) $holdfast_wp->post_id,
				'post_title'    => (string) $holdfast_item->title,
				'post_content'  => (string) $holdfast_item->children( $holdfast_ns['content'] )->encoded,
				'post_status'   => (string) $holdfast_wp->status,
				'post_type'     => (string) $holdfast_wp->post_type,
				'post_name'     => (string) $holdfast_wp->post_name,
				'post_date'     => (string) $holdfast_wp->post_date,
				'post_date_gmt' => (string) $holdfast_wp->post_date_gmt,
			)
		)
	);
	foreach ( $holdfast_item->category as $holdfast_term ) {
		$holdfast_taxonomy = (string) $holdfast_term['domain'];
		$holdfast_found    = term_exists( (string) $holdfast_term['nicename'], $holdfast_taxonomy );
		$holdfast_found    = $holdfast_found ? $holdfast_found : wp_insert_term( (string) $holdfast_term, $holdfast_taxonomy, array( 'slug' => (string) $holdfast_term['nicename'] ) );
		wp_set_post_terms( $holdfast_post, array( (int) $holdfast_found['term_id'] ), $holdfast_taxonomy, true );
	}
	foreach ( $holdfast_wp->comment as $holdfast_comment ) {
		wp_insert_comment(
			wp_slash(
				array(
					'comment_post_ID' => $holdfast_post,
					'comment_author'  => (string) $holdfast_comment->comment_author,
					'comment_content' => (string) $holdfast_comment->comment_content,
					'comment_date'    => (string) $holdfast_comment->comment_date,
				)
			)
		);
	}
	foreach ( $holdfast_wp->postmeta as $holdfast_meta ) {
		add_post_meta( $holdfast_post, (string) $holdfast_meta->meta_key, maybe_unserialize( (string) $holdfast_meta->meta_value ) );
	}
}
wp_suspend_cache_invalidation( false );
wp_cache_flush();
foreach ( get_taxonomies() as $holdfast_taxonomy ) {
	delete_option( "{$holdfast_taxonomy}_children" );
	_get_term_hierarchy( $holdfast_taxonomy );
}
wp_defer_term_counting( false );
wp_defer_comment_counting( false );
do_action( 'import_end' );
