import * as actions from './actions.ts';

/* What is asked for by being looked at. Polling (src/polling) asks again. */

export const getTimeline = actions.refreshTimeline;
export const getPointDetail = actions.loadPointDetail;
