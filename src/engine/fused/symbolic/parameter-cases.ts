import type { ParameterSpec } from '../../../core/network.ts';
import { linearModes } from '../../../core/linear-quantization.ts';
import { createRandom } from '../../../core/random.ts';
import type { Quantizer } from '../../../methods/quantizer.ts';
import type { Regularizer } from '../../../methods/regularizer.ts';
import dorefa from '../../../methods/quantizers/dorefa.ts';
import ncfRangeLinear from '../../../methods/quantizers/ncf-range-linear.ts';
import pact from '../../../methods/quantizers/pact.ts';
import rangeLinear from '../../../methods/quantizers/range-linear.ts';
import wrpn from '../../../methods/quantizers/wrpn.ts';
import groupLasso from '../../../methods/regularizers/group-lasso.ts';
import groupVariance from '../../../methods/regularizers/group-variance.ts';
import l1 from '../../../methods/regularizers/l1.ts';
import { penaltyFormulas, type ParameterFormulas, quantizerFormulas, thresholdFormulas } from './parameter-program.ts';

/** What tests compare on the host and on devices: every method that acts on parameters, with parameters of all kinds. */
export interface ParameterCase {
  /** The method. */
  readonly group: string;
  readonly name: string;
  readonly method:
    | { readonly kind: 'quantizer'; readonly quantizer: Quantizer; readonly bits: number }
    | { readonly kind: 'penalty' | 'threshold'; readonly regularizer: Regularizer };
  readonly spec: ParameterSpec;
  /** Of a size or contents that seldom occur: left out where every case costs a shader. */
  readonly isRare: boolean;
  readonly weights: Float32Array;
  /** d loss / d value. */
  readonly gradient: Float32Array;
}

export function formulasOf({ method, spec }: ParameterCase): ParameterFormulas | null {
  if (method.kind === 'quantizer') return quantizerFormulas(method.quantizer, spec, method.bits);
  return method.kind === 'penalty'
    ? penaltyFormulas(method.regularizer, spec)
    : thresholdFormulas(method.regularizer, spec);
}

function specOf(shape: readonly number[]): ParameterSpec {
  return {
    name: 'layer.weight',
    layer: 'layer',
    layerKind: shape.length === 4 ? 'conv2d' : 'dense',
    role: shape.length === 1 ? 'bias' : 'kernel',
    shape,
    size: shape.reduce((product, length) => product * length, 1),
    fanIn: 1,
  };
}

const random = createRandom(7);
const contents: Readonly<Record<string, () => number>> = {
  random: () => random.uniform(-1.5, 1.5),
  ties: () => (random.integer(9) - 4) / 4,
  zeros: () => 0,
  positive: () => random.uniform(0.1, 0.9),
};

function draw(name: string, method: ParameterCase['method'], shape: readonly number[], filled: string): ParameterCase {
  const spec = specOf(shape);
  return {
    group: name,
    name: `${name}, [${shape.join()}] of ${filled}`,
    method,
    spec,
    isRare:
      !Object.values(common)
        .flat()
        .includes(shape as number[]) || !['random', 'ties'].includes(filled),
    weights: Float32Array.from({ length: spec.size }, contents[filled]!),
    gradient: Float32Array.from({ length: spec.size }, () => random.uniform(-1, 1)),
  };
}

const common = {
  convolutions: [
    [3, 3, 2, 5],
    [2, 3, 7, 8],
  ],
  matrices: [
    [13, 10],
    [9, 300],
  ],
  vectors: [[7]],
};
const convolutions = [...common.convolutions, [1, 1, 1, 1], [5, 5, 1, 6]];
const matrices = [...common.matrices, [1, 3], [9, 1]];
const vectors = [...common.vectors, [1], [64]];

type Definition<Args> = {
  readonly args: { parse: (written: unknown) => Args };
  readonly create: (args: Args) => Quantizer;
};

function quantizerCases<Args>(
  name: string,
  definition: Definition<Args>,
  bits: readonly number[],
  args: object = {},
): ParameterCase[] {
  const quantizer = definition.create(definition.args.parse(args));
  return bits.flatMap((own) =>
    [...convolutions, ...matrices, ...vectors].flatMap((shape) =>
      Object.keys(contents).map((filled) =>
        draw(`${name}, ${String(own)} bits`, { kind: 'quantizer', quantizer, bits: own }, shape, filled),
      ),
    ),
  );
}

const lassoGroups = {
  4: ['2D', '3D', 'Filters', 'Channels', '4D', 'Channels+4D'],
  2: ['Rows', 'Cols', 'Rows+Cols'],
} as const;

function regularizerCases(
  name: string,
  regularizer: Regularizer,
  shapes: readonly (readonly number[])[],
  fills = Object.keys(contents),
): ParameterCase[] {
  return shapes.flatMap((shape) =>
    fills.flatMap((filled) =>
      (['penalty', 'threshold'] as const).map((kind) => draw(`${name}, ${kind}`, { kind, regularizer }, shape, filled)),
    ),
  );
}

function lassoCases(rank: 2 | 4): ParameterCase[] {
  const shapes = rank === 4 ? convolutions : matrices;
  return lassoGroups[rank].flatMap((group) => {
    const criteria = group === '4D' || group.includes('+') ? [null] : ['Max', 'Mean_Abs'];
    return criteria.flatMap((threshold_criteria) => {
      const written = { reg_regims: { 'layer.weight': [0.5, group] }, threshold_criteria };
      const regularizer = groupLasso.create(groupLasso.args.parse(written));
      return regularizerCases(`group lasso of ${group} ${String(threshold_criteria)}`, regularizer, shapes);
    });
  });
}

export function parameterCases(): readonly ParameterCase[] {
  const variance = groupVariance.create(
    groupVariance.args.parse({ reg_regims: { 'layer.weight': [0.01, 'Channels'] } }),
  );
  const lasso = l1.create(
    l1.args.parse({ reg_regims: { 'layer.weight': 0.3, 'layer.bias': 0.3 }, threshold_criteria: 'Mean_Abs' }),
  );
  return [
    ...linearModes.flatMap((mode) =>
      [false, true].flatMap((per_channel_wts) =>
        quantizerCases(`range linear ${mode}${per_channel_wts ? ' per channel' : ''}`, rangeLinear, [4], {
          mode,
          per_channel_wts,
        }),
      ),
    ),
    ...quantizerCases('NCF range linear', ncfRangeLinear, [8]),
    ...quantizerCases('DoReFa', dorefa, [1, 3]),
    ...quantizerCases('PACT', pact, [2]),
    ...quantizerCases('WRPN', wrpn, [2, 4]),
    ...regularizerCases('L1', lasso, [...convolutions, ...matrices]),
    ...lassoCases(4),
    ...lassoCases(2),
    ...regularizerCases(
      'group variance',
      variance,
      convolutions.filter(([, , inputs]) => inputs! > 1),
      ['random', 'positive'],
    ),
  ];
}
