import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkParameters } from '../core/network.ts';
import type { LayerLevel } from '../core/layer-levels.ts';
import { levelsWithin } from '../core/scan-levels.ts';
import { findRecipe, recipes } from '../zoo/recipes.ts';
import { zoo } from '../zoo/zoo.ts';
import type { PruningPlan, SchedulePlan } from './schedule-plan.ts';
import { makeSchedule } from './make-schedule.ts';
import { parseSchedule } from './parse-schedule.ts';
import { preflight } from './preflight.ts';
import { acceptsInput } from './zoo-port.ts';

const plain = `# my notes
version: 1
training:
  model: cnn_mnist   # small
  dataset: mnist
  epochs: 8
lr_schedulers:
  decay: {class: MultiStepLR, milestones: [6], gamma: 0.1}
policies:
  # the rate falls at last
  - lr_scheduler:
      instance_name: decay
    starting_epoch: 0
    ending_epoch: 8
    frequency: 1
`;

function level(parameter: string, size: number, share: number): LayerLevel {
  return { parameter, size, pieces: size, pruned: Math.floor(share * size) };
}

const levels = [level('conv1.weight', 200, 0.4), level('conv2.weight', 3200, 0.87), level('fc1.weight', 16384, 0.87)];
const plan: PruningPlan = {
  ...{ kind: 'pruning', granularity: 'element', form: 'one-shot', levels },
  comment: ['From a scan.'],
};

function made(text: string, own: SchedulePlan): string {
  const result = makeSchedule(text, zoo, own);
  return result.ok ? result.text : expect.fail(result.why);
}

/** What is promised at the end of the run, in percent, by parameter. */
function promised(text: string): Readonly<Record<string, number>> {
  const parsed = parseSchedule(text, zoo);
  if (!parsed.ok) return expect.fail(JSON.stringify(parsed.diagnostics));
  const ends = Object.entries(preflight(parsed.value).sparsity).map(([name, shares]) => [name, shares.at(-1) ?? NaN]);
  return Object.fromEntries(ends) as Readonly<Record<string, number>>;
}

describe('makeSchedule', () => {
  it('writes levels as one pruner, and keeps all else as it is written', () => {
    const added = `pruners:
  # From a scan.
  levels:
    class: SparsityLevelParameterPruner
    levels:
      conv1.weight: 0.4
      conv2.weight: 0.87
      fc1.weight: 0.87
`;
    const policy = `  - pruner:
      instance_name: levels
    epochs: [2]
`;
    expect(made(plain, plan)).toBe(
      plain.replace('lr_schedulers:\n', `${added}lr_schedulers:\n`).replace('policies:\n', `policies:\n${policy}`),
    );
  });

  it('writes a gradual pruner for each level', () => {
    const text = made(plain, { ...plan, form: 'gradual' });
    expect(text).toContain(`pruners:
  # From a scan.
  gradual_conv1:
    class: AutomatedGradualPruner
    initial_sparsity: 0.05
    final_sparsity: 0.4
    weights: [conv1.weight]
  gradual_87:
    class: AutomatedGradualPruner
    initial_sparsity: 0.05
    final_sparsity: 0.87
    weights: [conv2.weight, fc1.weight]
`);
    expect(text).toContain(`  - pruner:
      instance_name: gradual_87
    starting_epoch: 2
    ending_epoch: 6
    frequency: 1
`);
    expect(promised(text)['fc1.weight']).toBeCloseTo(0.87, 3);
  });

  it.each(['filter', 'channel'] as const)('ranks whole %ss by their L1 norm', (granularity) => {
    const own = [{ parameter: 'conv2.weight', size: 3200, pieces: 8, pruned: 3 }];
    const text = made(plain, { ...plan, granularity, levels: own, form: 'gradual' });
    expect(text).toContain('class: L1RankedStructureParameterPruner_AGP\n    group_type: ');
    const shot = made(plain, { ...plan, granularity, levels: own });
    expect(shot).toContain('class: L1RankedStructureParameterPruner\n    group_type: ');
    const pieces = granularity === 'filter' ? 16 : 8;
    const share = Math.floor(0.4 * pieces) / pieces;
    for (const one of [text, shot]) expect(promised(one)['conv2.weight']).toBeCloseTo(share, 9);
  });

  it('writes bits by the exact names of the modules', () => {
    const text = made(plain, {
      kind: 'quantization',
      modules: [
        { module: 'conv1', weights: 8 },
        { module: 'fc1', weights: null },
        { module: 'relu1', activations: 4 },
      ],
      perChannel: true,
      comment: ['From a scan.'],
    });
    expect(text).toContain(`quantizers:
  # From a scan.
  layer_bits:
    class: QuantAwareTrainRangeLinearQuantizer
    bits_weights: null
    bits_activations: null
    mode: ASYMMETRIC_UNSIGNED
    per_channel_wts: true
    overrides:
      conv1: {bits_weights: 8}
      fc1: {bits_weights: null}
      relu1: {bits_activations: 4}
`);
    const parsed = parseSchedule(text, zoo);
    expect(parsed).toMatchObject({ ok: true, diagnostics: [] });
    const promise = parsed.ok ? preflight(parsed.value) : expect.fail();
    expect(promise.weightBits['conv1']?.[0]).toBe(8);
    expect(promise.weightBits['fc1']?.[0]).toBe(32);
    expect(promise.activationBits['relu1']?.[0]).toBe(4);
  });

  it('takes the place and the time of the pruner that it replaces', () => {
    const text = recipe('gradual-90');
    expect(text).toContain('instance_name: gradual');
    const after = made(text, { ...plan, form: 'gradual' });
    expect(after).not.toMatch(/^ {2}gradual:/m);
    expect(after.match(/starting_epoch: 2/g)).toHaveLength(2);
    expect(after).toContain(
      'lr_schedulers:\n  decay: {class: MultiStepLR, milestones: [6], gamma: 0.1}\npolicies:\n  - pruner:',
    );
  });

  it('leaves pruners of other weights alone, and their names', () => {
    const other = plain
      .replace(
        'lr_schedulers:',
        'pruners:\n  levels: # mine\n    {class: SparsityLevelParameterPruner, levels: {fc2.weight: 0.5}}\nlr_schedulers:',
      )
      .replace('policies:\n', 'policies:\n  - {pruner: {instance_name: levels}, epochs: [3]}\n');
    const after = made(other, plan);
    expect(after).toContain('  levels: # mine');
    expect(after).toContain('  levels_2:\n    class: SparsityLevelParameterPruner');
    expect(promised(after)['fc2.weight']).toBeCloseTo(0.5, 3);
  });

  it('says that the text is wrong, or of another model', () => {
    expect(makeSchedule('policies: [', zoo, plan)).toMatchObject({ ok: false });
    expect(makeSchedule(plain.replace('cnn_mnist', 'mlp_mnist'), zoo, plan)).toMatchObject({ ok: false });
  });

  it('says why a run of one epoch has no room for a ramp', () => {
    const result = makeSchedule(plain.replace('epochs: 8', 'epochs: 1'), zoo, { ...plan, form: 'gradual' });
    expect(result).toMatchObject({ ok: false });
    expect(result.ok ? '' : result.why).toMatch(/epoch/);
  });

  it.each([
    [
      'braces',
      `training: {model: cnn_mnist, dataset: mnist, epochs: 8}\npruners: {old: {class: AutomatedGradualPruner, initial_sparsity: 0, final_sparsity: 0.5, weights: [fc1.weight]}}\nlr_schedulers: {decay: {class: StepLR, step_size: 6}}\npolicies: [{pruner: {instance_name: old}, starting_epoch: 1, ending_epoch: 5, frequency: 1}, {lr_scheduler: {instance_name: decay}, starting_epoch: 0, ending_epoch: 8, frequency: 1}]\n`,
    ],
    ['no newline at the end', plain.trimEnd()],
    ['Windows line ends', plain.replaceAll('\n', '\r\n')],
    ['no policies yet', 'training: {model: cnn_mnist, dataset: mnist, epochs: 8}\npolicies: []'],
    ['an empty section', plain.replace('lr_schedulers:', 'pruners:\nlr_schedulers:')],
  ])('finds its place in a text with %s', (_, text) => {
    for (const form of ['one-shot', 'gradual'] as const) {
      const after = made(text, { ...plan, form });
      expect(parseSchedule(after, zoo).diagnostics, after).toEqual([]);
      expect(promised(after)['conv2.weight']).toBeCloseTo(0.87, 3);
      expect(after.includes('decay')).toBe(text.includes('decay'));
    }
  });
});

describe('a schedule made from a scan', () => {
  const models = zoo.models.flatMap((model) => {
    const dataset = zoo.datasets.find((one) => acceptsInput(model, one.inputShape));
    return dataset ? [{ model, dataset }] : [];
  });
  const runs = fc.record({
    setting: fc.constantFrom(...models),
    epochs: fc.integer({ min: 3, max: 30 }),
    form: fc.constantFrom('one-shot', 'gradual'),
    group: fc.constantFrom('element', 'filter', 'channel'),
    tops: fc.array(fc.array(fc.double({ min: 0, max: 0.9, noNaN: true }), { minLength: 5, maxLength: 5 }), {
      minLength: 30,
      maxLength: 30,
    }),
    budget: fc.double({ min: 0, max: 80, noNaN: true }),
  });

  // Each case reads several texts in full.
  it('has no diagnostics and promises the levels, whatever was scanned', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(runs, ({ setting: { model, dataset }, epochs, form, group, tops, budget }) => {
        const network = model.build(dataset);
        const kernels = networkParameters(network).filter(
          ({ role, shape }) => role === 'kernel' && (group === 'element' || shape.length === 4),
        );
        const results = kernels.map(({ name }, index) => ({
          parameter: name,
          points: (tops[index % tops.length] ?? []).map((top1, at) => ({
            ...{ level: (at + 1) / 5, sparsity: (at + 1) / 5, top1, top5: 1, loss: 0 },
          })),
        }));
        const own = levelsWithin({ group, untouched: 0.9, results }, kernels, budget);
        fc.pre(own.some(({ pruned }) => pruned > 0));
        const text = `training: {model: ${model.name}, dataset: ${dataset.name}, epochs: ${epochs}}\npolicies: []\n`;
        const before = parseSchedule(text, zoo).diagnostics.map(({ code }) => code);
        const after = made(text, { kind: 'pruning', granularity: group, form, levels: own, comment: ['A scan.'] });
        expect(
          parseSchedule(after, zoo).diagnostics.map(({ code }) => code),
          after,
        ).toEqual(before);
        const promise = promised(after);
        for (const { parameter, pruned, pieces } of own) {
          expect(promise[parameter], parameter).toBeCloseTo(pruned / pieces, 9);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('brings no new diagnostics into any recipe of the gallery', { timeout: 30_000 }, () => {
    for (const { id, text } of recipes) {
      const parsed = parseSchedule(text, zoo);
      if (!parsed.ok) continue;
      const kernels = networkParameters(parsed.value.network).filter(({ role }) => role === 'kernel');
      const own = kernels.map(({ name, size }) => level(name, size, 0.6));
      const known = parsed.diagnostics.map(({ code }) => code);
      for (const form of ['one-shot', 'gradual'] as const) {
        const after = made(text, { ...plan, form, levels: own });
        const added = parseSchedule(after, zoo).diagnostics.filter(({ code }) => !known.includes(code));
        // A quantizer of the reader's stays: pruning beside it works here, and Distiller is said to stop there.
        expect(
          added.filter(({ code }) => code !== 'distiller-cannot-combine'),
          `${id} ${after}`,
        ).toEqual([]);
      }
    }
  });
});

const recipe = (id: string): string => findRecipe(id)?.text ?? expect.fail(id);
