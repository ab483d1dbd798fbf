import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { Workbench } from './pages/workbench.ts';

/** Dense for three epochs, then most weights are pruned at once and the rest quantized. */
const digits = `version: 1
training: {model: cnn_mnist, dataset: mnist, train_size: 1024, validation_size: 400, epochs: 4, batch_size: 32, seed: 2}
pruners:
  cut: {class: SparsityLevelParameterPruner, levels: {conv2.weight: 0.9, fc1.weight: 0.96}}
quantizers:
  low_bit: {class: QuantAwareTrainRangeLinearQuantizer, bits_weights: 4, bits_activations: 8}
policies:
  - pruner: {instance_name: cut}
    epochs: [3]
  - quantizer: {instance_name: low_bit}
    starting_epoch: 3
    ending_epoch: 4
    frequency: 1
`;

const points = `version: 1
training: {model: mlp_2d, dataset: moons, train_size: 256, validation_size: 200, epochs: 8, batch_size: 16, seed: 3, optimizer: {class: SGD, lr: 0.1}}
pruners:
  cut: {class: SparsityLevelParameterPruner, levels: {fc2.weight: 0.8}}
policies:
  - pruner: {instance_name: cut}
    starting_epoch: 4
    ending_epoch: 8
    frequency: 1
`;

async function train(workbench: Workbench, text: string, ready: RegExp): Promise<void> {
  await workbench.open();
  // The rich editor may take the place of the plain one just then.
  await expect(async () => {
    await workbench.write(text);
    await expect(workbench.status).toHaveText(ready, { timeout: 4000 });
  }).toPass();
  await workbench.button('Train').click();
  await expect(workbench.status).toHaveText(/^Finished/, { timeout: 150_000 });
}

/** Draws a stroke with the mouse; places are shares of the pad. */
async function stroke(page: Page, pad: Locator, from: readonly [number, number], to: readonly [number, number]) {
  // The mouse moves on the screen, not on the page: what lies below the fold has to be brought up first.
  await pad.scrollIntoViewIfNeeded();
  const box = await pad.boundingBox();
  if (box === null) throw new Error('The pad is not in view');
  await page.mouse.move(box.x + from[0] * box.width, box.y + from[1] * box.height);
  await page.mouse.down();
  await page.mouse.move(box.x + to[0] * box.width, box.y + to[1] * box.height, { steps: 12 });
  await page.mouse.up();
}

async function expectNoViolations(page: Page): Promise<void> {
  for (const theme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
    const { violations } = await new AxeBuilder({ page }).include('[aria-label="Try it"]').analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  }
}

test('a reader draws, picks test samples, and sees what compression made the network forget', async ({ page }) => {
  test.setTimeout(6 * 60_000);
  const workbench = new Workbench(page);
  await train(workbench, digits, /^Ready: 4 epochs of 32 steps/);
  const accuracy = (await workbench.column('Accuracy', 'validation')).map(Number.parseFloat);
  const tryIt = workbench.region('Try it');
  await expect(tryIt.getByRole('tab')).toHaveCount(0);
  await tryIt.getByRole('button', { name: 'Open Try it' }).click();
  await expect(tryIt.getByRole('combobox', { name: 'Dense twin' })).toContainText('This run, after epoch 3');

  // With the mouse: a vertical line is a one to both.
  const pad = tryIt.getByRole('application', { name: 'Draw a digit' });
  const answers = tryIt.getByRole('table', { name: 'Answers' });
  const chosen = answers.getByRole('row').filter({ hasText: 'chosen' });
  await stroke(page, pad, [0.52, 0.18], [0.48, 0.82]);
  await expect(chosen).toHaveCount(1, { timeout: 30_000 });
  await expect(chosen.getByRole('rowheader')).toHaveText('1');
  await expect(chosen).toContainText(/%.*%/);
  await expect(tryIt.getByRole('status', { name: 'Answers in words' })).toHaveText(/^Both say 1: dense >?\d+ %/);
  await expectNoViolations(page);

  // With keys: the place is said, and the bars answer.
  await tryIt.getByRole('button', { name: 'Clear' }).click();
  await expect(answers).not.toContainText('%');
  await pad.focus();
  const place = tryIt.getByRole('status', { name: 'Place on the pad' });
  for (let step = 0; step < 9; step++) await page.keyboard.press('ArrowUp');
  await expect(place).toHaveText('Row 5, column 14, empty');
  await page.keyboard.press('Space');
  await expect(place).toHaveText('Row 5, column 14, painted');
  for (let step = 0; step < 18; step++) await page.keyboard.press('Shift+ArrowDown');
  await expect(place).toHaveText('Row 23, column 14, painted');
  await expect(chosen.getByRole('rowheader').first()).toHaveText('1');

  // Test samples, by class.
  await tryIt.getByRole('tab', { name: 'Test samples' }).click();
  await tryIt.getByRole('combobox', { name: 'Class' }).click();
  await page.getByRole('option', { name: '7', exact: true }).click();
  const picked = tryIt.getByRole('status', { name: 'Picked sample' });
  await expect(picked).toContainText('Test sample 1: 7');
  await tryIt.getByRole('button', { name: 'Next' }).click();
  await expect(picked).not.toContainText('Test sample 1:');
  await expect(tryIt.getByRole('img', { name: /Test sample \d+, 7/ })).toBeVisible();
  await expect(answers.getByRole('rowheader', { name: '7 label' })).toBeVisible();
  await expectNoViolations(page);

  // What it forgot: right before, wrong now; and the picture is that test sample.
  await tryIt.getByRole('tab', { name: 'What it forgot' }).click();
  const forgotten = tryIt.getByRole('list', { name: 'Forgotten samples' }).getByRole('button');
  await expect(tryIt.getByRole('progressbar', { name: 'Test samples asked' })).toHaveCount(0, { timeout: 60_000 });
  const chosenList = tryIt.getByRole('button', { name: /^Forgotten: [1-9]\d*$/ });
  await expect(chosenList).toHaveAttribute('aria-pressed', 'true');
  const count = Number((await chosenList.textContent())?.replace(/\D/g, ''));
  await expect(forgotten).toHaveCount(Math.min(count, 48));
  await expectNoViolations(page);
  const name = (await forgotten.first().getAttribute('aria-label')) ?? '';
  const [, sample, label, dense, compressed] =
    /^Test sample (\d+), (\d): dense says (\d), .* compressed says (\d)/.exec(name) ?? [];
  expect(dense).toBe(label);
  expect(compressed).not.toBe(label);

  // Counts of the whole matter: as many answers changed as the accuracy of training says.
  await tryIt.getByRole('tab', { name: 'Confusion' }).click();
  const cells = await tryIt
    .getByRole('table', { name: 'Dense minus compressed' })
    .locator('tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) =>
        Array.from(row.querySelectorAll('td'), (cell) => Number(cell.textContent.replace('−', '-').replace('+', ''))),
      ),
    );
  for (const row of cells) expect(row.reduce((sum, cell) => sum + cell, 0)).toBe(0);
  const lost = cells.reduce((sum, row, at) => sum + (row[at] ?? Number.NaN), 0);
  // Row k is the state after k epochs.
  const measured = ((accuracy[3]! - accuracy[4]!) / 100) * 400;
  expect(Math.abs(lost - measured)).toBeLessThanOrEqual(1.5);
  await expectNoViolations(page);

  await tryIt.getByRole('tab', { name: 'What it forgot' }).click();
  await forgotten.first().click();
  await expect(picked).toContainText(`Test sample ${sample}: ${label}`);

  // The dense twin is trained as a run of its own, and this run is shown again.
  await tryIt.getByRole('button', { name: 'Train the dense twin' }).click();
  await expect(tryIt.getByRole('status', { name: 'Training of the dense twin' })).toContainText('being trained');
  await expect(picked).toContainText(`Test sample ${sample}: ${label}`);
  await expect(tryIt.getByRole('combobox', { name: 'Dense twin' })).toContainText('Run 2, at its end', {
    timeout: 150_000,
  });
  await expect(tryIt).toContainText('Compressed: run 1, after epoch 4');
});

test('a reader watches both boundaries over the epochs and asks about a point', async ({ page }) => {
  test.setTimeout(4 * 60_000);
  const workbench = new Workbench(page);
  await train(workbench, points, /^Ready: 8 epochs of 16 steps/);
  const tryIt = workbench.region('Try it');
  await tryIt.getByRole('button', { name: 'Open Try it' }).click();
  const dense = workbench.figure('Decision boundary of the dense twin');
  const compressed = workbench.figure('Decision boundary of the compressed network');
  await expect(dense).toContainText('this run, after epoch 4');
  await expect(compressed).toContainText('this run, after epoch 8');
  for (const plane of [dense, compressed]) await expect(plane).toContainText(/300 test points/, { timeout: 30_000 });

  const asked = compressed.getByRole('application');
  await asked.focus();
  await page.keyboard.press('ArrowRight');
  const place = tryIt.getByRole('status', { name: 'Place of the point, compressed network' });
  await expect(place).toHaveText(/^Point \(/);
  const before = await place.textContent();
  await page.keyboard.press('ArrowUp');
  await expect(place).not.toHaveText(before ?? '');
  await expect(tryIt.getByRole('table', { name: 'Answers' })).toContainText('chosen');
  await expectNoViolations(page);

  // The scrubber and Play move both pictures.
  const slider = workbench.region('Time machine').getByRole('slider', { name: 'Epoch' });
  await slider.focus();
  await page.keyboard.press('Home');
  await expect(compressed).toContainText('this run, after epoch 1');
  await tryIt.getByRole('button', { name: 'Play the epochs' }).click();
  await expect(compressed).toContainText('this run, after epoch 8', { timeout: 30_000 });
  await expect(tryIt.getByRole('button', { name: 'Play the epochs' })).toBeVisible();
});
