import type { ExitLogits } from '../../core/early-exit.ts';
import { loadDepthwise } from './depthwise-kernels.ts';
import { allocateForward, kernelsByBlock, type SharedMemory } from './forward.ts';
import type { ForwardMemory } from './forward-memory.ts';
import type { KeptMaps } from './kept-maps.ts';
import { gather, type ResidentSamples } from './kernels/gather.ts';
import { logMeasured } from './kernels/log-measured.ts';
import { quantizeInput } from './kernels/quantize-input.ts';
import type { Plan } from './plan.ts';
import { inputQuantizer } from './recorded-step.ts';
import { type Dispatch, encode, Recorder, stepSlots } from './recorder.ts';
import type { Bound } from './shader.ts';
import type { Tuning } from './tuning.ts';

export interface RecordedEvaluationOptions {
  readonly device: GPUDevice;
  readonly plan: Plan;
  readonly batch: number;
  readonly tuning: Tuning;
  readonly samples: ResidentSamples;
  readonly sampleCount: number;
  /** The parameters that inference uses, and what was tracked. */
  readonly weights: Bound;
  readonly shared: SharedMemory;
  /** Whether early exits answer too. */
  readonly answersEarly?: boolean;
  /** Keeps maps for evaluations with a cut. Absent: every evaluation goes through the whole network. */
  readonly keepMaps?: typeof KeptMaps.create;
}

/** Sums over the samples that were measured. */
export interface EvaluationSums {
  readonly lossSum: number;
  readonly rightCount: number;
  /** Samples whose label was among the five largest answers. */
  readonly fiveCount: number;
}

/** Where batches begin, and what they leave on the way for evaluations to come. */
interface Route {
  /** Maps that stand for the blocks before; null: batches begin with the samples. */
  readonly known: KeptMaps | null;
  readonly fresh: KeptMaps | null;
}

/** Batches between two looks at messages. */
const batchesAtOnce = 8;

/** The forward pass over a set of samples, recorded for one batch. */
export class RecordedEvaluation {
  private readonly options: RecordedEvaluationOptions;
  private readonly recorder: Recorder;
  private readonly log: Bound;
  private dispatches: readonly Dispatch[] = [];
  /** Where the dispatches of each block begin. */
  private starts: readonly number[] = [];
  private memory: ForwardMemory | null = null;
  private kept: KeptMaps | null = null;
  /** Of each answer, the last one last. */
  private logits: readonly Bound[] = [];

  static async record(options: RecordedEvaluationOptions): Promise<RecordedEvaluation> {
    await loadDepthwise(options.plan);
    const evaluation = new RecordedEvaluation(options);
    await evaluation.compile();
    return evaluation;
  }

  private constructor(options: RecordedEvaluationOptions) {
    this.options = options;
    this.recorder = new Recorder(options.device);
    this.log = this.recorder.allocate('log', 'vec4f', stepSlots);
  }

  /**
   * Measures the first samples.
   *
   * @param onBatches Awaited now and then, for messages and progress.
   * @param cut The blocks before this one have the same weights in all calls with a cut: what they make is kept.
   */
  async measure(count: number, onBatches: () => Promise<void>, cut = 0): Promise<EvaluationSums> {
    const route = this.routeFor(count, cut);
    try {
      const sums = await this.measureAll(count, onBatches, route);
      if (route.fresh) this.keep(route.fresh);
      return sums;
    } catch (error) {
      // What is not complete is not used.
      route.fresh?.dispose();
      throw error;
    }
  }

  private async measureAll(count: number, onBatches: () => Promise<void>, route: Route): Promise<EvaluationSums> {
    const { batch } = this.options;
    const sums = { lossSum: 0, rightCount: 0, fiveCount: 0 };
    for (let first = 0; first < count; first += batch * batchesAtOnce) {
      for (const line of await this.measureSome(first, Math.min(count, first + batch * batchesAtOnce), route)) {
        sums.lossSum += line[0]!;
        sums.rightCount += line[1]!;
        sums.fiveCount += line[3]!;
      }
      await onBatches();
    }
    return sums;
  }

  get batch(): number {
    return this.options.batch;
  }

  /**
   * What each exit says about some samples, the last one last; there must be `answersEarly`.
   *
   * @param first Number of the first sample.
   * @param end Behind the last one; no more than a batch.
   */
  async answers(first: number, end: number): Promise<readonly ExitLogits[]> {
    const { classes } = this.options.plan;
    this.recorder.writeStep(0, (integers) => {
      integers.set([first, end - first, 0]);
    });
    this.recorder.submit(this.dispatches, 0);
    const filled = Math.ceil(classes / 4) * 4;
    return (await this.recorder.read(this.logits)).map((rows) => ({
      logits: rows.filter((_, at) => at % filled < classes),
      classCount: classes,
    }));
  }

  dispose(): void {
    this.kept?.dispose();
    this.recorder.dispose();
  }

  private async compile(): Promise<void> {
    const { plan, batch, tuning, samples, sampleCount, weights, shared, answersEarly = false } = this.options;
    const { recorder } = this;
    const forward = allocateForward(recorder, plan, batch, { ...shared, isTraining: false });
    this.memory = forward;
    this.logits = [...forward.exitLogits, forward.logits];
    const inputs = inputQuantizer(forward, false);
    const order = recorder.allocate('order', 'u32', sampleCount);
    recorder.write(
      order,
      Uint32Array.from({ length: sampleCount }, (_, at) => at),
    );
    const before = [
      gather({ batch, tuning, samples, order, output: forward.input, labels: forward.labels }),
      ...(inputs ? [quantizeInput(forward.input, inputs)] : []),
    ];
    const blocks = kernelsByBlock(plan, forward, {
      ...{ tuning, weights, answersEarly },
      isTraining: false,
      keepsLogits: answersEarly,
    });
    this.starts = blocks.map((_, at) => before.length + blocks.slice(0, at).flat().length);
    this.dispatches = await recorder.compile([
      ...before,
      ...blocks.flat(),
      logMeasured(forward.measured, this.log, batch),
    ]);
  }

  private routeFor(count: number, cut: number): Route {
    const { plan, device, batch, keepMaps } = this.options;
    const { kept } = this;
    const batches = Math.ceil(count / batch);
    const known = kept?.batches === batches && kept.cut <= cut ? kept : null;
    if (known?.cut === cut) return { known, fresh: null };
    return { known, fresh: keepMaps?.(device, { plan, memory: this.memory!, cut, batches }) ?? null };
  }

  private keep(fresh: KeptMaps): void {
    this.kept?.dispose();
    this.kept = fresh;
  }

  /** What each batch measured, see `LossHead`. */
  private async measureSome(from: number, to: number, route: Route): Promise<readonly Float32Array[]> {
    const { device, batch } = this.options;
    const encoder = device.createCommandEncoder();
    let line = 0;
    for (let first = from; first < to; first += batch) {
      this.recorder.writeStep(line, (integers) => {
        integers.set([first, Math.min(batch, to - first), line]);
      });
      this.encodeBatch(encoder, line, { ...route, batch: first / batch });
      line++;
    }
    device.queue.submit([encoder.finish()]);
    const [log] = await this.recorder.read([this.log]);
    return Array.from({ length: line }, (_, at) => log!.subarray(4 * at, 4 * at + 4));
  }

  private encodeBatch(
    encoder: GPUCommandEncoder,
    line: number,
    { batch, known, fresh }: Route & { readonly batch: number },
  ): void {
    const begin = known ? this.starts[known.cut]! : 0;
    const middle = fresh ? this.starts[fresh.cut]! : begin;
    known?.restore(encoder, batch);
    this.encodePart(encoder, line, { begin, end: middle });
    fresh?.save(encoder, batch);
    this.encodePart(encoder, line, { begin: middle });
  }

  private encodePart(
    encoder: GPUCommandEncoder,
    line: number,
    { begin, end }: { readonly begin: number; readonly end?: number },
  ): void {
    const dispatches = this.dispatches.slice(begin, end);
    if (dispatches.length === 0) return;
    const pass = encoder.beginComputePass();
    encode(pass, dispatches, line);
    pass.end();
  }
}
