import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentContext, instanceNames, trainingValue } from './document-context.ts';

/** The context at the bar in the text. */
function at(text: string) {
  return documentContext(text.replace('|', ''), text.indexOf('|'));
}

describe('documentContext', () => {
  it('knows the section in which a key is written', () => {
    expect(at('version: 1\npr|')).toMatchObject({
      path: [],
      section: null,
      key: null,
      before: 'pr',
      siblings: ['version'],
    });
    expect(at('training:\n  mo|')).toMatchObject({ path: ['training'], section: 'training', key: null, token: 'mo' });
  });

  it('knows the instance, its class and the key of a value', () => {
    expect(
      at(
        'pruners:\n  agp:\n    class: AutomatedGradualPruner\n    weights: [fc1.weight, co|nv]\n    final_sparsity: 1\n',
      ),
    ).toMatchObject({
      path: ['pruners', 'agp', 'weights', 1],
      section: 'pruners',
      instanceName: 'agp',
      className: 'AutomatedGradualPruner',
      before: 'co',
      token: 'conv',
    });
    expect(at('pruners:\n  agp:\n    class: Auto|\n')).toMatchObject({
      path: ['pruners', 'agp'],
      key: 'class',
      before: 'Auto',
    });
    expect(at('pruners:\n  agp:\n    class: StepLR\n    |\n')).toMatchObject({
      path: ['pruners', 'agp'],
      key: null,
      before: '',
      siblings: ['class'],
    });
  });

  it('follows policies written as lists of maps, indented or not', () => {
    const policy =
      'policies:\n  - pruner:\n      instance_name: a\n    epochs: [1]\n  - pruner:\n      instance_name: |\n';
    expect(at(policy)).toMatchObject({
      path: ['policies', 1, 'pruner'],
      section: 'policies',
      key: 'instance_name',
      before: '',
    });
    expect(at('policies:\n- pruner: {instance_name: a}\n- lr_scheduler: {instance_name: d|}\n')).toMatchObject({
      path: ['policies', 1, 'lr_scheduler'],
      key: 'instance_name',
      before: 'd',
    });
    expect(at('policies:\n  - pruner:\n      instance_name: a\n    start|')).toMatchObject({
      path: ['policies', 0],
      key: null,
      siblings: ['pruner'],
    });
    expect(at('policies:\n  - |')).toMatchObject({ path: ['policies', 0], key: null });
  });

  it('follows flow maps on one line', () => {
    expect(at('training:\n  optimizer: {class: Adam, l|}')).toMatchObject({
      path: ['training', 'optimizer'],
      className: 'Adam',
      key: null,
      before: 'l',
    });
    expect(at('pruners:\n  a: {class: X, levels: {fc1.weight: 0.5, f|')).toMatchObject({
      path: ['pruners', 'a', 'levels'],
      className: 'X',
      before: 'f',
    });
  });

  it('follows block lists and map keys', () => {
    expect(at('pruners:\n  a:\n    weights:\n      - fc1.weight\n      - c|')).toMatchObject({
      path: ['pruners', 'a', 'weights', 1],
      before: 'c',
    });
    expect(at('quantizers:\n  q:\n    class: D\n    overrides:\n      fc|')).toMatchObject({
      path: ['quantizers', 'q', 'overrides'],
      className: 'D',
      before: 'fc',
    });
  });

  it('lists instances and reads training values in a broken text', () => {
    const text =
      'training: {model: mlp_2d}\npruners:\n  a: {class: [\n  b:\n    class: X\nlr_schedulers:\n  c: {class: Y}\n';
    expect(instanceNames(text)).toMatchObject({ pruners: ['a', 'b'], lr_schedulers: ['c'] });
    expect(trainingValue(text, 'model')).toBe('mlp_2d');
    expect(trainingValue('training:\n  model: x # y\n', 'model')).toBe('x');
  });

  it('never throws', () => {
    const words = fc.constantFrom(
      'a: ',
      '- ',
      '\n',
      '  ',
      '{',
      '}',
      '[',
      ']',
      ',',
      '#',
      '"',
      'class: X',
      'policies:',
      '\t',
      '\r\n',
    );
    fc.assert(
      fc.property(fc.array(words), fc.nat(100), (parts, offset) => void documentContext(parts.join(''), offset)),
      { numRuns: 500 },
    );
  });
});
