import { Workbench } from './pages/workbench.ts';
import { expect, test } from './fixtures.ts';

/** Six short epochs: enough to see a schedule at work. */
const short = `version: 1
training: {model: cnn_mnist, dataset: mnist, train_size: 512, validation_size: 200, epochs: 3, batch_size: 32, seed: 5}
pruners:
  gradual:
    class: AutomatedGradualPruner
    initial_sparsity: 0.2
    final_sparsity: 0.8
    weights: [conv2.weight, fc1.weight]
policies:
  - pruner: {instance_name: gradual}
    starting_epoch: 1
    ending_epoch: 3
    frequency: 1
`;

const quantized = `version: 1
training: {model: mlp_2d, dataset: circles, train_size: 256, validation_size: 256, epochs: 4, batch_size: 32, seed: 1}
quantizers:
  low_bit:
    class: QuantAwareTrainRangeLinearQuantizer
    bits_weights: 4
    bits_activations: 8
    overrides:
      fc1: {bits_weights: 8}
policies:
  - quantizer: {instance_name: low_bit}
    starting_epoch: 0
    ending_epoch: 4
    frequency: 1
`;

const long = quantized.replace('epochs: 4', 'epochs: 400').replace('ending_epoch: 4', 'ending_epoch: 400');

test('gradual pruning of real digits ends accurate and sparse, as the schedule promised', async ({ page }) => {
  test.setTimeout(15 * 60_000);
  const workbench = new Workbench(page);
  await workbench.open();
  await workbench.choose('Recipe', 'Nine of ten weights are not needed');
  await workbench.button('Train').click();
  await expect(workbench.status).toHaveText(/Epoch 1 of 8, step \d+ of 128/, { timeout: 60_000 });
  await expect(workbench.status).toHaveText(/^Finished/, { timeout: 14 * 60_000 });

  const [, accuracy = '0', sparsity = '0'] =
    /Finished: ([\d.]+) % accuracy, ([\d.]+) % sparsity/.exec((await workbench.status.textContent()) ?? '') ?? [];
  expect(Number(accuracy)).toBeGreaterThanOrEqual(95);
  expect(Number(sparsity)).toBeGreaterThanOrEqual(80);
  const measured = await workbench.column('Sparsity', 'fc1');
  const promised = await workbench.column('Sparsity', 'fc1, promised');
  expect(measured.slice(2, 8)).toEqual(promised.slice(2, 8));
  expect(measured[7]).toBe('90.0');
});

test('the measured sparsity of every layer is the promised one', async ({ page }) => {
  const workbench = new Workbench(page);
  await workbench.open();
  await workbench.write(short);
  await workbench.button('Train').click();
  await expect(workbench.status).toHaveText(/^Finished/, { timeout: 100_000 });

  for (const layer of ['conv2', 'fc1', 'total']) {
    const measured = await workbench.column('Sparsity', layer);
    expect(measured.slice(0, 3)).toEqual((await workbench.column('Sparsity', `${layer}, promised`)).slice(0, 3));
  }
  const row = workbench.region('Layers').getByRole('row', { name: /fc1/ });
  await expect(row).toContainText('3 277 / 16 384'.replaceAll(' ', '\u202f').replace('\u202f/\u202f', ' / '));
});

test('training can be paused, stepped, resumed and stopped', async ({ page }) => {
  const workbench = new Workbench(page);
  await workbench.open();
  await workbench.write(long);
  await workbench.button('Step').click();
  await expect(workbench.status).toHaveText('Paused: epoch 1 of 400, step 1 of 8', { timeout: 60_000 });
  await workbench.button('Step').click();
  await expect(workbench.status).toHaveText('Paused: epoch 1 of 400, step 2 of 8');
  await workbench.button('Step').click({ modifiers: ['Shift'] });
  await expect(workbench.status).toHaveText('Paused: epoch 2 of 400, step 0 of 8');
  await workbench.button('Resume').click();
  await expect(workbench.status).toHaveText(/^Epoch \d+ of 400, step/);
  await workbench.button('Pause').click();
  await expect(workbench.status).toHaveText(/^Paused: epoch/);
  const paused = await workbench.status.textContent();
  await workbench.button('Stop').click();
  await expect(workbench.status).toHaveText(/^Stopped: epoch/);
  expect((await workbench.status.textContent())?.replace('Stopped', 'Paused')).toBe(paused);
  await workbench.button('Reset').click();
  await expect(workbench.status).toHaveText('Ready: 400 epochs of 8 steps');
});

test('a quantized schedule shows its bit-widths before and after training', async ({ page }) => {
  const workbench = new Workbench(page);
  await workbench.open();
  await workbench.write(quantized);
  await expect(workbench.status).toHaveText('Ready: 4 epochs of 8 steps');
  expect(await workbench.column('Bit-widths', 'fc1')).toEqual(['8', '8', '8', '8']);
  expect(await workbench.column('Bit-widths', 'relu1')).toEqual(['8', '8', '8', '8']);
  await workbench.button('Train').click();
  await expect(workbench.status).toHaveText(/^Finished/, { timeout: 60_000 });
  expect(await workbench.column('Bit-widths', 'fc2')).toEqual(['4', '4', '4', '4']);
  await expect(workbench.region('Layers').getByRole('row', { name: /fc1/ })).toContainText('8');
});

test('the same text gives the same curve, and editing while training disturbs nothing', async ({ page }) => {
  const workbench = new Workbench(page);
  await workbench.open();
  await workbench.write(quantized);
  await workbench.button('Train').click();
  await expect(workbench.status).toHaveText(/^Finished/, { timeout: 60_000 });
  const first = await workbench.column('Loss', 'validation');
  await workbench.button('Train').click();
  await workbench.write(long);
  await expect(page.getByText('edited since run 2')).toBeVisible();
  await expect(workbench.status).toHaveText(/^Finished/, { timeout: 60_000 });
  expect((await workbench.column('Loss', 'validation')).slice(0, 5)).toEqual(first);
});

test('runs survive a reload', async ({ page }) => {
  const workbench = new Workbench(page);
  await workbench.open();
  await workbench.write(quantized);
  await workbench.button('Train').click();
  await expect(workbench.status).toHaveText(/^Finished/, { timeout: 60_000 });
  await page.reload();
  const row = workbench.region('Runs').getByRole('row', { name: /mlp_2d on circles/ });
  await expect(row).toContainText('finished');
  await row.click();
  await expect(workbench.status).toHaveText(/^Finished/);
});

test('the network is compiled while the data is on its way', async ({ page }) => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/data/**', async (route) => {
    await held;
    await route.continue();
  });
  const workbench = new Workbench(page);
  await workbench.open();
  await workbench.write(short);
  await workbench.button('Train').click();
  const whole = /^Loading the data: 0\.0 of [\d.]+ MB$/;
  await expect(workbench.status).toHaveText(/^Loading data: .*, compiling: \d+ of \d+$/);
  await expect(workbench.status).toHaveText(whole, { timeout: 60_000 });
  await workbench.button('Stop').click();
  await expect(workbench.status).toHaveText('Stopped before the first step');
  await workbench.button('Train').click();
  await expect(workbench.status).toHaveText(whole);
  release();
  await expect(workbench.status).toHaveText(/^Finished/, { timeout: 100_000 });
});
