// @vitest-environment happy-dom
import { type ReactElement, useState } from 'react';
import { afterEach, expect, test } from 'vitest';
import { Combobox } from './combobox.tsx';
import { byRole, click, focus, press, render, type Rendered } from './render-for-tests.tsx';

let rendered: Rendered | undefined;
afterEach(async () => {
  await rendered?.unmount();
});

function Datasets({ disabledReason }: { readonly disabledReason?: string }): ReactElement {
  const [value, setValue] = useState<string>('mnist');
  return (
    <Combobox
      label="Dataset"
      value={value}
      onChange={setValue}
      disabledReason={disabledReason}
      options={[
        { value: 'mnist', label: 'mnist', note: '70 000 digits' },
        { value: 'fashion', label: 'fashion_mnist' },
        { value: 'spiral', label: 'spiral', disabledReason: '2 inputs: cnn_mnist needs 28×28' },
      ]}
    />
  );
}

test('the label is the name and the chosen option the value', async () => {
  rendered = await render(<Datasets />);
  expect(byRole('combobox', 'Dataset').textContent).toBe('Datasetmnist');
});

test('the arrow key opens it, moves on, and Enter chooses', async () => {
  rendered = await render(<Datasets />);
  const combobox = byRole('combobox', 'Dataset');
  await focus(combobox);
  await press(combobox, 'ArrowDown');
  await expect.poll(() => document.activeElement?.getAttribute('aria-label')).toBe('mnist');
  await press(document.activeElement!, 'ArrowDown');
  await expect.poll(() => document.activeElement?.getAttribute('aria-label')).toBe('fashion_mnist');
  await press(document.activeElement!, 'Enter');
  await expect.poll(() => combobox.textContent).toBe('Datasetfashion_mnist');
});

test('an impossible option stays, says why and cannot be chosen', async () => {
  rendered = await render(<Datasets />);
  const combobox = byRole('combobox', 'Dataset');
  await focus(combobox);
  await press(combobox, 'ArrowDown');
  const spiral = byRole('option', 'spiral');
  expect(spiral.getAttribute('aria-disabled')).toBe('true');
  expect(document.getElementById(spiral.getAttribute('aria-describedby') ?? '')?.textContent).toContain('2 inputs');
  await click(spiral);
  expect(combobox.textContent).toBe('Datasetmnist');
});

test('a disabled one keeps its place in the tab order and says why', async () => {
  rendered = await render(<Datasets disabledReason="Stop the run first." />);
  const combobox = byRole('combobox', 'Dataset');
  expect(combobox.getAttribute('aria-disabled')).toBe('true');
  expect(combobox.getAttribute('aria-description')).toBe('Stop the run first.');
  expect(combobox.tabIndex).toBe(0);
});
