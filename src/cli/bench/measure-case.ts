import type { StepsReport } from '../../bench/bench-message.ts';
import { checkedSteps } from '../../bench/bench-system.ts';
import type { SystemName, TaskName } from '../../bench/variants.ts';
import { type BenchResult, lossDifference, missingResult, spreadOf } from './bench-record.ts';
import type { BenchWorker, OpenBenchPage } from './open-bench-page.ts';

/** How long to measure. */
export interface Effort {
  readonly rounds: number;
  /** A round has as many steps as fit into this, but at least `roundSteps`, so that waiting at its end counts little. */
  readonly roundMs: number;
  readonly roundSteps: number;
  /** Slow systems get fewer rounds, but at least `leastRounds`, so as not to take longer than this. */
  readonly systemMs: number;
  /** Steps whose losses are compared, for the project's own systems; others get `foreignCheckedSteps`. */
  readonly checkedSteps: number;
}

export const thorough: Effort = { rounds: 9, roundMs: 400, roundSteps: 4, systemMs: 40_000, checkedSteps };
export const quick: Effort = { rounds: 3, roundMs: 100, roundSteps: 2, systemMs: 6_000, checkedSteps: 3 };

/** The first loss knows only the forward pass, the third the update too; other roundings have not grown much by then. */
const foreignCheckedSteps = 3;
const leastRounds = 2;
/**
 * Relative differences of losses. Another order of additions moves them by about 3e-7; where activations are rounded to steps
 * that can push one over an edge, which then counts as a whole step. Through twenty layers that grows as far as the steps allow.
 */
const tolerances = { own: 1e-5, rounding: 1e-4, deepRounding: 1e-2, foreign: 1e-3 };

export const reference: SystemName = 'ours-reference';

interface Contestant {
  readonly system: SystemName;
  readonly worker: BenchWorker;
  readonly first: StepsReport;
  readonly losses: readonly number[];
  readonly stepsPerRound: number;
  readonly rounds: number;
  readonly reports: StepsReport[];
  /** Why it gave up; null while it has not. */
  failure: string | null;
}

export interface CaseOptions {
  readonly page: OpenBenchPage;
  readonly task: TaskName;
  /** The reference takes part in any case, as its losses are what the others are compared with. */
  readonly systems: readonly SystemName[];
  readonly effort: Effort;
  readonly say: (line: string) => void;
}

/** Lets systems train the same task in turns, A B A B. What fails or is wrong becomes a row without figures. */
export async function measureCase({ page, task, systems, effort, say }: CaseOptions): Promise<readonly BenchResult[]> {
  const contestants: Contestant[] = [];
  const missing: BenchResult[] = [];
  const nameOf = (system: SystemName) => ({ model: task.model, system, variant: task.variant });
  for (const system of inMeasuringOrder(systems)) {
    say(`${task.model} ${task.variant}: ${system} starts`);
    const worker = await page.start(system);
    try {
      const started = await startContestant(system, worker, { task, effort });
      if (typeof started !== 'string') contestants.push(started);
      else {
        missing.push(missingResult(nameOf(system), started));
        await worker.close();
      }
    } catch (error) {
      missing.push(missingResult(nameOf(system), firstLine(error)));
      await worker.close();
    }
  }
  await takeTurns(contestants, (system, round) => say(`${task.model} ${task.variant}: ${system}, round ${round + 1}`));
  const losses = contestants.find(({ system }) => system === reference)?.losses;
  const measured = contestants.map((contestant) => resultOf(contestant, nameOf(contestant.system), losses));
  for (const { worker } of contestants) await worker.close();
  return [...measured, ...missing].filter(({ system }) => systems.includes(system));
}

function inMeasuringOrder(systems: readonly SystemName[]): readonly SystemName[] {
  return systems.includes(reference) ? systems : [reference, ...systems];
}

function isOwn(system: SystemName): boolean {
  return system === 'ours' || system === reference;
}

/** The first steps, which warm up and are compared; a reason if the system does not do this task. */
async function startContestant(
  system: SystemName,
  worker: BenchWorker,
  { task, effort }: Pick<CaseOptions, 'task' | 'effort'>,
): Promise<Contestant | string> {
  const prepared = await worker.ask({ type: 'prepare', system, task });
  if (prepared.type === 'refused') return prepared.reason;
  const first = await takeSteps(worker, 1);
  const checked = isOwn(system) ? effort.checkedSteps : Math.min(effort.checkedSteps, foreignCheckedSteps);
  const warm = await takeSteps(worker, checked - 1);
  const answer = await worker.ask({ type: 'losses' });
  const losses = answer.type === 'losses' ? answer.losses : [];
  return { system, worker, first, losses, reports: [], failure: null, ...planRounds(warm.ms / (checked - 1), effort) };
}

/** Slow systems get shorter rounds and fewer, but two. */
export function planRounds(
  stepMs: number,
  effort: Effort,
): { readonly stepsPerRound: number; readonly rounds: number } {
  const wanted = Math.max(effort.roundSteps, Math.round(effort.roundMs / stepMs));
  const stepsPerRound = Math.max(1, Math.min(wanted, Math.floor(effort.systemMs / (leastRounds * stepMs))));
  const affordable = Math.floor(effort.systemMs / (stepsPerRound * stepMs));
  return { stepsPerRound, rounds: Math.max(leastRounds, Math.min(effort.rounds, affordable)) };
}

async function takeSteps(worker: BenchWorker, count: number): Promise<StepsReport> {
  const answer = await worker.ask({ type: 'step', count });
  if (answer.type !== 'stepped') throw new Error(`Expected steps, got ${answer.type}`);
  const [error] = answer.report.errors;
  if (error !== undefined) throw new Error(`The device says: ${error}`);
  return answer.report;
}

async function takeTurns(
  contestants: readonly Contestant[],
  onRound: (system: SystemName, round: number) => void,
): Promise<void> {
  const most = Math.max(0, ...contestants.map(({ rounds }) => rounds));
  for (let round = 0; round < most; round++) {
    for (const contestant of contestants) {
      const { system, worker, rounds, stepsPerRound, reports } = contestant;
      if (round >= rounds || contestant.failure !== null) continue;
      onRound(system, round);
      try {
        reports.push(await takeSteps(worker, stepsPerRound));
      } catch (error) {
        contestant.failure = firstLine(error);
      }
    }
  }
}

function resultOf(
  { system, first, losses, stepsPerRound, reports, failure }: Contestant,
  name: Pick<BenchResult, 'model' | 'system' | 'variant'>,
  referenceLosses: readonly number[] | undefined,
): BenchResult {
  const last = reports.at(-1);
  if (failure !== null || last === undefined) return missingResult(name, failure ?? 'FAILED: no rounds were run');
  if (referenceLosses === undefined) return missingResult(name, 'FAILED: there is no reference to compare losses with');
  let difference: number;
  try {
    difference = lossDifference(losses, referenceLosses);
  } catch (error) {
    return missingResult(name, firstLine(error));
  }
  const tolerance = toleranceOf(system, name);
  if (difference > tolerance) {
    return { ...missingResult(name, wrongLosses(difference, losses, referenceLosses)), lossDifference: difference };
  }
  const perStep = (pick: (report: StepsReport) => number) =>
    spreadOf(reports.map((report) => pick(report) / stepsPerRound));
  return {
    ...name,
    msPerStep: perStep(({ ms }) => ms),
    dispatches: perStep(({ counts }) => counts.dispatches).median,
    pipelines: last.counts.pipelines,
    submits: perStep(({ counts }) => counts.submits).median,
    readBacks: perStep(({ counts }) => counts.readBacks).median,
    jsMsPerStep: perStep(({ scriptMs }) => scriptMs).median,
    firstStepMs: first.sinceReadyMs,
    peakGpuBytes: last.peakBytes,
    lossDifference: difference,
  };
}

function wrongLosses(difference: number, losses: readonly number[], expected: readonly number[]): string {
  const list = (values: readonly number[]) => values.map((value) => value.toPrecision(6)).join(', ');
  return `WRONG: losses differ by ${difference.toExponential(1)} from the reference: ${list(losses)} instead of ${list(expected)}`;
}

/** What went wrong, for a row. */
export function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return `FAILED: ${message.split('\n')[0] ?? message}`;
}

function toleranceOf(system: SystemName, { model, variant }: Pick<BenchResult, 'model' | 'variant'>): number {
  if (!isOwn(system)) return tolerances.foreign;
  if (!variant.includes('qat')) return tolerances.own;
  return model === 'resnet20' ? tolerances.deepRounding : tolerances.rounding;
}
