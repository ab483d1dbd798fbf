import { z } from 'zod';
import { levelCount, levelMask } from '../../core/element-masks.ts';
import { fraction, ownOrDefault } from '../arguments.ts';
import { definePruner } from '../define-method.ts';

export default definePruner({
  kind: 'pruner',
  name: 'SparsityLevelParameterPruner',
  summary: 'Prunes the smallest weights of each parameter until a chosen share is zero.',
  notes: [
    'The mask is chosen anew at every activation, from weights that are already masked: zeros are the smallest, so at a constant level the same weights stay away.',
    'Weights that tie with the last one to go are pruned too. A constant tensor is pruned entirely.',
    'The default `*` also prunes biases and batch-norm. A level too small for a single weight prunes nothing; Distiller stops with an index error there.',
    'The policy argument `levels` replaces this map.',
  ],
  formula: 'k = ⌊level · n⌋; θ = k-th smallest |w|; mask = 1 where |w| > θ, else 0',
  equation: {
    tex: [
      String.raw`m = \begin{cases} 1 & |w| > \theta \\ 0 & \text{else} \end{cases} \qquad \theta = |w|_{(k)}, \quad k = \lfloor \ell N \rfloor`,
    ],
    where:
      '$\\ell$ is the level of the parameter, $N$ the number of its weights and $|w|_{(k)}$ the $k$-th smallest magnitude; weights that tie with it go too.',
  },
  reference: {
    title: 'Han et al. 2015, Learning both Weights and Connections',
    url: 'https://arxiv.org/abs/1506.02626',
  },
  args: z.strictObject({
    levels: z
      .record(z.string(), fraction)
      .describe('Share of zeros by parameter name; `*` is the default for all others. 0 leaves a parameter alone.'),
  }),
  example: { levels: { 'conv2.weight': 0.6, 'fc1.weight': 0.9 } },
  names: { levels: 'parameter' },
  check: ({ levels }) =>
    Object.keys(levels).length > 0
      ? []
      : [{ argument: 'levels', code: 'empty-levels', message: '`levels` names no parameter.', severity: 'error' }],
  create: ({ levels: own }) => {
    const levelOf = (name: string, levels = own): number => ownOrDefault(levels, name) ?? 0;
    return {
      touches: ({ name }, levels) => levelOf(name, levels) > 0,
      computeMask: ({ parameter, weights, levels }) => levelMask(weights, levelOf(parameter.name, levels)),
      promise: ({ parameter, levels }) => levelCount(parameter.size, levelOf(parameter.name, levels)) / parameter.size,
    };
  },
});
