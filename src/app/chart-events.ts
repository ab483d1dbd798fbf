import type { MethodKind } from '../methods/define-method.ts';
import type { PolicyLane, Preflight } from '../schedule/preflight-types.ts';
import type { ChartEvent } from '../ui/chart-types.ts';
import type { Kind } from '../ui/icons.tsx';

const kindWords: Readonly<Record<MethodKind, string>> = {
  pruner: 'Pruner',
  regularizer: 'Regularizer',
  quantizer: 'Quantizer',
  lr_scheduler: 'Learning rate',
  extension: 'Extension',
};

/** The look's word for a kind of method. */
export function kindOf(kind: MethodKind): Kind {
  return kind === 'lr_scheduler' ? 'lr' : kind;
}

/** Marks of the charts: where a policy starts, and where a pruner makes new masks. */
export function chartEvents(promise: Preflight | null): readonly ChartEvent[] {
  return (promise?.lanes ?? []).flatMap(eventsOfLane);
}

/** The same marks, with those of other policies set back; all alike when none is pointed at. */
export function pointAtEvents(events: readonly ChartEvent[], policy: number | null): readonly ChartEvent[] {
  if (policy === null) return events;
  return events.map((event) => (policyOfEvent(event) === policy ? event : { ...event, muted: true }));
}

/** The policy that a mark stands for. */
export function policyOfEvent(event: ChartEvent): number {
  return Number(event.id.split(':')[0]);
}

function eventsOfLane(lane: PolicyLane): readonly ChartEvent[] {
  const name = `${kindWords[lane.kind]} ${lane.instanceName}`;
  const [first, ...others] = lane.epochs;
  if (first === undefined) return [];
  const start: ChartEvent = {
    id: `${lane.policy}:${first}`,
    x: first,
    kind: kindOf(lane.kind),
    label: `${name} starts at epoch ${first}`,
    weight: 'start',
  };
  if (lane.kind !== 'pruner') return [start];
  const updates = others.map(
    (epoch): ChartEvent => ({
      id: `${lane.policy}:${epoch}`,
      x: epoch,
      kind: 'pruner',
      label: `${name} makes new masks at epoch ${epoch}`,
      weight: 'update',
    }),
  );
  return [start, ...updates];
}
