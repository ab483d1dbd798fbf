import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { distillerText } from './distiller-text.ts';

const text = `version: 1
training:                 # own
  model: cnn_mnist
  epochs: 3

pruners:
  gradual:                # stays
    class: AutomatedGradualPruner
    initial_sparsity: 0.05
    final_sparsity: 0.9
    weights: [fc1.weight]
extensions:
  teach:
    class: KnowledgeDistillation
    teacher: run
policies:
  - pruner: {instance_name: gradual}
    starting_epoch: 0
    ending_epoch: 3
    frequency: 1
  - extension: {instance_name: teach}
    starting_epoch: 0
    ending_epoch: 3
    frequency: 1
`;

describe('distillerText', () => {
  const result = distillerText(text);

  it('leaves what Distiller knows, and nothing else', () => {
    const { training: _training, extensions: _extensions, policies, ...rest } = parse(text) as Record<string, unknown>;
    expect(parse(result.text)).toEqual({ ...rest, policies: [(policies as unknown[])[0]] });
  });

  it('says what is out of force, and keeps it as comments', () => {
    expect(result.dropped).toEqual([
      'the `training:` block',
      '`teach` (KnowledgeDistillation)',
      'policy 2, which applies `teach`',
    ]);
    for (const words of result.dropped) expect(result.text).toContain(`# - ${words}`);
    expect(result.text).toContain('#   model: cnn_mnist');
    expect(result.text).toContain('gradual:                # stays');
  });

  it('gives a schedule of Distiller back as it is', () => {
    const plain = 'version: 1 # mine\npolicies: []\n';
    expect(distillerText(plain)).toEqual({ text: plain, dropped: [] });
  });

  it('works where everything stands on one line', () => {
    const flow = '{version: 1, training: {epochs: 2}, policies: []}\n';
    expect(parse(distillerText(flow).text)).toEqual({ version: 1, policies: [] });
  });

  it('leaves an empty list of policies where none is left', () => {
    const own = `extensions: {teach: {class: KnowledgeDistillation}}\npolicies:\n  - extension: {instance_name: teach}\n    epochs: [1]\n`;
    expect(parse(distillerText(own).text)).toEqual({ policies: [] });
  });

  it('gives a broken text back as it is', () => {
    expect(distillerText('a: [')).toEqual({ text: 'a: [', dropped: [] });
  });
});
