import { networkGraph } from '../../core/network-graph.ts';
import type { AnalysisSource } from '../analysis/trained-model.ts';
import { webgpuDevice } from '../reference-backend.ts';
import { loadDepthwise } from './depthwise-kernels.ts';
import { allocateForward, forwardKernels } from './forward.ts';
import type { ForwardMemory } from './forward-memory.ts';
import { gather } from './kernels/gather.ts';
import { sampleStatistics, statisticsLength } from './kernels/sample-statistics.ts';
import type { Placed } from './kernels/tail.ts';
import { placeMap, type Placement } from './placement.ts';
import { type Plan, planNetwork } from './plan.ts';
import { type Dispatch, Recorder } from './recorder.ts';
import { uploadModel } from './resident-model.ts';
import type { Bound } from './shader.ts';
import { outputOf } from './tails.ts';

/** Of one tensor in one batch, [samples, rows, 4]; see `sampleStatistics` for what the four numbers are. */
export type RowStatistics = ReadonlyMap<string, Float32Array>;

/** Batches between two looks at messages. */
const batchesAtOnce = 8;

/**
 * A forward pass in which every layer leaves its output, recorded for one batch, for who wants to know what is in between.
 * Who creates it disposes it.
 */
export class RecordedLayers {
  readonly batch: number;
  /** Layers whose outputs are there: all but those that only reshape. */
  readonly layers: readonly string[];
  private readonly recorder: Recorder;
  private readonly maps: ReadonlyMap<string, Placed>;
  private readonly forward: readonly Dispatch[];
  private readonly rows: Bound;
  private readonly means: Bound;

  /** Null where it has no such form: on other devices than WebGPU, or with activations that a quantizer replaced. */
  static async create(source: AnalysisSource, batch: number): Promise<RecordedLayers | null> {
    const device = webgpuDevice();
    const { network, replaced } = source.model;
    if (device === null || replaced !== null) return null;
    const plan = planNetwork(network, () => false, true);
    if ('reason' in plan) return null;
    await loadDepthwise(plan);
    const recorder = new Recorder(device);
    try {
      const { memory, dispatches } = await recordForward(recorder, plan, source, batch);
      return new RecordedLayers(recorder, mapsOf(plan, memory), { batch, dispatches });
    } catch (error) {
      recorder.dispose();
      throw error;
    }
  }

  private constructor(
    recorder: Recorder,
    maps: ReadonlyMap<string, Placed>,
    { batch, dispatches }: { readonly batch: number; readonly dispatches: readonly Dispatch[] },
  ) {
    this.recorder = recorder;
    this.maps = maps;
    this.batch = batch;
    this.forward = dispatches;
    this.layers = [...maps.keys()];
    this.means = recorder.allocate('means', 'f32', maps.size);
    this.rows = recorder.allocate('rows', 'vec4f', batchesAtOnce * this.stride);
  }

  /**
   * Statistics of the outputs of all layers over the first samples.
   *
   * @param means By layer, for distances from them; null for extremes and sums.
   * @param onBatch Takes those of a batch, whose samples are `first` to `end`; may throw to end it.
   */
  async statistics(
    count: number,
    means: ReadonlyMap<string, number> | null,
    onBatch: (rows: RowStatistics, first: number, end: number) => Promise<void>,
  ): Promise<void> {
    const { recorder, batch, stride } = this;
    if (means)
      recorder.write(
        this.means,
        Float32Array.from(this.layers, (layer) => means.get(layer)!),
      );
    const dispatches = [...this.forward, ...(await this.statisticsDispatches(means !== null))];
    for (let from = 0; from < count; from += batch * batchesAtOnce) {
      const starts = batchStarts(from, Math.min(count, from + batch * batchesAtOnce), batch);
      for (const [slot, first] of starts.entries()) {
        recorder.writeStep(slot, (integers) => integers.set([first, Math.min(batch, count - first), slot]));
      }
      recorder.submit(dispatches, 0, starts.length);
      const [all] = await recorder.read([this.rows]);
      for (const [slot, first] of starts.entries()) {
        const end = Math.min(count, first + batch);
        await onBatch(this.split(all!.subarray(4 * slot * stride), end - first), first, end);
      }
    }
  }

  /** Outputs of some layers for samples `first` to `end`, no more than a batch: [samples, ...output], channels last. */
  async outputs(layers: readonly string[], first: number, end: number): Promise<readonly Float32Array[]> {
    const maps = layers.map((layer) => this.maps.get(layer)!);
    this.recorder.writeStep(0, (integers) => integers.set([first, end - first, 0]));
    this.recorder.submit(this.forward);
    const read = await this.recorder.read(maps.map(({ bound }) => bound));
    return read.map((values, at) => unpackMap(maps[at]!.place, values, end - first));
  }

  dispose(): void {
    this.recorder.dispose();
  }

  /** Rows that the statistics of one batch take. */
  private get stride(): number {
    return [...this.maps.values()].reduce((sum, map) => sum + statisticsLength(map, this.batch), 0);
  }

  private statisticsDispatches(isSecond: boolean): Promise<readonly Dispatch[]> {
    const { batch, stride } = this;
    let offset = 0;
    const kernels = [...this.maps.values()].map((map, at) => {
      const means = isSecond ? { bound: this.means, at } : null;
      const kernel = sampleStatistics({ batch, map, output: this.rows, offset, stride, means });
      offset += statisticsLength(map, batch);
      return kernel;
    });
    return this.recorder.compile(kernels);
  }

  private split(rows: Float32Array, samples: number): RowStatistics {
    let offset = 0;
    return new Map(
      Array.from(this.maps, ([layer, map]): [string, Float32Array] => {
        const from = offset;
        offset += 4 * statisticsLength(map, this.batch);
        return [layer, rows.subarray(from, from + 4 * statisticsLength(map, samples))];
      }),
    );
  }
}

function batchStarts(from: number, end: number, batch: number): readonly number[] {
  return Array.from({ length: Math.ceil((end - from) / batch) }, (_, at) => from + at * batch);
}

async function recordForward(
  recorder: Recorder,
  plan: Plan,
  source: AnalysisSource,
  batch: number,
): Promise<{ readonly memory: ForwardMemory; readonly dispatches: readonly Dispatch[] }> {
  const { weights, samples, shared, tuning } = await uploadModel(recorder, plan, source);
  const memory = allocateForward(recorder, plan, batch, { ...shared, isTraining: false });
  const { count } = source.samples;
  const order = recorder.allocate('order', 'u32', count);
  recorder.write(
    order,
    Uint32Array.from({ length: count }, (_, at) => at),
  );
  const dispatches = await recorder.compile([
    gather({ batch, tuning, samples, order, output: memory.input, labels: memory.labels }),
    ...forwardKernels(plan, memory, {
      ...{ tuning, weights, answersEarly: true },
      isTraining: false,
      keepsLogits: true,
    }),
  ]);
  return { memory, dispatches };
}

/** Where the output of each layer is that has one of its own. */
function mapsOf(plan: Plan, memory: ForwardMemory): ReadonlyMap<string, Placed> {
  const answers = new Map(plan.answers.map((at, answer) => [plan.blocks[at]!.block.output, answer]));
  const names = [...networkGraph(plan.network)].flatMap(([name, { layer }]) =>
    layer.kind === 'flatten' ? [] : [name],
  );
  return new Map(
    names.map((name): [string, Placed] => {
      const answer = answers.get(name);
      if (answer === undefined) return [name, outputOf(plan, memory, name)];
      const bound = memory.exitLogits[answer] ?? memory.logits;
      return [name, { place: placeMap([1, 1, plan.classes]), bound }];
    }),
  );
}

/** Without border and filling. */
function unpackMap(place: Placement, values: Float32Array, samples: number): Float32Array {
  const { height, width, channels, vectors, border, rows, columns } = place;
  const dense = new Float32Array(samples * height * width * channels);
  let to = 0;
  for (let line = 0; line < samples * height; line++) {
    const row = Math.floor(line / height) * rows + (line % height) + border;
    for (let x = 0; x < width; x++) {
      const from = (row * columns + x + border) * vectors * 4;
      for (let channel = 0; channel < channels; channel++) dense[to++] = values[from + channel]!;
    }
  }
  return dense;
}
