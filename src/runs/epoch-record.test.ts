import { expect, test } from 'vitest';
import { epochRecordOf, readEpochRecord } from './epoch-record.ts';
import { fixtureCheckpoint, fixtureSnapshot } from './run-fixture.ts';

const memory = { snapshots: [fixtureSnapshot(0)], checkpoints: [fixtureCheckpoint(1)] };
const record = epochRecordOf({ id: 'a', startedAt: 5 }, memory);

test('kept epochs come back from their record', () => {
  expect(readEpochRecord(structuredClone(record))).toEqual(memory);
});

test.each([
  ['nothing', null],
  ['another version', { ...record, version: 2 }],
  ['a tensor that has lost values', withTensor({ halves: new Uint16Array(5) })],
  ['a mask of another size', withTensor({ mask: new Uint8Array(2) })],
  ['answers that are no class', { ...record, memory: { ...memory, snapshots: [withAnswers(2)] } }],
  ['a checkpoint with too few validations', { ...record, memory: { ...memory, checkpoints: [shortCheckpoint()] } }],
])('%s is refused', (_, broken) => {
  expect(readEpochRecord(broken)).toBeNull();
});

function withTensor(change: object): unknown {
  const snapshot = fixtureSnapshot(0);
  return {
    ...record,
    memory: { ...memory, snapshots: [{ ...snapshot, tensors: [{ ...snapshot.tensors[0], ...change }] }] },
  };
}

function withAnswers(answer: number): unknown {
  const snapshot = fixtureSnapshot(0);
  return { ...snapshot, answers: { ...snapshot.answers, answers: Uint8Array.of(answer, 0) } };
}

function shortCheckpoint(): unknown {
  return { ...fixtureCheckpoint(2), validations: [] };
}
