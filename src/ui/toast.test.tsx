// @vitest-environment happy-dom
import { type ReactElement, useEffect } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { byRole, click, focus, render, type Rendered, settle } from './render-for-tests.tsx';
import { TOAST_MS, type Toasts, ToastProvider, useToast } from './toast.tsx';

let rendered: Rendered;
let toasts: Toasts;

function Grab({ onGrab }: { readonly onGrab: (toasts: Toasts) => void }): ReactElement | null {
  const found = useToast();
  useEffect(() => onGrab(found), [found, onGrab]);
  return null;
}

const keep = (found: Toasts): void => {
  toasts = found;
};

beforeEach(async () => {
  vi.useFakeTimers();
  rendered = await render(
    <ToastProvider>
      <Grab onGrab={keep} />
    </ToastProvider>,
  );
});
afterEach(async () => {
  await rendered.unmount();
  vi.useRealTimers();
});

const show = (message: string, onUndo?: () => void): Promise<void> =>
  settle(() => toasts.show(onUndo ? { message, action: { label: 'Undo', onAction: onUndo } } : { message }));
const wait = (ms: number): Promise<void> =>
  settle(() => {
    vi.advanceTimersByTime(ms);
  });
const shown = (): string => byRole('status', 'Notification').textContent;

test('a toast leaves after eight seconds', async () => {
  await show('Recipe replaced.');
  await wait(TOAST_MS - 1);
  expect(shown()).toBe('Recipe replaced.');
  await wait(1);
  expect(shown()).toBe('');
});

test('the next toast takes the place of the one before and has its own eight seconds', async () => {
  await show('first');
  await wait(TOAST_MS - 100);
  await show('second');
  await wait(TOAST_MS - 100);
  expect(shown()).toBe('second');
});

test('it stays while something in it has the focus', async () => {
  await show('Recipe replaced.');
  await focus(byRole('button', 'Close'));
  await wait(3 * TOAST_MS);
  expect(shown()).toBe('Recipe replaced.');
  await settle(() => byRole('button', 'Close').blur());
  await wait(TOAST_MS);
  expect(shown()).toBe('');
});

test('Undo runs once and closes it', async () => {
  const undo = vi.fn();
  await show('Recipe replaced.', undo);
  await click(byRole('button', 'Undo'));
  expect(undo).toHaveBeenCalledTimes(1);
  expect(shown()).toBe('');
});
