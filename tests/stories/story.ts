import type { RecordedSite } from './recorded-site.ts';

/** A door, what a person does through it, and everything that is told of it. */
export type Story = [door: string, what: string, act: (site: RecordedSite) => Promise<unknown>, told: string[]];

/** A nonce of the session of Anna, as a form of wp-admin holds it. */
export const nonce = async ({ anna }: RecordedSite, action: string): Promise<string> => (await anna.get(`/?holdfast_nonce=${encodeURIComponent(action)}`)).text;

/** A form of wp-admin, sent. */
export async function form(site: RecordedSite, path: string, nonceOf: string, fields: Record<string, string>, nonceField = '_wpnonce'): Promise<void> {
	const answer = await site.anna.post(path, { [nonceField]: await nonce(site, nonceOf), ...fields });
	expectAnswered(answer.status, answer.text);
}

/** A link of wp-admin, followed. */
export async function link(site: RecordedSite, path: string, nonceOf: string, query: Record<string, string>): Promise<void> {
	const answer = await site.anna.get(`${path}?${new URLSearchParams({ ...query, _wpnonce: await nonce(site, nonceOf) })}`);
	expectAnswered(answer.status, answer.text);
}

/** What wp-admin's scripts send. */
export async function ajax(site: RecordedSite, action: string, nonceOf: string, fields: Record<string, string>, nonceField = '_ajax_nonce'): Promise<string> {
	const answer = await site.anna.post('/wp-admin/admin-ajax.php', { action, [nonceField]: await nonce(site, nonceOf), ...fields });
	expectAnswered(answer.status, answer.text);
	return answer.text;
}

/** REST as wp-admin uses it; the reply, of which the type is what the caller knows. */
export async function rest<Reply = { id: number }>({ anna }: RecordedSite, method: string, route: string, body?: unknown): Promise<Reply> {
	const answer = await anna.rest(method, route, body);
	expectAnswered(answer.status, answer.text);
	return answer.json<Reply>();
}

/** A form's list field. */
export const list = (name: string, values: readonly (string | number)[]): Record<string, string> =>
	Object.fromEntries(values.map((value, n) => [`${name}[${n}]`, String(value)]));

export async function upload(site: RecordedSite, path: string, fields: Record<string, string>, file: { field: string; name: string; bytes: Uint8Array<ArrayBuffer> }): Promise<void> {
	const body = new FormData();
	Object.entries(fields).forEach(([name, value]) => body.set(name, value));
	body.set(file.field, new Blob([file.bytes]), file.name);
	const answer = await site.anna.request(path, { method: 'POST', body });
	expectAnswered(answer.status, answer.text);
}

function expectAnswered(status: number, text: string): void {
	if (status >= 400 || /^(-1|0)$/.test(text.trim())) {
		throw new Error(`answered with ${status}: ${text.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ').slice(0, 500)}`);
	}
}
