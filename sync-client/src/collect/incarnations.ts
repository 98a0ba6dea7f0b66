import { makeIncarnation, type Incarnation, type Sequence } from '@holdfast/protocol';

/** Draws ids of tables' lives: never one twice in a site, also across image and collects that run side by side. */
export class Incarnations {
	readonly #headSeq: () => number;
	#last = 0;

	constructor(headSeq: () => number) {
		this.#headSeq = headSeq;
	}

	draw(): Incarnation {
		const first = makeIncarnation((this.#headSeq() + 1) as Sequence, 0);
		this.#last = Math.max(first, this.#last + 1);
		return this.#last as Incarnation;
	}
}
