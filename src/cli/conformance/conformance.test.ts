import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { useCpuBackend } from '../../engine/backend-cpu.ts';
import { createTensorMath } from '../../engine/tensor-math.ts';
import { adapters } from './adapters.ts';
import { knownImprovements } from './known-improvements.ts';
import { runVectorFile } from './run-vectors.ts';
import { parseVectorFile } from './vector-file.ts';

/** Operations without an adapter. The list may only get shorter. */
const unsupportedOps = new Set<string>();

const files = Object.keys(import.meta.glob('../../core/golden/vectors/*.json'));

beforeAll(useCpuBackend);

test('there are vectors of every area', () => {
  expect(files.length).toBeGreaterThanOrEqual(15);
});

test.each(files.map((file) => file.split('/').at(-1) ?? file))('%s agrees', { timeout: 120_000 }, async (name) => {
  const path = new URL(`../../core/golden/vectors/${name}`, import.meta.url);
  const file = parseVectorFile(readFileSync(path, 'utf8'));
  const report = await runVectorFile(file, { backend: 'cpu', math: createTensorMath() });
  expect(report.failures).toEqual([]);
  expect(report.unsupportedOps.filter((op) => !unsupportedOps.has(op))).toEqual([]);
  expect(report.passed + report.improved + report.unsupported).toBe(file.cases.length);
});

test('the list of unsupported operations names no supported one', () => {
  expect(Object.keys(adapters).filter((op) => unsupportedOps.has(op))).toEqual([]);
});

test('each known improvement names a test that exists', () => {
  expect(knownImprovements.length).toBeLessThanOrEqual(30);
  for (const { test: reference } of knownImprovements) {
    const [path = '', title = ''] = reference.split(': ');
    const text = readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
    const words = title === 'Channels+4D of a convolution' ? 'Channels+4D' : title;
    expect(text, reference).toContain(words);
  }
});
