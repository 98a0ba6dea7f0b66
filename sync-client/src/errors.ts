/**
 * The errors of the sync-client. `codes` is the one table of them: what each means, and whether waiting helps.
 * Messages are sentences for an administrator; they never carry passwords, SQL values or row contents.
 */

import { randomBytes } from 'node:crypto'
import type { ErrorView } from '@holdfast/protocol'

/** Whether the same call may succeed later: not at all, at once on a new snapshot or connection, or after a pause. */
export type Retry = 'never' | 'now' | 'later'

export const codes = {
  DB_LOGIN_REFUSED: { retry: 'never', hint: 'Check DB_USER, DB_PASSWORD and DB_HOST of this site.' },
  DB_UNKNOWN_DATABASE: { retry: 'never', hint: 'Check DB_NAME of this site, and that the user may use that database.' },
  DB_NOT_ALLOWED: { retry: 'never', hint: 'Grant the database user of this site the right that the message names.' },
  DB_UNREACHABLE: { retry: 'later', hint: 'Is the database server running, and is DB_HOST right?' },
  DB_TLS: { retry: 'never', hint: 'MYSQL_CLIENT_FLAGS asks for TLS: check what the server offers.' },
  DB_GONE: { retry: 'later', hint: 'The database server restarted or closed the connection; Holdfast connects again.' },
  DB_TOO_MANY_CONNECTIONS: { retry: 'later', hint: 'The server is at max_connections or max_user_connections.' },
  DB_LOCK_WAIT: { retry: 'later', hint: 'Another connection holds a lock on this table; Holdfast never waits long for one.' },
  DB_DEADLOCK: { retry: 'now', hint: 'The transaction was rolled back by the server and can be tried again.' },
  DB_TABLE_GONE: { retry: 'now', hint: 'The table was dropped or renamed meanwhile; its schema is read again.' },
  DB_TABLE_CHANGED: { retry: 'now', hint: 'The table was altered after the snapshot began; a new snapshot sees it.' },
  DB_TABLE_BROKEN: { retry: 'never', hint: 'Run CHECK TABLE and REPAIR TABLE on it.' },
  DB_INVALID_TEXT: { retry: 'never', hint: 'A key holds bytes that its character set does not allow; read the whole table instead.' },
  DB_ROW_TOO_BIG: { retry: 'never', hint: 'Raise max_allowed_packet on the database server, then restore again.' },
  DB_DUPLICATE: { retry: 'never', hint: 'A row that is not part of the change has the same unique value.' },
  DB_READ_ONLY: { retry: 'later', hint: 'The server is read-only (a replica?).' },
  DB_FULL: { retry: 'later', hint: 'The disk of the database server is full.' },
  DB_WRITER_LOCK_TAKEN: { retry: 'later', hint: 'Another Holdfast agent works on this site already.' },
  DB_WRITER_LOCK_LOST: { retry: 'later', hint: 'The connection that held the lock is gone; it is taken again before the next write.' },
  DB_CANCELLED: { retry: 'now', hint: 'The statement was ended by KILL or a time limit.' },
  DB_STATEMENT: { retry: 'never', hint: 'This is a defect of Holdfast or a server it does not know; please report it.' },
  SETTINGS_UNREADABLE: { retry: 'never', hint: 'Can the agent read wp-config.php, and is it valid PHP?' },
  SETTINGS_INVALID: { retry: 'later', hint: 'Open any page of wp-admin: the plugin writes its settings again.' },
  SETTINGS_INCOMPLETE: { retry: 'never', hint: 'Open any page of wp-admin, so that WordPress hands over what wp-config.php computes.' },
  JOB_UNKNOWN: { retry: 'never', hint: 'Jobs are forgotten when the agent restarts; look at the status for what runs now.' },
  JOB_CANCELLED: { retry: 'never', hint: 'Start it again when you want it.' },
  JOB_TOO_LATE: { retry: 'never', hint: 'Wait for the end; then Undo brings back what was there.' },
  CONTROL_SECRET_WRONG: { retry: 'never', hint: 'The secret is in control.php of the state folder; it changes when the agent restarts.' },
  REQUEST_INVALID: { retry: 'never', hint: 'Are agent and plugin of the same version? Reload the page.' },
  ROUTE_UNKNOWN: { retry: 'never', hint: 'Are agent and plugin of the same version? Reload the page.' },
  AGENT_NOT_RUNNING: { retry: 'later', hint: 'Start it from the Holdfast page in wp-admin, or with: holdfast run --state DIR' },
  AGENT_ANSWER_UNREADABLE: { retry: 'later', hint: 'Look at agent.log in the state folder.' },
  NOT_CONNECTED: { retry: 'never', hint: 'Connect this site first: make a pairing code with holdfast-endpoint pair.' },
  STATE_FOLDER_BROKEN: { retry: 'never', hint: 'Remove the file that the message names; connect the site again if it is pairing.php.' },
  STATE_FOLDER_FULL: { retry: 'later', hint: 'Make room on the disk of the state folder.' },
  ENDPOINT_UNREACHABLE: { retry: 'later', hint: 'Is the endpoint running, and can this server reach its address?' },
  ENDPOINT_SLOW: { retry: 'later', hint: 'The endpoint did not answer in time; Holdfast tries again by itself.' },
  ENDPOINT_BROKEN_ANSWER: { retry: 'later', hint: 'Look at the log of the endpoint, or of what stands in front of it.' },
  ENDPOINT_NOT_HOLDFAST: { retry: 'later', hint: 'Does the address lead to a Holdfast endpoint, or does a proxy or another site answer there?' },
  ENDPOINT_CERTIFICATE: { retry: 'later', hint: 'Make a new pairing code if the certificate of the endpoint was changed on purpose.' },
  ENDPOINT_PROTOCOL: { retry: 'never', hint: 'Update the endpoint and Holdfast on this site to the same version.' },
  ENDPOINT_REFUSED: { retry: 'later', hint: 'Look at the log of the endpoint.' },
  PLAIN_HTTP_REFUSED: { retry: 'never', hint: 'Give the endpoint a certificate; plain HTTP is for the same machine only.' },
  PAIRING_CODE_INVALID: { retry: 'never', hint: 'Copy the whole code that holdfast-endpoint pair printed, and paste it again.' },
  PAIRING_USED: { retry: 'never', hint: 'Make a new code with: holdfast-endpoint pair' },
  ALREADY_CONNECTED: { retry: 'never', hint: 'This site is connected; disconnect it first to connect it elsewhere.' },
  SITE_COPIED: { retry: 'never', hint: 'Say on the Holdfast page whether this site was moved or is a copy.' },
  NOT_COPIED: { retry: 'never', hint: 'There is no question to answer: this site is where it was connected.' },
  WRITER_FORK: { retry: 'never', hint: 'Another copy of this site writes to the same backup. Stop it, or connect this site anew.' },
  COMMIT_CONFLICT: { retry: 'never', hint: 'Another copy of this site writes to the same backup. Stop it, or connect this site anew.' },
  COMMIT_OTHER_WRITER: { retry: 'never', hint: 'Another agent took this backup over. Connect this site anew, or take it over again.' },
  COMMIT_DEAD_REFERENCES: { retry: 'now', hint: 'What the endpoint no longer has is uploaded again.' },
  CHUNK_MISSING: { retry: 'never', hint: 'Run holdfast-endpoint check on the endpoint.' },
  AGENT_ALREADY_RUNNING: { retry: 'later', hint: 'One agent per site: the other one works on. Look at control.php for its process id.' },
  AGENT_STARTING: { retry: 'later', hint: 'Wait a moment and try again.' },
	AGENT_STOPPING: { retry: 'later', hint: 'The agent is ending; start it again.' },
  FIRST_BACKUP_RUNNING: { retry: 'later', hint: 'Wait until the first backup is complete.' },
  POINT_UNKNOWN: { retry: 'never', hint: 'Choose a point that the timeline lists.' },
  POINT_NOT_RESTORABLE: { retry: 'never', hint: 'Choose a newer point.' },
  FILE_UNREADABLE: { retry: 'later', hint: 'Give the user of the agent the right to read it, or exclude it.' },
  FILE_UNWRITABLE: { retry: 'never', hint: 'Give the user of the agent the right to write there, then try again.' },
  FILE_GONE: { retry: 'now', hint: 'It vanished meanwhile; the next look sees what is there.' },
  FILE_EXISTS: { retry: 'never', hint: 'Something else wrote there meanwhile; try again.' },
  FILE_DISK_FULL: { retry: 'later', hint: 'Make room on the disk of the site.' },
  FILE_PATH_LEAVES_SITE: { retry: 'never', hint: 'A folder of the site was replaced by a link; look at it, then try again.' },
  INDEX_DAMAGED: { retry: 'later', hint: 'The local index is built again from the endpoint at the next start.' },
  RESTORE_NOTHING_CHOSEN: { retry: 'never', hint: 'Choose everything, or the parts to restore.' },
  RESTORE_PART_UNKNOWN: { retry: 'never', hint: 'Choose something that is on the site now or was there at that point.' },
  RESTORE_PART_SHAPE: { retry: 'never', hint: 'Choose the whole table, or the whole database.' },
  RESTORE_PATH_OUTSIDE: { retry: 'never', hint: 'Name files and folders by their path from the WordPress folder, such as wp-content/uploads/2026.' },
  RESTORE_LOGIN_REFUSED: { retry: 'never', hint: 'Restore without wp-config.php, or choose a point whose wp-config.php fits the database of today.' },
  RESTORE_UNFINISHED: { retry: 'later', hint: 'Run `holdfast stop` and `holdfast run`: the next start finishes it; then it can be undone.' },
	RESTORE_RUNNING: { retry: 'later', hint: 'Wait until it has ended.' },
  RESTORE_INTERRUPTED: { retry: 'now', hint: 'Start the restore again.' },
  RESTORE_NO_ROOM: { retry: 'later', hint: 'Make room on the disk that the message names, then try again.' },
  RESTORE_SITE_UPDATING: { retry: 'later', hint: 'WordPress is being updated; try again when it has ended.' },
  RESTORE_NOTHING_TO_UNDO: { retry: 'never', hint: 'No restore was made on this site, or it was undone.' },
  RESTORE_TARGET_NOT_EMPTY: { retry: 'never', hint: 'Name an empty database and an empty folder.' },
  RESTORE_TARGET_OTHER: { retry: 'never', hint: 'Finish that restore with its own options, or empty the folder and the database yourself and start again.' },
  RESTORE_OPTIONS: { retry: 'never', hint: 'See: holdfast restore --help' },
  RECOVERY_KEY_FILE: { retry: 'never', hint: 'Put the recovery key, and nothing else, into a file that only you can read, and name it with --recovery-key-file.' },
  RECOVERY_KEY_INVALID: { retry: 'never', hint: 'Copy the whole recovery key (HF1-…), to its last character.' },
  RECOVERY_KEY_UNKNOWN: { retry: 'never', hint: 'Is it the key of this site, and the address of its endpoint? A sealed site that was connected by an earlier version must run this one once before its key reads.' },
  NOT_HELD: { retry: 'never', hint: 'Name the folder of the copy; is it released already?' },
  CORE_FOLDER_OTHER: { retry: 'never', hint: 'Name a plain WordPress folder of exactly that version with --core, or leave --core out to have it fetched from wordpress.org.' },
  CORE_UNREACHABLE: { retry: 'later', hint: 'Get that release from wordpress.org, unpack it, and name its folder with --core.' },
  CORE_DAMAGED: { retry: 'later', hint: 'Get that release from wordpress.org yourself, check it, unpack it, and name its folder with --core.' },
  PLAN_UNKNOWN: { retry: 'never', hint: 'Make the plan again.' },
  STATE_FOLDER_UNKNOWN: { retry: 'never', hint: 'Name it: --state DIR, or --wp DIR for the WordPress folder; is the plugin active?' },
  SWEEP_OWED: { retry: 'later', hint: 'Nothing needs to be done; points become complete when it has ended.' },
	FOLDERS_NOT_WATCHED: { retry: 'later', hint: 'Nothing is missed. Where the site has fewer than 10,000 folders, raising fs.inotify.max_user_watches on the server lets them be watched.' },
  SWEEP_INTERRUPTED: { retry: 'later', hint: 'It begins again by itself when the restore has ended.' },
  INTERNAL: { retry: 'later', hint: 'This is a defect of Holdfast; please report it with the reference and agent.log.' },
} as const satisfies Record<string, { retry: Retry; hint: string }>

export type ErrorCode = keyof typeof codes

/** @property code a name of the table above. @property hint what to try. @property retry whether and when. */
export class HoldfastError extends Error {
  override readonly name: string = 'HoldfastError'
  readonly code: ErrorCode
  readonly hint: string
  readonly retry: Retry
  /** How long to wait before trying again, where who refused said so. */
  readonly retryAfterMs: number | null
  /** Whether anything on the site was changed, as a sentence; null = nothing was. */
  readonly changed: string | null

  constructor(code: ErrorCode, message: string, more: { cause?: unknown; hint?: string; retry?: Retry; changed?: string; retryAfterMs?: number } = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.code = code
    this.hint = more.hint ?? codes[code].hint
    this.retry = more.retry ?? codes[code].retry
    this.changed = more.changed ?? null
    this.retryAfterMs = more.retryAfterMs ?? null
  }

  /** The error that another process (the agent, the endpoint) reported. Its code need not be of our table. */
  static fromView(view: ErrorView): HoldfastError {
    return new HoldfastError(view.code as ErrorCode, view.message, { hint: view.hint, retry: view.retry, changed: view.changed, ...(view.retryAfterMs === undefined ? {} : { retryAfterMs: view.retryAfterMs }) })
  }
}

/** What is said of the site when an error does not say otherwise. */
const nothingChanged = 'Nothing on the site was changed.'

/** Any error as PROTOCOL.md section 10 shows it to people; what is not ours becomes INTERNAL or keeps its FormatError code. */
export function errorView(error: unknown): ErrorView {
  const reference = randomBytes(4).toString('hex')
  if (isDiskFull(error)) { return errorView(asHoldfastError(error)) }
  if (error instanceof HoldfastError) {
    return { code: error.code, message: error.message, changed: error.changed ?? nothingChanged, hint: error.hint, retry: error.retry, reference }
  }
  const { code, message, hint } = error as { code?: unknown; message?: unknown; hint?: unknown }
  if (typeof code === 'string' && code.startsWith('FORMAT_')) {
    return { code, message: String(message), changed: nothingChanged, hint: typeof hint === 'string' ? hint : codes.INTERNAL.hint, retry: 'never', reference }
  }
  return { code: 'INTERNAL', message: String(message ?? error), changed: nothingChanged, hint: codes.INTERNAL.hint, retry: 'later', reference }
}

/** Any error as one of ours: what is not becomes INTERNAL, with its cause. */
export function asHoldfastError(error: unknown): HoldfastError {
	if (error instanceof HoldfastError) { return error; }
	if (isDiskFull(error)) { return new HoldfastError('STATE_FOLDER_FULL', 'The disk of the state folder is full.', { cause: error }); }
	return new HoldfastError('INTERNAL', errorView(error).message, { cause: error });
}

const sqliteFull = 13;

/** Of the state folder: files of the site have FILE_DISK_FULL. */
function isDiskFull(error: unknown): boolean {
	const { code, errcode } = (error ?? {}) as { code?: unknown; errcode?: unknown };
	return !(error instanceof HoldfastError) && (code === 'ENOSPC' || code === 'EDQUOT' || errcode === sqliteFull);
}
