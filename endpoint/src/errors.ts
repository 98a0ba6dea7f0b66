import type { ErrorView } from '@holdfast/protocol';

/*
 * Everything that the endpoint refuses over HTTP, in one table: PROTOCOL.md section 10. Status, whether and when to try
 * again, what happened, what to do. The sentences are for people; programs look at the code. What ends a command is in
 * commandErrors.ts.
 */
type Row = readonly [status: number, retry: ErrorView['retry'], sentence: string, hint: string];

const agentUpdate = 'Update the plugin and the endpoint to the same version.';
const checkHint = 'Run `holdfast-endpoint check` on the endpoint; it names every damaged object.';
const newCode = 'Make a new code with `holdfast-endpoint pair` and paste the whole of it.';

const requestErrors = {
	REQUEST_MALFORMED: [
		400,
		'never',
		'The request is not valid HTTP.',
		'Check that nothing between site and endpoint changes requests.',
	],
	REQUEST_TOO_SLOW: [
		408,
		'later',
		'The request did not arrive in time.',
		'Check the connection between site and endpoint and try again.',
	],
	REQUEST_CUT_OFF: [400, 'now', 'The request ended before its body did.', 'Send it again.'],
	ROUTE_UNKNOWN: [404, 'never', 'The endpoint has nothing at this address.', `Check the address of the endpoint. ${agentUpdate}`],
	CONTENT_TYPE_WRONG: [415, 'never', 'The body has another content type than this request takes.', agentUpdate],
	LENGTH_REQUIRED: [
		411,
		'never',
		'The request does not say how long its body is.',
		'Check that no proxy in between removes Content-Length.',
	],
	BODY_TOO_LARGE: [413, 'never', 'The body is larger than this request may have.', agentUpdate],
	JSON_INVALID: [400, 'never', 'The body is not valid JSON.', agentUpdate],
	REQUEST_INVALID: [400, 'never', 'The request does not have the expected members.', agentUpdate],
	PROTOCOL_UNSUPPORTED: [400, 'never', 'Plugin and endpoint do not speak the same protocol.', agentUpdate],
	TOKEN_MISSING: [401, 'never', 'The request has no site token.', 'Connect the site again.'],
	TOKEN_UNKNOWN: [
		401,
		'never',
		'No site here has this token.',
		'Check the address of the endpoint, or connect the site again with a code of `holdfast-endpoint pair`.',
	],
	TOKEN_READ_ONLY: [
		403,
		'never',
		'This token only reads: it was made from the recovery key.',
		'To go on with this backup from here, make a code with `holdfast-endpoint pair --site ID` and connect with it.',
	],
} as const satisfies Record<string, Row>;

const pairingErrors = {
	PAIRING_UNKNOWN: [403, 'never', 'The endpoint does not know this pairing code.', newCode],
	PAIRING_EXPIRED: [403, 'never', 'This pairing code has expired: it was good for 24 hours.', newCode],
	PAIRING_USED: [409, 'never', 'This pairing code has been used.', newCode],
	PAIRING_FOR_TAKEOVER: [
		409,
		'never',
		'This code lets a known site go on here; it does not pair a new one.',
		'Use it on that site, or make a code without --site.',
	],
	PAIRING_NOT_FOR_TAKEOVER: [
		409,
		'never',
		'This code pairs a new site; it takes none over.',
		'Make a code with `holdfast-endpoint pair --site ID`.',
	],
	PAIRING_SITE_KNOWN: [
		409,
		'never',
		'This site is already paired here.',
		'To go on with its backup, make a code with `holdfast-endpoint pair --site ID`.',
	],
	PAIRING_TOKEN_IN_USE: [409, 'never', 'Another site here has this token.', 'Connect again; the plugin then draws a new one.'],
	PAIRING_TOO_MANY: [429, 'later', 'There were too many wrong pairing codes.', 'Wait a minute, then paste the whole code.'],
} as const satisfies Record<string, Row>;

const storeErrors = {
	PACK_INVALID: [
		422,
		'never',
		'The pack is damaged or not a pack.',
		'Send it again from its source; if it stays, update the plugin.',
	],
	COMMIT_INVALID: [
		422,
		'never',
		'The commit is damaged or not a commit.',
		'Send it again from its source; if it stays, update the plugin.',
	],
	COMMIT_OTHER_SITE: [403, 'never', 'The commit belongs to another site than the token.', 'Connect the site again.'],
	COMMIT_OTHER_WRITER: [
		409,
		'never',
		'Another writer holds the timeline of this site.',
		'If this is the site that goes on, take over with a code of `holdfast-endpoint pair --site ID`.',
	],
	COMMIT_CONFLICT: [
		409,
		'never',
		'The timeline does not stand where this commit goes on from.',
		'Read the timeline from `head` and compare.',
	],
	COMMIT_DEAD_REFERENCES: [
		422,
		'now',
		'The commit refers to chunks that are not stored.',
		'Upload the chunks that are listed as missing, then send it again.',
	],
	COMMIT_UNKNOWN: [404, 'never', 'There is no commit with this number.', 'Ask for the list of commits.'],
	CHUNK_MISSING: [404, 'never', 'A chunk that was asked for is not stored.', checkHint],
	RANGE_INVALID: [416, 'never', 'The range lies outside the object.', 'Ask without Range for the whole object.'],
	OBJECT_DAMAGED: [500, 'never', 'A stored object is damaged or missing.', checkHint],
	STORAGE_LOW: [
		507,
		'later',
		'The endpoint is running out of disk space, so it takes nothing more.',
		'Free space on the endpoint, or give it a larger disk. What is stored stays readable.',
	],
	BUSY: [503, 'later', 'The endpoint is busy.', 'Try again in a moment.'],
	STOPPING: [503, 'later', 'The endpoint is being stopped.', 'Try again when it is up.'],
	INTERNAL: [500, 'later', 'Something went wrong in the endpoint.', 'Look into the log of the endpoint for the reference.'],
} as const satisfies Record<string, Row>;

const errorTable = { ...requestErrors, ...pairingErrors, ...storeErrors };

export type EndpointErrorCode = keyof typeof errorTable;
export const endpointErrorCodes = Object.keys(errorTable) as EndpointErrorCode[];

/** After these it is not known whether the object was stored; every request may simply be sent again. */
const uncertain: ReadonlySet<EndpointErrorCode> = new Set(['INTERNAL', 'OBJECT_DAMAGED']);

export interface ErrorMore {
	/** Members next to `error` in the body, such as `head` or `missing`. */
	readonly details?: Readonly<Record<string, unknown>>;
	/** What exactly, for developers: goes into the log and behind the sentence; never a secret or content. */
	readonly detail?: string;
	readonly retryAfterMs?: number;
	readonly cause?: unknown;
}

/** A refusal that the client is told about. */
export class EndpointError extends Error {
	override readonly name = 'EndpointError';
	readonly code: EndpointErrorCode;
	readonly status: number;
	readonly more: ErrorMore;

	constructor(code: EndpointErrorCode, more: ErrorMore = {}) {
		const [status, , sentence] = errorTable[code];
		super(
			more.detail === undefined ? sentence : `${sentence} (${more.detail})`,
			more.cause === undefined ? undefined : { cause: more.cause },
		);
		this.code = code;
		this.status = status;
		this.more = more;
	}

	/** The body of the answer. `reference` finds the request in the log. */
	body(reference: string): { error: ErrorView } & Record<string, unknown> {
		const [, retry, , hint] = errorTable[this.code];
		const { details, retryAfterMs } = this.more;
		const changed = uncertain.has(this.code)
			? 'It is not certain whether this was stored; sending it again is safe.'
			: 'Nothing was changed.';
		return {
			error: {
				code: this.code,
				message: this.message,
				changed,
				hint,
				retry,
				...(retryAfterMs === undefined ? {} : { retryAfterMs }),
				reference,
			},
			...details,
		};
	}
}
