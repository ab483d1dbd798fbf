import { type TableModel, tableModels } from '../../bench/bench-models.ts';
import type { SystemName } from '../../bench/variants.ts';
import type { LeakReport } from './bench-record.ts';
import { firstLine } from './measure-case.ts';
import type { OpenBenchPage } from './open-bench-page.ts';

const looks = 10;
const timeoutMs = 3_600_000;

export interface LeakOptions {
  readonly model: TableModel;
  readonly system: SystemName;
  readonly steps: number;
  readonly say: (line: string) => void;
}

/** Memory while a network trains under mask and quantization for many steps; a leak is a line that goes on rising. */
export async function measureLeak(
  page: OpenBenchPage,
  { model, system, steps, say }: LeakOptions,
): Promise<LeakReport> {
  const task = { model, variant: 'mask+qat', batchSize: tableModels[model].batchSize } as const;
  const worker = await page.start(system);
  const points: LeakReport['points'][number][] = [];
  try {
    const prepared = await worker.ask({ type: 'prepare', system, task });
    if (prepared.type === 'refused') return { model, system, points, reason: prepared.reason };
    for (let look = 1; look <= looks; look++) {
      const target = Math.round((steps * look) / looks);
      const count = target - (points.at(-1)?.steps ?? 0);
      if (count === 0) continue;
      say(`memory of ${model}, ${system}: to step ${target} of ${steps}`);
      const answer = await worker.ask({ type: 'step', count }, timeoutMs);
      if (answer.type !== 'stepped') throw new Error(`Expected steps, got ${answer.type}`);
      const residentBytes = await page.residentBytes();
      const [error] = answer.report.errors;
      if (error !== undefined) throw new Error(`The device says: ${error}`);
      points.push({ steps: target, gpuBytes: answer.report.liveBytes, residentBytes });
    }
  } catch (error) {
    return { model, system, points, reason: firstLine(error) };
  } finally {
    await worker.close();
  }
  return { model, system, points };
}
