import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
  globalIgnores([
    'dist/',
    '.cache/',
    'public/',
    'docs/',
    'test-results/',
    'playwright-report/',
    '*.config.js',
    '**/*.cjs',
  ]),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // A switch over a closed union counts once: its cases are a table.
      complexity: ['error', { max: 10, variant: 'modified' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-else-return': 'error',
      'no-nested-ternary': 'error',
      'no-console': 'error',
      'no-param-reassign': 'error',
      'prefer-const': 'error',
      'max-params': ['error', 4],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      // Numbers and booleans in a template read as intended; objects and nullish values still do not.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // `onClick={() => setOpen(true)}` is the idiom.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    // The numeric loops: an index inside its bounds is asserted, not checked a million times.
    files: [
      'src/core/**',
      'src/engine/**',
      'src/zoo/**',
      'src/bench/**',
      'src/runs/export/**',
      '**/*.test.ts',
      '**/*.test.tsx',
      'e2e/**',
    ],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['src/**/*.tsx', 'src/features/**', 'src/app/**', 'src/ui/**'],
    extends: [reactHooks.configs.flat['recommended-latest']],
  },
  {
    // In markup each `&&`, `??` and `?.` counts as a branch.
    files: ['src/**/*.tsx'],
    rules: { complexity: ['error', { max: 15, variant: 'modified' }] },
  },
  {
    // Command-line programs speak through the console.
    files: ['src/cli/**', 'scripts/**'],
    rules: { 'no-console': 'off' },
  },
  {
    // A test file is one long list of short functions, and a table of cases may have many columns.
    files: ['**/*.test.ts', '**/*.test.tsx', 'e2e/**'],
    rules: { 'max-params': 'off' },
  },
  {
    files: ['scripts/**/*.mjs'],
    rules: {
      // JSON and process results arrive untyped; the scripts run before anything is installed, so there is no zod to parse them.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/restrict-plus-operands': 'off',
    },
  },
);
