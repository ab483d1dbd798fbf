import { levelMask, shareOfZeros, thresholdMask } from '../../core/element-masks.ts';
import {
  gradualSparsity,
  rampStartSlope,
  rampThreshold,
  windowEpochs,
  type RampWindow,
} from '../../core/gradual-sparsity.ts';
import { createRandom } from '../../core/random.ts';
import { mean, sampleDeviation } from '../../core/statistics.ts';
import { createInstance } from '../../methods/create-instance.ts';
import type { Pruner, PruneRequest } from '../../methods/pruner.ts';
import { Refusal, type Adapters } from './adapter.ts';
import { fromProject, parameterOf, parametersOf, type Parameter } from './layout.ts';
import type { Fields, VectorCase, VectorTensor } from './vector-file.ts';

/** The areas `agp` and `masks_elementwise`. */

export type Masks = Record<string, VectorTensor | null>;

const firstEpoch: Pick<PruneRequest, 'epoch' | 'window'> = {
  epoch: 0,
  window: { startingEpoch: 0, endingEpoch: 1, frequency: 1 },
};

/** Asks a pruner for the mask of every parameter; those it leaves alone keep their standing one, or null. Without circumstances it is epoch 0 of one. */
export function askForMasks(
  pruner: Pruner,
  parameters: readonly Parameter[],
  circumstances: Partial<PruneRequest> = {},
  standing: Masks = {},
): Masks {
  const weightsOf = (name: string) => {
    const found = parameters.find(({ spec }) => spec.name === name);
    return found && { spec: found.spec, weights: found.values };
  };
  const entries = parameters.map(({ spec, values }) => {
    const old = standing[spec.name] ?? null;
    const mask = old && parameterOf(spec.name, old).values;
    const random = createRandom(0);
    const fresh = pruner.computeMask({
      parameter: spec,
      weights: values,
      mask,
      ...firstEpoch,
      weightsOf,
      random,
      ...circumstances,
    });
    return [spec.name, fresh ? fromProject(spec.shape, fresh) : old] as const;
  });
  return Object.fromEntries(entries);
}

export function windowOf(args: Fields): RampWindow {
  return {
    startingEpoch: args.number('starting_epoch'),
    endingEpoch: args.number('ending_epoch'),
    frequency: args.number('frequency'),
  };
}

/** Masks of one pruner over a list of epochs of unchanging weights, asked in the active ones. */
export function masksOverEpochs(
  pruner: Pruner,
  parameters: readonly Parameter[],
  window: RampWindow,
  epochs: readonly number[],
): { readonly epochs: readonly number[]; readonly masks: readonly Masks[] } {
  const active = new Set(windowEpochs(window));
  const masks: Masks[] = [];
  let standing: Masks = Object.fromEntries(parameters.map(({ spec }) => [spec.name, null]));
  for (const epoch of epochs) {
    try {
      if (active.has(epoch)) standing = askForMasks(pruner, parameters, { epoch, window }, standing);
    } catch (error) {
      throw new Refusal(String(error), { epochs: epochs.slice(0, masks.length), masks });
    }
    masks.push(standing);
  }
  return { epochs, masks };
}

function askForAll(name: string, argument: string, { args, inputs }: VectorCase): { readonly masks: Masks } {
  const pruner = createInstance('pruner', name, args.pick(argument));
  return { masks: askForMasks(pruner, parametersOf(inputs.get('params'))) };
}

export const elementwise: Adapters = {
  agp_target_sparsity: ({ args }) => {
    const window = windowOf(args);
    const epochs = windowEpochs(window);
    const at = (epoch: number): number =>
      gradualSparsity(args.number('initial_sparsity'), args.number('final_sparsity'), epoch, window);
    return { epochs, targets: epochs.map(at) };
  },
  agp_schedule_masks: ({ args, inputs }) => {
    const sparsities = args.pick('initial_sparsity', 'final_sparsity');
    const pruner = createInstance('pruner', 'AutomatedGradualPruner', { ...sparsities, weights: ['w'] });
    const window = windowOf(args);
    const epochs = windowEpochs({ ...window, frequency: 1 });
    const { masks } = masksOverEpochs(pruner, [parameterOf('w', inputs.tensor('w'))], window, epochs);
    return { epochs, masks: masks.map(({ w }) => w) };
  },
  mask_threshold: ({ args, inputs }) => {
    const { shape, data } = inputs.tensor('x');
    return { mask: { shape, data: Array.from(thresholdMask(Float32Array.from(data), args.number('threshold'))) } };
  },
  mask_level: ({ args, inputs }) => {
    const { shape, data } = inputs.tensor('x');
    const mask = levelMask(Float32Array.from(data), args.number('level'));
    return mask
      ? { mask: { shape, data: Array.from(mask) }, sparsity: shareOfZeros(mask) }
      : { mask: null, sparsity: 0 };
  },
  mask_magnitude_pruner: (vectorCase) => askForAll('MagnitudeParameterPruner', 'thresholds', vectorCase),
  mask_level_pruner: (vectorCase) => askForAll('SparsityLevelParameterPruner', 'levels', vectorCase),
  mask_sensitivity_pruner: (vectorCase) => askForAll('SensitivityPruner', 'sensitivities', vectorCase),
  mask_sensitivity_sequence: ({ args, inputs }) => {
    const pruner = createInstance('pruner', 'SensitivityPruner', { sensitivities: { w: args.number('sensitivity') } });
    const steps = inputs.get<readonly VectorTensor[]>('steps');
    const deviations = steps.map(({ data }) => sampleDeviation(data));
    return {
      used_std: deviations[0],
      current_std_of_each_step: deviations,
      masks: steps.map((step) => askForMasks(pruner, [parameterOf('w', step)])['w']),
    };
  },
  mask_splicing_sequence: ({ args, inputs }) => {
    const pruner = createInstance('pruner', 'SplicingPruner', {
      sensitivities: { w: args.number('sensitivity') },
      ...args.pick('low_thresh_mult', 'hi_thresh_mult', 'sensitivity_multiplier'),
    });
    const startingEpoch = args.number('starting_epoch');
    const steps = inputs.get<readonly VectorTensor[]>('steps');
    let standing: Masks = {};
    const masks = args.get<readonly number[]>('epochs').map((epoch, index) => {
      const step = steps[index];
      if (step === undefined) throw new Error('There are fewer steps than epochs');
      const window = { startingEpoch, endingEpoch: startingEpoch + steps.length, frequency: 1 };
      standing = askForMasks(pruner, [parameterOf('w', step)], { epoch, window }, standing);
      return standing['w'];
    });
    const first = (steps[0]?.data ?? []).map(Math.abs);
    return { abs_mean: mean(first), abs_std: sampleDeviation(first), masks };
  },
  mask_ramp_rnn_sequence: ({ args, inputs }) => {
    const own = args.pick('q', 'ramp_epoch_offset', 'ramp_slope_mult');
    const pruner = createInstance('pruner', 'BaiduRNNPruner', { ...own, weights: ['w'] });
    const window = windowOf(args);
    const ramp = {
      target: args.number('q'),
      rampEpochOffset: args.number('ramp_epoch_offset'),
      rampSlopeMultiplier: args.number('ramp_slope_mult'),
    };
    const epochs = windowEpochs(window);
    const { masks } = masksOverEpochs(pruner, [parameterOf('w', inputs.tensor('w'))], window, epochs);
    return {
      epochs,
      thresholds: epochs.map((epoch) => rampThreshold(ramp, rampStartSlope(ramp, window), epoch, window)),
      masks: masks.map(({ w }) => w),
    };
  },
};
