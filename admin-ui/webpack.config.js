import wordpressConfig from '@wordpress/scripts/config/webpack.config.js';

const wordpress = Array.isArray(wordpressConfig) ? wordpressConfig[0] : wordpressConfig;

/** Plugins of @wordpress/scripts that look for blocks; this page has none. */
const forBlocks = new Set(['PhpFilePathsPlugin', 'CopyPlugin', 'BlocksManifestPlugin']);

/** wp-admin's page: WordPress' own scripts stay outside (index.asset.php lists them), icons come along. */
export default {
	...wordpress,
	name: 'admin-ui',
	context: import.meta.dirname,
	entry: { index: './src/index.tsx' },
	output: {
		...wordpress.output,
		path: new URL('../plugin/build', import.meta.url).pathname,
		clean: false,
	},
	plugins: wordpress.plugins.filter((plugin) => plugin && !forBlocks.has(plugin.constructor.name)),
	performance: { hints: 'error', maxEntrypointSize: 300 * 1024, maxAssetSize: 300 * 1024 },
};
