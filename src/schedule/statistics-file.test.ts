import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { statisticsYaml } from './statistics-file.ts';

const tensor = {
  min: 0,
  max: 1.5e-7,
  avg_min: -2.25,
  avg_max: 3e21,
  mean: 0.1,
  std: 1,
  b: 0.5,
  shape: '(64, 1, 28, 28)',
  total_numel: 50176,
};

describe('the file of activation statistics', () => {
  it('reads back as it was, with inputs numbered by integers', () => {
    const text = statisticsYaml({ conv1: { inputs: { 0: tensor, 1: tensor }, output: tensor } });
    expect(parse(text, { version: '1.1' })).toEqual({ conv1: { inputs: { 0: tensor, 1: tensor }, output: tensor } });
    expect(text).toContain('\n    0:\n');
    expect(text).toContain('shape: (64, 1, 28, 28)');
  });

  it('writes floats as YAML 1.1 knows them', () => {
    const text = statisticsYaml({
      a: { small: 1e-7, smaller: 1.5e-10, large: 3e21, none: Number.NaN, most: Infinity },
    });
    expect(text).toContain('small: 1.0e-07');
    expect(text).toContain('smaller: 1.5e-10');
    expect(text).toContain('large: 3.0e+21');
    expect(text).toContain('none: .nan');
    expect(text).toContain('most: .inf');
  });
});
