import type { Step } from '@holdfast/protocol';

export function finish(step: Step, state: 'done' | 'failed'): void {
	step.state = state;
	if (state === 'done' && step.total !== null) {
		step.done = step.total;
	}
}

/** Share of all steps done, each counted alike; a step of unknown total counts as begun. */
export function progressOf(steps: readonly Step[]): number | null {
	if (steps.length === 0) {
		return null;
	}
	let sum = 0;
	for (const step of steps) {
		if (step.state === 'done') {
			sum += 1;
		} else if (step.state === 'running' && step.total !== null && step.total > 0) {
			sum += Math.min(1, step.done / step.total);
		}
	}
	return sum / steps.length;
}
