/* The messages of PROTOCOL.md sections 8 to 10. Types only: their schemas never reach the browser. */
export type * from '@holdfast/protocol/wire';
