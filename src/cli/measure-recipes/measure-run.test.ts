import { describe, expect, it } from 'vitest';
import { runRecord } from '../../runs/export.ts';
import { fixtureFinishedRun } from '../../runs/run-fixture.ts';
import { findRecipe } from '../../zoo/recipes.ts';
import { measuredRun, roundingRequest, seededText } from './measure-run.ts';

const recipe = (id: string) => findRecipe(id)!;

describe('seededText', () => {
  it('changes the seed and nothing else', () => {
    const { text } = recipe('dense');
    expect(seededText({ recipe: recipe('dense'), seed: 7 })).toBe(text.replace('seed: 1', 'seed: 7'));
  });
});

describe('roundingRequest', () => {
  it('asks for what the quantizer for the trained network declares', () => {
    const request = roundingRequest(recipe('post-training-8-3').text);
    expect(request?.samples).toBe(10_000);
    expect(request?.variants).toHaveLength(1);
    expect(request?.variants[0]?.args).toMatchObject({
      bits_parameters: 8,
      bits_activations: 3,
      clip_acts: 'NONE',
      model_activation_stats: 'calibrate',
    });
  });

  it('asks nothing where nothing is declared', () => {
    expect(roundingRequest(recipe('train-8-3').text)).toBeNull();
  });
});

describe('measuredRun', () => {
  it('keeps what gallery and lessons show', () => {
    const record = runRecord(fixtureFinishedRun());
    expect(measuredRun(record, { build: '0.1.0', roundedTop1: 0.91234 })).toMatchObject({
      seed: record.config.seed,
      top1: Number(record.result?.top1.toFixed(4)),
      roundedTop1: 0.9123,
      build: '0.1.0',
      date: record.startedAt.slice(0, 10),
    });
  });

  it('counts a loss that is no number as a result without accuracy, and no other failure as a result', () => {
    const record = { ...runRecord(fixtureFinishedRun()), result: null };
    const diverged = { kind: 'diverged', message: 'NaN', epoch: 2, step: 3 } as const;
    expect(measuredRun({ ...record, failure: diverged }, { build: '' })?.top1).toBeNull();
    expect(measuredRun({ ...record, failure: { kind: 'internal', message: '' } }, { build: '' })).toBeNull();
  });
});
