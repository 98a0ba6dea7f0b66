/** @holdfast/protocol: the pure, shared part. No I/O, no clock, no randomness. Bytes are in FORMAT.md, messages in PROTOCOL.md. */
export * from './errors.ts';
export * from './ids.ts';
export * from './limits.ts';

export { asBuffer, compareBytes, equalRanges } from './bytes/compare.ts';
export { ByteReader } from './bytes/reader.ts';
export { ByteWriter } from './bytes/writer.ts';
export { decodeHex, decodeUtf8, encodeHex, encodeUtf8 } from './bytes/text.ts';

export * from './keys/kinds.ts';
export * from './keys/key.ts';
export * from './keys/path.ts';
export * from './keys/range.ts';
export * from './keys/rowKey.ts';

export * from './values/chunkList.ts';
export * from './values/counter.ts';
export * from './values/definition.ts';
export * from './values/file.ts';
export * from './values/json.ts';
export * from './values/reason.ts';
export * from './values/row.ts';
export * from './values/rowWalk.ts';
export * from './values/table.ts';

export * from './entries/batch.ts';
export * from './entries/blockCursor.ts';
export * from './entries/blockWriter.ts';

export * from './crypto/chunk.ts';
export * from './crypto/chunkHeader.ts';
export * from './crypto/pairingCode.ts';
export { decodeRecoveryKey, encodeRecoveryKey } from './crypto/recoveryKey.ts';
export { readHashOf, readTokenOf } from './crypto/readToken.ts';
export * from './crypto/subkeys.ts';

export * from './cutter.ts';
export * from './pack/pack.ts';
export * from './pack/packIndex.ts';
export * from './commit/commit.ts';
export * from './commit/flags.ts';
export * from './commit/header.ts';
export * from './envelope.ts';
export * from './wire/index.ts';
export * from './manifest.ts';
export * from './layer.ts';
export * from './state/source.ts';
export { merge } from './state/merge.ts';
export * from './state/state.ts';
export * from './state/compare.ts';
export * from './state/pending.ts';
