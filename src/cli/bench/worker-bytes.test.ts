import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { importedFiles, measureWorker } from './worker-bytes.ts';

const folder = mkdtempSync(join(tmpdir(), 'playground-worker-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('finds what neighbours are imported at once and what later, each once', () => {
  const script = 'import{a}from"./a-1_x.js";import"./b.js";const c=()=>import(`./c-2.js`);export*from"./a-1_x.js";';
  expect(importedFiles(script)).toEqual({ now: ['a-1_x.js', 'b.js'], later: ['c-2.js'] });
});

it('tells what every run loads from what comes when it is wanted, and leaves other backends out', () => {
  const files = {
    'training-worker-1.js':
      'import"./shared-1.js";import("./webgpu-device-1.js");import("./backend-cpu-1.js");import("./pruners-1.js")',
    'webgpu-device-1.js': 'import"./training-worker-1.js";import("./backend-webgpu-1.js")',
    'backend-webgpu-1.js': 'import"./shared-1.js";import"./kernels-1.js"',
    'shared-1.js': 'export{}',
    'kernels-1.js': 'export const kernels = 1',
    'pruners-1.js': 'export const pruners = "all of them"',
    'backend-cpu-1.js': 'import"./only-cpu-1.js"',
    'only-cpu-1.js': '',
    'index-1.js': '',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const bytes = (...names: readonly (keyof typeof files)[]) =>
    names.reduce((sum, name) => sum + gzipSync(files[name]).length, 0);
  expect(measureWorker(folder)).toEqual({
    gzipBytes: bytes('training-worker-1.js', 'shared-1.js', 'webgpu-device-1.js'),
    files: ['training-worker-1.js', 'shared-1.js', 'webgpu-device-1.js'],
    referenceGzipBytes: bytes('backend-webgpu-1.js', 'kernels-1.js'),
    otherGzipBytes: bytes('pruners-1.js'),
  });
});
