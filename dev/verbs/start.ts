import { rmSync } from 'node:fs';
import { checkRestore } from '../product/check.ts';
import { type Product, startProduct } from '../product/start.ts';
import { devDir, ensureDir, siteDir } from '../paths.ts';
import { claimFolder } from '../services/claim.ts';
import { stopOnSignal } from '../services/signals.ts';
import { Stack } from '../services/stack.ts';
import { bringUpSite } from '../site/bring-up.ts';
import type { SeedSize } from '../site/seed-size.ts';
import type { SitePlace } from '../site/site.ts';
import { devUser, ensureOwnDir } from '../system/dev-user.ts';
import { ensurePackages } from '../system/packages.ts';
import { seconds, step, title } from '../terminal.ts';
import { wordPressTree } from '../wordpress/tree.ts';

export interface StartOptions {
	readonly siteOnly: boolean;
	readonly fresh: boolean;
	readonly check: boolean;
	readonly size: SeedSize;
}

export async function start({ siteOnly, fresh, check, size }: StartOptions): Promise<number> {
	const startedAtMs = Date.now();
	title('Holdfast development site');
	ensureDir(devDir);
	const release = claimFolder(siteDir);
	if (fresh) {
		rmSync(siteDir, { recursive: true, force: true });
	}
	await ensurePackages('site');
	const tree = await wordPressTree();
	ensureOwnDir(devUser().as.env?.HOME ?? devDir);

	const stack = new Stack(siteDir);
	// The port of the last time may be taken by now; bringUpSite looks.
	rmSync(stack.nginx.sitesFolder, { recursive: true, force: true });
	let product: Product | undefined;
	const stopping = stopOnSignal(async () => {
		title('Stopping …');
		await product?.stop();
		await stack.stop();
		release();
		step('everything is stopped; `npm start` goes on from here');
	}, ...(check ? [] : [0]));
	try {
		await stack.start();
		step(`MariaDB, php-fpm and nginx run as ${devUser().name}`);
		const site = await bringUpSite({ folder: siteDir, stack, tree, size });
		product = siteOnly ? undefined : await startProduct(site, { folder: siteDir, iniFile: stack.php.iniFile });
		if (check && product !== undefined) {
			const equal = await checkRestore(site, { ...product, iniFile: stack.php.iniFile });
			await stopping.now();
			return equal ? 0 : 1;
		}
		printPlaces(site, product, tree.version);
		step(`up after ${seconds(startedAtMs)}; Ctrl-C stops everything`);
		return await stopping.forever();
	} catch (error) {
		await stopping.now();
		throw error;
	}
}

function printPlaces(site: SitePlace, product: Product | undefined, version: string): void {
	title(`WordPress ${version} is ready`);
	step(`Site        ${site.url}/`);
	step(`wp-admin    ${site.url}/wp-admin/`);
	step(`Login       ${site.admin.user} / ${site.admin.password}`);
	if (product !== undefined) {
		step(`Endpoint    ${product.endpointUrl}`);
		step(`Backups     ${product.endpointData}`);
	}
	step(`Site files  ${site.root}`);
	step(
		`Database    ${site.db.name} on 127.0.0.1:${site.db.port} or ${site.db.socket}; user ${site.db.user}, password ${site.db.password}`,
	);
	step(`Everything  ${siteDir}`);
}
