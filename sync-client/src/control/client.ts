import axios, { type AxiosInstance } from 'axios';
import type { Actor, ConnectReply, ConnectTest, ErrorView, Job, Plan, PlanRequest, PointDetail, Status, Timeline } from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';
import type { ControlAddress } from './server.ts';

const callTimeoutMs = 30_000;

/** The control API as its callers on this machine see it: the command line, tests. */
export class ControlClient {
	readonly #http: AxiosInstance;

	constructor(address: ControlAddress, actor?: Actor) {
		this.#http = axios.create({
			...(address.socket === null
				? { baseURL: `http://127.0.0.1:${address.port}` }
				: { baseURL: 'http://agent', socketPath: address.socket }),
			timeout: callTimeoutMs,
			proxy: false,
			validateStatus: () => true,
			headers: {
				authorization: `Bearer ${address.secret}`,
				...(actor ? { 'holdfast-actor': Buffer.from(JSON.stringify(actor)).toString('base64url') } : {}),
			},
		});
	}

	status(): Promise<Status> { return this.#call('GET', '/v1/status'); }
	connectTest(code: string): Promise<ConnectTest> { return this.#call('POST', '/v1/connect/test', { code }); }
	connect(code: string, sealed: boolean): Promise<ConnectReply> { return this.#call('POST', '/v1/connect', { code, sealed }); }
	recoveryKey(): Promise<{ recoveryKey: string }> { return this.#call('GET', '/v1/recovery-key'); }
	answerCopied(answer: 'moved' | 'copy'): Promise<Status> { return this.#call('POST', '/v1/copied', { answer }); }
	timeline(before: number | null, limit: number): Promise<Timeline> {
		return this.#call('GET', `/v1/timeline?limit=${limit}${before === null ? '' : `&before=${before}`}`);
	}
	point(seq: number): Promise<PointDetail> { return this.#call('GET', `/v1/points/${seq}`); }
	backup(name: string | null, pinned: boolean): Promise<Job> {
		return this.#call('POST', '/v1/backup', { ...(name === null ? {} : { name }), pinned });
	}
	plan(request: PlanRequest): Promise<Job> { return this.#call('POST', '/v1/plan', request); }
	planById(id: string): Promise<Plan> { return this.#call('GET', `/v1/plans/${id}`); }
	restore(plan: string): Promise<Job> { return this.#call('POST', '/v1/restore', { plan }); }
	undo(restore: string | null): Promise<Job> { return this.#call('POST', '/v1/undo', restore === null ? {} : { restore }); }
	sweep(): Promise<Job> { return this.#call('POST', '/v1/sweep'); }
	verify(point: number | null): Promise<Job> { return this.#call('POST', '/v1/verify', point === null ? {} : { point }); }
	job(id: string): Promise<Job> { return this.#call('GET', `/v1/jobs/${id}`); }
	cancel(id: string): Promise<Job> { return this.#call('POST', `/v1/jobs/${id}/cancel`); }
	stop(): Promise<unknown> { return this.#call('POST', '/v1/stop'); }

	async #call<Reply>(method: 'GET' | 'POST', url: string, body?: unknown): Promise<Reply> {
		const answer = await this.#http
			.request<unknown>({ method, url, ...(method === 'POST' ? { data: body ?? {} } : {}) })
			.catch((error: unknown) => {
				throw new HoldfastError('AGENT_NOT_RUNNING', 'The agent of this site does not answer.', { cause: error });
			});
		if (answer.status >= 400) {
			const view = (answer.data as { error?: ErrorView } | null)?.error;
			throw view ? HoldfastError.fromView(view) : new HoldfastError('AGENT_ANSWER_UNREADABLE', `The agent answered ${answer.status} without saying why.`);
		}
		return answer.data as Reply;
	}
}
