import type { AgentAdapters } from '../run/adapters.ts';
import { httpAsk } from './http-ask.ts';
import { HttpEndpoint } from './http-endpoint.ts';
import { LocalFiles } from './local-files.ts';
import { MysqlDatabase } from './mysql/database.ts';
import { openIndex, openScratch } from './sqlite-index.ts';
import { lockFile } from './sqlite-lock.ts';
import { sqlitePlans } from './sqlite-plans.ts';
import { sqliteSorters } from './sqlite-sorter.ts';
import { openTimelineStore } from './sqlite-timeline.ts';
import { systemClock, systemRandom } from './system-clock.ts';

/** The agent beside a site on this machine. */
export const localAdapters: AgentAdapters = {
	openEndpoint: (options) => new HttpEndpoint(options),
	openDatabase: (ways) => MysqlDatabase.connect(ways),
	files: new LocalFiles(),
	openIndex,
	openScratch,
	sorters: (folder) => sqliteSorters(folder),
	openTimelineStore,
	openPlans: sqlitePlans,
	lockFile,
	ask: httpAsk,
	clock: systemClock,
	random: systemRandom,
};
