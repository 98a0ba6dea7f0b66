const { stripTypeScriptTypes } = require('node:module');

/** webpack loader: Node's own type stripping, the same that runs the sources in development. */
module.exports = function stripTypes(source) {
	return stripTypeScriptTypes(source, { mode: 'strip' });
};
