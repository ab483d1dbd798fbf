import { hiddenLayersName } from '../../bench/bench-models.ts';
import type { SystemName, TaskName } from '../../bench/variants.ts';
import type { GrowthPoint } from './bench-record.ts';
import { type CasesOptions, measureCases } from './measure-case.ts';

interface Place extends Pick<GrowthPoint, 'along' | 'value'> {
  readonly model: string;
  readonly batchSize: number;
}

const batchSizes = [1, 4, 16, 64, 128];
const widths = [32, 64, 128, 256, 512];
const depths = [1, 2, 4, 8];

const places: readonly Place[] = [
  ...batchSizes.map((value): Place => ({ along: 'batch-size', value, model: 'cnn', batchSize: value })),
  ...widths.map((value): Place => ({ along: 'width', value, model: hiddenLayersName(2, value), batchSize: 64 })),
  ...depths.map((value): Place => ({ along: 'depth', value, model: hiddenLayersName(value, 128), batchSize: 64 })),
];

/** Slower than everything else by so much that its curves would take most of the time. */
const leftOut: readonly SystemName[] = ['tfjs-fit'];

/** How a step's time grows with batch size, width and depth. */
export async function measureGrowth({
  systems: asked,
  ...options
}: Omit<CasesOptions, 'cases'> & { readonly systems: readonly SystemName[] }): Promise<readonly GrowthPoint[]> {
  const points: GrowthPoint[] = [];
  const systems = asked.filter((system) => !leftOut.includes(system));
  for (const { along, value, model, batchSize } of places) {
    const task: TaskName = { model, batchSize, variant: 'plain' };
    const results = await measureCases({ ...options, cases: [{ task, systems }] });
    points.push(...results.map(({ system, msPerStep }) => ({ along, value, model, system, msPerStep })));
  }
  return points;
}
