import { beforeAll, expect, test } from 'vitest';
import { networkParameters } from '../core/network.ts';
import { createRandom } from '../core/random.ts';
import { findModel } from '../zoo/models.ts';
import { useCpuBackend } from './backend-cpu.ts';
import { describeEpoch } from './describe-epoch.ts';
import { DeviceParameters, initialValues } from './device-parameters.ts';
import { TrainedNetwork } from './train-step.ts';

beforeAll(useCpuBackend);

test('a mask that the weights do not have is told beside their own zeros', async () => {
  const network = findModel('mlp_2d')!.build({ classCount: 2 });
  const random = createRandom(1);
  const parameters = new DeviceParameters(networkParameters(network), (spec) => initialValues(spec, random));
  const model = new TrainedNetwork(network, parameters);
  parameters.setMask(
    'fc2.weight',
    new Float32Array(64).map((_, at) => (at < 48 ? 0 : 1)),
  );
  const { metrics } = await describeEpoch(model);
  expect(metrics.parameters['fc2.weight']).toMatchObject({ sparsity: 0, maskSparsity: 0.75 });
  expect(metrics.parameters['fc1.weight']).not.toHaveProperty('maskSparsity');
  parameters.multiplyByMask('fc2.weight');
  expect((await describeEpoch(model)).metrics.parameters['fc2.weight']).toMatchObject({ sparsity: 0.75 });
  model.dispose();
});
