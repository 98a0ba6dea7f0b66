import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';

test.each([
	['work that a signal cuts off has not succeeded', '', 130],
	['a program that a signal is meant to end has', ', 0', 0],
])('%s', async (_what, more, expected) => {
	const script = `const { stopOnSignal } = await import(${JSON.stringify(new URL('signals.ts', import.meta.url).href)});
		const stopping = stopOnSignal(async () => { process.stdout.write('stopped'); }${more});
		process.stdout.write('ready ');
		await stopping.forever();`;
	const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] });
	let said = '';
	child.stdout.on('data', (data: Buffer) => {
		said += data.toString();
		if (said === 'ready ') { child.kill('SIGTERM'); }
	});
	const [code] = (await once(child, 'close')) as [number | null];
	expect({ said, code }).toEqual({ said: 'ready stopped', code: expected });
});
