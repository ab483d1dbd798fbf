import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './fixtures.ts';
import { Workbench } from './pages/workbench.ts';

/** Pruned from the second epoch on, quantized from the third. */
const schedule = (final: string): string => `version: 1
training: {model: mlp_2d, dataset: moons, train_size: 128, validation_size: 100, epochs: 5, batch_size: 32, seed: 3}
pruners:
  gradual: {class: AutomatedGradualPruner, initial_sparsity: 0.2, final_sparsity: ${final}, weights: [fc2.weight]}
quantizers:
  low_bit: {class: QuantAwareTrainRangeLinearQuantizer, bits_weights: 4, bits_activations: 8}
policies:
  - pruner: {instance_name: gradual}
    starting_epoch: 1
    ending_epoch: 5
    frequency: 1
  - quantizer: {instance_name: low_bit}
    starting_epoch: 2
    ending_epoch: 5
    frequency: 1
`;

test('a reader goes back in a run, looks inside, compares, and forks it with another schedule', async ({ page }) => {
  test.setTimeout(240_000);
  const workbench = new Workbench(page);
  await workbench.open();
  // The rich editor may take the place of the plain one just then.
  await expect(async () => {
    await workbench.write(schedule('0.75'));
    await expect(workbench.status).toHaveText('Ready: 5 epochs of 4 steps', { timeout: 4000 });
  }).toPass();
  await workbench.button('Train').click();
  await expect(workbench.status).toHaveText(/^Finished/, { timeout: 90_000 });
  const wholeRun = await workbench.column('Loss', 'validation');

  // Scrubbing by keys moves layers, inspect and the cursor of the charts.
  const layers = workbench.region('Layers');
  const row = layers.getByRole('row', { name: /^fc2/ });
  const slider = workbench.region('Time machine').getByRole('slider', { name: 'Epoch' });
  await row.click();
  await expect(row).toContainText('16 / 64');
  await slider.focus();
  await page.keyboard.press('Home');
  await expect(slider).toHaveAttribute('aria-valuetext', 'after epoch 1 of 5');
  await expect(layers).toContainText('after epoch 1');
  await expect(row).toContainText('64 / 64');
  await page.keyboard.press('ArrowRight');
  await expect(layers).toContainText('after epoch 2');
  await expect(page.getByText('values at epoch 2, pinned')).toBeVisible();
  await expect(row.getByRole('img', { name: /Histogram of fc2.weight/ })).toBeVisible();

  // What the later epochs did to this one.
  await workbench.button('Compare with this epoch').click();
  await slider.focus();
  await page.keyboard.press('End');
  await expect(row).toContainText(/−\d+ to epoch 2/);
  const inspect = workbench.region('Inspect');
  await expect(inspect).toContainText(/Since epoch 2: \d+ weights were pruned/);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await workbench.button('End the comparison').click();
  await page.keyboard.press('Escape');

  // Each side of the layer has its numbers behind it.
  const open = async (tab: string, figure: string): Promise<readonly string[]> => {
    await inspect.getByRole('tab', { name: tab, exact: true }).click();
    const shown = inspect.getByRole('figure', { name: figure, exact: true });
    await shown.getByRole('button', { name: 'Show as table' }).click();
    return shown.locator('tbody tr').allTextContents();
  };
  await slider.focus();
  await page.keyboard.press('End');
  expect((await open('Values', 'Values of fc2.weight before and after quantization')).length).toBeLessThanOrEqual(16);
  expect((await open('Ranges', 'Ranges of activations')).join()).toContain('relu1');
  expect(await open('Structures', 'Sizes of the outputs of fc2.weight')).toHaveLength(8);
  expect(await open('Churn', 'Mask changes of fc2.weight')).toHaveLength(4);
  expect((await open('Zeros', 'Zeros in activations and gradients')).length).toBeGreaterThan(0);
  expect(await open('Answers', 'Confusion matrix')).toHaveLength(2);

  for (const view of ['[aria-label="Inspect"]', '[aria-label="Layers"]', '[aria-label="Time machine"]']) {
    const { violations } = await new AxeBuilder({ page }).include(view).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  }

  // The same schedule, gone on with from an epoch, gives the same curve.
  await slider.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await workbench.button('Rewind here').click();
  await expect(workbench.status).toHaveText('Paused: epoch 4 of 5, step 0 of 4', { timeout: 30_000 });
  await workbench.button('Resume').click();
  await expect(workbench.status).toHaveText(/^Finished/, { timeout: 60_000 });
  expect(await workbench.column('Loss', 'validation')).toEqual(wholeRun);

  // An edited one gives another ending.
  await workbench.write(schedule('0.5'));
  await slider.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await workbench.button('Fork from here').click();
  await expect(workbench.status).toHaveText(/^Finished/, { timeout: 60_000 });
  await expect(row).toContainText('32 / 64');
  await expect(workbench.region('Time machine')).toContainText('from run 2, epoch 2');
  expect((await workbench.column('Loss', 'validation')).slice(0, 3)).toEqual(wholeRun.slice(0, 3));

  // A reload loses nothing, and what cannot be forked says why.
  await page.reload();
  await workbench
    .region('Runs')
    .getByRole('row', { name: /mlp_2d on moons/ })
    .first()
    .click();
  await slider.focus();
  await page.keyboard.press('Home');
  await expect(slider).toHaveAttribute('aria-valuetext', 'after epoch 1 of 5');
  await expect(row.getByRole('img', { name: /Histogram of fc2.weight/ })).toBeVisible();
  await page.keyboard.press('End');
  const fork = workbench.button('Fork from here');
  await expect(fork).toHaveAttribute('aria-disabled', 'true');
  await expect(fork).toHaveAccessibleDescription(/Raise `epochs`/);
});
