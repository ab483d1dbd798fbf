import { describe, expect, it, vi } from 'vitest';
import type { PageMessage } from '../protocol/page-message.ts';
import { noLabel } from './run.ts';
import type { MadeRoom, RunArchive, Stored } from './run-archive.ts';
import { fixtureEpochEnd, fixtureFinished, fixtureFinishedRun, fixtureText } from './run-fixture.ts';
import { type KeepingEvent, keepEndedRuns } from './run-keeper.ts';
import { createTrainingClient } from './create-training-client.ts';
import type { PortListener } from './training-port.ts';

const parameters = [{ name: 'fc1.weight', shape: [1], values: Float32Array.of(1) }];
const stored: Stored<MadeRoom> = { ok: true, value: { dropped: [] } };
const full = { ok: false, problem: { code: 'full', message: 'No room.' } } as const;

function setUp(answers: { readonly save?: Stored<MadeRoom>; readonly saveWeights?: Stored<MadeRoom> } = {}) {
  const save = vi.fn<RunArchive['save']>(() => Promise.resolve(answers.save ?? stored));
  const saveWeights = vi.fn<RunArchive['saveWeights']>(() => Promise.resolve(answers.saveWeights ?? stored));
  const nothing = (): Promise<Stored<never>> => Promise.resolve(full);
  const archive: RunArchive = { save, saveWeights, load: nothing, loadWeights: nothing, remove: nothing };
  const messages: PageMessage[] = [];
  let listener: PortListener | undefined;
  const client = createTrainingClient({
    createPort: (given) => {
      listener = given;
      return { postMessage: (message) => void messages.push(message), terminate: () => undefined };
    },
    dataUrl: '',
  });
  const events: KeepingEvent[] = [];
  keepEndedRuns(client, archive, (event) => events.push(event));
  const runId = client.start(fixtureText);
  const { onEvent } = listener ?? expect.fail('no port');
  return { client, save, saveWeights, messages, events, runId, onEvent };
}

describe('keeping ended runs', () => {
  it('saves a run once, when it ends, then its weights', async () => {
    const { client, save, saveWeights, events, runId, onEvent } = setUp();
    onEvent(fixtureEpochEnd(runId, 0));
    expect(save).not.toHaveBeenCalled();
    onEvent(fixtureFinished(runId));
    onEvent({ type: 'weights', runId, parameters });
    client.reset();
    await vi.waitFor(() => expect(events).toMatchObject([{ type: 'weights-kept', run: { id: runId } }]));
    expect(save).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ id: runId, status: 'finished' }));
    const startedAt: unknown = expect.any(Number);
    expect(saveWeights).toHaveBeenCalledExactlyOnceWith({ runId, startedAt, parameters });
  });

  it('asks for the weights of a run before the next one takes its place', async () => {
    const { client, saveWeights, messages, runId, onEvent } = setUp();
    onEvent(fixtureEpochEnd(runId, 0));
    client.start(fixtureText);
    expect(messages.map(({ type }) => type)).toEqual(['start', 'stop', 'read-weights', 'start']);
    onEvent({ type: 'weights', runId, parameters });
    await vi.waitFor(() => expect(saveWeights).toHaveBeenCalledOnce());
  });

  it('saves no run that trained nothing, and none that came from the archive', () => {
    const { client, save, onEvent, runId } = setUp();
    onEvent({ type: 'stopped', runId });
    client.addRuns([fixtureFinishedRun('old', 3)]);
    expect(save).not.toHaveBeenCalled();
  });

  it('keeps a failed run without its weights', () => {
    const { save, messages, onEvent, runId } = setUp();
    onEvent(fixtureEpochEnd(runId, 0));
    onEvent({ type: 'failed', runId, failure: { kind: 'invalid-schedule', message: 'x' } });
    expect(save).toHaveBeenCalledOnce();
    expect(messages.some(({ type }) => type === 'read-weights')).toBe(false);
  });

  it('saves a run again when its reader describes it', () => {
    const { client, save } = setUp();
    client.addRuns([fixtureFinishedRun('old', 3)]);
    client.labelRun('old', { ...noLabel, name: 'The wide one' });
    expect(save).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ label: { ...noLabel, name: 'The wide one' } }),
    );
  });

  it('reports a run that could not be kept, and keeps no weights without their run', async () => {
    const { saveWeights, events, onEvent, runId } = setUp({ save: full });
    onEvent(fixtureEpochEnd(runId, 0));
    onEvent(fixtureFinished(runId));
    onEvent({ type: 'weights', runId, parameters });
    await vi.waitFor(() => expect(events).toMatchObject([{ type: 'run-not-kept', problem: full.problem }]));
    expect(saveWeights).not.toHaveBeenCalled();
  });

  it('reports weights that could not be kept, and those that made room', async () => {
    const { events, onEvent, runId } = setUp({ save: { ok: true, value: { dropped: ['a'] } }, saveWeights: full });
    onEvent(fixtureEpochEnd(runId, 0));
    onEvent(fixtureFinished(runId));
    onEvent({ type: 'weights', runId, parameters });
    await vi.waitFor(() => expect(events).toHaveLength(2));
    expect(events).toMatchObject([
      { type: 'weights-dropped', runIds: ['a'] },
      { type: 'weights-not-kept', run: { id: runId } },
    ]);
  });

  it('keeps no weights of a run that was deleted meanwhile', async () => {
    const { client, saveWeights, events, onEvent, runId } = setUp();
    const end = (ended: string): void => {
      onEvent(fixtureEpochEnd(ended, 0));
      onEvent(fixtureFinished(ended));
    };
    end(runId);
    client.removeRun(runId);
    onEvent({ type: 'weights', runId, parameters });
    const next = client.start(fixtureText);
    end(next);
    onEvent({ type: 'weights', runId: next, parameters });
    await vi.waitFor(() => expect(events).toMatchObject([{ type: 'weights-kept', run: { id: next } }]));
    expect(saveWeights).toHaveBeenCalledOnce();
  });
});
