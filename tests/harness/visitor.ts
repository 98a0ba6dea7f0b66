import fetchCookie from 'fetch-cookie';
import { CookieJar } from 'tough-cookie';

export interface Answer {
	readonly status: number;
	readonly headers: Headers;
	readonly text: string;
	json<T = unknown>(): T;
}

/** Somebody with a browser's cookies; redirects are followed unless asked not to. */
export class Visitor {
	readonly url: string;
	readonly #fetch: typeof fetch;
	#nonce: string | undefined;

	constructor(url: string) {
		this.url = url;
		this.#fetch = fetchCookie(fetch, new CookieJar()) as typeof fetch;
	}

	async request(path: string, init: RequestInit = {}): Promise<Answer> {
		const response = await this.#fetch(new URL(path, this.url), init);
		const text = await response.text();
		return { status: response.status, headers: response.headers, text, json: <T>() => JSON.parse(text) as T };
	}

	async get(path: string): Promise<Answer> {
		return await this.request(path);
	}

	async post(path: string, form: Record<string, string>): Promise<Answer> {
		return await this.request(path, { method: 'POST', body: new URLSearchParams(form) });
	}

	async login(user: string, password: string): Promise<this> {
		await this.get('/wp-login.php');
		const { status, text } = await this.post('/wp-login.php', {
			log: user,
			pwd: password,
			testcookie: '1',
			redirect_to: `${this.url}/wp-admin/profile.php`,
		});
		if (status !== 200 || !text.includes('id="your-profile"')) {
			throw new Error(
				`${user} could not log in at ${this.url}: ${status} ${/<div id="login_error"[^]*?<\/div>/.exec(text)?.[0] ?? ''}`,
			);
		}
		this.#nonce = undefined;
		return this;
	}

	/** The REST API with the cookie's nonce, as wp-admin's own scripts call it. */
	async rest(method: string, route: string, body?: unknown): Promise<Answer> {
		this.#nonce ??= (await this.get('/wp-admin/admin-ajax.php?action=rest-nonce')).text;
		return await this.request(`/wp-json/${route.replace(/^\//, '')}`, {
			method,
			headers: { 'X-WP-Nonce': this.#nonce, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
	}
}
