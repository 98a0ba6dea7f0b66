import { type CommitHeader, type Hash, type Position, type WriterId, origin } from '@holdfast/protocol';
import type { CatalogHead } from '../ports/catalog.ts';

/** What is to be done with a commit that arrived whole. */
export type Decision =
	| { readonly kind: 'append' }
	/** Exactly this commit is already at its sequence: the answer of then is given again. */
	| { readonly kind: 'repeat'; readonly receivedAt: number }
	| { readonly kind: 'other-writer' }
	| { readonly kind: 'conflict' };

/**
 * The rule that keeps a timeline one line. Pure.
 *
 *     same commit already there?   → repeat        (before all else: the reply to a durable commit may have been lost)
 *     from the site's writer?      → other-writer
 *     goes on from the head?       → conflict
 *
 * The header's hash tells commits apart: the header holds the body's hash, and the body was checked against it.
 */
export function decide(
	header: CommitHeader,
	position: Position,
	writer: WriterId,
	head: CatalogHead | null,
	stored: CatalogHead | null,
): Decision {
	if (stored !== null && stored.headerHash === position.hash) return { kind: 'repeat', receivedAt: stored.receivedAt };
	if (header.writer !== writer) return { kind: 'other-writer' };
	const { seq, hash } = positionOfHead(head);
	if (header.sequence !== seq + 1 || header.previous !== hash) return { kind: 'conflict' };
	return { kind: 'append' };
}

/** The position of a head; the origin where there is none. */
export function positionOfHead(head: { readonly seq: Position['seq']; readonly headerHash: Hash } | null): Position {
	return head === null ? origin : { seq: head.seq, hash: head.headerHash };
}
