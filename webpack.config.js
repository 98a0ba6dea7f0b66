import adminUi from './admin-ui/webpack.config.js';
import agent from './sync-client/webpack.config.js';

/* What the plugin's folder needs of built files: plugin/build (the page) and plugin/agent (the agent). */
export default [adminUi, agent];
