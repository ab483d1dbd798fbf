import { expect, it } from 'vitest';
import { readBenchOptions } from './bench-options.ts';

it('everything is measured unless something is named', () => {
  const options = readBenchOptions(['--json', 'bench.json']);
  expect(options).toMatchObject({ json: 'bench.json', wantsGrowth: true, isQuick: false, leakSteps: 0 });
  expect(options).toMatchObject({ models: ['mlp', 'cnn', 'simplenet', 'resnet20'], leakModels: ['mlp'] });
});

it('names of each kind limit that kind only', () => {
  const options = readBenchOptions(['--only', 'cnn', '--only', 'plain', '--quick', '--leak', '5000']);
  expect(options).toMatchObject({
    models: ['cnn'],
    variants: ['plain'],
    wantsGrowth: false,
    leakSteps: 5000,
    leakModels: ['cnn'],
  });
  expect(options).toHaveProperty('systems.length', 5);
});

it('growth curves can be measured alone', () => {
  expect(readBenchOptions(['--only', 'growth'])).toMatchObject({ models: [], wantsGrowth: true });
});

it('a name that nothing has and a strange number are answered with a sentence', () => {
  expect(readBenchOptions(['--only', 'vgg'])).toContain('vgg');
  expect(readBenchOptions(['--leak', 'many'])).toContain('many');
  expect(readBenchOptions(['--nonsense'])).toContain('nonsense');
  expect(readBenchOptions(['--help'])).toBeNull();
});
