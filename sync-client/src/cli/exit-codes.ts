/** What `holdfast` ends with. Documented in sync-client/README.md. */
export const exitCodes = {
	ok: 0,
	/** Something failed; the message says what, whether anything changed, and what to try. */
	failed: 1,
	/** The command line was not understood. */
	usage: 2,
	/** A comparison found differences (`verify`, `restore` whose result is not equal). */
	differs: 3,
	/** The site is not connected to an endpoint. */
	notConnected: 4,
	/** The agent is not running, and this command needs it. */
	noAgent: 5,
	/** Another agent works on this site. */
	otherAgent: 6,
	/** The site looks like a copy of another; the question must be answered first. */
	copied: 7,
	/** The target of a restore onto an empty server is not empty, or belongs to another restore. */
	notEmpty: 8,
	/** The recovery key is not whole, or opens no backup at that endpoint. */
	keyRefused: 9,
} as const;

/** The exit code for an error's code. */
export function exitCodeOf(code: string): number {
	switch (code) {
		case 'NOT_CONNECTED': return exitCodes.notConnected;
		case 'AGENT_NOT_RUNNING': return exitCodes.noAgent;
		case 'DB_WRITER_LOCK_TAKEN': case 'AGENT_ALREADY_RUNNING': return exitCodes.otherAgent;
		case 'SITE_COPIED': return exitCodes.copied;
		case 'RESTORE_TARGET_NOT_EMPTY': case 'RESTORE_TARGET_OTHER': return exitCodes.notEmpty;
		case 'RECOVERY_KEY_FILE': case 'RECOVERY_KEY_INVALID': case 'RECOVERY_KEY_UNKNOWN': return exitCodes.keyRefused;
		case 'RESTORE_OPTIONS': return exitCodes.usage;
		default: return exitCodes.failed;
	}
}
