import { Type, type Static } from 'typebox';
import { GuardedFile } from './guarded.ts';
import { removeWhole } from './whole-file.ts';

/** `erasures.php`: whose data WordPress erases again at its next request, and what came of it. PHP adds to `done`. */
const ErasuresSchema = Type.Object({
	v: Type.Literal(1),
	people: Type.Array(Type.Object({ email: Type.String(), at: Type.Integer() }), { maxItems: 2000 }),
	done: Type.Array(Type.Object({ email: Type.String(), messages: Type.Array(Type.String()) })),
});
export type Erasures = Static<typeof ErasuresSchema>;

/** The order to erase personal data again, from the agent to WordPress: a file of the state folder. PROTOCOL.md section 8.5. */
export class ErasuresFile {
	readonly #file: GuardedFile<typeof ErasuresSchema>;

	constructor(path: string) {
		this.#file = new GuardedFile(path, ErasuresSchema);
	}

	/** May be called again; who waits since an earlier restore goes on waiting. */
	async order(people: Erasures['people']): Promise<void> {
		const earlier = await this.#file.read();
		const waiting = (earlier?.people ?? []).filter(({ email }) => !earlier!.done.some((one) => one.email === email) && !people.some((one) => one.email === email));
		await this.#file.write({ v: 1, people: [...waiting, ...people], done: [] });
	}

	read(): Promise<Erasures | null> { return this.#file.read(); }
	forget(): Promise<void> { return removeWhole(this.#file.path); }
}
