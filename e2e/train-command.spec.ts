import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from './fixtures.ts';

const schedule = `version: 1
training: {model: mlp_2d, dataset: circles, train_size: 256, validation_size: 256, epochs: 2, batch_size: 32, seed: 1}
pruners:
  half: {class: SparsityLevelParameterPruner, levels: {fc2.weight: 0.5}}
policies:
  - pruner: {instance_name: half}
    starting_epoch: 0
    ending_epoch: 2
    frequency: 1
`;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function train(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ['scripts/run-cli.mjs', 'train', ...args], (_, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

test.describe('npm run train', () => {
  let folder = '';
  test.beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'playground-train-'));
  });
  test.afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const write = (text: string): string => {
    const file = join(folder, 'schedule.yaml');
    writeFileSync(file, text);
    return file;
  };

  test('a network without any weights left is right about one class only', async () => {
    const json = join(folder, 'run.json');
    const text = schedule.replace('levels: {fc2.weight: 0.5}', "levels: {'*': 1.0}");
    expect((await train(write(text), '--json', json, '--quiet')).code).toBe(0);
    const { epochs } = JSON.parse(readFileSync(json, 'utf8')) as { epochs: { validation: { top1: number } }[] };
    for (const { validation } of epochs) {
      expect(validation.top1).toBeGreaterThan(0.3);
      expect(validation.top1).toBeLessThan(0.7);
    }
  });

  test('trains a schedule and writes record and weights', async () => {
    const json = join(folder, 'run.json');
    const weights = join(folder, 'weights.safetensors');
    const ended = await train(write(schedule), '--json', json, '--weights', weights);

    expect(ended.stderr).toContain('epoch 2/2');
    expect(ended.stdout).toMatch(/% accuracy on \d+ test samples, [\d.]+ % sparsity/);
    expect(ended.code).toBe(0);
    const record: unknown = JSON.parse(readFileSync(json, 'utf8'));
    expect(record).toMatchObject({
      status: 'finished',
      config: { text: schedule, model: 'mlp_2d', dataset: 'circles', seed: 1, epochs: 2 },
      environment: { backend: 'webgpu' },
      epochs: [{ epoch: 0 }, { epoch: 1, parameters: { 'fc2.weight': { size: 64, nonZero: 32, sparsity: 0.5 } } }],
    });
    const file = readFileSync(weights);
    const headerLength = Number(file.readBigUInt64LE(0));
    expect(JSON.parse(file.toString('utf8', 8, 8 + headerLength))).toMatchObject({
      'fc2.weight': { dtype: 'F32', shape: [8, 8] },
    });
  });

  test('trains with penalties alone, for which nothing of TensorFlow.js is loaded', async () => {
    const penalties = schedule
      .replace(/pruners:\n.*\n/, '')
      .replace(
        'policies:',
        `regularizers:
  pull: {class: L1Regularizer, reg_regims: {fc1.weight: 0.0001}}
  groups: {class: GroupLassoRegularizer, reg_regims: {fc2.weight: [0.0001, Rows]}}
policies:
  - regularizer: {instance_name: groups}
    starting_epoch: 0
    ending_epoch: 2
    frequency: 1`,
      )
      .replace('pruner: {instance_name: half}', 'regularizer: {instance_name: pull}');
    const ended = await train(write(penalties));
    expect(ended.stderr).toContain('epoch 2/2');
    expect(ended.code).toBe(0);
  });

  test('refuses a schedule with errors at once, with line, column and code', async () => {
    const file = write(schedule.replace('SparsityLevelParameterPruner', 'SparsityLevelPruner'));
    const json = join(folder, 'run.json');
    const ended = await train(file, '--json', json);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(`${file}:4:`);
    expect(() => readFileSync(json)).toThrow();
  });

  test('says how it is called', async () => {
    expect(await train()).toMatchObject({ code: 2 });
    expect((await train('--help')).stdout).toContain('Usage: npm run train');
  });
});
