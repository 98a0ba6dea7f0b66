import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { devUser } from '../../dev/system/dev-user.ts';
import type { ProtectedSite } from './protected-site.ts';

/** `holdfast run`, as a process manager starts it: with this process' environment, and ended with it; by this Node.js or another one. */
export function runAgent(site: ProtectedSite, program = process.execPath): { child: ChildProcess; ended: Promise<number | null> } {
	const { as } = devUser();
	const bundle = join(site.root, 'wp-content/plugins/holdfast/agent/holdfast.cjs');
	const child = spawn(program, [bundle, 'run', '--state', site.state], {
		...(as.uid === undefined ? {} : { uid: as.uid, gid: as.gid }),
		env: { ...process.env, NODE_OPTIONS: '', ...as.env },
		stdio: 'ignore',
	});
	return { child, ended: new Promise((resolve) => child.once('exit', (code) => resolve(code))) };
}
