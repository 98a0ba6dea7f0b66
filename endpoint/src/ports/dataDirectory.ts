import type { Catalog } from './catalog.ts';
import type { ObjectStore } from './objects.ts';
import type { FreeSpace } from './space.ts';
import type { KeyVault } from './vault.ts';

/**
 * What commands need of the machine that they run on. One adapter, `adapters/dataDirectory.ts`: a folder. Everything
 * that goes wrong here ends the command, so these calls throw CommandError, with what to try.
 */
export interface Host {
	/** The data directory, made where there is none. @throws CommandError DATA_IN_WORDPRESS, DATA_UNUSABLE */
	prepareData(folder: string): Promise<DataDirectory>;
	/** A data directory in which an endpoint was started. @throws CommandError DATA_IN_WORDPRESS, DATA_MISSING */
	requireData(folder: string): Promise<DataDirectory>;
	/** See Identity.machine. */
	machineIdHash(): Promise<string | null>;
}

export interface DataDirectory {
	/** Absolute path. */
	readonly root: string;
	readonly space: FreeSpace;
	/** Held until released or until the process ends, however it ends. @throws CommandError DATA_LOCKED */
	lock(): Lock;
	/** With `clean`, only under the lock, what a dead process was writing is removed. @throws CommandError DATA_UNUSABLE */
	openObjects(options: { readonly clean: boolean }): Promise<ObjectStore>;
	/** Makes one where there is none. null: made by another version, to be rebuilt. @throws CommandError CATALOG_UNUSABLE */
	openCatalog(): Catalog | null;
	/** null where there is none, or one of another version. @throws CommandError CATALOG_UNUSABLE */
	openCatalogIfThere(): Promise<Catalog | null>;
	/** Has an empty catalog filled, then puts it in the place of the old one: all or nothing. Under the lock, and the old one closed. */
	rebuildCatalog(fill: (catalog: Catalog) => Promise<void>): Promise<void>;
	/** With the master key; makes one where there is none and `mayMake`. @throws CommandError MASTER_KEY_MISSING, MASTER_KEY_UNUSABLE */
	openVault(options: { readonly mayMake: boolean }): Promise<KeyVault>;
	/** null where no server has run. */
	readServerAddress(): Promise<ServerAddress | null>;
	/** Atomic. */
	writeServerAddress(address: ServerAddress): Promise<void>;
}

export interface Lock {
	release(): void;
}

/** Where a server is reached: what goes into pairing codes. */
export interface ServerAddress {
	readonly url: string;
	/** SHA-256 of the certificate's DER, hex; null for plain HTTP. */
	readonly fingerprint: string | null;
}
