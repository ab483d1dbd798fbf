import type { RunConfig } from '../protocol/run-config.ts';
import type { EpochMetrics, LayerSnapshot, StepSample, TrainingEvent } from '../protocol/training-event.ts';
import { noLabel, type PreparedPart, type Run, type RunStatus, type TaughtBy } from './run.ts';

/** More points than pixels help nobody, and charts and archive pay for each. */
const maximumSamples = 2000;

type Inherited = Required<Pick<Run, 'forkedFrom'>> & Pick<Run, 'epochs' | 'samples'>;

/** What a run that goes on from another after so many epochs has of it. */
export function inheritedFrom(run: Run, epoch: number): Inherited {
  return {
    forkedFrom: { runId: run.id, number: run.number, epoch },
    epochs: run.epochs.filter((metrics) => metrics.epoch < epoch),
    samples: run.samples.filter((sample) => sample.epoch < epoch),
  };
}

/** A run whose worker has been asked to start and has not answered yet. */
export function createRun({
  inherited,
  ...start
}: {
  readonly id: string;
  readonly number: number;
  readonly config: RunConfig;
  readonly startedAt: number;
  readonly taughtBy?: TaughtBy;
  /** What a fork has in common with the run that it goes on from. */
  readonly inherited?: Inherited;
}): Run {
  return {
    taughtBy: null,
    ...start,
    label: noLabel,
    status: 'preparing',
    preparing: null,
    environment: null,
    model: '',
    dataset: '',
    seed: 0,
    epochCount: 0,
    stepsPerEpoch: 0,
    parameters: [],
    position: { epoch: 0, step: 0, phase: 'training' },
    msPerStep: null,
    epochs: [],
    samples: [],
    snapshots: {},
    result: null,
    failure: null,
    ...inherited,
  };
}

/** Whether nothing more can happen to the run. */
export function isOver(run: Run): boolean {
  return run.status === 'finished' || run.status === 'stopped' || run.status === 'failed';
}

/** The run after one more event of its own; events after its end change nothing. Pure. */
export function reduceRun(run: Run, event: TrainingEvent): Run {
  if (isOver(run)) return run;
  switch (event.type) {
    case 'environment':
      return { ...run, environment: event.environment };
    case 'preparing':
      return { ...run, status: 'preparing', preparing: withPart(run.preparing ?? [], event) };
    case 'started':
      return started(run, event);
    case 'network-changed':
      return { ...run, parameters: event.parameters };
    case 'progress':
      return progressed(run, event);
    case 'epoch-end':
      return withEpoch(run, event.metrics, event.snapshots);
    case 'paused':
      return {
        ...run,
        status: 'paused',
        preparing: null,
        position: { epoch: event.epoch, step: event.step, phase: 'training' },
      };
    case 'resumed':
      return { ...run, status: 'training' };
    case 'stopped':
      return { ...run, status: 'stopped', preparing: null };
    case 'finished':
      return { ...run, status: 'finished', preparing: null, result: event.result };
    case 'epoch-kept':
    case 'weights':
    case 'analysis-progress':
    case 'analysis-end':
      return run;
    case 'failed':
      return { ...run, status: 'failed', preparing: null, failure: event.failure };
    default:
      return event satisfies never;
  }
}

/** Each kind keeps its place; what is complete goes once there is news of something else. */
function withPart(parts: readonly PreparedPart[], { what, done, total }: PreparedPart): readonly PreparedPart[] {
  const part = { what, done, total };
  const open = parts.filter((own) => own.what === what || own.done < own.total);
  const isNew = open.every((own) => own.what !== what);
  return isNew ? [...open, part] : open.map((own) => (own.what === what ? part : own));
}

function started(run: Run, event: Extract<TrainingEvent, { type: 'started' }>): Run {
  return {
    ...run,
    status: 'training',
    preparing: null,
    environment: event.environment,
    model: event.model,
    dataset: event.dataset,
    seed: event.seed,
    epochCount: event.epochs,
    stepsPerEpoch: event.stepsPerEpoch,
    parameters: event.parameters,
    position: { epoch: event.firstEpoch ?? 0, step: 0, phase: 'training' },
  };
}

function progressed(run: Run, event: Extract<TrainingEvent, { type: 'progress' }>): Run {
  const status: RunStatus = event.phase === 'testing' ? 'testing' : 'training';
  return {
    ...run,
    status,
    preparing: null,
    position: { epoch: event.epoch, step: event.step, phase: event.phase },
    msPerStep: event.msPerStep > 0 ? event.msPerStep : run.msPerStep,
    samples: withSamples(run, event.samples),
  };
}

function withEpoch(run: Run, metrics: EpochMetrics, snapshots: readonly LayerSnapshot[]): Run {
  const latest = Object.fromEntries(snapshots.map((snapshot) => [snapshot.parameter, snapshot]));
  return { ...run, epochs: [...run.epochs, metrics], snapshots: { ...run.snapshots, ...latest } };
}

/**
 * One sample for each of at most `maximumSamples` equal stretches of the run, its latest: where a sample goes depends on
 * its step alone, so early and late samples are equally dense and nothing is thinned twice.
 */
function withSamples(run: Run, added: readonly StepSample[]): readonly StepSample[] {
  if (added.length === 0) return run.samples;
  const stretch = Math.max(1, Math.ceil((run.epochCount * run.stepsPerEpoch) / maximumSamples));
  const place = ({ epoch, step }: StepSample) => Math.floor((epoch * run.stepsPerEpoch + step) / stretch);
  const samples = [...run.samples];
  for (const sample of added) {
    const last = samples.at(-1);
    if (last !== undefined && place(last) === place(sample)) samples.pop();
    samples.push(sample);
  }
  return samples.length > maximumSamples ? samples.slice(-maximumSamples) : samples;
}
