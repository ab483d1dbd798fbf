import { expect, test } from 'vitest';
import { parseSchedule } from '../../schedule/parse-schedule.ts';
import { statisticsYaml } from '../../schedule/statistics-file.ts';
import { zoo } from '../../zoo/zoo.ts';
import { type QuantizeOptions, readQuantizeOptions } from './quantize-options.ts';
import { quantizeRequest, readStatistics } from './quantize-request.ts';

function request(quantizer: string, args: readonly string[], statistics: unknown = null) {
  const text = quantizer && `quantizers: {q: {class: PostTrainLinearQuantizer, ${quantizer}}}\n`;
  const parsed = parseSchedule(`${text}policies: []\n`, zoo);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  return quantizeRequest(parsed.value, readQuantizeOptions(['a.yaml', ...args]) as QuantizeOptions, statistics);
}

test('without a quantizer in the schedule the ranges of the trained model are measured, for four ways of clipping', () => {
  const { variants } = request('', []);
  expect(variants.map(({ label }) => label)).toEqual(['NONE', 'AVG', 'GAUSS', 'LAPLACE']);
  expect(variants[1]!.args).toEqual({ clip_acts: 'AVG', model_activation_stats: 'calibrate' });
});

test('the schedule is heard, and the command line above it', () => {
  const declared = 'bits_activations: 6, bits_parameters: 4, clip_n_stds: 2';
  expect(request(declared, []).variants[2]).toMatchObject({
    label: 'N_STD',
    args: { bits_activations: 6, bits_parameters: 4, model_activation_stats: null },
  });
  const args = ['--bits-acts', '12', '--ranges', 'static', '--per-channel'];
  const { variants } = request(declared, args);
  expect(variants.map(({ label }) => label)).toEqual(['NONE', 'AVG', 'N_STD']);
  const changed = {
    bits_activations: 12,
    bits_parameters: 4,
    per_channel_wts: true,
    model_activation_stats: 'calibrate',
  };
  expect(variants[0]!.args).toMatchObject(changed);
});

test('statistics that are to be saved are measured, and given ones are taken as they are', () => {
  expect(request('bits_activations: 6', ['--save-stats', 's.yaml']).variants[0]!.args).toHaveProperty(
    'model_activation_stats',
    'calibrate',
  );
  const statistics = { conv1: { inputs: { 0: { min: 0 } }, output: { min: -1e-7 } } };
  const read = readStatistics(statisticsYaml(statistics));
  expect(read).toEqual({ statistics });
  expect(request('', [], statistics).variants[0]!.args).toHaveProperty('model_activation_stats', statistics);
});

test('a file that holds no statistics is refused with a reason', () => {
  expect(readStatistics('conv1: [')).toMatch(/line 1/);
  expect(readStatistics('- 1\n')).toMatch(/map of layers/);
});
