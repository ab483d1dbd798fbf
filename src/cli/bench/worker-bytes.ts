import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Chunks that the worker loads only for another backend. */
const otherBackends = /^backend-(?:cpu|webgl)-/;
/** The chunk that is imported dynamically for every training on WebGPU. */
const device = /^webgpu-device-/;
/** Chunks by which TensorFlow.js computes: for steps that have no recorded form. */
const reference = /^(?:backend-webgpu|network-runner|batch-norm|early-exit-loss|operations|tensor-math)-/;

export interface WorkerBytes {
  /** To train on WebGPU by recorded steps: the entry, the device, and everything that they import statically. */
  readonly gzipBytes: number;
  readonly files: readonly string[];
  /** More for the reference path. */
  readonly referenceGzipBytes: number;
  /** More for everything else that a run or an analysis may want, such as methods by kind; not of other backends. */
  readonly otherGzipBytes: number;
}

/**
 * Bytes, each file compressed with gzip, of what the worker of the production build loads. What is imported dynamically comes
 * only when it is wanted.
 *
 * @param folder `dist/assets`
 * @throws Error if there is no worker.
 */
export function measureWorker(folder: string): WorkerBytes {
  const entry = readdirSync(folder).find((name) => /^training-worker-.*\.js$/.test(name));
  if (entry === undefined) throw new Error(`${folder} holds no training-worker-….js`);
  const files = new Set<string>();
  const visit = (name: string, follows: (later: string) => boolean): void => {
    if (files.has(name)) return;
    files.add(name);
    const { now, later } = importedFiles(readFileSync(join(folder, name), 'utf8'));
    for (const imported of [...now, ...later.filter(follows)]) visit(imported, follows);
  };
  /** Bytes of what is new when dynamic imports of some names are followed as well. */
  const grow = (follows: (later: string) => boolean): number => {
    const before = new Set(files);
    files.clear();
    visit(entry, follows);
    return [...files].filter((name) => !before.has(name)).reduce((sum, name) => sum + sizeOf(join(folder, name)), 0);
  };
  const gzipBytes = grow((name) => device.test(name));
  const first = [...files];
  const referenceGzipBytes = grow((name) => device.test(name) || reference.test(name));
  const otherGzipBytes = grow((name) => !otherBackends.test(name));
  return { gzipBytes, files: first, referenceGzipBytes, otherGzipBytes };
}

function sizeOf(file: string): number {
  return gzipSync(readFileSync(file)).length;
}

/** Names of neighbouring files that a script imports, at once or later. */
export function importedFiles(script: string): { readonly now: readonly string[]; readonly later: readonly string[] } {
  const find = (pattern: RegExp): readonly string[] => [
    ...new Set([...script.matchAll(pattern)].map(([, name = '']) => name)),
  ];
  return {
    now: find(/(?:\bfrom|\bimport)\s*["']\.\/([\w.-]+\.js)["']/g),
    later: find(/\bimport\s*\(\s*["'`]\.\/([\w.-]+\.js)["'`]/g),
  };
}
