import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Chunks that the worker loads only for another backend. */
const otherBackends = /^backend-(?:cpu|webgl)-/;

/**
 * Bytes, each file compressed with gzip, of what the worker of the production build loads to train on WebGPU: its entry,
 * everything that is imported statically from there, and its dynamic imports but those of other backends.
 *
 * @param folder `dist/assets`
 * @throws Error if there is no worker.
 */
export function measureWorker(folder: string): { readonly gzipBytes: number; readonly files: readonly string[] } {
  const entry = readdirSync(folder).find((name) => /^training-worker-.*\.js$/.test(name));
  if (entry === undefined) throw new Error(`${folder} holds no training-worker-….js`);
  const files = new Set<string>();
  const visit = (name: string): void => {
    if (files.has(name) || otherBackends.test(name)) return;
    files.add(name);
    for (const imported of importedFiles(readFileSync(join(folder, name), 'utf8'))) visit(imported);
  };
  visit(entry);
  const gzipBytes = [...files].reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name))).length, 0);
  return { gzipBytes, files: [...files] };
}

/** Names of neighbouring files that a script imports, statically or dynamically. */
export function importedFiles(script: string): readonly string[] {
  const imports = script.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["'`]\.\/([\w.-]+\.js)["'`]/g);
  return [...new Set([...imports].map(([, name = '']) => name))];
}
