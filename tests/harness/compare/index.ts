/**
 * The independent comparer: MariaDB's own client prints every row, sort(1) orders them, sha-256 names every file.
 * It shares no code with the product, so that they cannot be wrong in the same way.
 */
export { snapshotSite, type Snapshot, type SnapshotOptions } from './snapshot.ts';
export { compareSnapshots, type Comparison, type CompareOptions } from './compare.ts';
