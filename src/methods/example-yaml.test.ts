import { describe, expect, it } from 'vitest';
import { exampleYaml, flowYaml } from './example-yaml.ts';

describe('flowYaml', () => {
  it('writes values that PyYAML reads back as they are', () => {
    expect(flowYaml({ a: [1, 0.5], 'x.*': { on: true } })).toBe("{a: [1, 0.5], 'x.*': {'on': true}}");
    expect(flowYaml(1e-8)).toBe('1.0e-8');
    expect(flowYaml('3D')).toBe("'3D'");
    expect(flowYaml("it's")).toBe("'it''s'");
    expect(flowYaml(null)).toBe('null');
  });
});

describe('exampleYaml', () => {
  it('writes the class and each argument on a line of its own', () => {
    const example = { final_sparsity: 0.9, weights: ['fc1.weight'] };
    expect(exampleYaml({ name: 'SomePruner', example }, 2)).toBe(
      '  class: SomePruner\n  final_sparsity: 0.9\n  weights: [fc1.weight]',
    );
  });
});
