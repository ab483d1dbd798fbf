import type { NetworkValues } from '../../core/network-reference.ts';
import type { Achievement } from '../../protocol/analysis.ts';
import type { AnalysisSource } from '../analysis/trained-model.ts';
import { webgpuDevice } from '../reference-backend.ts';
import { firstChanged, KeptMaps } from './kept-maps.ts';
import { packParameter, parameterAlignment } from './parameter-layout.ts';
import { type Plan, placeOf, planNetwork } from './plan.ts';
import { RecordedEvaluation } from './recorded-evaluation.ts';
import { Recorder } from './recorder.ts';
import { uploadModel } from './resident-model.ts';
import type { Bound } from './shader.ts';

interface Resident {
  readonly plan: Plan;
  readonly weights: Bound;
  readonly values: NetworkValues;
  readonly evaluation: RecordedEvaluation;
}

/** A trained network with the samples it is measured on, as a recorded forward pass. Who creates it disposes it. */
export class FusedNetwork {
  private readonly recorder: Recorder;
  private readonly plan: Plan;
  private readonly weights: Bound;
  private readonly values: NetworkValues;
  private readonly evaluation: RecordedEvaluation;

  /** Null where it has no such form: on other devices than WebGPU, or with activations that a quantizer replaced. */
  static async create(source: AnalysisSource): Promise<FusedNetwork | null> {
    const device = webgpuDevice();
    const { network, replaced } = source.model;
    if (device === null || replaced !== null) return null;
    const plan = planNetwork(network, () => false);
    if ('reason' in plan) return null;
    const recorder = new Recorder(device);
    try {
      const resident = await uploadModel(recorder, plan, source);
      const { samples, batchSize } = source;
      const evaluation = await RecordedEvaluation.record({
        ...{ device, plan, ...resident },
        batch: Math.min(batchSize, samples.count),
        sampleCount: samples.count,
        keepMaps: (ofDevice, wanted) => KeptMaps.create(ofDevice, wanted),
      });
      return new FusedNetwork(recorder, { plan, weights: resident.weights, values: source.model.values, evaluation });
    } catch (error) {
      recorder.dispose();
      throw error;
    }
  }

  private constructor(recorder: Recorder, { plan, weights, values, evaluation }: Resident) {
    this.plan = plan;
    this.values = values;
    this.recorder = recorder;
    this.weights = weights;
    this.evaluation = evaluation;
  }

  /**
   * What the network achieves on the first samples with other values of some parameters.
   *
   * @param onBatches Awaited now and then, for messages; may throw to end it.
   */
  async measure(changed: NetworkValues, count: number, onBatches: () => Promise<void>): Promise<Achievement> {
    const cut = firstChanged(this.plan, changed.keys());
    for (const [name, values] of changed) this.write(name, values);
    try {
      const { lossSum, rightCount, fiveCount } = await this.evaluation.measure(count, onBatches, cut);
      return { top1: rightCount / count, top5: fiveCount / count, loss: lossSum / count };
    } finally {
      for (const name of changed.keys()) this.write(name, this.values.get(name)!);
    }
  }

  dispose(): void {
    this.evaluation.dispose();
    this.recorder.dispose();
  }

  private write(name: string, values: Float32Array): void {
    const place = placeOf(this.plan, name);
    const length = Math.ceil((place.rows * place.vectors) / parameterAlignment) * parameterAlignment;
    const packed = new Float32Array(length * 4);
    packParameter({ ...place, offset: 0 }, values, packed);
    this.recorder.write(this.weights, packed, place.offset * 4);
  }
}
