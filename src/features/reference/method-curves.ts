import type { Network } from '../../core/network.ts';
import { isPostTraining, type LearningRateDefinition, type MethodDefinition } from '../../methods/define-method.ts';
import { parseSchedule } from '../../schedule/parse-schedule.ts';
import { preflight } from '../../schedule/preflight.ts';
import type { Preflight } from '../../schedule/preflight-types.ts';
import type { Schedule } from '../../schedule/schedule.ts';
import { zoo } from '../../zoo/zoo.ts';
import type { CurveLine, MethodCurve } from './curve-types.ts';
import { exampleSchedule } from './method-groups.ts';
import { keptWeights, thresholdsByEpoch } from './pruner-response.ts';
import { penalties } from './regularizer-response.ts';
import { quantizedActivations, quantizedTrained, quantizedWeights } from './quantizer-response.ts';

/** Epochs that curves over a run show. */
export const shownEpochs = 30;

/** The pictures of a method; none where it has no curve that its weights do not decide. */
export function methodCurves(method: MethodDefinition): readonly MethodCurve[] {
  switch (method.kind) {
    case 'pruner': {
      const { schedule, promise } = promised(method);
      const shares = Object.values(promise.sparsity).find(isRising);
      if (shares) return [overEpochs('Share of zeros by epoch', 'share', shares)];
      const thresholds = thresholdsByEpoch(method, schedule.network, shownEpochs);
      if (thresholds) return [overEpochs('Threshold of the magnitudes by epoch', 'number', thresholds)];
      return response('A weight after the mask', 'weight before', keptWeights(method, schedule.network));
    }
    case 'lr_scheduler':
      return [learningRates(method)];
    case 'regularizer':
      return response(
        'Penalty of one weight, all others zero',
        'weight',
        penalties(method, promised(method).schedule.network),
      );
    case 'quantizer':
      return quantizerCurves(method);
    case 'extension':
      return [];
  }
}

function promised(method: MethodDefinition): { readonly schedule: Schedule; readonly promise: Preflight } {
  const text = `training: {epochs: ${shownEpochs}}\n${exampleSchedule(method, shownEpochs)}`;
  const parsed = parseSchedule(text, zoo);
  if (!parsed.ok) throw new Error(`The example of ${method.name} has an error`);
  return { schedule: parsed.value, promise: preflight(parsed.value) };
}

const isKnown = (values: readonly (number | null)[]): values is readonly number[] => !values.includes(null);
const isRising = (values: readonly (number | null)[]): values is readonly number[] =>
  isKnown(values) && new Set(values.slice(1)).size > 1;

function overEpochs(title: string, unit: MethodCurve['unit'], values: readonly number[]): MethodCurve {
  const points = [...values, values.at(-1) ?? 0].map((y, x) => ({ x, y }));
  return { title, unit, xLabel: 'epoch', isStepped: true, lines: [{ points }] };
}

function response(title: string, xLabel: string, lines: readonly CurveLine[] | null): readonly MethodCurve[] {
  return lines === null ? [] : [{ title, xLabel, isStepped: false, unit: 'number', lines }];
}

function learningRates(method: LearningRateDefinition): MethodCurve {
  const { schedule, promise } = promised(method);
  if (isKnown(promise.learningRate)) return overEpochs('Learning rate by epoch', 'number', promise.learningRate);
  const rates = unimprovedRates(method, schedule.training.optimizer.lr);
  return overEpochs('Learning rate by epoch, while validation never gets better', 'number', rates);
}

/** Of a scheduler that follows measurements: what it does when they stay the same. */
function unimprovedRates(method: LearningRateDefinition, rate: number): readonly number[] {
  const scheduler = method.create(method.args.parse(method.example));
  const base = [rate];
  const rates = [rate];
  while (rates.length < shownEpochs) {
    const current = [rates.at(-1) ?? rate];
    const step = scheduler.step({ epoch: rates.length, base, current, validation: { loss: 1, top1: 0.5 } });
    rates.push(step.learningRates[0] ?? rate);
  }
  return rates;
}

function quantizerCurves(method: Extract<MethodDefinition, { kind: 'quantizer' }>): readonly MethodCurve[] {
  if (isPostTraining(method)) return response('A weight after quantization', 'weight before', quantizedTrained(method));
  const { network }: { readonly network: Network } = promised(method).schedule;
  return [
    ...response('A weight after quantization', 'weight before', quantizedWeights(method, network)),
    ...response('What comes out of a ReLU', 'what goes in', quantizedActivations(method, network)),
  ];
}
