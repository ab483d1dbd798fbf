import { describe, expect, it } from 'vitest';
import { epochsCsv, runRecord, runRecordJson, weightsSafetensors } from './export.ts';
import { reduceRun } from './reduce-run.ts';
import { fixtureEnvironment, fixtureFinishedRun, fixtureMetrics, fixtureRun, fixtureText } from './run-fixture.ts';

describe('a run record', () => {
  it('holds text, environment, epochs and result', () => {
    expect(runRecord(fixtureFinishedRun())).toEqual({
      version: 1,
      status: 'finished',
      startedAt: '2023-11-14T22:13:20.000Z',
      config: { text: fixtureText, model: 'cnn_mnist', dataset: 'mnist', seed: 1, epochs: 2, stepsPerEpoch: 128 },
      environment: fixtureEnvironment,
      epochs: [fixtureMetrics(0), fixtureMetrics(1)],
      result: { top1: 0.974, loss: 0.1, testSize: 10_000, sparsity: 0.9, prunedSparsity: 0.95, durationMs: 2500 },
    });
  });

  it('holds the failure of a run that failed', () => {
    const failure = { kind: 'out-of-memory', message: 'No memory.' } as const;
    const failed = reduceRun(fixtureRun(), { type: 'failed', runId: 'run-a', failure });
    expect(runRecord(failed)).toMatchObject({ status: 'failed', failure, environment: null, result: null, epochs: [] });
  });

  it('holds what its reader says and who taught it', () => {
    const label = { name: 'Wide', color: 'pink', tags: ['student'], note: '' } as const;
    const run = { ...fixtureFinishedRun(), label, taughtBy: { runId: 'b', number: 7 } };
    expect(runRecord(run)).toMatchObject({ label, taughtBy: 7 });
  });

  it('is JSON that reads back as itself', () => {
    expect(JSON.parse(runRecordJson(fixtureFinishedRun()))).toEqual(runRecord(fixtureFinishedRun()));
  });
});

describe('the table of epochs', () => {
  it('has a line for each epoch and a column for each thing measured', () => {
    const [header, ...lines] = epochsCsv(fixtureFinishedRun()).split('\r\n');
    expect(header).toBe(
      'epoch,learning_rate,duration_ms,train_loss,train_top1,validation_loss,validation_top1,sparsity,' +
        'fc1.weight non_zero,fc1.weight sparsity,fc1.weight bits,relu1 bits,L1Regularizer_loss',
    );
    expect(lines).toEqual([
      '0,0.03,1000,0.5,0.875,0.4,0.9,0.5,3,0.5,8,8,0.25',
      '1,0.03,1000,0.5,0.875,0.4,0.9,0.5,3,0.5,8,8,0.25',
      '',
    ]);
  });

  it('leaves a cell empty where an epoch did not measure its column', () => {
    const run = fixtureFinishedRun();
    const plain = { ...fixtureMetrics(1), activations: {} };
    expect(epochsCsv({ ...run, epochs: [fixtureMetrics(0), plain] }).split('\r\n')[2]).toMatch(/,8,,0\.25$/);
  });

  it('quotes names that would break a line', () => {
    const part = { name: 'a,"b"', value: 1 };
    const metrics = fixtureMetrics(0);
    const run = { ...fixtureFinishedRun(), epochs: [{ ...metrics, train: { ...metrics.train, parts: [part] } }] };
    expect(epochsCsv(run).split('\r\n')[0]).toMatch(/,"a,""b"""$/);
  });
});

describe('weights as safetensors', () => {
  const parameters = [
    { name: 'conv1.weight', shape: [1, 1, 1, 2], values: Float32Array.of(0.5, -1.5) },
    { name: 'größe', shape: [1], values: Float32Array.of(3) },
  ];
  const file = weightsSafetensors(parameters, { model: 'cnn_mnist' });
  const view = new DataView(file.buffer);
  const headerLength = Number(view.getBigUint64(0, true));
  const header: unknown = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + headerLength)));

  it('begin with the length of a header that says where each tensor lies', () => {
    expect(headerLength % 8).toBe(0);
    expect(header).toMatchObject({
      __metadata__: { model: 'cnn_mnist', convolution_kernel: 'HWIO', dense_kernel: 'IO' },
      'conv1.weight': { dtype: 'F32', shape: [1, 1, 1, 2], data_offsets: [0, 8] },
      größe: { dtype: 'F32', shape: [1], data_offsets: [8, 12] },
    });
  });

  it('hold the values in little-endian order, and nothing else', () => {
    const at = 8 + headerLength;
    expect([0, 4, 8].map((offset) => view.getFloat32(at + offset, true))).toEqual([0.5, -1.5, 3]);
    expect(file.length).toBe(at + 12);
  });

  it('are a valid file without tensors too', () => {
    expect(weightsSafetensors([]).length % 8).toBe(0);
  });
});
