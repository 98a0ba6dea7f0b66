/** Builds one statement as bytes: text, identifiers and binary literals. The connection speaks SET NAMES binary. */

const quote = 0x27;
const backslash = 0x5c;

/** A name as SQL; names may hold backticks and any letter. */
export const identifier = (name: string): string => '`' + name.replaceAll('`', '``') + '`';

/** A text as SQL in any character set whose ASCII part is ASCII; for names compared with metadata. */
export const textLiteral = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

export const hexLiteral = (bytes: Uint8Array): string =>
	`x'${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}'`;

export class SqlWriter {
	length = 0;
	#bytes: Buffer;

	constructor(bytes = 64 * 1024) {
		this.#bytes = Buffer.allocUnsafeSlow(bytes);
	}

	/** A view of what was written, valid until the next write. */
	view(): Buffer {
		return this.#bytes.subarray(0, this.length);
	}

	truncate(length: number): void {
		this.length = length;
	}

	text(sql: string): this {
		this.#need(sql.length * 3);
		this.length += this.#bytes.write(sql, this.length, 'utf8');
		return this;
	}

	raw(source: Buffer, start: number, end: number): this {
		this.#need(end - start);
		source.copy(this.#bytes, this.length, start, end);
		this.length += end - start;
		return this;
	}

	/** `'…'` with quote and backslash escaped: nothing else needs it in a binary literal. Searches instead of stepping, because most values hold neither. */
	literal(source: Buffer, start: number, end: number): this {
		this.#need(end - start + 2);
		this.#bytes[this.length++] = quote;
		if (end - start <= 48) this.#escapeShort(source, start, end);
		else this.#escapeLong(source.subarray(start, end));
		this.#need(1);
		this.#bytes[this.length++] = quote;
		return this;
	}

	#escapeShort(source: Buffer, start: number, end: number): void {
		this.#need(2 * (end - start) + 1);
		const bytes = this.#bytes;
		let at = this.length;
		for (let i = start; i < end; i++) {
			const byte = source[i]!;
			if (byte === quote || byte === backslash) bytes[at++] = backslash;
			bytes[at++] = byte;
		}
		this.length = at;
	}

	#escapeLong(source: Buffer): void {
		let from = 0;
		let nextQuote = source.indexOf(quote);
		let nextBackslash = source.indexOf(backslash);
		while (nextQuote >= 0 || nextBackslash >= 0) {
			const at = nextQuote < 0 ? nextBackslash : nextBackslash < 0 ? nextQuote : Math.min(nextQuote, nextBackslash);
			this.raw(source, from, at);
			this.#need(1);
			this.#bytes[this.length++] = backslash;
			from = at;
			if (at === nextQuote) nextQuote = source.indexOf(quote, at + 1);
			else nextBackslash = source.indexOf(backslash, at + 1);
		}
		this.raw(source, from, source.length);
	}

	#need(more: number): void {
		if (this.length + more <= this.#bytes.length) return;
		const next = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.length + more));
		this.#bytes.copy(next, 0, 0, this.length);
		this.#bytes = next;
	}
}
