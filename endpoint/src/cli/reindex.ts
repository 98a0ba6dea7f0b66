import { CommandError } from '../commandErrors.ts';
import type { Host } from '../ports/dataDirectory.ts';
import { type ReadInReport, readIn } from '../store/readIn.ts';
import type { Printer } from './print.ts';

/** Builds the catalog anew from the objects alone. The old one is replaced only when the new one is whole. */
export async function reindex(options: { readonly data: string }, print: Printer, machine: Host): Promise<void> {
	const data = await machine.requireData(options.data);
	const held = data.lock();
	try {
		const objects = await data.openObjects({ clean: true });
		let report: ReadInReport | undefined;
		await data.rebuildCatalog(async (catalog) => {
			report = await readIn({ objects, catalog });
		});
		await objects.close();
		if (report === undefined) throw new CommandError('CATALOG_UNUSABLE');
		const { sites, commits, packs, damaged } = report;
		print.result({ ok: damaged.length === 0, sites, commits, packs, damaged }, [
			`Catalog rebuilt: ${sites} sites, ${commits} commits, ${packs} packs.`,
			...damaged.map(({ object, message }) => `damaged: ${object}: ${message}`),
		]);
		if (damaged.length > 0) process.exitCode = new CommandError('DAMAGE_FOUND').exit;
	} finally {
		held.release();
	}
}
