import { type ObjectStore, ObjectTooLargeError, type StagedObject, requireObjectName } from '../ports/objects.ts';

/** The object store in memory, for tests: the same guarantees but for durability. `stored` is what a test may look into. */
export interface MemoryObjects extends ObjectStore {
	readonly stored: Map<string, Uint8Array>;
}

export function memoryObjects(stored = new Map<string, Uint8Array>()): MemoryObjects {
	function add(name: string, bytes: Uint8Array): 'created' | 'exists' {
		requireObjectName(name);
		if (stored.has(name)) return 'exists';
		stored.set(name, bytes.slice());
		return 'created';
	}

	function stage(): StagedObject {
		let room = new Uint8Array(1024);
		let size = 0;
		return {
			write: async (offset, bytes) => {
				size = Math.max(size, offset + bytes.byteLength);
				if (size > room.byteLength) {
					const larger = new Uint8Array(size * 2);
					larger.set(room);
					room = larger;
				}
				room.set(bytes, offset);
			},
			read: async (offset, length) => {
				if (offset + length > size) throw new RangeError(`Staged object ends before ${offset} + ${length}`);
				return room.slice(offset, offset + length);
			},
			publish: async (name) => add(name, room.subarray(0, size)),
			discard: () => Promise.resolve(),
		};
	}

	const get = (name: string): Uint8Array | undefined => {
		requireObjectName(name);
		return stored.get(name);
	};

	return {
		stored,
		create: async (name, bytes) => add(name, bytes),
		stage: async () => stage(),
		read: async (name, bytesMax) => {
			const bytes = get(name);
			if (bytes === undefined) return null;
			if (bytes.byteLength > bytesMax) throw new ObjectTooLargeError(name, bytes.byteLength, bytesMax);
			return bytes.slice();
		},
		readRange: async (name, offset, length) => {
			const bytes = get(name);
			if (bytes === undefined || offset + length > bytes.byteLength) return null;
			return bytes.slice(offset, offset + length);
		},
		size: async (name) => get(name)?.byteLength ?? null,
		list: async (prefix, after, limit) =>
			[...stored.keys()]
				.filter((name) => name.startsWith(prefix) && name > after)
				.sort()
				.slice(0, limit)
				.map((name) => ({ name, size: stored.get(name)?.byteLength ?? 0 })),
		settle: async (name) => requireObjectName(name),
		close: () => Promise.resolve(),
	};
}
