import type { OptimizerSettings } from '../../schedule/schedule.ts';
import { allocateStatistics, type SharedMemory } from './forward.ts';
import type { LearnedScalar } from './kernels/update.ts';
import { packParameter, unpackParameter } from './parameter-layout.ts';
import type { MethodWork } from './parameter-work.ts';
import type { Plan } from './plan.ts';
import type { Recorder } from './recorder.ts';
import type { Bound } from './shader.ts';
import { packStatistics, unpackStatistics } from './statistics.ts';
import {
  allocateRanges,
  extremesOf,
  packScalars,
  type RangeMemory,
  type TrackedRanges,
  unpackScalars,
} from './tracked-ranges.ts';

/** A learned scalar by its name, `<module>.<name>`. */
export interface NamedScalar extends LearnedScalar {
  readonly name: string;
}

/** What a training leaves behind itself between two steps, by name. */
export interface StepContents {
  readonly values: ReadonlyMap<string, Float32Array>;
  /** State of the optimizer: velocity, or moving mean and variance. */
  readonly state: readonly ReadonlyMap<string, Float32Array>[];
  /** Running statistics of batch normalizations. */
  readonly statistics: ReadonlyMap<string, Float32Array>;
  /** Learned scalars and tracked state of quantizers, and the optimizer's state of them. */
  readonly scalars: ReadonlyMap<string, number>;
  readonly scalarState: readonly ReadonlyMap<string, number>[];
}

export interface StepMemoryOptions {
  readonly plan: Plan;
  readonly work: MethodWork;
  readonly optimizer: OptimizerSettings;
  readonly ranges: TrackedRanges | null;
}

/** Buffers of everything that outlives a step. */
export class StepMemory {
  readonly weights: Bound;
  readonly masks: Bound;
  readonly state: readonly Bound[];
  readonly statistics: Bound;
  readonly ranges: RangeMemory | null;
  readonly scalarState: readonly Bound[];
  private readonly recorder: Recorder;
  private readonly plan: Plan;
  private readonly work: MethodWork;

  constructor(recorder: Recorder, { plan, work, optimizer, ranges }: StepMemoryOptions) {
    this.recorder = recorder;
    this.plan = plan;
    this.work = work;
    const arena = (label: string): Bound => recorder.allocate(label, 'vec4f', plan.layout.length);
    const slots = optimizer.class === 'Adam' ? ['mean', 'variance'] : ['velocity'];
    this.weights = arena('weights');
    this.masks = arena('masks');
    this.state = slots.map(arena);
    this.statistics = allocateStatistics(recorder, plan);
    this.ranges = ranges && allocateRanges(recorder, ranges, work.trackedCount);
    const scalars = ranges?.initialScalars.length ?? 0;
    this.scalarState = slots.map((label) => recorder.allocate(`${label} of scalars`, 'f32', scalars));
  }

  get shared(): SharedMemory {
    return { statistics: this.statistics, ranges: this.ranges };
  }

  /** @param masks Of those parameters that have one. */
  write(contents: StepContents, masks: ReadonlyMap<string, Float32Array>): void {
    const { recorder, plan, ranges } = this;
    const { values, state, statistics, scalars, scalarState } = contents;
    writeArena(recorder, plan, this.weights, (name) => values.get(name)!);
    writeArena(recorder, plan, this.masks, (name, size) => masks.get(name) ?? new Float32Array(size).fill(1));
    this.state.forEach((bound, at) => writeArena(recorder, plan, bound, (name) => state[at]!.get(name)!));
    const packed = packStatistics(plan, statistics);
    if (packed.length > 0) recorder.write(this.statistics, packed);
    if (ranges === null) return;
    for (const { place, tracked } of this.work.parameters) {
      if (tracked === null) continue;
      recorder.write(ranges.extremes, extremesOf(values.get(place.spec.name)!), ranges.weightExtremes + 2 * tracked);
    }
    if (ranges.ranges.initialScalars.length === 0) return;
    recorder.write(ranges.scalars, packScalars(ranges.ranges, scalars));
    const zeros = new Map([...scalars].map(([name]): [string, number] => [name, 0]));
    this.scalarState.forEach((bound, at) => {
      recorder.write(bound, packScalars(ranges.ranges, new Map([...zeros, ...(scalarState[at] ?? [])])));
    });
  }

  async read(): Promise<StepContents> {
    const { plan, ranges } = this;
    const buffers = [this.weights, this.statistics, ...this.state, ...this.scalarState];
    const [values, statistics, ...rest] = await this.recorder.read(ranges ? [...buffers, ranges.scalars] : buffers);
    const unpack = (arena: Float32Array): ReadonlyMap<string, Float32Array> =>
      new Map(plan.layout.places.map((place) => [place.spec.name, unpackParameter(place, arena)]));
    const unpackAll = (packed: Float32Array): ReadonlyMap<string, number> =>
      ranges ? unpackScalars(ranges.ranges, packed) : new Map<string, number>();
    const slots = this.state.length;
    return {
      values: unpack(values!),
      state: rest.slice(0, slots).map(unpack),
      statistics: unpackStatistics(plan, statistics!),
      scalars: ranges ? unpackAll(rest.at(-1)!) : new Map(),
      scalarState: rest.slice(slots, 2 * slots).map(unpackAll),
    };
  }
}

/** Packs all parameters of a plan and writes them to a buffer. */
export function writeArena(
  recorder: Recorder,
  { layout }: Plan,
  bound: Bound,
  valuesOf: (name: string, size: number) => Float32Array,
): void {
  const packed = new Float32Array(layout.length * 4);
  for (const place of layout.places) packParameter(place, valuesOf(place.spec.name, place.spec.size), packed);
  recorder.write(bound, packed);
}
