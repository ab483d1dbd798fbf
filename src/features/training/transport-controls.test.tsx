// @vitest-environment happy-dom
import { act, type ReactElement } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RunStatus } from '../../runs/run.ts';
import { TransportControls } from './transport-controls.tsx';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

function controls(status: RunStatus | null, blocked?: string) {
  const on = { train: vi.fn(), pause: vi.fn(), resume: vi.fn(), step: vi.fn(), stop: vi.fn(), reset: vi.fn() };
  const element: ReactElement = (
    <TransportControls
      status={status}
      blocked={blocked}
      onTrain={on.train}
      onPause={on.pause}
      onResume={on.resume}
      onStep={on.step}
      onStop={on.stop}
      onReset={on.reset}
    />
  );
  const host = document.createElement('div');
  document.body.append(host);
  act(() => createRoot(host).render(element));
  const press = (name: string, options: MouseEventInit = {}): void => {
    const button = [...host.querySelectorAll('button')].find(
      (candidate) => (candidate.getAttribute('aria-label') ?? candidate.textContent) === name,
    );
    if (!button) throw new Error(`No button ${name}`);
    act(() => void button.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, ...options })));
  };
  return { on, press };
}

afterEach(() => document.body.replaceChildren());

describe('TransportControls', () => {
  it('trains when nothing runs, and not when the schedule has an error', () => {
    const free = controls(null);
    free.press('Train');
    expect(free.on.train).toHaveBeenCalledOnce();
    const blocked = controls(null, 'The schedule has an error in line 3.');
    blocked.press('Train');
    expect(blocked.on.train).not.toHaveBeenCalled();
  });

  it('pauses a training run and resumes a paused one', () => {
    const training = controls('training');
    training.press('Pause');
    expect(training.on.pause).toHaveBeenCalledOnce();
    const paused = controls('paused');
    paused.press('Resume');
    expect(paused.on.resume).toHaveBeenCalledOnce();
  });

  it('steps a minibatch, with Shift an epoch, but never a run that is not paused', () => {
    const paused = controls('paused');
    paused.press('Step');
    paused.press('Step', { shiftKey: true });
    expect(paused.on.step.mock.calls).toEqual([['minibatch'], ['epoch']]);
    const training = controls('training');
    training.press('Step');
    expect(training.on.step).not.toHaveBeenCalled();
  });

  it('stops only what runs', () => {
    const finished = controls('finished');
    finished.press('Stop');
    expect(finished.on.stop).not.toHaveBeenCalled();
    const preparing = controls('preparing');
    preparing.press('Stop');
    expect(preparing.on.stop).toHaveBeenCalledOnce();
  });
});
