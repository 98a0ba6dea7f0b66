// TypeScript goes to Jest as native ES modules: Node's own type stripping is the whole transform (dev/jest/strip-types.ts).
const typescript = {
	extensionsToTreatAsEsm: ['.ts'],
	transform: { '\\.ts$': '<rootDir>/dev/jest/strip-types.ts' },
	testEnvironment: 'node',
	modulePathIgnorePatterns: ['<rootDir>/.dev', '<rootDir>/vendor', '/build/', '/dist/'],
	injectGlobals: true,
};

const services = {
	...typescript,
	globalSetup: '<rootDir>/tests/harness/global-setup.ts',
	globalTeardown: '<rootDir>/tests/harness/global-teardown.ts',
};

export default {
	testTimeout: 240_000,
	maxWorkers: 2,
	testSequencer: '<rootDir>/dev/jest/longest-first.mjs',
	projects: [
		{
			...typescript,
			displayName: 'unit',
			roots: ['protocol', 'endpoint', 'sync-client', 'dev'].map((folder) => `<rootDir>/${folder}`),
			testMatch: ['**/*.test.ts'],
		},
		{
			...services,
			displayName: 'integration',
			roots: ['<rootDir>/tests'],
			testMatch: ['**/*.test.ts'],
			testPathIgnorePatterns: ['/node_modules/', '<rootDir>/tests/e2e/'],
		},
		{
			...services,
			displayName: 'chromium',
			roots: ['<rootDir>/tests'],
			testMatch: ['<rootDir>/tests/e2e/**/*.test.ts'],
		},
		'<rootDir>/admin-ui/jest.config.mjs',
	],
};
