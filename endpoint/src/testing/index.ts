/**
 * `@holdfast/endpoint/testing`: what other packages' tests need. `startEndpoint()` is an endpoint on a free port in this
 * process, in memory or on given adapters; `serve()` is the real program in a process of its own, for kill -9.
 */
export { startEndpoint, type StartedEndpoint } from './start.ts';
export { TestAgent, type Reply } from './agent.ts';
export { run, serve, type Ran, type Served } from './child.ts';
export { Faults } from '../faults.ts';
export { memoryObjects, type MemoryObjects } from '../adapters/memoryObjects.ts';
export { memoryCatalog } from '../adapters/memoryCatalog.ts';
export { openDirectoryObjects } from '../adapters/directoryObjects.ts';
export { openSqliteCatalog } from '../adapters/sqliteCatalog.ts';
export { masterKeyVault } from '../adapters/masterKey.ts';
export { diskSpace } from '../adapters/diskSpace.ts';
