import type { Policy, Schedule } from './schedule.ts';
import type { PlanWindow, SchedulePlan } from './schedule-plan.ts';

/** Windows for a plan, the best first: that of the policy it replaces, then the middle of the run. At least one. */
export function madeWindows(
  plan: SchedulePlan,
  { training: { epochs } }: Schedule,
  replaced: readonly Policy[],
): readonly PlanWindow[] {
  if (plan.kind === 'quantization') return [{ form: 'range', startingEpoch: 0, endingEpoch: epochs }];
  return plan.form === 'gradual' ? ramps(epochs, replaced) : cuts(epochs, replaced);
}

/** From a quarter of the run to three quarters: time to learn before, and to recover behind. */
function ramps(epochs: number, replaced: readonly Policy[]): readonly PlanWindow[] {
  const own = replaced.flatMap(({ window, epochs: active }): [number, number][] =>
    window.frequency !== null && active.length > 1 && window.endingEpoch <= epochs
      ? [[window.startingEpoch, window.endingEpoch]]
      : [],
  );
  const start = Math.floor(epochs / 4);
  const usual: readonly [number, number][] = [
    [start, Math.max(start + 2, Math.floor((3 * epochs) / 4))],
    [1, epochs - 1],
    [0, epochs - 1],
    [0, epochs],
  ];
  const fitting = [...own, ...usual].filter(([from, to]) => to - from >= 2 && to <= epochs);
  const windows = fitting.length > 0 ? fitting : [[0, epochs] as const];
  return windows.map(([startingEpoch, endingEpoch]) => ({ form: 'range', startingEpoch, endingEpoch }));
}

/** After a third of the run. */
function cuts(epochs: number, replaced: readonly Policy[]): readonly PlanWindow[] {
  const own = replaced.flatMap(({ epochs: [first, second] }) => (second === undefined ? (first ?? []) : []));
  const usual = [Math.max(1, Math.floor(epochs / 3)), 1, Math.floor(epochs / 2), 0];
  const fitting = [...new Set([...own, ...usual])].filter((epoch) => epoch < epochs);
  return fitting.map((epoch) => ({ form: 'single', epoch }));
}
