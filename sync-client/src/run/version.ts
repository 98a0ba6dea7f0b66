/** The agent's version; the plugin carries the same and says so when they differ. */
export const agentVersion = '0.1.0';
