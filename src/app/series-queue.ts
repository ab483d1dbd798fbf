import { createRunQueue, type StartedRun } from '../runs/run-queue.ts';
import { planSeries, seedsFrom } from '../runs/series.ts';
import { readSeries, writeSeries } from '../runs/series-record.ts';
import type { SweepSettings } from '../schedule/sweep.ts';
import { wantsRun } from '../schedule/wants-run.ts';
import { zoo } from '../zoo/zoo.ts';
import { readExperiment, trainingBlock } from './experiment.ts';
import { trainingClient } from './services.ts';
import { findTeachingRun } from './teaching-run.ts';

/** The series of this device; what was begun here goes on while the page is open. */
export const runQueue = createRunQueue({ client: trainingClient, startRun, kept: readSeries() });

runQueue.store.subscribe(({ series }) => void writeSeries(series));

/** The run trained last would else teach: within a series each run would have another teacher. */
const teachers = new Map<string, ReturnType<typeof findTeachingRun>>();

async function startRun(text: string, seriesId: string): Promise<StartedRun> {
  const experiment = readExperiment(text);
  const { schedule } = experiment;
  const problem = trainingBlock(experiment);
  if (schedule === null || problem !== undefined) return { ok: false, message: problem ?? 'It cannot be trained.' };
  if (!wantsRun(schedule)) return { ok: true, runId: trainingClient.start(text) };
  const finding = teachers.get(seriesId) ?? findTeachingRun(schedule);
  teachers.set(seriesId, finding);
  const found = await finding;
  if (!found.ok) return found;
  return { ok: true, runId: trainingClient.start(text, { teacher: found.teacher }) };
}

/** Trains a schedule once for each value of one of its numbers. Returns false if another series is running. */
export function startSweep(text: string, { path, values, maxRuns, maxEpochs }: SweepSettings): boolean {
  return runQueue.start(planSeries({ ...newSeries('sweep', path, text), values, maxRuns, maxEpochs }, zoo));
}

/** Trains a schedule with several seeds, its own first. Returns false if another series is running. */
export function startSeeds(text: string, count: number): boolean {
  const seed = readExperiment(text).schedule?.training.seed ?? 1;
  const budget = { maxRuns: count, maxEpochs: Number.POSITIVE_INFINITY };
  const plan = { ...newSeries('seeds', 'training.seed', text), values: seedsFrom(seed, count), ...budget };
  return runQueue.start(planSeries(plan, zoo));
}

function newSeries<Kind extends 'seeds' | 'sweep'>(kind: Kind, path: string, text: string) {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  const id = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return { id, kind, path, text, createdAt: Date.now() };
}
