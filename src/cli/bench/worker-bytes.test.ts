import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { importedFiles, measureWorker } from './worker-bytes.ts';

const folder = mkdtempSync(join(tmpdir(), 'playground-worker-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('finds static and dynamic imports of neighbours, each once', () => {
  const script = 'import{a}from"./a-1_x.js";import"./b.js";const c=()=>import(`./c-2.js`);export*from"./a-1_x.js";';
  expect(importedFiles(script)).toEqual(['a-1_x.js', 'b.js', 'c-2.js']);
});

it('counts what a worker loads for WebGPU, and nothing of other backends or of the page', () => {
  const files = {
    'training-worker-1.js':
      'import("./backend-webgpu-1.js");import("./backend-cpu-1.js");import("./backend-webgl-1.js")',
    'backend-webgpu-1.js': 'import"./shared-1.js";import"./training-worker-1.js"',
    'backend-cpu-1.js': 'import"./only-cpu-1.js"',
    'backend-webgl-1.js': '',
    'shared-1.js': 'export{}',
    'only-cpu-1.js': '',
    'index-1.js': '',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const loaded = ['training-worker-1.js', 'backend-webgpu-1.js', 'shared-1.js'] as const;
  const bytes = loaded.reduce((sum, name) => sum + gzipSync(files[name]).length, 0);
  expect(measureWorker(folder)).toEqual({ gzipBytes: bytes, files: loaded });
});
