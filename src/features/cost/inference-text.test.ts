import { expect, test } from 'vitest';
import type { InferenceTime } from '../../protocol/analysis.ts';
import { batchSizesOf, inferenceFindings, inferenceRows } from './inference-text.ts';

const time = (form: InferenceTime['form'], batchSize: number, medianMs: number): InferenceTime => ({
  ...{ form, batchSize, medianMs },
  ...{ lowMs: medianMs - 0.1, highMs: medianMs + 0.1 },
});

const result = {
  kind: 'inference-time' as const,
  removed: ['conv2: 8 of 16 filters'],
  times: [
    ...[time('dense', 1, 2), time('masked', 1, 2.05), time('thinned', 1, 1.95)],
    ...[time('dense', 64, 20), time('masked', 64, 20.05), time('thinned', 64, 12)],
  ],
};

test('each form has a row, with a cell for each batch', () => {
  expect(batchSizesOf(result)).toEqual([1, 64]);
  const rows = inferenceRows(result);
  expect(rows.map(({ name }) => name)).toEqual(['dense', 'with its zeros', 'thinned']);
  expect(rows[2]?.cells[1]).toEqual({ median: '12.0 ms', spread: '11.9 to 12.1 ms', change: '−40 %' });
});

test('only differences beyond the spread count', () => {
  const [masked = '', thinned = ''] = inferenceFindings(result);
  expect(masked).toContain('the same with a batch of 1, the same with a batch of 64');
  expect(masked).toContain('Unstructured zeros save nothing');
  expect(thinned).toContain('the same with a batch of 1, faster with a batch of 64');
});

test('a network without zero structures has nothing to thin', () => {
  const times = result.times.filter(({ form }) => form !== 'thinned');
  expect(inferenceRows({ ...result, times })).toHaveLength(2);
  expect(inferenceFindings({ ...result, times, removed: [] })[1]).toContain('nothing to thin');
});
