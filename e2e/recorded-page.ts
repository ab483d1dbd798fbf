// The page of recorded.spec.ts: analyses by recorded forward passes, and by TensorFlow.js, both on WebGPU.
import { convolution, dense, plainNetwork, residualNetwork, separableNetwork } from '../src/core/network-fixtures.ts';
import { type Network, networkParameters } from '../src/core/network.ts';
import type { TensorStatistics } from '../src/core/post-training/calibration.ts';
import { calibrateSource } from '../src/engine/analysis/calibrate-source.ts';
import { measureActivations } from '../src/engine/analysis/measure-activations.ts';
import { prepareMeasuring } from '../src/engine/analysis/measure-changed.ts';
import type { AnalysisSource } from '../src/engine/analysis/trained-model.ts';
import { RecordedLayers } from '../src/engine/fused/recorded-layers.ts';
import { loadReference } from '../src/engine/reference-backend.ts';
import { useWebgpuDevice } from '../src/engine/webgpu-device.ts';
import type { Achievement } from '../src/protocol/analysis.ts';
import { randomSource } from './random-source.ts';

export interface RecordedReport {
  readonly failures: readonly string[];
  readonly networks: readonly {
    readonly what: string;
    readonly isRecorded: boolean;
    /** Largest difference of a statistic, against the largest magnitude of its tensor. */
    readonly calibration: { readonly error: number; readonly worst: string };
    readonly activations: { readonly error: number; readonly worst: string };
    /** Values that fell into other bins. */
    readonly strayed: number;
    /** Largest relative difference of a loss, with one parameter changed at a time. */
    readonly evaluation: number;
    /** Evaluations that came out otherwise when the same was asked again. */
    readonly unequal: readonly string[];
  }[];
}

/** Maps and channels that fill neither vectors nor windows, and an answer on the way. */
const oddNetwork: Network = {
  name: 'odd',
  inputShape: [9, 7, 3],
  layers: [
    convolution('conv1', 3, 5, { kernelSize: [5, 5], padding: 2, bias: true }),
    { name: 'sigmoid', kind: 'sigmoid' },
    { name: 'average', kind: 'avg-pool', size: 2 },
    convolution('conv2', 5, 17, { stride: 2, bias: true }),
    { name: 'tanh', kind: 'tanh' },
    { name: 'flat', kind: 'flatten' },
    dense('fc1', 68, 6),
    { name: 'relu', kind: 'relu' },
    dense('exit', 6, 3),
    { ...dense('fc2', 6, 3), inputs: ['relu'] },
  ],
  exits: [{ name: 'exit0', layer: 'exit' }],
};

const flatNetwork: Network = {
  name: 'flat',
  inputShape: [5],
  layers: [dense('fc1', 5, 7), { name: 'relu', kind: 'relu' }, dense('fc2', 7, 3)],
};

/** The last of three batches is short. */
const count = 11;

/** Somebody who might replace activations is left to TensorFlow.js, even if nothing is replaced. */
function byReference(source: AnalysisSource): AnalysisSource {
  return { ...source, model: { ...source.model, replaced: { forward: () => null } } };
}

class Worst {
  error = 0;
  worst = '';

  take(what: string, own: number | undefined, expected: number, extent: number): void {
    const error = Math.abs((own ?? NaN) - expected) / extent;
    if (error <= this.error) return;
    this.error = Number.isNaN(error) ? Infinity : error;
    this.worst = `${what}: ${String(own)} instead of ${String(expected)}`;
  }
}

const numbers = ['min', 'max', 'avg_min', 'avg_max', 'mean', 'std', 'b'] as const;

async function compareCalibration(source: AnalysisSource): Promise<Worst> {
  const own = await calibrateSource(source, { samples: count });
  const expected = await calibrateSource(byReference(source), { samples: count });
  const worst = new Worst();
  const compare = (what: string, found: TensorStatistics | undefined, wanted: TensorStatistics): void => {
    const extent = Math.max(Math.abs(wanted.min), Math.abs(wanted.max));
    for (const key of numbers) worst.take(`${what} ${key}`, found?.[key], wanted[key], extent);
    worst.take(`${what} total`, found?.total_numel, wanted.total_numel!, 1);
    if (String(found?.shape) !== String(wanted.shape)) worst.take(`${what} shape`, undefined, 0, 1);
  };
  for (const [layer, { inputs, output }] of expected) {
    const found = own.get(layer);
    compare(`${layer} output`, found?.output, output);
    inputs.forEach((input, at) => compare(`${layer} input`, found?.inputs[at], input));
  }
  if ([...own.keys()].join() !== [...expected.keys()].join()) worst.take('layers', undefined, 0, 1);
  return worst;
}

async function compareActivations(
  source: AnalysisSource,
): Promise<{ readonly worst: Worst; readonly strayed: number }> {
  const request = { kind: 'activations', samples: count } as const;
  const own = await measureActivations(source, request, {});
  const expected = await measureActivations(byReference(source), request, {});
  const worst = new Worst();
  let strayed = 0;
  for (const [at, row] of expected.rows.entries()) {
    const found = own.rows[at];
    const extent = Math.max(...row.mean.map(Math.abs));
    row.mean.forEach((mean, c) => worst.take(`${row.layer} mean`, found?.mean[c], mean, extent));
    row.apoz.forEach((share, c) => worst.take(`${row.layer} zeros`, found?.apoz[c], share, 1));
    worst.take(`${row.layer} range`, found?.histogram?.high, row.histogram!.high, 1);
    row.histogram!.counts.forEach((bin, c) => (strayed += Math.abs(bin - found!.histogram!.counts[c]!)));
  }
  return { worst, strayed };
}

/** Each parameter changed twice, in an order in which what was kept has to be left and taken up again. */
async function compareEvaluations(
  source: AnalysisSource,
): Promise<{ readonly evaluation: number; readonly unequal: readonly string[] }> {
  // The reference has made one factor of what a batch normalization knows, and changes kernels and biases only.
  const specs = networkParameters(source.model.network).filter(({ role }) => role === 'kernel' || role === 'bias');
  const shapes = new Map(specs.map(({ name, shape }) => [name, shape]));
  const options = { samples: count, shapes, signal: undefined };
  const own = await prepareMeasuring(source, options);
  const expected = await prepareMeasuring(byReference(source), options);
  const changes = [0.5, -1.25].flatMap((factor) =>
    specs.map(({ name }) => [name, source.model.values.get(name)!.map((value) => value * factor)] as const),
  );
  const asked = [...changes, ...changes.toReversed(), ...changes.flatMap((change) => [change, change])];
  const known = new Map<object, Achievement>();
  const unequal: string[] = [];
  let evaluation = 0;
  for (const change of asked) {
    const found = await own.evaluate(new Map([change]));
    const before = known.get(change);
    if (before && JSON.stringify(before) !== JSON.stringify(found)) unequal.push(change[0]);
    known.set(change, found);
    if (before) continue;
    const { loss } = await expected.evaluate(new Map([change]));
    evaluation = Math.max(evaluation, Math.abs(found.loss - loss) / loss);
  }
  own.dispose();
  expected.dispose();
  return { evaluation, unequal };
}

async function check(): Promise<RecordedReport> {
  const { gpu } = navigator as { gpu?: GPU };
  const made = gpu ? await useWebgpuDevice(gpu) : null;
  if (!made?.ok) throw new Error('No WebGPU adapter was found');
  const failures: string[] = [];
  made.backend.onFailure = ({ message }) => failures.push(message);
  await loadReference();
  const networks: RecordedReport['networks'][number][] = [];
  for (const [at, network] of [plainNetwork, residualNetwork, separableNetwork, oddNetwork, flatNetwork].entries()) {
    const source = randomSource(network, at + 1, count + 2);
    const recorded = await RecordedLayers.create(source, 4);
    recorded?.dispose();
    const { error, worst } = await compareCalibration(source);
    const activations = await compareActivations(source);
    networks.push({
      what: network.name,
      isRecorded: recorded !== null,
      calibration: { error, worst },
      activations: { error: activations.worst.error, worst: activations.worst.worst },
      strayed: activations.strayed,
      ...(await compareEvaluations(source)),
    });
  }
  return { failures, networks };
}

(globalThis as unknown as { checkRecorded: typeof check }).checkRecorded = check;
