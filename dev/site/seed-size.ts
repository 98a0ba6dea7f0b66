/** How much a seeded site holds. The content is the same in every run; only its amount differs. */
export const seedSizes = {
	none: { posts: 0, pages: 0, comments: 0, users: 0, images: 0, imageWidth: 0, rows: 0 },
	small: { posts: 12, pages: 4, comments: 24, users: 5, images: 3, imageWidth: 800, rows: 40 },
	normal: { posts: 60, pages: 12, comments: 240, users: 24, images: 24, imageWidth: 1600, rows: 1_000 },
	large: { posts: 2_000, pages: 60, comments: 12_000, users: 800, images: 200, imageWidth: 2400, rows: 50_000 },
} as const;

export type SeedSize = keyof typeof seedSizes;

export const isSeedSize = (text: string): text is SeedSize => Object.hasOwn(seedSizes, text);

export function seedArguments(size: SeedSize): string[] {
	return [JSON.stringify(seedSizes[size])];
}
