import { expect, test } from './fixtures.ts';
import { Workbench } from './pages/workbench.ts';

const training = (seed: number, dataset = 'moons'): string =>
  `training: {model: mlp_2d, dataset: ${dataset}, train_size: 256, validation_size: 256, epochs: 10, batch_size: 32, seed: ${seed}, optimizer: {class: SGD, lr: 0.1}}`;

const alone = (seed: number): string => `version: 1
${training(seed)}
policies: []
`;

const taught = (teacher: string, dataset?: string): string => `version: 1
${training(1, dataset)}
extensions:
  kd: {class: KnowledgeDistillation, teacher: ${teacher}, teacher_epochs: 30, temperature: 2, distill_weight: 0.7, student_weight: 0.3}
policies:
  - extension: {instance_name: kd}
    starting_epoch: 0
    ending_epoch: 10
    frequency: 1
`;

/** Pastes until the text has arrived: while the editor's code still loads, the field that was focused may be replaced. */
async function write(workbench: Workbench, text: string): Promise<void> {
  const draft = () => workbench.page.evaluate(() => localStorage.getItem('distiller-playground.draft'));
  await expect(async () => {
    await workbench.write(text);
    expect(await draft()).toBe(JSON.stringify({ version: 1, text }));
  }).toPass({ timeout: 30_000 });
}

async function train(workbench: Workbench, text: string): Promise<void> {
  const rows = workbench.region('Runs').getByRole('row', { name: /mlp_2d on/ });
  const before = await rows.count();
  await write(workbench, text);
  await workbench.button('Train').click();
  await expect(rows).toHaveCount(before + 1, { timeout: 60_000 });
  await expect(workbench.status).toHaveText(/^Finished/, { timeout: 100_000 });
}

const teaches = (workbench: Workbench, run: number) =>
  workbench.page.getByRole('radio', { name: `Run ${run} teaches`, exact: true });

test('a model teaches another, and the finished run then teaches the next one', async ({ page }) => {
  test.setTimeout(4 * 60_000);
  const workbench = new Workbench(page);
  await workbench.open();
  await write(workbench, taught('mlp_2d'));
  await expect(workbench.region('Timeline')).toContainText('kd');
  await train(workbench, taught('mlp_2d'));
  const first = await workbench.column('Loss', 'training');

  await train(workbench, taught('run'));
  await expect(workbench.region('Runs').getByRole('row', { name: /taught by run 1/ })).toHaveCount(1);
  expect(await workbench.column('Loss', 'training')).not.toEqual(first);
});

test('the run that the reader chooses teaches, also after a reload', async ({ page }) => {
  test.setTimeout(4 * 60_000);
  const workbench = new Workbench(page);
  const runs = workbench.region('Runs');
  await workbench.open();
  await train(workbench, alone(1));
  await train(workbench, alone(2));
  await expect(teaches(workbench, 1)).toHaveCount(0);

  await write(workbench, taught('run'));
  await expect(teaches(workbench, 2)).toBeChecked();
  await expect(runs).toContainText('run 2 teaches');
  await train(workbench, taught('run'));
  await expect(runs.getByRole('row', { name: /taught by run 2/ })).toHaveCount(1);
  const bySecond = await workbench.column('Loss', 'training');

  await teaches(workbench, 1).check();
  await expect(runs).toContainText('run 1 teaches');
  await train(workbench, taught('run'));
  await expect(runs.getByRole('row', { name: /taught by run 1/ })).toHaveCount(1);
  const byFirst = await workbench.column('Loss', 'training');
  expect(byFirst).not.toEqual(bySecond);

  await page.reload();
  await expect(teaches(workbench, 1)).toBeChecked();
  await train(workbench, taught('run'));
  await expect(runs.getByRole('row', { name: /taught by run 1/ })).toHaveCount(2);
  expect(await workbench.column('Loss', 'training')).toEqual(byFirst);
});

test('a run on other data cannot be chosen and says why', async ({ page }) => {
  test.setTimeout(3 * 60_000);
  const workbench = new Workbench(page);
  await workbench.open();
  await train(workbench, alone(1));
  await write(workbench, taught('run').replace('mlp_2d', 'cnn_mnist').replace('moons', 'mnist'));
  await expect(teaches(workbench, 1)).toBeDisabled();
  await expect(teaches(workbench, 1)).toHaveAccessibleDescription(/trained on moons/);
  await expect(workbench.region('Runs')).toContainText('no run can teach');
  await workbench.button('Train').click();
  await expect(workbench.status).toHaveText(/trained for other data.*Train/, { timeout: 60_000 });
});

test('a run is refused where there is none to teach, with the way out', async ({ page }) => {
  const workbench = new Workbench(page);
  await workbench.open();
  await write(workbench, taught('run'));
  await workbench.button('Train').click();
  await expect(workbench.status).toHaveText(/teach.*Train/i, { timeout: 60_000 });
});

test('a run is named, deleted with its weights, brought back, and still teaches', async ({ page }) => {
  test.setTimeout(3 * 60_000);
  const workbench = new Workbench(page);
  const runs = workbench.region('Runs');
  await workbench.open();
  await train(workbench, alone(1));
  await workbench.button('Name, colour, tags and note of run 1').click();
  const dialog = page.getByRole('dialog', { name: /Run 1/ });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('The wide one');
  await dialog.getByRole('radio', { name: 'pink' }).check();
  await dialog.getByRole('textbox', { name: 'Tags, parted by commas' }).fill('teacher, dense');
  await dialog.getByRole('textbox', { name: 'Note' }).fill('Learned by itself.');
  await dialog.getByRole('button', { name: 'Save' }).click();
  const row = runs.getByRole('row', { name: /The wide one/ });
  await expect(row).toContainText('dense');

  await workbench.button('Delete run 1').click();
  await expect(row).toHaveCount(0);
  await workbench.button('Undo').click();
  await expect(row).toHaveCount(1);

  await write(workbench, taught('run'));
  await expect(teaches(workbench, 1)).toBeChecked();
  await page.reload();
  await expect(row).toContainText('Learned by itself.');
  await expect(teaches(workbench, 1)).toBeChecked();
});
