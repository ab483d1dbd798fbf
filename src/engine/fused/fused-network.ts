import type { NetworkValues } from '../../core/network-reference.ts';
import type { Achievement } from '../../protocol/analysis.ts';
import type { AnalysisSource } from '../analysis/trained-model.ts';
import { webgpuDevice } from '../reference-backend.ts';
import { allocateStatistics } from './forward.ts';
import { packParameter, parameterAlignment } from './parameter-layout.ts';
import { type Plan, placeOf, planNetwork } from './plan.ts';
import { RecordedEvaluation } from './recorded-evaluation.ts';
import { Recorder } from './recorder.ts';
import { uploadSamples } from './resident-samples.ts';
import type { Bound } from './shader.ts';
import { packStatistics } from './statistics.ts';
import { writeArena } from './step-memory.ts';
import { tuningOf } from './choose-tuning.ts';

/** A trained network with the samples it is measured on, as a recorded forward pass. Who creates it disposes it. */
export class FusedNetwork {
  private readonly recorder: Recorder;
  private readonly plan: Plan;
  private readonly weights: Bound;
  private readonly values: NetworkValues;
  private evaluation: RecordedEvaluation | null = null;

  /** Null where it has no such form: on other devices than WebGPU, or with activations that a quantizer replaced. */
  static async create(source: AnalysisSource): Promise<FusedNetwork | null> {
    const device = webgpuDevice();
    const { network, replaced } = source.model;
    if (device === null || replaced !== null) return null;
    const plan = planNetwork(network, () => false);
    if ('reason' in plan) return null;
    const fused = new FusedNetwork(device, plan, source.model.values);
    try {
      await fused.record(source);
      return fused;
    } catch (error) {
      fused.dispose();
      throw error;
    }
  }

  private constructor(device: GPUDevice, plan: Plan, values: NetworkValues) {
    this.plan = plan;
    this.values = values;
    this.recorder = new Recorder(device);
    this.weights = this.recorder.allocate('weights', 'vec4f', plan.layout.length);
  }

  /**
   * What the network achieves on the first samples with other values of some parameters.
   *
   * @param onBatches Awaited now and then, for messages; may throw to end it.
   */
  async measure(changed: NetworkValues, count: number, onBatches: () => Promise<void>): Promise<Achievement> {
    for (const [name, values] of changed) this.write(name, values);
    try {
      const { lossSum, rightCount, fiveCount } = await this.evaluation!.measure(count, onBatches);
      return { top1: rightCount / count, top5: fiveCount / count, loss: lossSum / count };
    } finally {
      for (const name of changed.keys()) this.write(name, this.values.get(name)!);
    }
  }

  dispose(): void {
    this.evaluation?.dispose();
    this.recorder.dispose();
  }

  private async record({ samples, normalization, batchSize }: AnalysisSource): Promise<void> {
    const { recorder, plan, values, weights } = this;
    const { device } = recorder;
    writeArena(recorder, plan, weights, (name) => values.get(name)!);
    const statistics = allocateStatistics(recorder, plan);
    const packed = packStatistics(plan, values);
    if (packed.length > 0) recorder.write(statistics, packed);
    this.evaluation = await RecordedEvaluation.record({
      ...{ device, plan, weights },
      batch: Math.min(batchSize, samples.count),
      tuning: await tuningOf(device),
      samples: uploadSamples(recorder, samples, normalization),
      sampleCount: samples.count,
      shared: { statistics },
    });
  }

  private write(name: string, values: Float32Array): void {
    const place = placeOf(this.plan, name);
    const length = Math.ceil((place.rows * place.vectors) / parameterAlignment) * parameterAlignment;
    const packed = new Float32Array(length * 4);
    packParameter({ ...place, offset: 0 }, values, packed);
    this.recorder.write(this.weights, packed, place.offset * 4);
  }
}
