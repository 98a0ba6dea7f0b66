import { createReduxStore, register } from '@wordpress/data';
import * as actions from './actions.ts';
import { reducer, type Action } from './reducer.ts';
import * as resolvers from './resolvers.ts';
import * as selectors from './selectors.ts';
import { initialState, type State } from './state.ts';
import { rememberedJob } from './watched-job.ts';

/** All that this page knows: the plugin's answers, the timeline, the job on screen. */
export const store = createReduxStore('holdfast', {
	reducer: (state: State | undefined, action: Action) =>
		reducer(state ?? { ...initialState, watchedJob: rememberedJob() }, action),
	actions,
	selectors,
	resolvers,
});

register(store);
