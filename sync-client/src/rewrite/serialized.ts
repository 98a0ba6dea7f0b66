/**
 * PHP's serialize() format: strings inside get another content, their lengths are counted anew. Pure; text is bytes (latin1).
 *
 *     N; b:1; i:-5; d:0.5; s:3:"abc"; a:2:{key value key value} O:3:"Foo":1:{name value} C:3:"Foo":4:{any bytes} E:5:"A:One"; r:2; R:2;
 *
 * Keys of arrays and names of properties and classes stay: others refer to them.
 */

/** Nested deeper, nobody's data is; a parser without a bound would end the process. */
const depthMax = 512;

class NotSerialized extends Error {}

/** What unserialize() would take: a first look that costs nothing. */
export const looksSerialized = (text: string): boolean => /^\s*(?:[aOsSCE]:[0-9]+:|[bidrR]:|N;)/.test(text);

/**
 * @param rewrite gets every string value; what it returns takes its place.
 * @returns null where the text is not one serialized value (white space around it is kept).
 */
export function rewriteSerialized(text: string, rewrite: (value: string) => string): string | null {
	const start = /^\s*/.exec(text)![0].length;
	const reader = new Reader(text, start, rewrite);
	try {
		reader.value(0);
	} catch (error) {
		if (error instanceof NotSerialized) { return null; }
		throw error;
	}
	return /^\s*$/.test(text.slice(reader.at)) ? text.slice(0, start) + reader.out.join('') + text.slice(reader.at) : null;
}

class Reader {
	readonly #text: string;
	readonly #rewrite: (value: string) => string;
	readonly out: string[] = [];
	at: number;

	constructor(text: string, at: number, rewrite: (value: string) => string) {
		this.#text = text;
		this.at = at;
		this.#rewrite = rewrite;
	}

	value(depth: number): void {
		if (depth > depthMax) { throw new NotSerialized(); }
		switch (this.#text[this.at]) {
			case 'N': return this.#copy(/N;/y);
			case 'b': return this.#copy(/b:[01];/y);
			case 'i': return this.#copy(/i:[+-]?[0-9]+;/y);
			case 'd': return this.#copy(/d:(?:[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|-?INF|NAN);/y);
			case 'r': case 'R': return this.#copy(/[rR]:[0-9]+;/y);
			case 's': return this.#string();
			case 'S': return this.#escapedString();
			case 'E': return this.#enumCase();
			case 'a': return this.#entries(this.#number(/a:([0-9]+):\{/y), depth);
			case 'O': return this.#object(depth);
			case 'C': return this.#custom();
			default: throw new NotSerialized();
		}
	}

	#string(): void {
		const value = this.#bytes('s');
		const now = this.#rewrite(value);
		this.out.push(`s:${now.length}:"${now}";`);
		this.#skip(';');
	}

	/** `S:`: bytes as \xx; the length counts what they stand for. Written as a plain string where it changes. */
	#escapedString(): void {
		const from = this.at;
		const length = this.#length(/S:([0-9]+):"/y);
		let value = '';
		while (value.length < length) {
			const letter = this.#text[this.at];
			if (letter === undefined) { throw new NotSerialized(); }
			const hex = letter === '\\' ? /^[0-9a-fA-F]{2}$/.exec(this.#text.slice(this.at + 1, this.at + 3)) : null;
			value += hex === null ? letter : String.fromCharCode(parseInt(hex[0], 16));
			this.at += hex === null ? 1 : 3;
		}
		this.#skip('";');
		const now = this.#rewrite(value);
		this.out.push(now === value ? this.#text.slice(from, this.at) : `s:${now.length}:"${now}";`);
	}

	#entries(count: number, depth: number): void {
		for (let i = 0; i < count; i++) {
			this.#key();
			this.value(depth + 1);
		}
		this.#skip('}');
		this.out.push('}');
	}

	#key(): void {
		if (this.#text[this.at] === 'i') { this.#copy(/i:[+-]?[0-9]+;/y); return; }
		const name = this.#bytes('s');
		this.#skip(';');
		this.out.push(`s:${name.length}:"${name}";`);
	}

	#object(depth: number): void {
		const name = this.#bytes('O');
		this.out.push(`O:${name.length}:"${name}"`);
		this.#entries(this.#number(/:([0-9]+):\{/y), depth);
	}

	/** A class that serializes itself: its bytes are its own. They change only where they are a serialized value themselves. */
	#custom(): void {
		const name = this.#bytes('C');
		const length = this.#length(/:([0-9]+):\{/y);
		const own = this.#take(length);
		this.#skip('}');
		const now = rewriteSerialized(own, this.#rewrite) ?? own;
		this.out.push(`C:${name.length}:"${name}":${now.length}:{${now}}`);
	}

	#enumCase(): void {
		const name = this.#bytes('E');
		this.#skip(';');
		this.out.push(`E:${name.length}:"${name}";`);
	}

	/** `<letter>:<length>:"<bytes>"` */
	#bytes(letter: string): string {
		const length = this.#length(letter === 's' ? /s:([0-9]+):"/y : letter === 'O' ? /O:([0-9]+):"/y : letter === 'C' ? /C:([0-9]+):"/y : /E:([0-9]+):"/y);
		const value = this.#take(length);
		this.#skip('"');
		return value;
	}

	#take(length: number): string {
		if (this.at + length > this.#text.length) { throw new NotSerialized(); }
		const value = this.#text.slice(this.at, this.at + length);
		this.at += length;
		return value;
	}

	/** A number that is written again as it is. */
	#number(pattern: RegExp): number {
		const from = this.at;
		const length = this.#length(pattern);
		this.out.push(this.#text.slice(from, this.at));
		return length;
	}

	#length(pattern: RegExp): number {
		const digits = this.#match(pattern)[1]!;
		if (digits.length > 12) { throw new NotSerialized(); }
		return Number(digits);
	}

	#copy(pattern: RegExp): void { this.out.push(this.#match(pattern)[0]); }

	#match(pattern: RegExp): RegExpExecArray {
		pattern.lastIndex = this.at;
		const found = pattern.exec(this.#text);
		if (found === null) { throw new NotSerialized(); }
		this.at = pattern.lastIndex;
		return found;
	}

	#skip(text: string): void {
		if (!this.#text.startsWith(text, this.at)) { throw new NotSerialized(); }
		this.at += text.length;
	}
}
