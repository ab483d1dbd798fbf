import { readFile } from 'node:fs/promises';
import { expect, test } from './fixtures.ts';
import { Workbench } from './pages/workbench.ts';

/** Filters go gradually, the network is thinned, single weights of what is left go, and the rest learns to live with eight bits. */
const chain = `version: 1
training: {model: cnn_mnist, dataset: mnist, train_size: 1024, validation_size: 400, epochs: 7, batch_size: 64, seed: 1}
pruners:
  filters:
    class: L1RankedStructureParameterPruner_AGP
    initial_sparsity: 0.1
    final_sparsity: 0.5
    group_type: Filters
    weights: [conv2.weight]
  elements:
    class: AutomatedGradualPruner
    initial_sparsity: 0.2
    final_sparsity: 0.7
    weights: [fc1.weight, fc2.weight]
extensions:
  thin: {class: FilterRemover, thinning_func_str: remove_filters, arch: cnn_mnist, dataset: mnist}
quantizers:
  eight:
    class: QuantAwareTrainRangeLinearQuantizer
    bits_weights: 8
    bits_activations: 8
policies:
  - pruner: {instance_name: filters}
    starting_epoch: 0
    ending_epoch: 3
    frequency: 1
  - extension: {instance_name: thin}
    epochs: [3]
  - pruner: {instance_name: elements}
    starting_epoch: 4
    ending_epoch: 6
    frequency: 1
  - quantizer: {instance_name: eight}
    starting_epoch: 5
    ending_epoch: 7
    frequency: 1
`;

test('filters go, the network is thinned, weights go, eight bits are learned, and the result is exported', async ({
  page,
}) => {
  test.setTimeout(8 * 60_000);
  const workbench = new Workbench(page);
  await workbench.open();
  await workbench.write(chain);
  await workbench.button('Train').click();
  await expect(workbench.status).toHaveText(/^Finished/, { timeout: 7 * 60_000 });

  const layers = workbench.region('Layers');
  await expect(layers.getByRole('row', { name: /conv2/ })).toContainText('5×5×8×8');
  await expect(layers.getByRole('row', { name: /fc1/ })).toContainText('128×64');
  await expect(layers.getByRole('row', { name: /fc1/ })).toContainText('70.0 %');
  await workbench.button('Export').click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: /safetensors/ }).click();
  const file = await readFile(await (await download).path());
  const header = JSON.parse(file.subarray(8, 8 + Number(file.readBigUInt64LE(0))).toString('utf8')) as Record<
    string,
    { shape: number[] }
  >;
  expect(header['conv2.weight']?.shape).toEqual([5, 5, 8, 8]);
  expect(header['fc1.weight']?.shape).toEqual([128, 64]);
});
