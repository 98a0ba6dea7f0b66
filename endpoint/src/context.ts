import type { Admission } from './http/admission.ts';
import type { SecretThrottle } from './http/throttle.ts';
import type { Limits } from './limits.ts';
import type { Catalog } from './ports/catalog.ts';
import type { Clock } from './ports/clock.ts';
import type { ObjectStore } from './ports/objects.ts';
import type { KeyVault } from './ports/vault.ts';
import type { Lanes } from './store/lanes.ts';

/** What the endpoint says about itself. */
export interface Identity {
	readonly name: string;
	readonly version: string;
	/** Hash of the machine's id, so that an agent beside it can tell; null where the machine has none. */
	readonly machine: string | null;
}

/** What routes have to work with. */
export interface EndpointContext {
	readonly objects: ObjectStore;
	readonly catalog: Catalog;
	readonly vault: KeyVault;
	readonly now: Clock;
	readonly limits: Limits;
	readonly identity: Identity;
	readonly admission: Admission;
	readonly throttle: SecretThrottle;
	/** One append of a site at a time. */
	readonly appends: Lanes;
	/** One pairing or takeover at a time: they are rare, and compare tokens of all sites. */
	readonly pairings: Lanes;
}
