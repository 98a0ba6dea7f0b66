import tseslint from 'typescript-eslint';

/** Folders of the product that may not know each other (architecture.md, section 4). */
const packages = ['sync-client', 'endpoint', 'admin-ui'];

/** An import of another package, by name or by path. */
const notFrom = (names, message) => names.map((name) => ({ regex: `^@holdfast/${name}(/|$)|^(\\.\\./)+${name}(/|$)`, message }));

const adapters = {
	regex: '(^|/)adapters(/|$)',
	message: 'Domain code imports ports; only main.ts and adapters know concrete classes.',
};

const layers = packages.map((name) => {
	const others = [...packages.filter((other) => other !== name), 'dev', 'tests'];
	return {
		files: [`${name}/src/**/*.{ts,tsx}`],
		ignores: ['**/main.ts', '**/adapters/**', '**/testing/**', '**/*.test.ts', '**/*.test.tsx'],
		rules: {
			'no-restricted-imports': [
				'error',
				{ patterns: [...notFrom(others, `${name} imports protocol and nothing else of ours.`), adapters] },
			],
		},
	};
});

const edges = packages.map((name) => ({
	files: [`${name}/src/**/main.ts`, `${name}/src/**/adapters/**/*.ts`],
	rules: {
		'no-restricted-imports': [
			'error',
			{
				patterns: notFrom(
					packages.filter((other) => other !== name),
					`${name} imports protocol and nothing else of ours.`,
				),
			},
		],
	},
}));

const clockOrChance = 'protocol/ is pure: time and randomness come in as arguments.';
const nodeEdges = [
	'node:fs',
	'node:fs/promises',
	'node:net',
	'node:http',
	'node:https',
	'node:child_process',
	'node:os',
	'node:process',
	'node:timers',
	'node:timers/promises',
	'node:perf_hooks',
	'node:worker_threads',
	'fs',
	'net',
	'http',
	'child_process',
	'os',
];

export default tseslint.config(
	{
		ignores: [
			'**/node_modules/**',
			'**/build/**',
			'**/dist/**',
			'.dev/**',
			'vendor/**',
			'plugin/**',
			'**/*.cjs',
			'**/webpack.config.js',
		],
	},
	{
		files: ['**/*.ts', '**/*.tsx'],
		extends: [...tseslint.configs.strict, ...tseslint.configs.stylistic],
		languageOptions: { parserOptions: { projectService: { allowDefaultProject: [] }, tsconfigRootDir: import.meta.dirname } },
		linterOptions: { reportUnusedDisableDirectives: 'error' },
		rules: {
			'@typescript-eslint/no-floating-promises': 'error',
			'@typescript-eslint/no-misused-promises': 'error',
			'@typescript-eslint/await-thenable': 'error',
			'@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
			'@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
			'@typescript-eslint/only-throw-error': 'error',
			'@typescript-eslint/prefer-promise-reject-errors': 'error',
			'@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
			'@typescript-eslint/no-unused-vars': [
				'error',
				{ argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' },
			],
			// An empty function that does nothing says so by itself.
			'@typescript-eslint/no-empty-function': 'off',
			'@typescript-eslint/consistent-type-definitions': 'off',
			// noUncheckedIndexedAccess makes every read of a byte possibly undefined; where a loop's bound says otherwise, `!` is honest.
			'@typescript-eslint/no-non-null-assertion': 'off',
			eqeqeq: ['error', 'always', { null: 'ignore' }],
			'no-console': 'error',
			'max-lines': ['error', { max: 250, skipBlankLines: false, skipComments: false }],
		},
	},
	{
		files: ['protocol/src/**/*.ts'],
		ignores: ['**/*.test.ts'],
		rules: {
			'no-restricted-imports': [
				'error',
				{
					patterns: notFrom([...packages, 'dev', 'tests'], 'protocol imports nothing of ours.'),
					paths: [
						...nodeEdges.map((name) => ({ name, message: 'protocol/ does no I/O.' })),
						...['node:crypto', 'crypto'].map((name) => ({
							name,
							importNames: [
								'randomBytes',
								'randomUUID',
								'randomInt',
								'randomFillSync',
								'randomFill',
								'getRandomValues',
								'webcrypto',
							],
							message: clockOrChance,
						})),
					],
				},
			],
			'no-restricted-globals': [
				'error',
				...['performance', 'setTimeout', 'setInterval', 'setImmediate', 'fetch', 'process', 'crypto'].map((name) => ({
					name,
					message: clockOrChance,
				})),
			],
			'no-restricted-properties': [
				'error',
				{ object: 'Date', property: 'now', message: clockOrChance },
				{ object: 'Math', property: 'random', message: clockOrChance },
				{ object: 'crypto', property: 'randomBytes', message: clockOrChance },
			],
			'no-restricted-syntax': [
				'error',
				{ selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: clockOrChance },
				{ selector: 'CallExpression[callee.name="Date"]', message: clockOrChance },
			],
		},
	},
	...layers,
	...edges,
	{
		files: ['**/*.test.ts', 'tests/**/*.ts'],
		rules: { 'max-lines': ['error', { max: 500 }]},
	},
	// apiFetch and React's error boundaries deal in plain objects.
	{
		files: ['admin-ui/**'],
		rules: { '@typescript-eslint/only-throw-error': 'off', '@typescript-eslint/prefer-promise-reject-errors': 'off' },
	},
	{ files: ['tests/bench/**/*.ts', 'tests/soak/**/*.ts'], rules: { 'no-console': 'off' } },
);
