import type { StepsReport } from '../../bench/bench-message.ts';
import { checkedSteps } from '../../bench/bench-system.ts';
import { type SystemName, systemNames, type TaskName } from '../../bench/variants.ts';
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

export const thorough: Effort = { rounds: 11, roundMs: 400, roundSteps: 4, systemMs: 40_000, checkedSteps };
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

/** A task, and who does it. */
export interface BenchCase {
  readonly task: TaskName;
  /** The reference takes its first steps in any case, as its losses are what the others are compared with. */
  readonly systems: readonly SystemName[];
}

export interface CasesOptions {
  readonly page: OpenBenchPage;
  readonly cases: readonly BenchCase[];
  readonly effort: Effort;
  readonly say: (line: string) => void;
}

/** A system that has taken the first steps of a task. */
interface Contestant {
  readonly task: TaskName;
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

/**
 * Lets systems train tasks in turns, A B A B. What fails or is wrong becomes a row without figures.
 *
 * Tasks whose times are to be compared, as the variants of a model, are given together: what else the machine does then
 * disturbs all of them alike.
 */
export async function measureCases(options: CasesOptions): Promise<readonly BenchResult[]> {
  const { cases, say } = options;
  const contestants: Contestant[] = [];
  const results: BenchResult[] = [];
  try {
    const references = new Map<TaskName, readonly number[]>();
    for (const { task, systems } of cases) {
      for (const system of inMeasuringOrder(systems)) {
        say(`${titleOf(task)}: ${system} starts`);
        const started = await startContestant(system, task, options);
        if (system === reference && 'worker' in started) references.set(task, started.losses);
        if (!('worker' in started)) results.push(started);
        else if (systems.includes(system)) contestants.push(started);
        else await started.worker.close();
      }
    }
    await takeTurns(turnOrder(contestants), ({ task, system }, round) =>
      say(`${titleOf(task)}: ${system}, round ${round + 1}`),
    );
    results.push(...contestants.map((contestant) => resultOf(contestant, references.get(contestant.task))));
  } finally {
    for (const { worker } of contestants) await worker.close();
  }
  return cases.flatMap(({ task, systems }) =>
    results.filter(({ model, variant, system }) => {
      return model === task.model && variant === task.variant && systems.includes(system);
    }),
  );
}

const titleOf = ({ model, variant }: TaskName): string => `${model} ${variant}`;

function inMeasuringOrder(systems: readonly SystemName[]): readonly SystemName[] {
  return systems.includes(reference) ? systems : [reference, ...systems];
}

/** The tasks of one system follow each other, so that they have the same moment. */
export function turnOrder<Turn extends { readonly system: SystemName }>(turns: readonly Turn[]): readonly Turn[] {
  const rank = ({ system }: Turn) => systemNames.indexOf(system);
  return turns.toSorted((a, b) => rank(a) - rank(b));
}

function isOwn(system: SystemName): boolean {
  return system === 'ours' || system === reference;
}

/** The first steps, which warm up and are compared; a row with a reason if the system does not do this task or fails. */
async function startContestant(
  system: SystemName,
  task: TaskName,
  { page, effort }: CasesOptions,
): Promise<Contestant | BenchResult> {
  const name = { model: task.model, system, variant: task.variant };
  const worker = await page.start(system);
  try {
    const prepared = await worker.ask({ type: 'prepare', system, task });
    if (prepared.type !== 'refused') return await warmUp(system, worker, { task, effort });
    await worker.close();
    return missingResult(name, prepared.reason);
  } catch (error) {
    await worker.close();
    return missingResult(name, firstLine(error));
  }
}

async function warmUp(
  system: SystemName,
  worker: BenchWorker,
  { task, effort }: { readonly task: TaskName; readonly effort: Effort },
): Promise<Contestant> {
  const first = await takeSteps(worker, 1);
  const checked = isOwn(system) ? effort.checkedSteps : Math.min(effort.checkedSteps, foreignCheckedSteps);
  const warm = await takeSteps(worker, checked - 1);
  const answer = await worker.ask({ type: 'losses' });
  const losses = answer.type === 'losses' ? answer.losses : [];
  const plan = planRounds(warm.ms / (checked - 1), effort);
  return { task, system, worker, first, losses, reports: [], failure: null, ...plan };
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

/** Every other round goes backwards, so that nobody is always behind the same one. */
async function takeTurns(
  contestants: readonly Contestant[],
  onRound: (contestant: Contestant, round: number) => void,
): Promise<void> {
  const most = Math.max(0, ...contestants.map(({ rounds }) => rounds));
  for (let round = 0; round < most; round++) {
    for (const contestant of round % 2 === 0 ? contestants : contestants.toReversed()) {
      const { worker, rounds, stepsPerRound, reports } = contestant;
      if (round >= rounds || contestant.failure !== null) continue;
      onRound(contestant, round);
      try {
        reports.push(await takeSteps(worker, stepsPerRound));
      } catch (error) {
        contestant.failure = firstLine(error);
      }
    }
  }
}

function resultOf(
  { task, system, first, losses, stepsPerRound, reports, failure }: Contestant,
  referenceLosses: readonly number[] | undefined,
): BenchResult {
  const name = { model: task.model, system, variant: task.variant };
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
