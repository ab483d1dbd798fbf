import type { QuantizedFormat } from '../../../core/post-training/quantized-format.ts';
import type { IntegerStage } from '../integer-stages.ts';
import type { Bound, Kernel } from '../shader.ts';

export interface IntegerStages {
  readonly label: string;
  /** Vectors with channels last, or single values, which are not rescaled. Changed in place. */
  readonly map: Bound;
  /** Vectors of a pixel. */
  readonly vectors: number;
  readonly stages: readonly IntegerStage[];
  /** As `stageNumbers` gives them. */
  readonly numbers: Bound;
}

/** The numbers of some stages, in vectors of four: those of different models differ by them only, and share a pipeline. */
export function stageNumbers(stages: readonly IntegerStage[], vectors: number): Float32Array {
  return Float32Array.from(stages.flatMap((stage) => numbersOf(stage, vectors)));
}

function numbersOf(stage: IntegerStage, vectors: number): readonly number[] {
  switch (stage.kind) {
    case 'rescale': {
      const { ratios, range, format } = stage;
      const perChannel = Array.from({ length: 4 * vectors }, (_, at) => ratios[at % ratios.length]!);
      return [range.min, range.max, 0, 0, ...formatNumbers(format), ...perChannel];
    }
    case 'quantize':
      return formatNumbers(stage.format);
    case 'reals':
      return [stage.scale, 0, 0, 0];
    case 'positive':
      return [];
    default:
      return stage satisfies never;
  }
}

const formatNumbers = ({ parameters: { scale, zeroPoint }, integers }: QuantizedFormat): readonly number[] => [
  scale,
  zeroPoint,
  integers.min,
  integers.max,
];

const workgroupSize = 64;

/** Takes every value through some stages. Zeros of borders and filling have to stay zeros. */
export function integerStages({ label, map, vectors, stages, numbers }: IntegerStages): Kernel {
  let first = 0;
  const text = stages.map((stage) => {
    const at = first;
    first += numbersOf(stage, vectors).length / 4;
    return stageText(stage, { at, vectors, type: map.type });
  });
  return {
    label: `${label} integers`,
    reads: { numbers_of_stages: numbers },
    writes: { map },
    workgroupSize,
    workgroups: Math.ceil(map.length / workgroupSize),
    body: `
if (index >= ${String(map.length)}u) { return; }
var value = map[index];
${text.join('\n')}
map[index] = value;`,
  };
}

interface StagePlace {
  /** Vectors before its numbers. */
  readonly at: number;
  readonly vectors: number;
  readonly type: Bound['type'];
}

function stageText(stage: IntegerStage, { at, vectors, type }: StagePlace): string {
  const number = (vector: number, lane: string): string => `${type}(numbers_of_stages[${String(at + vector)}].${lane})`;
  const clamped = (vector: number, low: string, high: string): string =>
    `value = min(max(value, ${number(vector, low)}), ${number(vector, high)});`;
  const toIntegers = (vector: number, scale: string): string => `
value = round(value * ${scale} - ${number(vector, 'y')});
${clamped(vector, 'z', 'w')}
value += ${number(vector, 'y')};`;
  switch (stage.kind) {
    case 'rescale':
      return `${clamped(0, 'x', 'y')}
${stage.halfRange ? 'value = max(value, vec4f());' : ''}
${toIntegers(1, `numbers_of_stages[${String(at + 2)}u + index % ${String(vectors)}u]`)}`;
    case 'quantize':
      return toIntegers(0, number(0, 'x'));
    case 'reals':
      return `value = value / ${number(0, 'x')};`;
    case 'positive':
      return `value = max(value, ${type}());`;
    default:
      return stage satisfies never;
  }
}
