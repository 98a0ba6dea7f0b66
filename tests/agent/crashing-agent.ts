/** The agent, from its sources, that kills itself at a step of a restore: `node crashing-agent.ts STATE STEP`. Run by restore-crash.test.ts as a process of its own. */
import { join } from 'node:path';
import { localAdapters } from '../../sync-client/src/adapters/local.ts';
import { agentLog, startAgent } from '../../sync-client/src/cli/site-process.ts';

const [state, dieAt] = process.argv.slice(2) as [string, string];
const own = await startAgent(state, null, agentLog(join(state, 'agent.log')), {
	...localAdapters,
	onRestoreStep: async (step) => {
		if (step === dieAt) { process.kill(process.pid, 'SIGKILL'); await new Promise(() => {}); }
	},
});
process.once('SIGTERM', () => own.agent.stop());
await own.agent.ended;
await own.close();
