/**
 * The object store: the truth of the endpoint. Everything that must survive is an object; the catalog is a cache of it.
 *
 * What every adapter guarantees (the contract suite in `adapters/objects.contract.ts` holds each to it):
 *
 * - Atomic: an object is either absent or whole. Nobody ever reads half of one, not even after a crash.
 * - Created once: of any number of concurrent creators of one name exactly one gets `created`, the others `exists`.
 *   An object never changes. This is the guard against forks of a timeline.
 * - Durable before the promise: after `created` or `exists` a power cut does not lose the object.
 * - Idempotent: creating again what is there answers `exists` and changes nothing.
 * - Read your writes: what was created is found at once by `read`, `size` and `list`.
 * - Ordered: `list` gives names in ascending byte order; what is created meanwhile may or may not be in it.
 *
 * There is no rename, append, change or modification time, and no deleting: that is a port of its own with its own
 * credential, so that code which holds this port cannot lose anything.
 */
export interface ObjectStore {
	/** Creates a small object in one go. `name` must satisfy `isObjectName`, else it throws ObjectNameError. */
	create(name: string, bytes: Uint8Array): Promise<Creation>;

	/** Begins an object whose name is known only when all of it has been seen. Nothing is visible until `publish`. */
	stage(): Promise<StagedObject>;

	/** The whole object, or null where there is none. `bytesMax` bounds what is read: ObjectTooLargeError above it. */
	read(name: string, bytesMax: number): Promise<Uint8Array | null>;

	/** Exactly `length` bytes from `offset`, or null where the object does not exist or ends before that. */
	readRange(name: string, offset: number, length: number): Promise<Uint8Array | null>;

	/** Size in bytes, or null where there is no such object. */
	size(name: string): Promise<number | null>;

	/**
	 * At most `limit` (≥ 1) names that begin with `prefix` and are greater than `after`, ascending. `after` may be any
	 * string, also no name at all, which lets a caller skip over everything below a prefix. Empty = nothing more.
	 */
	list(prefix: string, after: string, limit: number): Promise<ListedObject[]>;

	/**
	 * Makes durable an object that `list` showed but whose creator may have died between naming it and making the name
	 * durable. Called for what a catalog adopts at start. May be called any number of times.
	 */
	settle(name: string): Promise<void>;

	close(): Promise<void>;
}

export type Creation = 'created' | 'exists';

export interface ListedObject {
	readonly name: string;
	/** Bytes. */
	readonly size: number;
}

/** An object in the making: private to its maker, gone after a crash. Not for concurrent use. */
export interface StagedObject {
	/** Writes at a byte offset; gaps must be filled before `publish`. */
	write(offset: number, bytes: Uint8Array): Promise<void>;
	/** Exactly these bytes of what was written; throws where they are not there. */
	read(offset: number, length: number): Promise<Uint8Array>;
	/** Creates the object under its name, with the guarantees above. The stage is used up, whatever the outcome. */
	publish(name: string): Promise<Creation>;
	/** Throws away what was written. Does nothing after `publish` or a second time. */
	discard(): Promise<void>;
}

/** Names are lower-case letters and digits in parts: nothing that a file system or a bucket could read in two ways. */
const namePattern = /^[a-z0-9]+(?:\/[a-z0-9]+)*$/;
export const objectNameBytesMax = 200;

export function isObjectName(name: string): boolean {
	return name.length <= objectNameBytesMax && namePattern.test(name);
}

export class ObjectNameError extends Error {
	override readonly name = 'ObjectNameError';
	constructor(objectName: string) {
		super(`Not a name of an object: ${JSON.stringify(objectName.slice(0, objectNameBytesMax))}`);
	}
}

export class ObjectTooLargeError extends Error {
	override readonly name = 'ObjectTooLargeError';
	constructor(objectName: string, size: number, bytesMax: number) {
		super(`Object ${objectName} has ${size} bytes, more than the ${bytesMax} that were expected at most`);
	}
}

/** Throws ObjectNameError unless `name` is a valid object name; for adapters. */
export function requireObjectName(name: string): void {
	if (!isObjectName(name)) throw new ObjectNameError(name);
}

/** Every object below a prefix, ascending, page by page: memory is bounded by `pageSize` names. */
export async function* eachObject(
	objects: ObjectStore,
	prefix: string,
	after = '',
	pageSize = 1000,
): AsyncGenerator<ListedObject> {
	for (;;) {
		const page = await objects.list(prefix, after, pageSize);
		yield* page;
		const last = page.at(-1);
		if (last === undefined) return;
		after = last.name;
	}
}
