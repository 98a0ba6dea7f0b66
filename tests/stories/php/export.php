<?php
/**
 * Makes content, exports it to a file and deletes it. Arguments: the file, how many posts.
 *
 * @package Holdfast\Tests
 * @license GPL-2.0-or-later
 */

wp_set_current_user( 1 );
require_once ABSPATH . 'wp-admin/includes/export.php';

$made = array();
for ( $n = 0; $n < (int) $args[1]; $n++ ) {
	$made[] = wp_insert_post(
		array(
			'post_title'    => "Exported $n",
			'post_content'  => str_repeat( "Paragraph $n. ", 30 ),
			'post_status'   => 0 === $n % 7 ? 'draft' : 'publish',
			'post_type'     => 0 === $n % 5 ? 'page' : 'post',
			'post_date'     => '2024-01-01 10:00:' . sprintf( '%02d', $n % 60 ),
			'tags_input'    => array( 'tag-' . $n % 9, 'tag-' . $n % 4 ),
			'post_category' => array( wp_create_category( 'Category ' . $n % 6 ) ),
			'meta_input'    => array(
				'weight' => $n,
				'parts'  => array( 'bow', 'stern' ),
			),
		)
	);
	wp_insert_comment(
		array(
			'comment_post_ID' => end( $made ),
			'comment_author'  => 'Ben',
			'comment_content' => "About $n",
		)
	);
}
ob_start();
export_wp();
file_put_contents( $args[0], ob_get_clean() );
foreach ( $made as $made_id ) {
	wp_delete_post( $made_id, true );
}
foreach ( get_terms( array( 'hide_empty' => false ) ) as $made_term ) {
	if ( 0 === strpos( $made_term->name, 'tag-' ) || 0 === strpos( $made_term->name, 'Category ' ) ) {
		wp_delete_term( $made_term->term_id, $made_term->taxonomy );
	}
}
