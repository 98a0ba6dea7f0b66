import type {
	Actor, ConnectReply, ConnectTest, Job, Plan, PlanRequest, PointDetail, Status, Timeline,
} from '@holdfast/protocol';

/**
 * What the agent does for people: the control API's routes and the command line call these same functions.
 * Everything rejects with a HoldfastError. Long work returns its job at once.
 */
export interface AgentApi {
	status(): Promise<Status>;
	connectTest(code: string): Promise<ConnectTest>;
	connect(code: string, options: { sealed: boolean; by: Actor }): Promise<ConnectReply>;
	recoveryKey(): Promise<{ recoveryKey: string }>;
	answerCopied(answer: 'moved' | 'copy'): Promise<Status>;
	timeline(before: number | null, limit: number): Promise<Timeline>;
	point(seq: number): Promise<PointDetail>;
	backup(options: { name: string | null; pinned: boolean; by: Actor }): Job;
	plan(request: PlanRequest, by: Actor): Job;
	planById(id: string): Promise<Plan>;
	restore(plan: string, by: Actor): Promise<Job>;
	undo(restore: string | null, by: Actor): Promise<Job>;
	sweep(): Job;
	verify(point: number | null): Job;
	jobs(): Job[];
	job(id: string): Job;
	cancel(id: string): Job;
	/** Ends the agent once its commit is through. */
	stop(): void;
}
