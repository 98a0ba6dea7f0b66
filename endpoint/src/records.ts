import { createHash } from 'node:crypto';
import { BindingSchema, ByteReader, ByteWriter, type Hash, decodeUtf8, encodeUtf8, refuse } from '@holdfast/protocol';
import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { recordBytesMax } from './limits.ts';
import type { PairingSecret, SiteRow } from './ports/catalog.ts';

/* Records are the endpoint's own small objects: FORMAT.md section 12. Magic, version, SHA-256 of the JSON, JSON. */

const magic = 'HFRC';
const version = 1;

const Hex = (bytes: number) => Type.String({ pattern: `^[0-9a-f]{${bytes * 2}}$` });

const SiteRecordSchema = Type.Object({
	v: Type.Union([Type.Literal(1), Type.Literal(2)]),
	siteId: Hex(16),
	createdAt: Type.Integer(),
	label: Type.String(),
	home: Type.String(),
	binding: BindingSchema,
	writer: Hex(16),
	tokenHash: Hex(32),
	/** Not in records of version 1. */
	readHash: Type.Optional(Type.Union([Hex(32), Type.Null()])),
	sealed: Type.Boolean(),
	wrappedKey: Type.Union([Type.String({ pattern: '^[0-9a-f]+$' }), Type.Null()]),
	pairing: Hex(32),
});

const PairingRecordSchema = Type.Object({
	v: Type.Literal(1),
	secretHash: Hex(32),
	createdAt: Type.Integer(),
	expiresAt: Type.Integer(),
	siteId: Type.Union([Hex(16), Type.Null()]),
});

/** What a record of a site says; its version is in the object's name. */
export type SiteRecord = Omit<SiteRow, 'version' | 'tokenHash'> & { readonly tokenHash: Hash };

/** Members in one order, so that the same record is the same bytes. */
export function encodeSiteRecord(site: SiteRecord): Buffer {
	const { siteId, createdAt, label, home, binding, writer, tokenHash, readHash, sealed, wrappedKey, pairing } = site;
	return encode({ v: 2, siteId, createdAt, label, home, binding, writer, tokenHash, readHash, sealed, wrappedKey, pairing });
}

/** @throws FormatError */
export function decodeSiteRecord(bytes: Uint8Array): SiteRecord {
	const record = decode(bytes);
	if (!Check(SiteRecordSchema, record)) refuse('FORMAT_JSON', 'record of a site');
	const { v: _, ...site } = record as Record<string, unknown>;
	return { readHash: null, ...site } as unknown as SiteRecord;
}

export function encodePairing({ secretHash, createdAt, expiresAt, siteId }: PairingSecret): Buffer {
	return encode({ v: 1, secretHash, createdAt, expiresAt, siteId });
}

/** @throws FormatError */
export function decodePairing(bytes: Uint8Array): PairingSecret {
	const record = decode(bytes);
	if (!Check(PairingRecordSchema, record)) refuse('FORMAT_JSON', 'record of a pairing secret');
	const { v: _, ...secret } = record as Record<string, unknown>;
	return secret as unknown as PairingSecret;
}

function encode(record: object): Buffer {
	const json = encodeUtf8(JSON.stringify(record));
	return new ByteWriter(json.length + 40).objectHead(magic, version).raw(sha256(json)).raw(json).finish();
}

function decode(bytes: Uint8Array): unknown {
	if (bytes.length > recordBytesMax) refuse('FORMAT_LIMIT', `record of ${bytes.length} bytes`);
	const reader = new ByteReader(bytes);
	reader.objectHead(magic, version);
	const hash = reader.take(32);
	const json = reader.take(reader.left);
	if (!sha256(json).equals(hash)) refuse('FORMAT_HASH', 'record');
	try {
		return JSON.parse(decodeUtf8(json)) as unknown;
	} catch (cause) {
		return refuse('FORMAT_JSON', 'record', cause);
	}
}

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
