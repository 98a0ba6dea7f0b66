import { CommandError } from '../commandErrors.ts';
import type { Host } from '../ports/dataDirectory.ts';
import { check as checkObjects } from '../store/check.ts';
import type { Printer } from './print.ts';

/** Reads every object and says which are damaged or missing. May run beside the server; changes nothing. */
export async function check(options: { readonly data: string }, print: Printer, machine: Host): Promise<void> {
	const data = await machine.requireData(options.data);
	const objects = await data.openObjects({ clean: false });
	/* The catalog only tells what else should be there; a broken one must not keep the objects from being checked. */
	const catalog = await data.openCatalogIfThere().catch(() => null);
	const vault = await data.openVault({ mayMake: false }).catch(() => null);
	const report = await checkObjects({ objects, catalog, vault });
	await catalog?.close();
	await objects.close();
	const { damaged, sites, bytes } = report;
	print.result({ ok: damaged.length === 0, catalogRead: catalog !== null, ...report }, [
		...(catalog === null ? ['The catalog could not be read: `holdfast-endpoint reindex` rebuilds it.'] : []),
		...sites.map(
			(site) => `${site.siteId}  ${site.home ?? '?'}: ${site.commits} commits up to ${site.head}, ${site.packs} packs`,
		),
		`${report.objects} objects, ${bytes} bytes read: ${damaged.length === 0 ? 'all whole.' : `${damaged.length} problems.`}`,
		...damaged.map(({ object, message }) => `damaged: ${object}: ${message}`),
	]);
	if (damaged.length > 0) {
		const failure = new CommandError('DAMAGE_FOUND');
		process.exitCode = failure.exit;
		if (!print.json) process.stderr.write(`${failure.hint}\n`);
	}
}
