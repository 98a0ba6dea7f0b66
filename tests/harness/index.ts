/** What tests use: a site of their own, and the independent comparer. */
export { makeSite, type SiteOptions, type TestSite } from './site.ts';
export { Visitor, type Answer } from './visitor.ts';
export { snapshotSite, compareSnapshots, type Snapshot, type Comparison, type CompareOptions } from './compare/index.ts';
export { startSharedStack } from './running-stack.ts';
export { makeProtectedSite, type ProtectedSite, type ProtectedSiteOptions } from './protected-site.ts';
export { runAgent } from './run-agent.ts';
export { restoredCopy, isBackedUp, type RestoredCopy } from './restored-copy.ts';
export { emptyServer, type EmptyServer } from './empty-server.ts';
