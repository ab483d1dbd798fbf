// @vitest-environment happy-dom
import { afterEach, expect, test } from 'vitest';
import { render, type Rendered } from '../../ui/render-for-tests.tsx';
import { DiffTab } from './diff-tab.tsx';

let rendered: Rendered | null = null;

afterEach(async () => {
  await rendered?.unmount();
  rendered = null;
});

const textOf = (id: string, epochs: number) => ({
  id,
  label: `Run ${id}`,
  note: '',
  text: `training: {epochs: ${epochs}}\npolicies: []\n`,
});

test('two schedules stand line by line, with what changed in words', async () => {
  rendered = await render(<DiffTab texts={[textOf('1', 2), textOf('2', 3)]} before="1" after="2" />);
  const lines = [...document.querySelectorAll('tbody tr')].map((row) => row.textContent);
  expect(lines).toEqual(['1−removedtraining: {epochs: 2}', '1+addedtraining: {epochs: 3}', '22samepolicies: []']);
  expect(document.body.textContent).toContain('epochs 3 instead of 2.');
});

test('one text alone is nothing to compare', async () => {
  rendered = await render(<DiffTab texts={[textOf('1', 2)]} before="1" after={null} />);
  expect(document.querySelector('table')).toBeNull();
  expect(document.body.textContent).toContain('Nothing to compare yet');
});
