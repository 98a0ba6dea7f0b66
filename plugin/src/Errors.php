<?php
/**
 * What went wrong, and what is to be done?
 *
 * @package Holdfast
 */

namespace Holdfast;

/**
 * The plugin's table of errors (PROTOCOL.md section 10). Those of agent and endpoint are passed on as they are.
 */
final class Errors {

	const AGENT_NOT_RUNNING    = 'AGENT_NOT_RUNNING';
	const AGENT_NO_NODE        = 'AGENT_NO_NODE';
	const AGENT_NODE_TOO_OLD   = 'AGENT_NODE_TOO_OLD';
	const AGENT_CANNOT_START   = 'AGENT_CANNOT_START';
	const AGENT_MISSING        = 'AGENT_MISSING';
	const AGENT_CRASHED        = 'AGENT_CRASHED';
	const AGENT_SILENT         = 'AGENT_SILENT';
	const AGENT_OTHER_VERSION  = 'AGENT_OTHER_VERSION';
	const STATE_NOT_WRITABLE   = 'STATE_NOT_WRITABLE';
	const CAPTURE_NOT_POSSIBLE = 'CAPTURE_NOT_POSSIBLE';

	/**
	 * Status, what happened, what to do, when to retry.
	 *
	 * @return array<string, array{0: int, 1: string, 2: string, 3: string}>
	 */
	private static function table(): array {
		return array(
			self::AGENT_NOT_RUNNING    => array( 503, __( 'Holdfast’s agent is not running on this server.', 'holdfast' ), __( 'Start it with the command shown, or wait: Holdfast tries again by itself.', 'holdfast' ), 'later' ),
			self::AGENT_NO_NODE        => array( 503, __( 'Node.js was not found on this server.', 'holdfast' ), __( 'Install Node.js 22.15 or newer, or name its path in wp-config.php: define( \'HOLDFAST_NODE\', \'/path/to/node\' );', 'holdfast' ), 'later' ),
			self::AGENT_NODE_TOO_OLD   => array( 503, __( 'The Node.js on this server is too old for Holdfast’s agent.', 'holdfast' ), __( 'Install Node.js 22.15 or newer, or name its path in wp-config.php: define( \'HOLDFAST_NODE\', \'/path/to/node\' );', 'holdfast' ), 'later' ),
			self::AGENT_CANNOT_START   => array( 503, __( 'PHP is not allowed to start programs here (proc_open is disabled).', 'holdfast' ), __( 'Start the agent yourself, once, with the command or service file shown.', 'holdfast' ), 'later' ),
			self::AGENT_MISSING        => array( 503, __( 'The agent’s program is missing from the plugin’s folder.', 'holdfast' ), __( 'Install the plugin again.', 'holdfast' ), 'never' ),
			self::AGENT_CRASHED        => array( 503, __( 'The agent was started and ended again.', 'holdfast' ), __( 'The end of its log says why. Start it by hand with the command shown to see its message.', 'holdfast' ), 'later' ),
			self::AGENT_SILENT         => array( 504, __( 'The agent is running but did not answer in time.', 'holdfast' ), __( 'Try again in a moment. If it stays like this, stop and start the agent.', 'holdfast' ), 'now' ),
			self::AGENT_OTHER_VERSION  => array( 409, __( 'Agent and plugin are of different versions.', 'holdfast' ), __( 'Restart the agent; Holdfast does it by itself where it may start programs.', 'holdfast' ), 'later' ),
			self::STATE_NOT_WRITABLE   => array( 503, __( 'Holdfast cannot write to its state folder.', 'holdfast' ), __( 'Make the folder shown writable for the web server’s user.', 'holdfast' ), 'later' ),
			self::CAPTURE_NOT_POSSIBLE => array( 503, __( 'Changes cannot be captured as they happen on this site.', 'holdfast' ), __( 'They are found by comparing, which takes longer.', 'holdfast' ), 'never' ),
		);
	}

	/**
	 * An error in the shape that all parts of Holdfast share.
	 *
	 * @param string $code   One of the codes above.
	 * @param string $detail What else is known.
	 * @return array{error: array<string, mixed>}
	 */
	public static function body( string $code, string $detail = '' ): array {
		$row = self::row( $code );
		return array(
			'error' => array(
				'code'      => $code,
				'message'   => '' === $detail ? $row[1] : $row[1] . ' ' . $detail,
				'changed'   => __( 'Nothing on the site was changed.', 'holdfast' ),
				'hint'      => $row[2],
				'retry'     => $row[3],
				'reference' => bin2hex( random_bytes( 4 ) ),
			),
		);
	}

	/**
	 * The HTTP status of an error.
	 *
	 * @param string $code One of the codes above.
	 */
	public static function status( string $code ): int {
		return self::row( $code )[0];
	}

	/**
	 * The sentence of an error.
	 *
	 * @param string $code One of the codes above.
	 */
	public static function sentence( string $code ): string {
		return self::row( $code )[1];
	}

	/**
	 * What to do about an error.
	 *
	 * @param string $code One of the codes above.
	 */
	public static function hint( string $code ): string {
		return self::row( $code )[2];
	}

	/**
	 * The row of a code.
	 *
	 * @param string $code The code.
	 * @return array{0: int, 1: string, 2: string, 3: string}
	 */
	private static function row( string $code ): array {
		$table = self::table();
		return $table[ $code ] ?? $table[ self::AGENT_NOT_RUNNING ];
	}
}
