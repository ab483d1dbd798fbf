import { z } from 'zod';
import type { Network } from '../../core/network.ts';
import type { ArgumentProblem } from '../define-method.ts';
import { defineExtension } from '../define-method.ts';
import type { ExitRule } from '../extension.ts';

const rules = ['confidence', 'entropy'] as const satisfies readonly ExitRule[];

interface ExitArguments {
  readonly lossweights: readonly number[];
  readonly thresholds: readonly number[];
  readonly rule: ExitRule;
}

export default defineExtension({
  kind: 'extension',
  name: 'EarlyExit',
  extension: true,
  summary: 'Trains a network with several answers, and lets samples that are easy leave at an early one.',
  notes: [
    'Needs a model with early exits, such as `resnet20_cifar_earlyexit`. Both lists have one number for each early exit; the last answer gets the rest of the loss.',
    'With `confidence` a sample leaves where the largest probability is above the threshold, with `entropy` where the entropy of the probabilities, in nats, is below it.',
    'Distiller compares the cross-entropy with the true label with the threshold, which nobody knows of a new image: its figures tell what would be possible, not what a rule gains. So it is no rule here.',
    'Distiller has this on its command line only: `--earlyexit_lossweights` and `--earlyexit_thresholds`.',
  ],
  formula: 'L = Σ aᵢ·CEᵢ + (1 − Σ aᵢ)·CE_last; leave at the first i with max pᵢ > tᵢ, or −Σ pᵢ·log pᵢ < tᵢ',
  reference: {
    title: 'Teerapittayanon et al. 2016, BranchyNet',
    url: 'https://arxiv.org/abs/1709.01686',
  },
  args: z.strictObject({
    lossweights: z
      .array(z.number().min(0, { error: 'A weight of a loss is 0 or more.' }))
      .min(1)
      .describe('Share of the loss that each early exit has; together below 1.'),
    thresholds: z
      .array(z.number().min(0, { error: 'A threshold is 0 or more.' }))
      .min(1)
      .describe('Threshold of each early exit: a probability for `confidence`, nats for `entropy`.'),
    rule: z.enum(rules).default('confidence').describe('By what a sample leaves: `confidence` or `entropy`.'),
  }),
  example: { lossweights: [0.4], thresholds: [0.9] },
  check: (args) => [...checkCounts(args), ...checkSum(args), ...checkConfidence(args)],
  checkNetwork: checkExits,
  create: ({ lossweights, thresholds, rule }) => ({
    type: 'early-exit',
    lossWeights: [...lossweights, 1 - sum(lossweights)],
    thresholds,
    rule,
    leaves: (exit, probabilities) => {
      const threshold = thresholds[exit];
      if (threshold === undefined) throw new RangeError(`There is no early exit ${exit}`);
      return rule === 'confidence'
        ? Math.max(...Array.from(probabilities)) > threshold
        : entropy(probabilities) < threshold;
    },
  }),
});

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** In nats; 0 · log 0 is 0. */
function entropy(probabilities: ArrayLike<number>): number {
  return sum(Array.from(probabilities, (p) => (p > 0 ? -p * Math.log(p) : 0)));
}

function checkCounts({ lossweights, thresholds }: ExitArguments): ArgumentProblem[] {
  if (lossweights.length === thresholds.length) return [];
  const message = `There are ${lossweights.length} \`lossweights\` and ${thresholds.length} \`thresholds\`. Write one of each for every early exit.`;
  return [{ argument: 'thresholds', code: 'exit-count-mismatch', severity: 'error', message }];
}

function checkSum({ lossweights }: ExitArguments): ArgumentProblem[] {
  const total = sum(lossweights);
  if (total < 1) return [];
  const message = `\`lossweights\` add up to ${Number(total.toPrecision(6))}, so nothing is left for the last answer. Together they are below 1.`;
  return [{ argument: 'lossweights', code: 'out-of-range', severity: 'error', message }];
}

function checkConfidence({ thresholds, rule }: ExitArguments): ArgumentProblem[] {
  const never = thresholds.find((threshold) => threshold >= 1);
  if (rule !== 'confidence' || never === undefined) return [];
  const message = `No probability is above ${never}: no sample leaves there. Write a threshold below 1, or \`rule: entropy\`.`;
  return [{ argument: 'thresholds', code: 'exit-never-taken', severity: 'warning', message }];
}

function checkExits({ thresholds }: ExitArguments, network: Network): readonly ArgumentProblem[] {
  const count = network.exits?.length ?? 0;
  if (count === 0) {
    const message = `\`${network.name}\` has no early exit, so this does nothing. Choose a model that has, such as \`resnet20_cifar_earlyexit\`.`;
    return [{ argument: 'thresholds', code: 'no-early-exit', severity: 'warning', message }];
  }
  if (thresholds.length === count) return [];
  const message = `\`${network.name}\` has ${count} early ${count === 1 ? 'exit' : 'exits'}, and here are ${thresholds.length} thresholds. Write one for each.`;
  return [{ argument: 'thresholds', code: 'exit-count-mismatch', severity: 'error', message }];
}
