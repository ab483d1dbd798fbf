/**
 * The import table of the project (src/README.md draws it). Each entry says what a folder may import from `src` and which
 * packages it may use; everything else is an error. Type-only imports count: a type ties two folders as much as a value.
 */
const spine = ['core', 'methods', 'schedule', 'protocol', 'zoo'];

const react = ['react', 'react-dom', 'react-is'];
const tensorflow = ['@tensorflow/'];
const testTools = ['vitest', 'fast-check', 'happy-dom', 'fake-indexeddb', '@testing-library/', 'node:'];

const folders = {
  core: {
    imports: [],
    packages: [],
    because: 'A formula is plain arithmetic on numbers and typed arrays: it runs, and is tested, anywhere.',
  },
  methods: {
    imports: ['core'],
    packages: ['zod', 're2js'],
    because: 'A method describes itself and computes with core; it must not know schedules, engines or pages.',
  },
  schedule: {
    imports: ['core', 'methods'],
    packages: ['zod', 'yaml', 're2js'],
    testImports: ['zoo'],
    because: 'A schedule is read and checked from the text and the catalogue alone, as fast as one types.',
  },
  protocol: {
    imports: ['core', 'schedule'],
    packages: ['zod'],
    because: 'Page and worker meet only in these messages, so they depend on neither side.',
  },
  zoo: {
    imports: ['core', 'schedule'],
    packages: ['fflate'],
    because: 'Models, data sets and recipes are data with pure decoders; whoever fetches the bytes lives elsewhere.',
  },
  engine: {
    imports: ['core', 'methods', 'schedule', 'protocol'],
    testImports: ['zoo'],
    packages: tensorflow,
    because: 'The engine is the only folder with device tensors; it is handed its data and knows no page.',
  },
  worker: {
    imports: [...spine, 'engine'],
    packages: [],
    because: 'The worker is a mouthpiece: message in, engine call, event out.',
  },
  runs: {
    imports: spine,
    packages: ['fflate', 'idb', 'zustand', 'zod'],
    // The reader that an exported TensorFlow.js model is for.
    testPackages: tensorflow,
    because: 'The page side of training works without React, so that the command line and tests can use it.',
  },
  ui: {
    imports: [],
    packages: [...react, '@base-ui/', '@fontsource-variable/', 'react-resizable-panels', 'recharts'],
    because: 'Look and feel, charts included, knows no training: it could dress another product.',
  },
  features: {
    imports: [...spine, 'runs', 'ui'],
    packages: [
      ...react,
      '@base-ui/',
      'recharts',
      'monaco-editor',
      'zustand',
      'tinykeys',
      'react-resizable-panels',
      'uqr',
    ],
    because: 'A feature shows runs and schedules; it reaches the engine only through the training client.',
  },
  app: {
    imports: [...spine, 'runs', 'ui', 'features'],
    packages: [...react, '@base-ui/', '@fontsource-variable/', 'zustand', 'tinykeys', 'react-resizable-panels'],
    because: 'The entry puts the features together; heavy libraries stay inside the feature that loads them.',
  },
  bench: {
    imports: [...spine, 'engine'],
    packages: [...tensorflow, '@jax-js/jax'],
    because: 'The systems that are measured side by side, in workers; no reader ever loads them.',
  },
  cli: {
    imports: [...spine, 'runs', 'engine', 'bench'],
    packages: ['webgpu', 'playwright-core', 'node:', ...tensorflow],
    because: 'The command line drives the built page or the spine and adds nothing of its own.',
  },
};

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const test = '\\.test\\.tsx?$';
const isTestFile = { path: `^src/.*${test}` };

/** A folder may import itself and the listed folders, nothing else below `src`. */
function folderRule([folder, { imports, because }]) {
  return {
    name: `${folder}-imports`,
    comment: because,
    severity: 'error',
    from: { path: `^src/${folder}/`, pathNot: test },
    to: { path: '^src/', pathNot: `^src/(?:${[folder, ...imports].join('|')})/` },
  };
}

function testFolderRule([folder, { imports, testImports = [] }]) {
  return {
    name: `${folder}-test-imports`,
    comment:
      'Tests import what their folder imports; those of schedule and engine take real models and data from the zoo.',
    severity: 'error',
    from: { path: `^src/${folder}/.*${test}` },
    to: { path: '^src/', pathNot: `^src/(?:${[folder, ...imports, ...testImports].join('|')})/` },
  };
}

/** Packages are listed too: a dependency is a decision. Tests may use the test tools on top. */
function packageRule([folder, { packages, because }]) {
  const allowed = packages.filter((name) => name !== 'node:').map((name) => `^node_modules/${escape(name)}`);
  const builtins = packages.includes('node:') ? [] : ['core'];
  return {
    name: `${folder}-packages`,
    comment: because,
    severity: 'error',
    from: { path: `^src/${folder}/`, pathNot: test },
    to: {
      dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown', ...builtins],
      ...(allowed.length > 0
        ? { pathNot: allowed.map((path) => (path.endsWith('\\/') ? path : `${path}(?:/|$)`)) }
        : {}),
    },
  };
}

function testPackageRule([folder, { packages, testPackages = [] }]) {
  const allowed = [...packages, ...testPackages, ...testTools].filter((name) => name !== 'node:');
  return {
    name: `${folder}-test-packages`,
    comment: 'Tests use what their folder uses, and the test tools.',
    severity: 'error',
    from: { path: `^src/${folder}/.*${test}` },
    to: {
      dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'],
      pathNot: allowed.map((name) => `^node_modules/${escape(name)}`),
    },
  };
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Modules in a cycle can only be understood, tested and loaded together; move the shared part down.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'An import that does not resolve fails later and elsewhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: ['\\?raw$', '\\?url$', '\\?worker$', '^virtual:'] },
    },
    {
      name: 'known-folders',
      comment: 'Every folder below src has its row in the table of src/README.md.',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(?:${Object.keys(folders).join('|')})/` },
      to: {},
    },
    {
      name: 'features-apart',
      comment: 'Two features that need each other share something that belongs in runs, ui or the spine.',
      severity: 'error',
      from: { path: '^src/features/([^/]+)/' },
      to: { path: '^src/features/', pathNot: '^src/features/$1/' },
    },
    {
      name: 'runs-without-react',
      comment: 'The command line and tests use runs without a page; the vanilla store needs no React.',
      severity: 'error',
      from: { path: '^src/runs/', pathNot: test },
      to: { path: '^node_modules/(?:react|react-dom)/' },
    },
    {
      name: 'tests-are-leaves',
      comment: 'Code that a test shares lives in a file of its own, not in another test.',
      severity: 'error',
      from: {},
      to: isTestFile,
    },
    {
      name: 'product-stays-inside',
      comment: 'Only the command line shares code with the scripts that start and test the project.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: '^(?:scripts|e2e)/' },
    },
    ...Object.entries(folders).map(folderRule),
    ...Object.entries(folders).map(testFolderRule),
    ...Object.entries(folders).map(packageRule),
    ...Object.entries(folders).map(testPackageRule),
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^scripts/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
