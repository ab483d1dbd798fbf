// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from 'vitest';
import { fixtureCheckpoint, fixtureSnapshot } from '../../../runs/run-fixture.ts';
import { byRole, click, render, type Rendered } from '../../../ui/render-for-tests.tsx';
import { TimeMachine, type TimeMachineProps } from './time-machine.tsx';

let rendered: Rendered | null = null;

afterEach(async () => {
  await rendered?.unmount();
  rendered = null;
});

const memory = { snapshots: [fixtureSnapshot(0), fixtureSnapshot(3)], checkpoints: [fixtureCheckpoint(4)] };

async function show(change: Partial<TimeMachineProps>): Promise<TimeMachineProps> {
  const props: TimeMachineProps = {
    ...{ done: 4, tick: null, memory, comparedTick: null },
    ...{ onMove: vi.fn(), onCompare: vi.fn(), onRewind: vi.fn(), onFork: vi.fn(), forkProblem: () => null },
    ...change,
  };
  rendered = await render(<TimeMachine {...props} />);
  return props;
}

const reasonOf = (name: string): string | null => byRole('button', name).getAttribute('aria-description');

test('the latest epoch is shown until the reader moves', async () => {
  await show({});
  const slider = byRole('slider', 'Epoch');
  expect(slider.getAttribute('aria-valuetext')).toBe('after epoch 4, the latest');
  expect(slider.getAttribute('aria-description')).toMatch(/2 to look at, 1 to go on from \(at most 32 MB/);
});

test('a kept epoch can be rewound, forked and compared', async () => {
  const { onRewind, onFork, onCompare } = await show({ tick: 4 });
  for (const name of ['Rewind here', 'Fork from here', 'Compare with this epoch']) await click(byRole('button', name));
  for (const act of [onRewind, onFork, onCompare]) expect(act).toHaveBeenCalledWith(4);
});

test('what cannot be done says why', async () => {
  const { onFork } = await show({ tick: 2, forkProblem: () => 'Another model.' });
  expect(reasonOf('Fork from here')).toMatch(/after epoch 2 is not kept whole. The nearest that is: epoch 4/);
  expect(reasonOf('Compare with this epoch')).toMatch(/not kept/);
  await click(byRole('button', 'Fork from here'));
  expect(onFork).not.toHaveBeenCalled();
});

test('the schedule in the editor may be what forbids a fork', async () => {
  await show({ tick: 4, forkProblem: () => 'Another model.' });
  expect(reasonOf('Fork from here')).toBe('Another model.');
  expect(reasonOf('Rewind here')).toBeNull();
});
