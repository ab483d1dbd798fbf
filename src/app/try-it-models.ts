import { useEffect, useMemo, useState } from 'react';
import { create, useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { ShownModel } from '../features/try-it/shown-models.ts';
import type { Checkpoint } from '../protocol/epoch-memory.ts';
import type { NamedTensor } from '../protocol/named-tensor.ts';
import { baselineRun } from '../runs/baseline-choice.ts';
import { defaultTwin, denseRuns, stateAt, stateBeforeCompression } from '../runs/dense-runs.ts';
import { openEpochArchive } from '../runs/epoch-archive.ts';
import { emptyMemory, type EpochMemory } from '../runs/epoch-memory.ts';
import { isOver } from '../runs/reduce-run.ts';
import type { Run } from '../runs/run.ts';
import { compressionBegin } from '../schedule/dense-twin.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { scheduleData } from '../schedule/schedule-data.ts';
import { zoo } from '../zoo/zoo.ts';
import { useCompare } from './compare-store.ts';
import { readExperiment } from './experiment.ts';
import { readRunWeights, useKeeping } from './run-keeping.ts';
import { trainingClient } from './services.ts';

/** Stands for this run before it was compressed. */
export const ownBeginning = 'own';

interface TwinState {
  /** The twin that the reader chose: a run, or `ownBeginning`. */
  readonly chosen: string | null;
  /** A twin that trains, and the run that it is for. */
  readonly training: { readonly text: string; readonly forRunId: string } | null;
}

export const useTwin = create<TwinState>(() => ({ chosen: null, training: null }));

/** The run that is shown; while a dense twin is trained for another one, that one. */
export function useHeldRun(shown: Run | null): Run | null {
  const training = useTwin((state) => state.training);
  const held = useStore(trainingClient.store, ({ runs }) =>
    training !== null && shown?.config.text === training.text ? runs[training.forRunId] : undefined,
  );
  return held ?? shown;
}

export interface ComparedModels {
  readonly dense: ShownModel | null;
  readonly compressed: ShownModel | null;
  /** Runs that can be the twin, the newest first. */
  readonly twins: readonly Run[];
  /** The one that is: a run, or `ownBeginning`; null if there is none. */
  readonly twin: string | null;
  /** The latest kept epoch of the run before compression; null if there is none. */
  readonly beginning: number | null;
  /** What is to be known about the compressed network; null if nothing. */
  readonly note: string | null;
}

interface Wanted {
  readonly run: Run;
  readonly schedule: Schedule;
  /** Epoch of the time machine. */
  readonly tick: number;
  /** Whether the twin is taken from the same epoch, where that is kept. */
  readonly followsEpoch: boolean;
}

/** Both networks of the comparison: the run at the epoch of the time machine, and its dense twin. */
export function useComparedModels(wanted: Wanted): ComparedModels {
  const { run, schedule, tick } = wanted;
  const memory = useMemory(run);
  const before = useMemo(() => stateBeforeCompression(schedule, memory), [schedule, memory]);
  const { twins, twinRun } = useTwinRun(run, before !== null);
  const state = useMemo(() => stateAt(memory, tick), [memory, tick]);
  const ownWeights = useWeights(memory !== null && state === null && isOver(run) ? run : null);
  const compressed = useMemo((): ShownModel | null => {
    if (state !== null) return shownState(run, state, 'this run');
    return ownWeights && shownWeights(run, ownWeights);
  }, [run, state, ownWeights]);
  const twinModel = useTwinModel(twinRun, wanted);
  const beginning = useMemo(() => before && shownState(run, before, 'this run'), [run, before]);
  return {
    dense: twinRun === null ? beginning : twinModel,
    compressed,
    twins,
    beginning: before?.epoch ?? null,
    twin: twinRun?.id ?? (before && ownBeginning),
    note: noteOf({ run, schedule, tick, state, hasWeights: ownWeights !== null }),
  };
}

function useTwinModel(twin: Run | null, { tick, followsEpoch }: Wanted): ShownModel | null {
  const memory = useMemory(followsEpoch ? twin : null);
  const weights = useWeights(twin);
  return useMemo(() => {
    if (twin === null) return null;
    const same = memory?.checkpoints.find(({ epoch }) => epoch === tick);
    if (same !== undefined) return shownState(twin, same, `run ${twin.number}`);
    return weights && shownWeights(twin, weights);
  }, [twin, memory, weights, tick]);
}

/** The runs that can be the twin, and the one that is: null stands for the run's own beginning, or for none. */
function useTwinRun(run: Run, hasBeginning: boolean): { readonly twins: readonly Run[]; readonly twinRun: Run | null } {
  const twins = useTwins(run);
  const { chosen } = useTwin();
  const baselineId = useCompare((state) => state.baselineId);
  const baseline = useStore(trainingClient.store, ({ runs }) => baselineRun(Object.values(runs), baselineId)?.id);
  const isOwn = chosen === ownBeginning && hasBeginning;
  return { twins, twinRun: isOwn ? null : defaultTwin(twins, chosen, baseline) };
}

function noteOf({
  run,
  schedule,
  tick,
  state,
  hasWeights,
}: {
  readonly run: Run;
  readonly schedule: Schedule;
  readonly tick: number;
  readonly state: Checkpoint | null;
  readonly hasWeights: boolean;
}): string | null {
  if (compressionBegin(schedule) === null)
    return `Run ${run.number} compresses nothing. Show a run that prunes or quantizes to see what that changes.`;
  if (state === null) {
    return hasWeights
      ? 'The epochs of this run are not kept: its final weights answer, with activations in floats.'
      : 'Neither epochs nor weights of this run are kept. Open its schedule and train it again.';
  }
  return state.epoch === tick
    ? null
    : `The state after epoch ${tick} is not kept: that after epoch ${state.epoch} answers.`;
}

function shownState(run: Run, { epoch, values, quantization }: Checkpoint, name: string): ShownModel {
  return {
    when: `${name}, after epoch ${epoch}`,
    model: { key: `${run.id}@${epoch}`, read: () => ({ schedule: scheduleOf(run), epoch, values, quantization }) },
  };
}

/** Weights that a run ended with are quantized already. */
function shownWeights(run: Run, values: readonly NamedTensor[]): ShownModel {
  return {
    when: `run ${run.number}, at its end`,
    model: { key: `${run.id}@end`, read: () => ({ schedule: scheduleOf(run), epoch: 0, values, quantization: null }) },
  };
}

function scheduleOf({ config, number }: Run) {
  const { schedule } = readExperiment(config.text);
  if (schedule === null) throw new RangeError(`The schedule of run ${number} cannot be read any more.`);
  return scheduleData(schedule);
}

const archive = openEpochArchive();

/** What is kept of the epochs of a run, here or in the archive; null until that is known, or if there is no run. */
function useMemory(run: Run | null): EpochMemory | null {
  const id = run?.id ?? null;
  const held = useStore(trainingClient.store, ({ memories }) => (id === null ? undefined : memories[id]));
  const loaded = useLoaded(held === undefined ? id : null, loadMemory);
  return held ?? loaded;
}

async function loadMemory(id: string): Promise<EpochMemory> {
  return (await archive.load(id)) ?? emptyMemory;
}

/** The final weights of a run; null until they are there. */
function useWeights(run: Run | null): readonly NamedTensor[] | null {
  return useLoaded(run?.id ?? null, loadWeights);
}

async function loadWeights(id: string): Promise<readonly NamedTensor[] | null> {
  const answer = await readRunWeights(id);
  return answer.ok ? answer.parameters : null;
}

/** What a function that does not change brings for an id; null until it is there, or where there is no id. */
function useLoaded<Value>(id: string | null, load: (id: string) => Promise<Value | null>): Value | null {
  const [loaded, setLoaded] = useState<{ readonly id: string; readonly value: Value | null } | null>(null);
  const isMissing = id !== null && loaded?.id !== id;
  useEffect(() => {
    if (!isMissing) return;
    let isGone = false;
    void load(id).then((value) => {
      if (!isGone) setLoaded({ id, value });
    });
    return () => {
      isGone = true;
    };
  }, [isMissing, id, load]);
  return id !== null && loaded?.id === id ? loaded.value : null;
}

function useTwins(run: Run): readonly Run[] {
  const keptWeights = useKeeping((state) => state.keptWeights);
  return useStore(
    trainingClient.store,
    useShallow(({ runs, inMemoryRunId }) => {
      const hasWeights = (id: string): boolean => keptWeights.has(id) || id === inMemoryRunId;
      return denseRuns({ runs: Object.values(runs), run, hasWeights, zoo });
    }),
  );
}
