<?php
/**
 * Does WordPress go on as if we were not there, whatever breaks, and is it made good later?
 *
 * @package Holdfast
 */

namespace Holdfast\Tests\Integration;

use PHPUnit\Framework\TestCase;

/**
 * Faults of the state folder and of the database. Statements succeed or fail as without us; what could not be announced
 * is made good because `ok` is gone or a sweep was asked for.
 */
final class FaultsTest extends TestCase {

	/**
	 * The site.
	 *
	 * @var Child|null
	 */
	private $site = null;

	/**
	 * A folder mounted for a test.
	 *
	 * @var string
	 */
	private $mounted = '';

	/**
	 * Makes a site.
	 */
	protected function setUp(): void {
		$tree   = Child::tree();
		$server = Server::running();
		if ( null === $tree || null === $server ) {
			$this->markTestSkipped( 'There is no WordPress tree (HOLDFAST_TEST_WP) or no MariaDB server.' );
		}
		$this->site = new Child( $server, $tree );
		$this->site->sql(
			"CREATE TABLE wp_things (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, n int NOT NULL DEFAULT 0, s varchar(50), KEY n (n)) ENGINE=InnoDB;
			CREATE TABLE wp_old (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, n int, s varchar(20)) ENGINE=MyISAM;
			CREATE TABLE wp_wide (k varchar(768) NOT NULL PRIMARY KEY, n int) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4;
			INSERT INTO wp_things (n, s) VALUES (1,'a'),(1,'b'),(2,'c');
			INSERT INTO wp_old (n, s) VALUES (1,'a'),(2,'b')"
		);
	}

	/**
	 * Removes it.
	 */
	protected function tearDown(): void {
		if ( '' !== $this->mounted ) {
			exec( 'umount ' . escapeshellarg( $this->mounted ) );
		}
		if ( null !== $this->site ) {
			$this->site->clean();
		}
	}

	/**
	 * The log folder is a file, is missing, cannot be written; the whole state folder is gone.
	 *
	 * @testWith ["rmdir( HOLDFAST_STATE . '/log' ); touch( HOLDFAST_STATE . '/log' );", true]
	 *           ["rmdir( HOLDFAST_STATE . '/log' );", true]
	 *           ["rmdir( HOLDFAST_STATE . '/schema' );", false]
	 *           ["rename( HOLDFAST_STATE, HOLDFAST_STATE . '-gone' );", false]
	 * @param string $break   What breaks it.
	 * @param bool   $ok_gone Whether `ok` has to be gone afterwards.
	 */
	public function test_folders( string $break, bool $ok_gone ): void {
		$out = $this->site->run(
			$break . "
			\$out[] = \$wpdb->query( 'UPDATE wp_things SET n=90 WHERE id=1' );
			\$out[] = \$wpdb->query( \"DELETE FROM wp_things WHERE s LIKE 'b%'\" );
			\$out[] = \$wpdb->query( 'INSERT INTO wp_things (n) VALUES (5), (6)' );
			\$out[] = \$wpdb->query( 'START TRANSACTION' );
			\$out[] = \$wpdb->query( \"UPDATE wp_things SET n=91 WHERE s='a'\" );
			\$out[] = \$wpdb->query( 'COMMIT' );
			\$out[] = error_get_last();
			if ( is_dir( HOLDFAST_STATE . '-gone' ) ) { rename( HOLDFAST_STATE . '-gone', HOLDFAST_STATE ); }"
		);
		$this->assertSame( array( 1, 1, 2, 0, 1, 0, null ), $out );
		$this->assertSame( ! $ok_gone, is_file( $this->site->state . '/ok' ) );
		if ( is_file( $this->site->state . '/log' ) ) {
			unlink( $this->site->state . '/log' );
		}
	}

	/**
	 * A full disk (a small tmpfs): `ok` goes, which works on a full disk; with room again the next request writes.
	 */
	public function test_full_disk(): void {
		$this->mount( 'size=64k' );
		$out = $this->site->run(
			"\$out[] = \$wpdb->query( 'UPDATE wp_things SET n=90 WHERE id=1' );
			@file_put_contents( HOLDFAST_STATE . '/log/filler', str_repeat( 'x', 65536 ) );
			for ( \$i = 0; \$i < 300; ++\$i ) { \$wpdb->query( \"UPDATE wp_things SET n=\$i WHERE id=2\" ); }
			\$out[] = \$wpdb->get_var( 'SELECT n FROM wp_things WHERE id=2' );
			\$out[] = false === strpos( error_get_last()['message'], 'file_put_contents' );"
		);
		$this->assertSame( array( 1, '299', false ), $out ); // The last error is still the test's own.
		$this->assertFileDoesNotExist( $this->site->state . '/ok' );
		array_map( 'unlink', (array) glob( $this->site->state . '/log/*' ) );
		touch( $this->site->state . '/ok' );
		$this->site->run( "\$wpdb->query( 'UPDATE wp_things SET n=1 WHERE id=1' );" );
		$this->assertFileExists( $this->site->state . '/ok' );
		$this->assertSame( array( '["w",1,"wp_things",{"k":[[1]]},0,0]', '["c",1,0]', '["e",]' ), $this->site->log() );
	}

	/**
	 * A log folder on a disk that has become read-only.
	 */
	public function test_read_only(): void {
		$this->mount( 'size=64k' );
		exec( 'mount -o remount,ro ' . escapeshellarg( $this->mounted ) );
		$out = $this->site->run( "\$out[] = \$wpdb->query( 'UPDATE wp_things SET n=90 WHERE id=1' ); \$out[] = \$wpdb->query( \"DELETE FROM wp_things WHERE s LIKE 'b%'\" ); \$out[] = error_get_last();" );
		$this->assertSame( array( 1, 1, null ), $out );
		$this->assertFileDoesNotExist( $this->site->state . '/ok' );
	}

	/**
	 * One transaction that says more than the bound of a file: tables instead of rows, then a sweep, then silence.
	 */
	public function test_bound(): void {
		$out  = $this->site->run(
			"\$keys = implode( ',', range( 1000000, 1000999 ) );
			\$wpdb->query( 'START TRANSACTION' );
			for ( \$i = 0; \$i < 1100; ++\$i ) { \$wpdb->query( \"UPDATE wp_things SET n=\$i WHERE id IN (\$keys)\" ); }
			\$memory = memory_get_usage();
			\$before = filesize( glob( HOLDFAST_STATE . '/log/*.php' )[0] );
			\$wpdb->query( 'UPDATE wp_things SET n=77 WHERE id=1' );
			\$wpdb->query( 'COMMIT' );
			\$out[] = \$wpdb->get_var( 'SELECT n FROM wp_things WHERE id=1' );
			\$out[] = \$before;"
		);
		$file = (string) ( (array) glob( $this->site->state . '/log/*.php' ) )[0];
		$this->assertSame( '77', $out[0] );
		$this->assertGreaterThan( 8388608, $out[1] );
		$this->assertLessThan( 9500000, (int) filesize( $file ) );
		$this->assertStringContainsString( '"wp_things",{"t":1},1,0]', substr( (string) file_get_contents( $file ), -400 ) );
	}

	/**
	 * The server refuses look-ups: no right to read the key, results of other code still on the line, a look-up that takes
	 * too long. The table is named, the statement runs.
	 */
	public function test_refused_lookups(): void {
		$out = $this->site->run(
			"\$wpdb->query( 'UPDATE wp_things SET n=n WHERE id=1' );
			\$wpdb->query( 'UPDATE wp_old SET n=n WHERE id=1' );
			\$link = \$wpdb->__get( 'dbh' );
			\$link->real_query( 'SELECT 1 UNION SELECT 2' ); // Not fetched: every query is out of sync until it is.
			\$out[] = \$wpdb->query( \"DELETE FROM wp_things WHERE s LIKE 'b%'\" );
			\$link->store_result();
			\$out[] = \$wpdb->query( \"UPDATE wp_things SET s='y' WHERE s LIKE 'a%'\" );
			\$link->query( 'INSERT INTO wp_old (n, s) SELECT seq, REPEAT(seq, 3) FROM seq_1_to_60000' );
			\$out[] = \$wpdb->query( \"UPDATE wp_old SET n=0 WHERE id < 5 AND MD5(MD5(MD5(MD5(MD5(s))))) > 'g' OR s REGEXP '^(([0-9]+)+)+x'\" );"
		);
		$this->assertSame( array( false, 1, 0 ), $out );
		$log = $this->site->log();
		$this->assertContains( '["w",3,"wp_things",{"t":1},0,0]', $log );
		$this->assertContains( '["w",4,"wp_things",{"k":[[1]]},0,0]', $log );
		$this->assertSame( '["e",]', end( $log ) );
		$this->assertFileExists( $this->site->state . '/ok' );
	}

	/**
	 * A crashed MyISAM table: statements on it fail as they would, those on others go on.
	 */
	public function test_crashed_table(): void {
		$link = $this->site->server->connect();
		$this->assertNotNull( $link );
		$path = $link->query( 'SELECT @@datadir' )->fetch_row()[0] . $this->site->database . '/wp_old.MYI';
		if ( ! is_writable( $path ) ) {
			$this->markTestSkipped( "The server's files cannot be written by this user: no table can be crashed." );
		}
		$link->query( 'FLUSH TABLES' );
		file_put_contents( $path, str_repeat( "\xff", 1024 ) );
		$out = $this->site->run(
			"\$out[] = \$wpdb->query( \"DELETE FROM wp_old WHERE s LIKE 'b%'\" );
			\$out[] = '' !== \$wpdb->last_error;
			\$out[] = \$wpdb->query( 'INSERT INTO wp_old (n) VALUES (1),(2)' );
			\$out[] = \$wpdb->query( 'UPDATE wp_things SET n=90 WHERE id=1' );
			\$out[] = error_get_last();"
		);
		$this->assertSame( array( false, true, false, 1, null ), $out );
		$log = $this->site->log();
		$this->assertContains( '["w",3,"wp_things",{"k":[[1]]},0,0]', $log );
		$this->assertFileExists( $this->site->state . '/ok' );
		$this->site->sql( 'DROP TABLE wp_old' );
	}

	/**
	 * Keys of 3,072 bytes, new, found and gone; a statement of 16 MB on the way (as far as the server lets it).
	 */
	public function test_wide_keys(): void {
		$out = $this->site->run(
			"\$key = str_repeat( '😀', 768 );
			\$out[] = \$wpdb->query( \"INSERT INTO wp_wide VALUES ('\$key', 1)\" );
			\$out[] = \$wpdb->query( 'UPDATE wp_wide SET n=2 WHERE n=1' );
			\$out[] = \$wpdb->query( \"DELETE FROM wp_wide WHERE k='\$key'\" );
			\$text = str_repeat( 'x', 15000000 );
			\$out[] = \$wpdb->query( \"UPDATE wp_things SET s=LEFT('\$text', 5) WHERE id=1\" );
			\$out[] = '' === \$wpdb->last_error || false !== strpos( \$wpdb->last_error, 'max_allowed_packet' );"
		);
		$this->assertSame( array( 1, 1, 1, true ), array( $out[0], $out[1], $out[2], $out[4] ) );
		$key = str_repeat( '😀', 768 );
		$log = $this->site->log();
		$this->assertContains( '["w",1,"wp_wide",{"c":[[["k","' . $key . '"]]]},0,0]', $log );
		$this->assertContains( '["w",2,"wp_wide",{"k":[["' . $key . '"]]},0,0]', $log );
		$this->assertContains( '["w",3,"wp_wide",{"k":[["' . $key . '"]]},0,0]', $log );
	}

	/**
	 * Two sites in one database, the prefix of one that of the other plus a letter: rules for quiet changes of one do not
	 * hold for the other's tables, and every table is named by its own name.
	 */
	public function test_prefixes(): void {
		$this->site->sql( 'CREATE TABLE wp_options (option_id int NOT NULL AUTO_INCREMENT PRIMARY KEY, option_name varchar(191) NOT NULL UNIQUE, option_value text) ENGINE=InnoDB; CREATE TABLE wp_xoptions LIKE wp_options; CREATE TABLE wp_x_options LIKE wp_options' );
		$this->site->run(
			"foreach ( array( 'wp_options', 'wp_xoptions', 'wp_x_options' ) as \$table ) {
				\$wpdb->query( \"UPDATE \$table SET option_value='1' WHERE option_name='_transient_x'\" );
			}"
		);
		$condition = '[["option_name","_transient_x"]]';
		$log       = $this->site->log();
		$this->assertContains( '["w",1,"wp_options",{"c":[' . $condition . '],"q":1},0,0]', $log );
		$this->assertContains( '["w",2,"wp_xoptions",{"c":[' . $condition . ']},0,0]', $log );
		$this->assertContains( '["w",3,"wp_x_options",{"c":[' . $condition . ']},0,0]', $log );
	}

	/**
	 * Statements in other character sets.
	 */
	public function test_character_sets(): void {
		$this->site->sql( "CREATE TABLE `wp_ä` (word varchar(20) NOT NULL PRIMARY KEY, n int) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4; INSERT INTO `wp_ä` VALUES ('Käse', 1)" );
		$out = $this->site->run(
			"require_once ABSPATH . 'wp-includes/l10n.php';
			\$checked = new ReflectionProperty( \$wpdb, 'check_current_query' );
			\$checked->setAccessible( true );
			\$wpdb->query( 'SET NAMES latin1' );
			\$checked->setValue( \$wpdb, false );
			\$out[] = \$wpdb->query( \"UPDATE `wp_\xe4` SET n=2 WHERE word='K\xe4se'\" );
			\$wpdb->query( 'SET NAMES utf8mb4' );
			\$wpdb->set_charset( \$wpdb->__get( 'dbh' ), 'gbk' );
			\$checked->setValue( \$wpdb, false );
			\$wpdb->query( \"UPDATE wp_things SET s='\x95\\\\' WHERE id=1\" );
			\$out[] = '' === \$wpdb->last_error;
			\$wpdb->set_charset( \$wpdb->__get( 'dbh' ), 'utf8mb4' );
			\$out[] = \$wpdb->query( \"UPDATE `wp_ä` SET n=3 WHERE word LIKE 'K%'\" );"
		);
		$this->assertSame( array( 1, true, 1 ), $out );
		$log = $this->site->log();
		$this->assertContains( '["w",1,"wp_ä",{"t":1},0,0]', $log );
		$this->assertStringContainsString( '"wp_things",{"t":1},0,0]', implode( "\n", $log ) );
		$this->assertStringContainsString( '"wp_ä",{"k":[["Käse"]]},0,0]', implode( "\n", $log ) );
	}

	/**
	 * Mounts a small disk over the log folder.
	 *
	 * @param string $options Its size.
	 */
	private function mount( string $options ): void {
		$folder = $this->site->state . '/log';
		if ( ! function_exists( 'posix_geteuid' ) || 0 !== posix_geteuid() ) {
			$this->markTestSkipped( 'Only root may mount a small disk to fill.' );
		}
		exec( 'mount -t tmpfs -o ' . escapeshellarg( $options . ',mode=700' ) . ' tmpfs ' . escapeshellarg( $folder ) . ' 2>&1', $said, $code );
		if ( 0 !== $code ) {
			$this->markTestSkipped( 'No disk could be mounted here: ' . implode( ' ', $said ) );
		}
		$this->mounted = $folder;
	}
}
