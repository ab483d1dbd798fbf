import { z } from 'zod';
import { attachExits, modulesForExits } from '../../core/attach-exits.ts';
import { exitLossWeights } from '../../core/early-exit.ts';
import type { Network } from '../../core/network.ts';
import type { ArgumentProblem, ExtendedNetwork } from '../define-method.ts';
import { defineExtension } from '../define-method.ts';
import type { ExitRule } from '../extension.ts';

const rules = ['confidence', 'entropy'] as const satisfies readonly ExitRule[];

interface ExitArguments {
  readonly lossweights: readonly number[];
  readonly thresholds: readonly number[];
  readonly rule: ExitRule;
  readonly exits?: readonly string[] | undefined;
}

export default defineExtension({
  kind: 'extension',
  name: 'EarlyExit',
  extension: true,
  summary: 'Trains a network with several answers, and lets samples that are easy leave at an early one.',
  notes: [
    '`exits` names the modules behind which a picture may leave: each gets a dense classifier of its own, `exits.0.fc`, `exits.1.fc` and so on, which pruners and quantizers may name. Without `exits` the model has to have some, as `resnet20_cifar_earlyexit` has.',
    '`lossweights` and `thresholds` have one number for each early exit; the last answer gets the rest of the loss.',
    'With `confidence` a sample leaves where the largest probability is above the threshold, with `entropy` where the entropy of the probabilities, in nats, is below it.',
    'Distiller compares the cross-entropy with the true label with the threshold, which nobody knows of a new image: its figures tell what would be possible, not what a rule gains. So it is no rule here.',
    'Distiller has this on its command line only: `--earlyexit_lossweights` and `--earlyexit_thresholds`.',
  ],
  formula: 'L = Σ aᵢ·CEᵢ + (1 − Σ aᵢ)·CE_last; leave at the first i with max pᵢ > tᵢ, or −Σ pᵢ·log pᵢ < tᵢ',
  equation: {
    tex: [String.raw`L = \sum_i a_i \operatorname{CE}_i + \Bigl(1 - \sum_i a_i\Bigr)\operatorname{CE}_{\text{last}}`],
    where:
      '$\\operatorname{CE}_i$ is the cross-entropy of exit $i$ and $a_i$ its entry in `lossweights`; an image leaves at the first exit that is sure enough for its entry in `thresholds`.',
  },
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
    exits: z
      .array(z.string())
      .min(1)
      .optional()
      .describe(
        'Modules behind which an early exit is attached, in the order of the network. Not needed if the model has exits.',
      ),
    rule: z.enum(rules).default('confidence').describe('By what a sample leaves: `confidence` or `entropy`.'),
  }),
  example: { exits: ['pool1'], lossweights: [0.3], thresholds: [0.9] },
  names: { exits: 'module' },
  check: (args) => [...checkCounts(args), ...checkSum(args), ...checkConfidence(args)],
  extendNetwork: addExits,
  checkNetwork: checkExits,
  create: ({ lossweights, thresholds, rule }) => ({
    type: 'early-exit',
    lossWeights: exitLossWeights(lossweights),
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

function checkCounts({ lossweights, thresholds, exits }: ExitArguments): ArgumentProblem[] {
  if (exits !== undefined && exits.length !== thresholds.length) {
    const message = `There are ${exits.length} \`exits\` and ${thresholds.length} \`thresholds\`. Write one threshold for each.`;
    return [{ argument: 'thresholds', code: 'exit-count-mismatch', severity: 'error', message }];
  }
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

/** A name that is no module is left to shared code, which reports it where it stands. */
function addExits({ exits = [] }: ExitArguments, network: Network): ExtendedNetwork {
  const possible = modulesForExits(network);
  const isKnown = (name: string): boolean => network.layers.some((layer) => layer.name === name);
  if (exits.length === 0 || !exits.every(isKnown)) return { network, problems: [] };
  const refuse = (code: string, message: string): ExtendedNetwork => {
    return { network, problems: [{ argument: 'exits', code, severity: 'error', message }] };
  };
  if (network.exits !== undefined) {
    const message = `\`${network.name}\` has early exits already, and no further ones can be attached. Remove \`exits\`, or choose a model without.`;
    return refuse('exits-already', message);
  }
  const strange = exits.find((name) => !possible.includes(name));
  if (strange !== undefined) {
    const message = `Behind \`${strange}\` there can be no early exit: it only reshapes, or gives the last answer. Choose a module before it.`;
    return refuse('exit-impossible', message);
  }
  const ordered = possible.filter((name) => exits.includes(name));
  if (ordered.join() === exits.join()) return { network: attachExits(network, exits), problems: [] };
  const message = `Samples come by the exits in the order of the network, so write each once, in that order: [${ordered.join(', ')}]. The numbers of \`lossweights\` and \`thresholds\` follow it.`;
  return refuse('exit-order', message);
}

function checkExits({ thresholds, exits }: ExitArguments, network: Network): readonly ArgumentProblem[] {
  if (exits !== undefined) return [];
  const count = network.exits?.length ?? 0;
  if (count === 0) {
    const message = `\`${network.name}\` has no early exit, so this does nothing. Attach one with \`exits\`, or choose a model that has, such as \`resnet20_cifar_earlyexit\`.`;
    return [{ argument: 'thresholds', code: 'no-early-exit', severity: 'warning', message }];
  }
  if (thresholds.length === count) return [];
  const message = `\`${network.name}\` has ${count} early ${count === 1 ? 'exit' : 'exits'}, and here are ${thresholds.length} thresholds. Write one for each.`;
  return [{ argument: 'thresholds', code: 'exit-count-mismatch', severity: 'error', message }];
}
