// @vitest-environment happy-dom
import type { ReactElement } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { render, type Rendered, settle } from './render-for-tests.tsx';
import { useInTurn } from './use-in-turn.ts';

function Shown({ value }: { readonly value: string }): ReactElement {
  return <i>{useInTurn(value)}</i>;
}

function Three({ value }: { readonly value: string }): ReactElement {
  return (
    <p>
      {[1, 2, 3].map((key) => (
        <Shown key={key} value={value} />
      ))}
    </p>
  );
}

let rendered: Rendered;
const shown = (): string => rendered.root.textContent;
const frame = (): Promise<void> => settle(() => vi.advanceTimersToNextFrame());

beforeEach(async () => {
  vi.useFakeTimers();
  rendered = await render(<Three value="a" />);
});
afterEach(async () => {
  await rendered.unmount();
  vi.useRealTimers();
});

test('what is new appears in one place a frame', async () => {
  expect(shown()).toBe('aaa');
  await rendered.rerender(<Three value="b" />);
  expect(shown()).toBe('aaa');
  await frame();
  expect(shown()).toBe('baa');
  await frame();
  expect(shown()).toBe('bba');
  await frame();
  expect(shown()).toBe('bbb');
});

test('who waits keeps the place, and shows the latest when the turn comes', async () => {
  for (const value of ['b', 'c', 'd']) {
    await rendered.rerender(<Three value={value} />);
    await frame();
  }
  expect(shown()).toBe('bcd');
  await frame();
  await frame();
  expect(shown()).toBe('ddd');
});

test('who has gone takes no turn', async () => {
  await rendered.rerender(<Three value="b" />);
  await rendered.rerender(<p>gone</p>);
  await frame();
  expect(shown()).toBe('gone');
  expect(vi.getTimerCount()).toBe(0);
});
