/** @holdfast/endpoint for those who embed it: the server on given ports. Adapters and test tools: `@holdfast/endpoint/testing`. */
export { createEndpoint, type EndpointOptions } from './endpoint.ts';
export { defaultLimits, type Limits } from './limits.ts';
export { EndpointError, type EndpointErrorCode, endpointErrorCodes } from './errors.ts';
export { readIn, type ReadInReport } from './store/readIn.ts';
export { check, type CheckReport } from './store/check.ts';
export { makeSecret } from './store/makeSecret.ts';
export type { Catalog } from './ports/catalog.ts';
export type { FreeSpace } from './ports/space.ts';
export type { KeyVault } from './ports/vault.ts';
export type { ObjectStore } from './ports/objects.ts';
