import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The admin page's project: TSX through WordPress' Babel preset, in jsdom. The root configuration lists it. */
export default {
	displayName: 'admin-ui',
	rootDir: import.meta.dirname,
	testEnvironment: require.resolve('jest-environment-jsdom'),
	testMatch: ['<rootDir>/src/**/*.test.{ts,tsx}'],
	setupFiles: ['<rootDir>/jest.setup.cjs'],
	setupFilesAfterEnv: ['<rootDir>/jest.after-env.cjs'],
	moduleNameMapper: { '\\.css$': '<rootDir>/jest.style.cjs' },
	transform: {
		'\\.[cm]?[jt]sx?$': [
			require.resolve('babel-jest'),
			{ presets: [require.resolve('@wordpress/babel-preset-default')], babelrc: false, configFile: false },
		],
	},
	// Some of WordPress' dependencies ship ES modules only.
	transformIgnorePatterns: [
		'/node_modules/(?!.*/node_modules/)(?!(uuid|is-plain-obj|parsel-js|memize|colorjs.io|@wordpress/theme)/)',
	],
};
