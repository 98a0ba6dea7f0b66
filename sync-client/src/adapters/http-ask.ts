import type { IncomingMessage } from 'node:http';
import axios from 'axios';
import type { Ask } from '../restore/answers.ts';
import { cdnOf } from '../restore/cdn.ts';

const askMsMax = 20_000;
const answerBytesMax = 16 * 1024 * 1024;

/** Asks a page of the site. */
export const httpAsk: Ask = async (url) => {
	try {
		const { status, headers, data, request } = await axios.get<Buffer>(url, { timeout: askMsMax, maxContentLength: answerBytesMax, maxRedirects: 5, validateStatus: () => true, responseType: 'arraybuffer', headers: { 'user-agent': 'Holdfast', 'cache-control': 'no-cache' } });
		const asked = (request as { res?: IncomingMessage & { responseUrl?: string } }).res?.responseUrl ?? url;
		return { status, type: String(headers['content-type'] ?? ''), host: new URL(asked).host, body: data.toString('utf8'), cdn: cdnOf(headers as Record<string, unknown>) };
	} catch {
		return null;
	}
};
