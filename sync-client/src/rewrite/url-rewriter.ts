/**
 * One address of a site to another, in text of any kind. Pure. Text is handled as bytes: one character per byte (latin1), so that
 * nothing that is not an address is touched, whatever its encoding.
 *
 *     http: or https:, or neither      https://old.example    //old.example
 *     with JSON's slashes              https:\/\/old.example, and of JSON within JSON https:\\\/\\\/old.example
 *     percent-encoded                  https%3A%2F%2Fold.example
 *
 * A host that has the old one as a part is another host, before (my-old.example) and behind (old.example.au, old.example:8080).
 */

/** Absolute, http or https, without a slash at the end. */
export type UrlChange = { from: string; to: string };

type Target = { rest: string; scheme: string };

export class UrlRewriter {
	readonly #targets = new Map<string, Target>();
	readonly #hosts: RegExp;
	readonly #plain: RegExp;
	readonly #encoded: RegExp;

	/** @throws TypeError where one is no address */
	constructor(changes: readonly UrlChange[]) {
		const from = changes.map((change) => partsOf(change.from));
		from.forEach((one, i) => {
			const to = partsOf(changes[i]!.to);
			this.#targets.set(one.rest.toLowerCase(), { rest: to.rest, scheme: to.scheme });
		});
		// The longest first: an address below another one is meant where it stands.
		const rests = [...new Set(from.map((one) => one.rest))].sort((a, b) => b.length - a.length);
		const hosts = [...new Set(rests.map((rest) => rest.replace(/[/:].*$/, '')))];
		this.#hosts = new RegExp(hosts.map(anyCase).join('|'));
		const notHost = String.raw`(?![A-Za-z0-9_-])(?!\.[A-Za-z0-9])`;
		this.#plain = new RegExp(
			String.raw`([hH][tT][tT][pP][sS]?:|(?<![A-Za-z0-9:._\-/\\]))(\\*/)\2(${rests.map((rest) => patternOf(rest, '\\2')).join('|')})${notHost}(?!:[0-9])(?!@|%40)`, 'g',
		);
		this.#encoded = new RegExp(
			String.raw`[hH][tT][tT][pP][sS]?%3[aA]%2[fF]%2[fF](${rests.map((rest) => patternOf(rest, '%2[fF]', '%3[aA]')).join('|')})${notHost}(?!%3[aA][0-9])(?!%40)`, 'g',
		);
	}

	/** Whether a text can hold one of the old addresses at all: cheap. */
	mayConcern(text: string): boolean { return this.#hosts.test(text); }

	/** The text with the new addresses, and how many there were. Text that is neither serialized nor JSON with such inside: see rewrite-value.ts. */
	rewrite(text: string): { text: string; count: number } {
		let count = 0;
		const plain = text.replace(this.#plain, (_all, scheme: string, slash: string, rest: string) => {
			count++;
			const to = this.#targetOf(rest.replaceAll(slash, '/'));
			return `${scheme === '' ? '' : `${to.scheme}:`}${slash}${slash}${to.rest.replaceAll('/', slash)}`;
		});
		const all = plain.replace(this.#encoded, (_all, rest: string) => {
			count++;
			const to = this.#targetOf(rest.replace(/%2f/gi, '/').replace(/%3a/gi, ':'));
			return encodeURIComponent(`${to.scheme}://${to.rest}`);
		});
		return { text: all, count };
	}

	#targetOf(rest: string): Target { return this.#targets.get(rest.toLowerCase())!; }
}

/** Scheme, and host with port and path. @throws TypeError */
export function partsOf(url: string): { scheme: string; rest: string } {
	const { protocol, host, pathname } = new URL(url);
	return { scheme: protocol.replace(':', ''), rest: host + pathname.replace(/\/+$/, '') };
}

const anyCase = (text: string): string => text.replace(/[a-z]|[^a-z0-9]/gi, (letter) => (/[a-z]/i.test(letter) ? `[${letter.toLowerCase()}${letter.toUpperCase()}]` : `\\${letter}`));

/** Hosts are the same in any case; paths are not. */
function patternOf(rest: string, slash: string, colon = ':'): string {
	const [host, ...path] = rest.split('/');
	return [anyCase(host!).replaceAll('\\:', colon), ...path.map((part) => part.replace(/[^A-Za-z0-9]/g, (letter) => `\\${letter}`))].join(slash);
}
