// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from 'vitest';
import { networkParameters } from '../../core/network.ts';
import { parseSchedule } from '../../schedule/parse-schedule.ts';
import { click, type Rendered, render, settle } from '../../ui/render-for-tests.tsx';
import { findModel } from '../../zoo/models.ts';
import { zoo } from '../../zoo/zoo.ts';
import { SensitivityResult } from './sensitivity-result.tsx';

const text = 'training: {model: mlp_2d, dataset: circles, epochs: 8}\npolicies: []\n';
const kernels = networkParameters(findModel('mlp_2d')!.build({ inputShape: [2], classCount: 2 })).filter(
  ({ role }) => role === 'kernel',
);
const point = (sparsity: number, top1: number) => ({ level: sparsity, sparsity, top1, top5: 1, loss: 0 });
const result = {
  kind: 'sensitivity' as const,
  unpruned: { top1: 0.9, top5: 1, loss: 0 },
  results: kernels.map(({ name }) => ({ parameter: name, points: [point(0.4, 0.89), point(0.8, 0.79)] })),
};

/** React listens to the input event, and overrides the element's own setter. */
function typeInto(input: HTMLInputElement, value: string): Promise<void> {
  return settle(() => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, value);
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

let rendered: Rendered | null = null;
afterEach(async () => {
  await rendered?.unmount();
  rendered = null;
});

async function show(own: string) {
  const onWrite = vi.fn<(text: string, words: string) => void>();
  rendered = await render(
    <SensitivityResult
      {...{ result, kernels, group: 'element', source: 'run 1 after epoch 8, 100 test samples' }}
      schedule={{ text: own, onWrite }}
    />,
  );
  const { root } = rendered;
  const press = async (name: string): Promise<void> => {
    const button = [...root.querySelectorAll('button')].find((one) => one.textContent === name);
    await click(button ?? expect.fail(`no button ${name}`));
  };
  const budget = root.querySelector('input') ?? expect.fail('no field for the budget');
  return { root, press, budget, onWrite };
}

test('the levels follow the budget, and make a schedule that can be read', async () => {
  const { root, press, budget, onWrite } = await show(text);
  const levels = (): string => root.querySelector('table[aria-label="Levels within the budget"]')?.textContent ?? '';
  expect(levels()).toContain('25 of 64 weights');
  await typeInto(budget, '6');
  expect(levels()).toContain('38 of 64 weights');
  await press('Make a schedule');
  const [made = '', words = ''] = onWrite.mock.calls[0] ?? [];
  expect(parseSchedule(made, zoo)).toMatchObject({ ok: true, diagnostics: [] });
  expect(made).toContain('# Pruned alone, each layer costs at most 6.0 points of accuracy.');
  expect(words).toMatch(/written into your schedule: .* of the weights go\./);
});

test('a schedule with an error, or of another model, is not written into', async () => {
  const { root, press, onWrite } = await show(text.replace('mlp_2d, dataset: circles', 'cnn_mnist, dataset: mnist'));
  await press('Make a schedule');
  expect(root.textContent).toContain('No schedule was made.');
  expect(onWrite).not.toHaveBeenCalled();
});

test('a budget that allows nothing says so', async () => {
  const { root, press, budget, onWrite } = await show(text);
  await typeInto(budget, '0');
  await press('Make a schedule');
  expect(root.querySelector('[aria-description*="Allow more points"]')).not.toBeNull();
  expect(onWrite).not.toHaveBeenCalled();
});
