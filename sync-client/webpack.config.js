import { fileURLToPath } from 'node:url';
import webpack from 'webpack';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The agent as one file without native modules, for Node 22.15 and newer: plugin/agent/holdfast.cjs. */
export default {
	name: 'agent',
	mode: 'production',
	target: 'node22',
	entry: here('./src/main.ts'),
	output: { path: here('../plugin/agent'), filename: 'holdfast.cjs', library: { type: 'commonjs2' } },
	devtool: false,
	// Readable stack traces in agent.log matter more than the bytes.
	optimization: { minimize: false, splitChunks: false },
	module: { rules: [{ test: /\.ts$/, use: here('./strip-types-loader.cjs') }] },
	resolve: { extensions: ['.ts', '.js', '.json'] },
	externalsPresets: { node: true },
	plugins: [
		new webpack.optimize.LimitChunkCountPlugin({ maxChunks: 1 }),
		// Optional parts of dependencies that the agent never uses.
		new webpack.IgnorePlugin({ resourceRegExp: /^(pino-pretty|cardinal|fsevents)$/ }),
	],
	performance: { hints: false },
	stats: 'errors-warnings',
};
