import { summarizeCompute } from '../core/compute-summary.ts';
import { encodedSizeBytes } from '../core/encoded-size.ts';
import { parseSchedule } from '../schedule/parse-schedule.ts';
import { zoo } from '../zoo/zoo.ts';
import type { Run } from './run.ts';

/** What a run achieved and what its network costs. Shares are fractions; null where nothing has been measured. */
export interface RunMeasures {
  /** On the whole test set if the run is finished, else on the validation set after the latest epoch. */
  readonly accuracy: number | null;
  readonly isTested: boolean;
  /** Of all epochs, on the validation set, and the epoch that it was measured after (from 0). */
  readonly best: { readonly accuracy: number; readonly epoch: number } | null;
  /** On the validation set after the latest epoch. */
  readonly last: number | null;
  readonly sparsity: number | null;
  /** Bits of a weight, averaged over all kernels. */
  readonly meanBits: number | null;
  /** Kernels packed to their bits, zeros left out where that is smaller. */
  readonly sizeBytes: number | null;
  /** Multiply-accumulates of one input: all, and those with a weight that is not zero. */
  readonly macs: { readonly dense: number; readonly nonZero: number } | null;
  readonly durationMs: number | null;
}

const known = new WeakMap<Run, RunMeasures>();

/** The measures of a run; the same object for the same run. */
export function runMeasures(run: Run): RunMeasures {
  const found = known.get(run);
  if (found !== undefined) return found;
  const measures = measure(run);
  known.set(run, measures);
  return measures;
}

function measure(run: Run): RunMeasures {
  return { ...outcomeOf(run), best: bestOf(run), ...kernelMeasures(run), macs: macsOf(run) };
}

type Outcome = Pick<RunMeasures, 'accuracy' | 'isTested' | 'last' | 'sparsity' | 'durationMs'>;

function outcomeOf({ result, epochs }: Run): Outcome {
  const latest = epochs.at(-1);
  const last = latest?.validation.top1 ?? null;
  if (result) {
    const { top1: accuracy, sparsity, durationMs } = result;
    return { accuracy, isTested: true, last, sparsity, durationMs };
  }
  const durationMs = latest ? sum(epochs.map((epoch) => epoch.durationMs)) : null;
  return { accuracy: last, isTested: false, last, sparsity: latest?.sparsity ?? null, durationMs };
}

function kernelMeasures({ parameters, epochs }: Run): Pick<RunMeasures, 'meanBits' | 'sizeBytes'> {
  const kernels = parameters.filter(({ role }) => role === 'kernel');
  const measured = kernels.flatMap(({ name }) => epochs.at(-1)?.parameters[name] ?? []);
  const weights = sum(measured.map(({ size }) => size));
  if (weights === 0) return { meanBits: null, sizeBytes: null };
  return {
    meanBits: sum(measured.map(({ size, bits }) => size * bits)) / weights,
    sizeBytes: sum(measured.map(encodedSizeBytes)),
  };
}

function bestOf({ epochs }: Run): RunMeasures['best'] {
  let best: RunMeasures['best'] = null;
  for (const { epoch, validation } of epochs) {
    if (best === null || validation.top1 > best.accuracy) best = { accuracy: validation.top1, epoch };
  }
  return best;
}

/** Each weight is used once for every place of the output: removed structures and single zeros both leave fewer. */
function macsOf(run: Run): RunMeasures['macs'] {
  const latest = run.epochs.at(-1);
  const work = workOf(run.config.text);
  if (latest === undefined || work === null) return null;
  const nonZero = work.map(({ kernel, macs, weightCount }) => {
    const parameter = latest.parameters[kernel];
    return parameter === undefined ? macs : (macs / weightCount) * parameter.nonZero;
  });
  return { dense: sum(work.map(({ macs }) => macs)), nonZero: sum(nonZero) };
}

interface KernelWork {
  readonly kernel: string;
  readonly macs: number;
  readonly weightCount: number;
}

/** Reading a text takes milliseconds, and many runs share one model: the latest texts are remembered. */
const works = new Map<string, readonly KernelWork[] | null>();
const mostWorks = 300;

function workOf(text: string): readonly KernelWork[] | null {
  const found = works.get(text);
  if (found !== undefined) return found;
  const parsed = parseSchedule(text, zoo);
  const work = parsed.ok
    ? summarizeCompute(parsed.value.network).layers.map(({ layer, macs, weightCount }) => ({
        kernel: `${layer}.weight`,
        macs,
        weightCount,
      }))
    : null;
  if (works.size >= mostWorks) works.clear();
  works.set(text, work);
  return work;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
