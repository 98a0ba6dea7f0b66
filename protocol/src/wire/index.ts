export * from './activity.ts';
export * from './endpoint.ts';
export * from './error.ts';
export * from './job.ts';
export * from './position.ts';
export * from './restore.ts';
export * from './status.ts';
export * from './timeline.ts';
