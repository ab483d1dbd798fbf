import type { QuantizedModel } from '../../core/post-training/prepare-model.ts';
import { networkInput } from '../../core/network-graph.ts';
import type { AnalysisSource } from '../analysis/trained-model.ts';
import { webgpuDevice } from '../reference-backend.ts';
import { loadDepthwise } from './depthwise-kernels.ts';
import { allocateForward, kernelsByBlock } from './forward.ts';
import type { ForwardMemory } from './forward-memory.ts';
import { type IntegerPlan, planIntegers } from './integer-stages.ts';
import { gather } from './kernels/gather.ts';
import { integerStages, stageNumbers } from './kernels/integer-stages.ts';
import { type Plan, planNetwork } from './plan.ts';
import { type Dispatch, encode, Recorder } from './recorder.ts';
import { uploadModel } from './resident-model.ts';
import type { Bound, Kernel } from './shader.ts';

/** Batches between two looks at messages. */
const batchesAtOnce = 8;

/** A quantized model and the samples that it is asked about, as a recorded forward pass. Who creates it disposes it. */
export class RecordedIntegers {
  private readonly recorder: Recorder;
  private readonly dispatches: readonly Dispatch[];
  private readonly logits: Bound;
  /** Of several batches, one after the other. */
  private readonly collected: Bound;
  private readonly batch: number;
  private readonly classes: number;

  /**
   * Null where it has no such form: on other devices than WebGPU, and for models of which `planIntegers` says so.
   *
   * @throws RangeError as `planIntegers`.
   */
  static async create(source: AnalysisSource, model: QuantizedModel, batch: number): Promise<RecordedIntegers | null> {
    const device = webgpuDevice();
    const integers = device && planIntegers(model);
    const plan = planNetwork(model.network, () => false, true);
    if (device === null || integers === null || 'reason' in plan) return null;
    await loadDepthwise(plan);
    const recorder = new Recorder(device);
    try {
      const { network } = model;
      const resident = { ...source, model: { network, values: integers.values, replaced: null } };
      const { logits, kernels } = await recordForward(recorder, { plan, integers, source: resident, batch });
      const dispatches = await recorder.compile(kernels);
      return new RecordedIntegers(recorder, { logits, dispatches, batch, classes: plan.classes });
    } catch (error) {
      recorder.dispose();
      throw error;
    }
  }

  private constructor(
    recorder: Recorder,
    recorded: {
      readonly logits: Bound;
      readonly dispatches: readonly Dispatch[];
      readonly batch: number;
      readonly classes: number;
    },
  ) {
    this.recorder = recorder;
    this.dispatches = recorded.dispatches;
    this.logits = recorded.logits;
    this.batch = recorded.batch;
    this.classes = recorded.classes;
    this.collected = recorder.allocate('logits of batches', 'vec4f', recorded.logits.length * batchesAtOnce);
  }

  /**
   * Dequantized output of the last layer for the first samples: [count, classes].
   *
   * @param onBatches Awaited now and then, with how many batches were done since, for messages; may throw to end it.
   */
  async predict(count: number, onBatches: (batches: number) => Promise<void>): Promise<Float32Array> {
    const { batch, classes } = this;
    const filled = Math.ceil(classes / 4) * 4;
    const logits = new Float32Array(count * classes);
    for (let from = 0; from < count; from += batch * batchesAtOnce) {
      const to = Math.min(count, from + batch * batchesAtOnce);
      const rows = await this.predictSome(from, to);
      for (let row = 0; row < to - from; row++) {
        logits.set(rows.subarray(row * filled, row * filled + classes), (from + row) * classes);
      }
      await onBatches(Math.ceil((to - from) / batch));
    }
    return logits;
  }

  dispose(): void {
    this.recorder.dispose();
  }

  private async predictSome(from: number, to: number): Promise<Float32Array> {
    const { recorder, logits, collected, batch } = this;
    const encoder = recorder.device.createCommandEncoder();
    for (let first = from, slot = 0; first < to; first += batch, slot++) {
      recorder.writeStep(slot, (integers) => integers.set([first, Math.min(batch, to - first), slot]));
      const pass = encoder.beginComputePass();
      encode(pass, this.dispatches, slot);
      pass.end();
      const { size } = logits.buffer;
      encoder.copyBufferToBuffer(logits.buffer, 0, collected.buffer, slot * size, size);
    }
    recorder.device.queue.submit([encoder.finish()]);
    const [rows] = await recorder.read([collected]);
    return rows!;
  }
}

interface IntegerForward {
  readonly plan: Plan;
  readonly integers: IntegerPlan;
  readonly source: AnalysisSource;
  readonly batch: number;
}

async function recordForward(
  recorder: Recorder,
  { plan, integers, source, batch }: IntegerForward,
): Promise<{ readonly logits: Bound; readonly kernels: readonly Kernel[] }> {
  const { weights, samples, shared, tuning } = await uploadModel(recorder, plan, source);
  const memory = allocateForward(recorder, plan, batch, shared);
  const { count } = source.samples;
  const order = recorder.allocate('order', 'u32', count);
  recorder.write(
    order,
    Uint32Array.from({ length: count }, (_, at) => at),
  );
  const between = (name: string): readonly Kernel[] => stageKernels(recorder, { plan, integers, memory, name });
  const blocks = kernelsByBlock(plan, memory, { tuning, weights, isTraining: false, keepsLogits: true });
  const kernels = [
    gather({ batch, tuning, samples, order, output: memory.input, labels: memory.labels }),
    ...between(networkInput),
    ...blocks.flatMap((own, at) => [...own, ...between(plan.blocks[at]!.block.output)]),
  ];
  return { logits: memory.logits, kernels };
}

/** What happens with the output of a layer before others read it. */
function stageKernels(
  recorder: Recorder,
  {
    plan,
    integers,
    memory,
    name,
  }: {
    readonly plan: Plan;
    readonly integers: IntegerPlan;
    readonly memory: ForwardMemory;
    readonly name: string;
  },
): readonly Kernel[] {
  const stages = integers.stages.get(name) ?? [];
  if (stages.length === 0) return [];
  const { map, vectors } = siteOf(plan, memory, name);
  const values = stageNumbers(stages, vectors);
  const numbers = recorder.allocate(`${name} numbers`, 'vec4f', values.length / 4);
  recorder.write(numbers, values);
  return [integerStages({ label: name, map, vectors, stages, numbers })];
}

function siteOf(plan: Plan, memory: ForwardMemory, name: string): { readonly map: Bound; readonly vectors: number } {
  if (name === networkInput) return { map: memory.input.bound, vectors: 1 };
  const at = plan.blocks.findIndex(({ block }) => block.output === name);
  const isLast = at === plan.blocks.length - 1;
  const { vectors } = plan.blocks[at]!.output;
  return { map: isLast ? memory.logits : memory.blocks[at]!.output, vectors };
}
