import { describe, expect, it } from 'vitest';
import { catalogue } from '../../methods/catalogue.ts';
import { zoo } from '../../zoo/zoo.ts';
import { completions } from './completions.ts';
import { hoverAt } from './hover-card.ts';

const world = { catalogue, zoo };

/** `|` marks the cursor. */
function at(marked: string) {
  const offset = marked.indexOf('|');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  return { text, offset };
}

function offered(marked: string): readonly string[] {
  const { text, offset } = at(marked);
  return completions(text, offset, world).items.map(({ label }) => label);
}

function inserted(marked: string, label: string): string {
  const { text, offset } = at(marked);
  const { start, end, items } = completions(text, offset, world);
  return text.slice(0, start) + (items.find((item) => item.label === label)?.insertText ?? '?') + text.slice(end);
}

describe('completions', () => {
  it('offers the keys of a sweep, and every number for its path', () => {
    expect(offered('training:\n  sweep:\n    |')).toEqual(expect.arrayContaining(['path', 'values', 'max_runs']));
    expect(offered('training:\n  epochs: 3\n  sweep:\n    path: |\n')).toEqual(['training.epochs']);
    expect(offered('training:\n  sweep:\n    scale: |\n')).toEqual(['linear', 'log']);
  });

  it('offers the sections that are not there yet', () => {
    expect(offered('version: 1\npru|')).toEqual(expect.arrayContaining(['pruners', 'training', 'policies']));
    expect(offered('version: 1\npru|')).not.toContain('version');
  });

  it('offers the classes of this section only', () => {
    const classes = offered('pruners:\n  a:\n    class: |\n');
    expect(classes).toContain('AutomatedGradualPruner');
    expect(classes).not.toContain('L1Regularizer');
    expect(offered('regularizers:\n  a: {class: |}\n')).toContain('L1Regularizer');
  });

  it('offers models and a finished run as teachers', () => {
    const teachers = offered('extensions:\n  kd:\n    class: KnowledgeDistillation\n    teacher: |\n');
    expect(teachers).toEqual(expect.arrayContaining(['resnet20_cifar', 'run']));
    expect(teachers).not.toContain('conv1.weight');
  });

  it('offers modules for early exits, and the parameters that these bring', () => {
    const exits = (list: string) => `extensions:\n  early:\n    class: EarlyExit\n    exits: [${list}]\n`;
    expect(offered(exits('pool1, |'))).toEqual(expect.arrayContaining(['conv1', 'pool2']));
    expect(offered(exits('pool1, |'))).not.toContain('pool1');
    const pruner = 'pruners:\n  a:\n    class: AutomatedGradualPruner\n    weights: [|]\n';
    expect(offered(`${exits('pool1')}${pruner}`)).toContain('exits.0.fc.weight');
    expect(offered(pruner)).not.toContain('exits.0.fc.weight');
  });

  it('offers the arguments of the class, except those that are written', () => {
    const keys = offered('pruners:\n  a:\n    class: AutomatedGradualPruner\n    final_sparsity: 0.9\n    |\n');
    expect(keys).toEqual(expect.arrayContaining(['initial_sparsity', 'weights']));
    expect(keys).not.toContain('final_sparsity');
    expect(keys).not.toContain('class');
  });

  it('offers a whole instance where one is named', () => {
    expect(inserted('pruners:\n  |', 'AutomatedGradualPruner')).toMatch(
      /^pruners:\n {2}my_pruner:\n {2}class: AutomatedGradualPruner\n {2}initial_sparsity: /,
    );
  });

  it('offers the parameters of the chosen model, without those in the list', () => {
    const list = (model: string) =>
      offered(
        `training: {model: ${model}}\npruners:\n  a:\n    class: AutomatedGradualPruner\n    weights: [conv1.weight, |]\n`,
      );
    expect(list('cnn_mnist').slice(0, 3)).toEqual(['conv2.weight', 'fc1.weight', 'fc2.weight']);
    expect(list('mlp_mnist')).toContain('fc3.weight');
    expect(offered('pruners:\n  a:\n    class: AutomatedGradualPruner\n    weights:\n      - conv|\n')).toContain(
      'conv1.weight',
    );
  });

  it('offers parameters as keys of maps, and modules as patterns', () => {
    expect(offered('pruners:\n  a:\n    class: SensitivityPruner\n    sensitivities:\n      |\n')).toContain(
      'conv1.weight',
    );
    expect(offered('quantizers:\n  q:\n    class: DorefaQuantizer\n    overrides:\n      |\n')).toEqual(
      expect.arrayContaining(['conv1', 'relu1', 'fc2']),
    );
  });

  it('offers instances of the right section for a policy', () => {
    const text = 'pruners:\n  a: {class: SensitivityPruner}\nquantizers:\n  q: {class: DorefaQuantizer}\npolicies:\n';
    expect(offered(`${text}  - pruner: {instance_name: |}\n`)).toEqual(['a']);
    expect(offered(`${text}  - quantizer:\n      instance_name: |\n`)).toEqual(['q']);
  });

  it('offers one kind and one way of naming epochs in a policy', () => {
    expect(offered('policies:\n  - |')).toContain('lr_scheduler');
    const rest = offered('policies:\n  - pruner: {instance_name: a}\n    starting_epoch: 0\n    |\n');
    expect(rest).toEqual(['ending_epoch', 'frequency']);
    expect(offered('policies:\n  - pruner:\n      instance_name: a\n      args:\n        |')).toContain(
      'mini_batch_pruning_frequency',
    );
  });

  it('offers models, datasets and words of closed sets', () => {
    expect(offered('training:\n  model: |')).toContain('mlp_mnist');
    expect(offered('training:\n  dataset: fash|')).toContain('mnist');
    expect(offered('training:\n  optimizer: {nest|}')).toContain('nesterov');
    expect(offered('training:\n  optimizer: {class: |}')).toEqual(['SGD', 'Adam']);
    expect(offered('pruners:\n  a:\n    class: L1RankedStructureParameterPruner\n    group_type: |\n')).toContain(
      'Filters',
    );
  });

  it('replaces the whole word and writes the colon only once', () => {
    const text = 'pruners:\n  a:\n    class: AutomatedGradualPruner\n';
    expect(inserted(`${text}    fin|x`, 'final_sparsity')).toBe(`${text}    final_sparsity: `);
    expect(inserted(`${text}    fin|: 0.9`, 'final_sparsity')).toBe(`${text}    final_sparsity: 0.9`);
  });

  it('offers nothing in comments and unknown places', () => {
    expect(offered('# pru|')).toEqual([]);
    expect(offered('nonsense:\n  |')).toEqual([]);
    expect(offered('pruners:\n  a:\n    class: NoSuchClass\n    x: {|')).toEqual([]);
  });
});

describe('hoverAt', () => {
  const card = (marked: string) => {
    const { text, offset } = at(marked);
    return hoverAt(text, offset, world);
  };
  const pruner = 'pruners:\n  slow:\n    class: AutomatedGradualPruner\n';

  it('explains a class with formula and paper', () => {
    expect(card(pruner.replace('Auto', 'Au|to'))).toMatchObject({
      title: 'AutomatedGradualPruner',
      fact: 'pruner',
      formula: expect.stringContaining('s₁') as string,
      link: { url: expect.stringContaining('arxiv.org') as string },
      isExtension: false,
    });
  });

  it('explains the model that teaches', () => {
    const { text, offset } = at('extensions:\n  kd: {class: KnowledgeDistillation, teacher: simple|net_mnist}\n');
    expect(hoverAt(text, offset, world)).toMatchObject({ title: 'simplenet_mnist', fact: 'model, inputs 28×28×1' });
  });

  it('explains a key with its type and range, and an instance by its class', () => {
    expect(card(`${pruner}    final_s|parsity: 0.9`)).toMatchObject({ fact: 'number from 0 to 1, required' });
    expect(card(pruner.replace('slow', 'sl|ow'))).toMatchObject({ title: 'slow', fact: 'AutomatedGradualPruner' });
    expect(card('training:\n  batch_|size: 64')).toMatchObject({ fact: 'whole number from 1 to 4096, default 64' });
    expect(card('pol|icies: []')).toMatchObject({ title: 'policies' });
  });

  it('tells shape and size of a parameter, and that a name is none', () => {
    expect(card(`${pruner}    weights: [conv|1.weight]`)).toMatchObject({ fact: 'kernel 5×5×1×8, 200 weights' });
    expect(card(`${pruner}    weights: [conv|9.weight]`)?.sentences).toEqual(['`cnn_mnist` has no such parameter.']);
  });

  it('tells which modules a pattern takes', () => {
    const overrides =
      'quantizers:\n  q:\n    class: DorefaQuantizer\n    overrides:\n      conv1: {bits_weights: 8}\n      conv.*: {}\n';
    expect(card(overrides.replace('conv.*', 'conv|.*'))).toMatchObject({ title: 'conv.*', fact: '1 module' });
  });

  it('says nothing about numbers and comments', () => {
    expect(card(`${pruner}    final_sparsity: 0.|9`)).toBeNull();
    expect(card('# com|ment')).toBeNull();
  });
});
