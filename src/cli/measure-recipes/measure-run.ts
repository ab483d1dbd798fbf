import { encodedSizeBytes } from '../../core/encoded-size.ts';
import { networkParameters } from '../../core/network.ts';
import { isPostTraining } from '../../methods/define-method.ts';
import type { RunRecord } from '../../runs/export.ts';
import { applyTextEdit, editTrainingValue } from '../../schedule/edit-training.ts';
import { parseSchedule } from '../../schedule/parse-schedule.ts';
import type { MeasuredRun } from '../../zoo/measurements.ts';
import { zoo } from '../../zoo/zoo.ts';
import type { QuantizeOptions } from '../quantize/quantize-options.ts';
import { type QuantizeRequest, quantizeRequest } from '../quantize/quantize-request.ts';
import type { PlannedRun } from './measurement-file.ts';

/** The text of a recipe with another seed. */
export function seededText({ recipe, seed }: PlannedRun): string {
  const edit = editTrainingValue(recipe.text, 'seed', String(seed));
  if (edit === null) throw new Error(`Recipe ${recipe.id} has no place for a seed.`);
  return applyTextEdit(recipe.text, edit);
}

/** What is asked about the trained network: to be rounded as its schedule declares; null if it declares nothing. */
export function roundingRequest(text: string): QuantizeRequest | null {
  const parsed = parseSchedule(text, zoo);
  if (!parsed.ok || !parsed.value.components.some(({ definition }) => isPostTraining(definition))) return null;
  return quantizeRequest(parsed.value, declaredRounding, null);
}

const testSize = 10_000;

/** Ranges of 500 training samples, the whole test set; all else as the schedule says. */
const declaredRounding: QuantizeOptions = {
  ...{ file: '', stats: undefined, saveStats: undefined, json: undefined },
  ...{ bitsActivations: undefined, bitsWeights: undefined, isPerChannel: false },
  ...{ clips: ['NONE'], ranges: 'static', calibrationSamples: 500, samples: testSize },
};

/** The numbers of a run that ended; null if it failed for another reason than a loss that is no number. */
export function measuredRun(record: RunRecord, about: Pick<MeasuredRun, 'build' | 'roundedTop1'>): MeasuredRun | null {
  if (record.result === null && record.failure?.kind !== 'diverged') return null;
  return {
    seed: record.config.seed,
    top1: record.result === null ? null : rounded(record.result.top1, 4),
    sparsity: record.result === null ? null : rounded(record.result.sparsity, 4),
    ...kernelMeasures(record),
    ...(about.roundedTop1 === undefined ? {} : { roundedTop1: rounded(about.roundedTop1, 4) }),
    date: record.startedAt.slice(0, 10),
    build: about.build,
    device: record.environment === null ? 'unknown' : `${record.environment.backend}, ${record.environment.adapter}`,
  };
}

/** As the page has it in `runs/run-measures.ts`, which asks for a run with its parameters and not for its record. */
function kernelMeasures({ config, epochs, result }: RunRecord): Pick<MeasuredRun, 'meanBits' | 'sizeBytes'> {
  const parsed = parseSchedule(config.text, zoo);
  const kernels = parsed.ok ? networkParameters(parsed.value.network).filter(({ role }) => role === 'kernel') : [];
  const measured = kernels.flatMap(({ name }) => epochs.at(-1)?.parameters[name] ?? []);
  const weights = sum(measured.map(({ size }) => size));
  if (weights === 0 || result === null) return { meanBits: null, sizeBytes: null };
  return {
    meanBits: rounded(sum(measured.map(({ size, bits }) => size * bits)) / weights, 2),
    sizeBytes: sum(measured.map(encodedSizeBytes)),
  };
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
