import { expect, test } from 'vitest';
import { readSeries, writeSeries } from './series-record.ts';
import type { Series } from './series.ts';

class Shelf {
  value: string | null = null;
  getItem(): string | null {
    return this.value;
  }
  setItem(_key: string, value: string): void {
    this.value = value;
  }
}

const series: Series = {
  id: 'a',
  kind: 'sweep',
  path: 'training.epochs',
  text: 'training: {epochs: 2}\n',
  createdAt: 5,
  state: 'running',
  items: [
    { value: 1, epochs: 1, state: 'finished', runId: 'run-1', problem: null },
    { value: 2, epochs: 2, state: 'running', runId: 'run-2', problem: null },
  ],
};

test('a series that was running is interrupted on the next visit, its finished runs known', () => {
  const shelf = new Shelf();
  expect(writeSeries([series], shelf)).toBe(true);
  const [read] = readSeries(shelf);
  expect(read).toMatchObject({
    state: 'interrupted',
    items: [{ state: 'finished', runId: 'run-1' }, { state: 'waiting' }],
  });
});

test('what cannot be read is left out, the rest stays', () => {
  const shelf = new Shelf();
  shelf.value = JSON.stringify({ version: 1, series: [{ ...series, items: 7 }, series] });
  expect(readSeries(shelf)).toHaveLength(1);
  shelf.value = '{';
  expect(readSeries(shelf)).toEqual([]);
});
