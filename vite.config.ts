import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { leanMethods } from './scripts/lean-methods.mjs';
import { leanTensorflow, unusedUnlessNamed } from './scripts/lean-tensorflow.mjs';
import { methodEquations } from './scripts/method-equations.mjs';

export default defineConfig({
  // Relative, so that the build works from any folder of any static host.
  base: './',
  plugins: [react(), methodEquations()],
  worker: {
    format: 'es',
    plugins: () => [leanMethods(), leanTensorflow()],
    rolldownOptions: {
      // Schemas of methods stand for nothing in the worker, so that those that no definition is left to use may go.
      treeshake: { moduleSideEffects: unusedUnlessNamed, manualPureFunctions: ['z'] },
    },
  },
  build: {
    // Monaco, the charts and TensorFlow.js are dynamic imports and become chunks of their own; their size is known and wanted.
    chunkSizeWarningLimit: 4000,
    rolldownOptions: {
      // The page, the same training without a screen for `npm run train`, and the page that others embed.
      input: ['index.html', 'headless.html', 'embed.html'],
      output: {
        // React alone in a chunk: otherwise the lazy chunks would import it from the page's entry, and each edit would change all their names.
        codeSplitting: {
          groups: [{ name: 'react', test: /node_modules[\\/](?:react|react-dom|react-is|scheduler)[\\/]/ }],
        },
      },
    },
  },
  test: {
    environment: 'node',
    include: ['src/**/*.test.{ts,tsx}', 'scripts/*.test.mjs'],
    css: { modules: { classNameStrategy: 'non-scoped' } },
  },
});
