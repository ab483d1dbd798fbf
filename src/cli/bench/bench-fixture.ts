import type { BenchRecord, BenchResult } from './bench-record.ts';

/** Rows for tests; no measurement. */
export function rowOf(rest: Partial<BenchResult>): BenchResult {
  return {
    ...{ model: 'cnn', system: 'ours', variant: 'plain', msPerStep: { median: 10, min: 9, max: 12 } },
    ...{ dispatches: 9, pipelines: 9, submits: 1, readBacks: 0, jsMsPerStep: 0.05, firstStepMs: 900 },
    ...{ peakGpuBytes: 2 ** 20, lossDifference: 0 },
    ...rest,
  };
}

export function recordOf(results: readonly BenchResult[]): BenchRecord {
  return {
    environment: {
      ...{ adapter: 'an adapter', software: true, browser: 'Chromium 1', platform: 'linux x64', cores: 2, load: 0.1 },
      ...{ date: '2026-01-01T00:00:00.000Z', versions: {} },
    },
    results,
    workerGzipBytes: 100 * 1024,
    workerReferenceGzipBytes: 70 * 1024,
    growth: [],
    leak: [],
  };
}
