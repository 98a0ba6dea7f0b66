/** The kinds of keys, FORMAT.md section 2: the first byte of every key. Facts sort first, schemas before rows. */

export const keyKinds = {
	fact: 0x01,
	policy: 0x02,
	table: 0x10,
	view: 0x11,
	trigger: 0x12,
	counter: 0x13,
	tableLeftOut: 0x14,
	row: 0x20,
	file: 0x30,
	fileLeftOut: 0x31,
} as const;

export type KeyKind = keyof typeof keyKinds;

const kindOfByte: readonly (KeyKind | undefined)[] = (() => {
	const kinds: (KeyKind | undefined)[] = [];
	for (const [kind, byte] of Object.entries(keyKinds)) kinds[byte] = kind as KeyKind;
	return kinds;
})();

/** The kind that a key's first byte means; undefined for none. */
export const keyKindOf = (byte: number | undefined): KeyKind | undefined => (byte === undefined ? undefined : kindOfByte[byte]);

/** Logical roots of files; a file belongs to the most specific one. */
export const fileRoots = { root: 0, content: 1, plugins: 2, 'mu-plugins': 3, themes: 4, uploads: 5, languages: 6 } as const;
export type FileRoot = keyof typeof fileRoots;
export const fileRootNames = Object.keys(fileRoots) as readonly FileRoot[];
