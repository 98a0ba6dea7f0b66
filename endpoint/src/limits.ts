/* Every bound of the endpoint, by name and unit. Those of the formats are in FORMAT.md section 15 (`@holdfast/protocol`). */

const KiB = 1024;
const MiB = 1024 * KiB;

export interface Limits {
	/** Writes are refused while less than this plus the body would be left: a full disk is refused before it is full. */
	readonly freeBytesMin: number;
	/** Uploads of packs and commits that are received at the same time; more get BUSY. */
	readonly uploadsMax: number;
	/** Downloads that are answered at the same time; more get BUSY. */
	readonly downloadsMax: number;
	/** Appends of one site that wait for their turn; more get BUSY. An agent has one under way. */
	readonly appendsWaitingMax: number;
	/** What Retry-After says when busy. */
	readonly busyRetryMs: number;
	/** A body of which nothing came for this long is given up. */
	readonly bodyIdleMsMax: number;
	/** A request must have been received within this time: 128 MiB at 150 KiB/s. */
	readonly requestMsMax: number;
	readonly headersMsMax: number;
	readonly keepAliveMsMax: number;
	readonly connectionsMax: number;
	/** After SIGTERM requests may finish for this long. */
	readonly stopMsMax: number;
	/** Wrong pairing secrets per address, and from all addresses, in `wrongSecretsWindowMs`. */
	readonly wrongSecretsMax: number;
	readonly wrongSecretsOfAllMax: number;
	readonly wrongSecretsWindowMs: number;
}

export const defaultLimits: Limits = {
	freeBytesMin: 256 * MiB,
	uploadsMax: 8,
	downloadsMax: 32,
	appendsWaitingMax: 16,
	busyRetryMs: 2_000,
	bodyIdleMsMax: 30_000,
	requestMsMax: 900_000,
	headersMsMax: 15_000,
	keepAliveMsMax: 72_000,
	connectionsMax: 1_000,
	stopMsMax: 20_000,
	wrongSecretsMax: 10,
	wrongSecretsOfAllMax: 100,
	wrongSecretsWindowMs: 60_000,
};

/** JSON bodies: the largest is a pairing. */
export const jsonBytesMax = 64 * KiB;
/** Ids in one `chunks/missing`; as many as a commit may refer to. */
export const missingIdsMax = 65_536;
/** Ids in one `chunks/read`: PROTOCOL.md section 6. */
export const readIdsMax = 1_024;
export const listCommitsMax = 1_000;
/** A listing ends early above this; the client asks again behind the last one. */
export const listBytesMax = 32 * MiB;
/** Objects are read and sent in pieces of this size. */
export const pieceBytes = 1 * MiB;
/** A record of a site or of a pairing secret. */
export const recordBytesMax = 64 * KiB;
/** How long a pairing secret is good. */
export const pairingMsMax = 24 * 3_600_000;
