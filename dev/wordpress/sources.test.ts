import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { existsSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { fromFolder } from './from-folder.ts';
import { fromWeb } from './from-web.ts';
import { makePlain } from './plain.ts';
import { versionOf } from './version.ts';

let work: string;
beforeEach(async () => {
	work = await mkdtemp(join(tmpdir(), 'holdfast-sources-'));
});
afterEach(async () => {
	await rm(work, { recursive: true });
});

const write = async (path: string, text: string): Promise<void> => {
	await mkdir(dirname(join(work, path)), { recursive: true });
	await writeFile(join(work, path), text);
};

async function wordPress(folder: string, version: string): Promise<string> {
	await write(`${folder}/wp-includes/version.php`, `<?php\n$wp_version = '${version}';\n`);
	await write(`${folder}/wp-load.php`, '<?php');
	await write(`${folder}/wp-content/themes/harbour/style.css`, '/* Theme Name: Harbour */');
	return join(work, folder);
}

const into = async (): Promise<string> => {
	const folder = join(work, 'into');
	await mkdir(folder);
	return folder;
};

describe('a folder of this machine', () => {
	test('is copied without what is only that site’s own; links are resolved, the folder stays as it is', async () => {
		const given = await wordPress('given', '7.1.4');
		await write('given/wp-config.php', '<?php define( "DB_PASSWORD", "secret" );');
		await write('given/wp-content/uploads/a.jpg', 'jpeg');
		await write('given/wp-content/mu-plugins/holdfast.php', '<?php');
		await write('elsewhere/hello.php', '<?php // Hello');
		await mkdir(join(given, 'wp-content/plugins'));
		await symlink(join(work, 'elsewhere/hello.php'), join(given, 'wp-content/plugins/hello.php'));
		const made = await into();
		await fromFolder(given, made);
		await makePlain(made);
		expect(versionOf(made)).toBe('7.1.4');
		for (const path of ['wp-config.php', 'wp-content/uploads', 'wp-content/mu-plugins']) {
			expect(existsSync(join(made, path))).toBe(false);
			expect(existsSync(join(given, path))).toBe(true);
		}
		expect((await lstat(join(made, 'wp-content/plugins/hello.php'))).isFile()).toBe(true);
		expect(await readFile(join(made, 'wp-content/plugins/hello.php'), 'utf8')).toBe('<?php // Hello');
	});

	test.each([
		['not a WordPress', async () => { await write('given/index.php', '<?php'); }, 'is not a WordPress folder'],
		['too old a WordPress', async () => { await wordPress('given', '6.5.9'); }, 'WordPress 6.5.9 in .* is too old; Holdfast needs 6.6'],
	])('that is %s is refused', async (_what, make, why) => {
		await make();
		await expect(fromFolder(join(work, 'given'), await into())).rejects.toThrow(new RegExp(why));
	});

	test('without a theme is refused, since no page could be shown', async () => {
		const given = await wordPress('given', '7.1.4');
		await rm(join(given, 'wp-content/themes/harbour'), { recursive: true });
		const made = await into();
		await fromFolder(given, made);
		await expect(makePlain(made)).rejects.toThrow('has no theme');
	});
});

describe('an archive from the web', () => {
	let server: Server;
	let address: string;
	let answer: { status: number; body: Buffer };
	beforeEach(async () => {
		server = createServer((request, response) => {
			response.writeHead(answer.status, { 'Content-Length': answer.body.length }).end(request.method === 'HEAD' ? undefined : answer.body);
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/latest.tar.gz`;
	});
	afterEach(() => {
		server.close();
	});

	test('is unpacked without the folder that it is packed in', async () => {
		await wordPress('wordpress', '7.2');
		await execa('tar', ['-czf', join(work, 'latest.tar.gz'), '-C', work, 'wordpress']);
		answer = { status: 200, body: await readFile(join(work, 'latest.tar.gz')) };
		const made = await into();
		await fromWeb(made, address);
		await makePlain(made);
		expect(versionOf(made)).toBe('7.2');
		expect(existsSync(join(work, 'wordpress.tar.gz'))).toBe(false);
	});

	test('that is not to be had, or is no archive, is an error: the next source is tried', async () => {
		answer = { status: 503, body: Buffer.from('later') };
		await expect(fromWeb(await into(), address)).rejects.toThrow('it answered 503');
		answer = { status: 200, body: Buffer.from('<html>a portal of a hotel</html>') };
		await expect(fromWeb(join(work, 'into'), address)).rejects.toThrow();
	});
});
