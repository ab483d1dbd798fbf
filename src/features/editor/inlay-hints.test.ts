import { describe, expect, it } from 'vitest';
import { catalogue } from '../../methods/catalogue.ts';
import { parseSchedule } from '../../schedule/parse-schedule.ts';
import { preflight } from '../../schedule/preflight.ts';
import { zoo } from '../../zoo/zoo.ts';
import { inlayHints } from './inlay-hints.ts';

/** "line words" of each hint; a mark where it warns. */
function hints(text: string): readonly string[] {
  const parsed = parseSchedule(text, zoo);
  const lanes = parsed.ok ? preflight(parsed.value).lanes : [];
  return inlayHints(text, { catalogue, zoo }, lanes).map(
    ({ line, words, isWarning }) => `${line} ${words}${isWarning ? ' !' : ''}`,
  );
}

const pruner = (lines: string) => `pruners:\n  p:\n    class: SparsityLevelParameterPruner\n${lines}`;
const when = '    starting_epoch: 0\n    ending_epoch: 8\n    frequency: 1\n';

describe('inlayHints', () => {
  it('counts layers and weights of a list and of a map', () => {
    expect(hints('pruners:\n  a: {class: AutomatedGradualPruner, weights: [conv2.weight, fc1.weight]}\n')).toEqual([
      '2 → 2 layers · 19\u202f584 weights',
    ]);
    const lines = '    class: AutomatedGradualPruner\n    weights:\n      - conv2.weight\n      - module.fc1.weight\n';
    expect(hints(`pruners:\n  a:\n${lines}`)).toEqual(['6 → 2 layers · 19\u202f584 weights']);
    expect(hints(pruner('    levels:\n      module.fc1.weight: 0.5\n      fc1.weight: 0.6\n'))).toEqual([
      '4 → 16\u202f384 weights',
    ]);
  });

  it('warns where a list names nothing', () => {
    expect(hints(pruner('    levels: {conv9.weight: 0.5}\n'))).toEqual(['4 → 0 weights !']);
  });

  it('counts every parameter for the default entry', () => {
    expect(hints(pruner('    levels: {"*": 0.5}\n'))[0]).toMatch(/^4 → every parameter · 20\u202f5\d\d weights$/);
  });

  it('counts the levels that a policy writes', () => {
    const text = 'policies:\n  - pruner:\n      instance_name: p\n      args:\n        levels: {fc1.weight: 0.5}\n';
    expect(hints(text)).toEqual(['5 → 16\u202f384 weights']);
  });

  it('counts modules and weights of patterns, each module for the first that matches', () => {
    const text = `quantizers:
  q:
    class: DorefaQuantizer
    bits_weights: 4
    bits_activations: 8
    overrides:
      fc1: {bits_weights: 8}
      fc.*: {bits_weights: 8}
      relu.*: {bits_activations: 4}
      fc*: {bits_weights: 2}
policies:
  - quantizer: {instance_name: q}
${when}`;
    expect(hints(text)).toEqual([
      '7 → 1 module · 16\u202f384 weights',
      '8 → 1 module · 640 weights',
      '9 → 3 modules',
      '10 → 0 modules !',
      '12 → 7 modules · 20\u202f424 weights',
    ]);
  });

  it('counts the modules that a list names', () => {
    const text = 'extensions:\n  e: {class: EarlyExit, exits: [pool1, pool9], lossweights: [0.3], thresholds: [0.9]}\n';
    expect(hints(text)).toEqual(['2 → 1 module']);
  });

  it('survives text that cannot be read', () => {
    expect(hints('pruners:\n  a: {class: AutomatedGradualPruner, weights: [fc1.wei')).toEqual(['2 → 0 weights !']);
    expect(hints('')).toEqual([]);
  });
});
