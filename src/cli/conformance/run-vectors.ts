import type { ConformanceContext, Verdict } from './adapter.ts';
import { Refusal } from './adapter.ts';
import { adapters } from './adapters.ts';
import { firstDifference } from './compare.ts';
import { findImprovement } from './known-improvements.ts';
import { runTraceCase } from './trace.ts';
import { runTrajectoryCase } from './trajectory.ts';
import type { VectorCase, VectorFile } from './vector-file.ts';

export interface AreaReport {
  readonly area: string;
  readonly passed: number;
  readonly failed: number;
  readonly unsupported: number;
  /** Cases in which Distiller fails and this project does what was meant, each on the list of known improvements. */
  readonly improved: number;
  readonly failures: readonly { readonly name: string; readonly op: string; readonly why: string }[];
  /** Operations that have no adapter yet. */
  readonly unsupportedOps: readonly string[];
}

/** Runs every case of a file. Uses no API of Node, so that it can run in a browser too. */
export async function runVectorFile(file: VectorFile, context: ConformanceContext): Promise<AreaReport> {
  const verdicts: { readonly vectorCase: VectorCase; readonly verdict: Verdict }[] = [];
  for (const vectorCase of file.cases) verdicts.push({ vectorCase, verdict: await runCase(vectorCase, context) });
  const failed = verdicts.filter(({ verdict }) => verdict.kind === 'failed');
  const unsupported = verdicts.filter(({ verdict }) => verdict.kind === 'unsupported');
  const failures = failed.filter(({ vectorCase, verdict }) => !isImproved(vectorCase, verdict));
  return {
    area: file.area,
    passed: verdicts.filter(({ verdict }) => verdict.kind === 'passed').length,
    failed: failures.length,
    unsupported: unsupported.length,
    improved: failed.length - failures.length,
    failures: failures.map(({ vectorCase, verdict }) => ({
      name: vectorCase.name,
      op: vectorCase.op,
      why: verdict.kind === 'failed' ? verdict.why : '',
    })),
    unsupportedOps: [...new Set(unsupported.map(({ vectorCase }) => vectorCase.op))],
  };
}

/** On the list, and computed: what breaks off is no improvement. */
function isImproved(vectorCase: VectorCase, verdict: Verdict): boolean {
  const broke = verdict.kind === 'failed' && verdict.why.startsWith(brokeOff);
  return !broke && findImprovement(vectorCase) !== undefined;
}

const brokeOff = 'broke off: ';

/** Runs one case and judges it. */
export async function runCase(vectorCase: VectorCase, context: ConformanceContext): Promise<Verdict> {
  if (vectorCase.op === 'train_trajectory') return runTrajectoryCase(vectorCase, context);
  if (vectorCase.op === 'scheduler_trace') return runTraceCase(vectorCase, context);
  const adapter = adapters[vectorCase.op];
  if (adapter === undefined) return { kind: 'unsupported' };
  try {
    return judge(vectorCase, await adapter(vectorCase, context));
  } catch (error) {
    return judgeRefusal(vectorCase, error);
  }
}

function judge(vectorCase: VectorCase, got: Readonly<Record<string, unknown>>): Verdict {
  if ('error' in vectorCase.expected) return failed(`not refused; recorded ${String(vectorCase.expected['error'])}`);
  const difference = firstDifference(got, vectorCase.expected, vectorCase);
  return difference === null ? { kind: 'passed' } : failed(difference);
}

function judgeRefusal(vectorCase: VectorCase, error: unknown): Verdict {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof RangeError)) return failed(brokeOff + message);
  if (!('error' in vectorCase.expected)) return failed(`refused: ${message}`);
  if (!(error instanceof Refusal)) return { kind: 'passed' };
  const { error: _, ...before } = vectorCase.expected;
  const difference = firstDifference(error.partial, before, vectorCase);
  return difference === null ? { kind: 'passed' } : failed(`before the refusal, ${difference}`);
}

const failed = (why: string): Verdict => ({ kind: 'failed', why });
