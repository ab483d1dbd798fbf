// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from 'vitest';
import { Button, IconButton } from './button.tsx';
import { byRole, click, focus, render, type Rendered } from './render-for-tests.tsx';

let rendered: Rendered | undefined;
afterEach(async () => {
  await rendered?.unmount();
});

test('a disabled button does nothing, stays focusable and says why', async () => {
  const onClick = vi.fn();
  rendered = await render(
    <Button onClick={onClick} disabledReason="The schedule has 2 errors.">
      Train
    </Button>,
  );
  const button = byRole('button', 'Train');
  await click(button);
  await focus(button);
  expect(onClick).not.toHaveBeenCalled();
  expect(document.activeElement).toBe(button);
  expect(button.getAttribute('aria-disabled')).toBe('true');
  expect(button.getAttribute('aria-description')).toBe('The schedule has 2 errors.');
});

test('a button keeps the focus when it becomes disabled', async () => {
  const onClick = vi.fn();
  rendered = await render(<IconButton icon="step" label="Step" onClick={onClick} />);
  const button = byRole('button', 'Step');
  await focus(button);
  await click(button);
  await rendered.rerender(<IconButton icon="step" label="Step" onClick={onClick} disabledReason="Pause first." />);
  expect(byRole('button', 'Step')).toBe(document.activeElement);
  expect(onClick).toHaveBeenCalledTimes(1);
});
