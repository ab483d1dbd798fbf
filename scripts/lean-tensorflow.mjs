// @ts-check
// Of TensorFlow.js the training worker needs tensors, kernels and gradients; its optimizers, its ways to store models and what it
// does in Node register themselves on import and would come along.

const lean = '\0lean-tensorflow';
const noStorage = '\0no-model-storage';
const inWorker = '\0in-worker';
const noNode = '\0no-node';

/**
 * A plugin for the build of the worker.
 * @returns {import('vite').Plugin}
 */
export function leanTensorflow() {
  return {
    name: 'lean-tensorflow',
    enforce: 'pre',
    resolveId(source, importer = '') {
      if (source === '@tensorflow/tfjs-core') return lean;
      if (source.startsWith('../io/') && /platform_browser\.js$/.test(importer)) return noStorage;
      if (source === './device_util' && /tfjs-core[\\/]dist[\\/]flags\.js$/.test(importer)) return inWorker;
      return source === './platforms/platform_node' ? noNode : undefined;
    },
    load(id) {
      if (id === lean) return leanCode;
      if (id === noStorage) return noStorageCode;
      if (id === inWorker) return 'export const isBrowser = () => true;';
      return id === noNode ? '' : undefined;
    },
  };
}

/** What its own entry does, but for `registerOptimizers`. */
const leanCode = `
import '@tensorflow/tfjs-core/dist/base_side_effects.js';
export * from '@tensorflow/tfjs-core/dist/base.js';
`;

/** The platform of browsers goes on where there is no place to store models. */
const noStorageCode = `
export const BrowserIndexedDB = {}, BrowserLocalStorage = {};
export const BrowserIndexedDBManager = Object, BrowserLocalStorageManager = Object;
export const ModelStoreManagerRegistry = { registerManager: () => undefined };
`;

/** What is left out unless something of it is used, although it registers itself. */
export const unusedUnlessNamed = [{ test: /@tensorflow[\\/]tfjs-core[\\/]dist[\\/]io[\\/]/, sideEffects: false }];
