import { isIP } from 'node:net';
import { CommandError } from '../commandErrors.ts';

/** `HOST:PORT` or `[IPV6]:PORT`. @throws CommandError USAGE */
export function parseListen(text: string): { readonly host: string; readonly port: number } {
	const [, bracketed, plain, digits] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(text) ?? [];
	const host = bracketed ?? plain;
	const port = Number(digits);
	if (host === undefined || port > 65_535)
		throw new CommandError('USAGE', `--listen takes HOST:PORT, such as 127.0.0.1:7468, not ${JSON.stringify(text)}.`);
	return { host, port };
}

/** Whether what listens there can be reached from this machine only. */
export function isLoopback(host: string): boolean {
	if (isIP(host) === 4) return host.startsWith('127.');
	return host === 'localhost' || host === '::1';
}
