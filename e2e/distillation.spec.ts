import { expect, test } from './fixtures.ts';
import { Workbench } from './pages/workbench.ts';

const taught = (teacher: string): string => `version: 1
training: {model: mlp_2d, dataset: moons, train_size: 256, validation_size: 256, epochs: 10, batch_size: 32, seed: 1, optimizer: {class: SGD, lr: 0.1}}
extensions:
  kd: {class: KnowledgeDistillation, teacher: ${teacher}, teacher_epochs: 30, temperature: 2, distill_weight: 0.7, student_weight: 0.3}
policies:
  - extension: {instance_name: kd}
    starting_epoch: 0
    ending_epoch: 10
    frequency: 1
`;

test('a model teaches another, and the finished run then teaches the next one', async ({ page }) => {
  test.setTimeout(4 * 60_000);
  const workbench = new Workbench(page);
  await workbench.open();
  await workbench.write(taught('mlp_2d'));
  await expect(workbench.region('Timeline')).toContainText('kd');
  await workbench.button('Train').click();
  await expect(workbench.status).toHaveText(/^Finished/, { timeout: 100_000 });
  const first = await workbench.column('Loss', 'training');

  await workbench.write(taught('run'));
  await workbench.button('Train').click();
  await expect(workbench.region('Runs').getByRole('row', { name: /mlp_2d on moons/ })).toHaveCount(2);
  await expect(workbench.status).toHaveText(/^Finished/, { timeout: 100_000 });
  expect(await workbench.column('Loss', 'training')).not.toEqual(first);
});

test('a run is refused where there is none to teach, with the way out', async ({ page }) => {
  const workbench = new Workbench(page);
  await workbench.open();
  await workbench.write(taught('run'));
  await workbench.button('Train').click();
  await expect(workbench.status).toHaveText(/teach.*Train/i, { timeout: 60_000 });
});
