import type { PolicyLane } from '../../schedule/preflight-types.ts';
import { grouped } from '../../ui/grouped.ts';

/** How a policy is drawn on the epoch ruler. All places are in epochs. */
export type LaneShape =
  /** Acts in a stretch of epochs: a bar whose inside is the schedule. */
  | { readonly form: 'bar'; readonly from: number; readonly to: number; readonly steps: readonly Step[] }
  /** Acts once: a line. */
  | { readonly form: 'moment'; readonly at: number }
  /** Does nothing: an empty, dashed bar that says so. */
  | { readonly form: 'nothing'; readonly from: number; readonly to: number; readonly words: string };

/** The value that holds from an epoch on, 0 to 1 of the lane's height. */
export interface Step {
  readonly from: number;
  readonly to: number;
  readonly value: number;
}

/** What the lane of a policy shows in a run of `epochs` epochs. */
export function laneShape(lane: PolicyLane, epochs: number): LaneShape {
  const from = clamp(lane.startingEpoch, 0, epochs);
  const to = clamp(lane.endingEpoch, from, epochs);
  if (lane.epochs.length === 0) {
    return to > from
      ? { form: 'nothing', from, to, words: 'never acts' }
      : {
          form: 'nothing',
          from: 0,
          to: epochs,
          words: `never acts in ${epochs === 1 ? 'this epoch' : `these ${epochs} epochs`}`,
        };
  }
  if (addressesWeights(lane) && lane.touches.length === 0) return { form: 'nothing', from, to, words: '0 weights' };
  if (lane.epochs.length === 1 && (lane.kind === 'pruner' || lane.kind === 'extension')) {
    return { form: 'moment', at: lane.epochs[0] ?? from };
  }
  return { form: 'bar', from, to, steps: steps(lane, to) };
}

function addressesWeights(lane: PolicyLane): boolean {
  return lane.kind === 'pruner' || lane.kind === 'regularizer' || lane.kind === 'quantizer';
}

/** Each value holds until the next active epoch: masks stay, rates stay. */
function steps(lane: PolicyLane, end: number): readonly Step[] {
  const active = lane.epochs
    .map((from, index) => ({ from, value: clamp(lane.curve[index] ?? 0, 0, 1) }))
    .filter((step) => step.from < end)
    .sort((a, b) => a.from - b.from);
  return active.map((step, index) => ({ ...step, to: active[index + 1]?.from ?? end }));
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** Whose lane it is. */
export function laneName({ instanceName, className }: PolicyLane): string {
  return `${instanceName}, ${className}`;
}

/** What the policy does and when, as a value that screen readers say. */
export function laneWords(lane: PolicyLane, epochs: number): string {
  const shape = laneShape(lane, epochs);
  if (shape.form === 'nothing') return shape.words;
  const when =
    shape.form === 'moment' ? `once, in epoch ${shape.at}` : `epochs ${shape.from} to ${shape.to}${everyWords(lane)}`;
  const what = lane.touches.length > 0 ? `, ${touchWords(lane)}` : '';
  return `${lane.fact === '' ? '' : `${lane.fact}, `}${when}${what}`;
}

function everyWords(lane: PolicyLane): string {
  const [first, second] = lane.epochs;
  const frequency = first === undefined || second === undefined ? 1 : second - first;
  return frequency > 1 ? `, every ${frequency} epochs` : '';
}

function touchWords(lane: PolicyLane): string {
  if (lane.weightCount === 0) return lane.touches.join(', ');
  return `${grouped(lane.weightCount)} weights`;
}
