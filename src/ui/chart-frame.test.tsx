// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from 'vitest';
import { ChartFrame, type ChartTable, tableAsCsv, tableAsTsv } from './chart-frame.tsx';
import { byRole, click, render, type Rendered } from './render-for-tests.tsx';

const TABLE: ChartTable = {
  columns: [
    { id: 'epoch', label: 'epoch' },
    { id: 'fc1', label: 'fc1' },
  ],
  rows: [
    { id: '1', epoch: 1, cells: ['1', '57.4'] },
    { id: '2', epoch: 2, cells: ['2', '72.0'] },
  ],
};

let rendered: Rendered | undefined;
afterEach(async () => {
  await rendered?.unmount();
});

test('Show as table swaps the plot for the same numbers and back', async () => {
  const table = vi.fn(() => TABLE);
  rendered = await render(
    <ChartFrame label="Sparsity" summary="Sparsity rises." table={table} cursorEpoch={2}>
      <i id="plot" />
    </ChartFrame>,
  );
  expect(table).not.toHaveBeenCalled();
  const toggle = byRole('button', 'Show as table');
  await click(toggle);
  expect(document.getElementById('plot')).toBeNull();
  expect([...document.querySelectorAll('tbody tr')].map((row) => row.textContent)).toEqual(['157.4', '272.0']);
  expect(document.querySelector('tr[aria-selected="true"]')?.textContent).toBe('272.0');
  expect(toggle.getAttribute('aria-pressed')).toBe('true');
  await click(toggle);
  expect(document.getElementById('plot')).not.toBeNull();
});

test('the figure has a name and a sentence', async () => {
  rendered = await render(
    <ChartFrame label="Loss" summary="Loss falls from 2.3 to 0.12." table={() => TABLE}>
      <i />
    </ChartFrame>,
  );
  const figure = document.querySelector('figure');
  expect(figure?.getAttribute('aria-label')).toBe('Loss');
  expect(document.getElementById(figure?.getAttribute('aria-describedby') ?? '')?.textContent).toBe(
    'Loss falls from 2.3 to 0.12.',
  );
});

test('the copied text has a line for each row and no stray tabs', () => {
  expect(tableAsTsv({ ...TABLE, rows: [{ id: '1', cells: ['1', 'a\tb'] }] })).toBe('epoch\tfc1\n1\ta b');
});

test('the saved table quotes what needs it and leaves cells without a number empty', () => {
  const rows = [{ id: '1', cells: ['a,"b"', '–'] }];
  expect(tableAsCsv({ ...TABLE, rows })).toBe('epoch,fc1\r\n"a,""b""",\r\n');
});
