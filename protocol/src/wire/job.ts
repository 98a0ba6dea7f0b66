import { Type, type Static } from 'typebox';
import { ErrorViewSchema } from './error.ts';

/* Long work of the agent: PROTOCOL.md section 8. */

/** One step of a job with real totals; `total` is null until it is known. */
export const StepSchema = Type.Object({
	/** `schema` `tables` `files` `upload` `compare` `compareFiles` `fetch` `window` `switch` `switchFiles` `record` `verify` `verifyFiles` … */
	id: Type.String(),
	label: Type.String(),
	state: Type.Union([Type.Literal('waiting'), Type.Literal('running'), Type.Literal('done'), Type.Literal('failed')]),
	done: Type.Integer(),
	total: Type.Union([Type.Integer(), Type.Null()]),
	unit: Type.Union([Type.Literal('rows'), Type.Literal('files'), Type.Literal('bytes'), Type.Literal('tables'), Type.Literal('steps')]),
});
export type Step = Static<typeof StepSchema>;

export const JobKindSchema = Type.Union([
	Type.Literal('firstBackup'), Type.Literal('backup'), Type.Literal('plan'), Type.Literal('restore'), Type.Literal('undo'),
	Type.Literal('sweep'), Type.Literal('verify'),
]);
export type JobKind = Static<typeof JobKindSchema>;

export const JobSchema = Type.Object({
	id: Type.String(),
	kind: JobKindSchema,
	state: Type.Union([Type.Literal('running'), Type.Literal('done'), Type.Literal('failed'), Type.Literal('cancelled')]),
	steps: Type.Array(StepSchema),
	/** Over all steps, 0 to 1; null while unknown. */
	progress: Type.Union([Type.Number(), Type.Null()]),
	bytesPerSecond: Type.Union([Type.Number(), Type.Null()]),
	msLeft: Type.Union([Type.Integer(), Type.Null()]),
	cancellable: Type.Boolean(),
	startedAt: Type.Integer(),
	endedAt: Type.Union([Type.Integer(), Type.Null()]),
	/** Point, Plan, RestoreResult or SweepResult, by kind. */
	result: Type.Optional(Type.Unknown()),
	/** Why it failed; of a running one: what it waits out, and tries again. */
	error: Type.Optional(ErrorViewSchema),
});
export type Job = Static<typeof JobSchema>;
