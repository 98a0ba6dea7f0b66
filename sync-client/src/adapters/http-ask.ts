import axios from 'axios';
import type { Ask } from '../restore/result.ts';

const askMsMax = 20_000;
const answerBytesMax = 16 * 1024 * 1024;

/** Asks a page of the site; certificates of the site itself are not our matter. 0 where nothing answered. */
export const httpAsk: Ask = async (url) => {
	try {
		const { status } = await axios.get(url, { timeout: askMsMax, maxContentLength: answerBytesMax, maxRedirects: 5, validateStatus: () => true, responseType: 'arraybuffer', headers: { 'user-agent': 'Holdfast', 'cache-control': 'no-cache' } });
		return status;
	} catch {
		return 0;
	}
};
