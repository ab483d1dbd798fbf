import type { AnalysisResult, InferenceTime } from '../../protocol/analysis.ts';

type Timed = Extract<AnalysisResult, { kind: 'inference-time' }>;

const formNames: Readonly<Record<InferenceTime['form'], string>> = {
  dense: 'dense',
  masked: 'with its zeros',
  thinned: 'thinned',
};

export interface InferenceRow {
  readonly form: InferenceTime['form'];
  readonly name: string;
  /** A text for each batch size, in their order. */
  readonly cells: readonly { readonly median: string; readonly spread: string; readonly change: string }[];
}

/** Sizes of the batches that were measured, as measured. */
export function batchSizesOf({ times }: Timed): readonly number[] {
  return [...new Set(times.map(({ batchSize }) => batchSize))];
}

/** A row for each form of the network, dense first. */
export function inferenceRows({ times }: Timed): readonly InferenceRow[] {
  const forms = [...new Set(times.map(({ form }) => form))];
  return forms.map((form) => ({
    form,
    name: formNames[form],
    cells: times
      .filter((time) => time.form === form)
      .map((time) => {
        const dense = times.find((other) => other.form === 'dense' && other.batchSize === time.batchSize);
        return {
          median: millisecondsText(time.medianMs),
          spread: `${millisecondsText(time.lowMs, '')} to ${millisecondsText(time.highMs)}`,
          change: form === 'dense' || !dense ? '' : changeText(dense.medianMs, time.medianMs),
        };
      }),
  }));
}

/** What the times tell, a sentence each; a difference counts only where the middle halves of the runs do not overlap. */
export function inferenceFindings(result: Timed): readonly string[] {
  const sizes = batchSizesOf(result);
  const compare = (form: InferenceTime['form'], batchSize: number): string | null => {
    const [dense, other] = (['dense', form] as const).map((one) =>
      result.times.find((time) => time.form === one && time.batchSize === batchSize),
    );
    if (!dense || !other) return null;
    if (other.highMs < dense.lowMs) return `faster with a batch of ${batchSize}`;
    return other.lowMs > dense.highMs ? `slower with a batch of ${batchSize}` : `the same with a batch of ${batchSize}`;
  };
  const words = (form: InferenceTime['form']): string => sizes.flatMap((size) => compare(form, size) ?? []).join(', ');
  return [
    `Zeros where they are: ${words('masked')}. Unstructured zeros save nothing here, since every product is computed, also with zero.`,
    result.removed.length === 0
      ? 'No whole filter or channel is zero, or none can go: there is nothing to thin. Prune structures to save time.'
      : `Thinned (${result.removed.join('; ')}): ${words('thinned')}.`,
  ];
}

function millisecondsText(value: number, unit = ' ms'): string {
  return `${value < 10 ? value.toFixed(2) : value.toFixed(1)}${unit}`;
}

function changeText(before: number, after: number): string {
  const percent = (after / before - 1) * 100;
  return `${percent > 0 ? '+' : '−'}${Math.abs(percent).toFixed(0)} %`;
}
