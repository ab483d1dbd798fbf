import { RE2JS } from 're2js';
import { z } from 'zod';
import { isLinear, type Layer, type Network, withoutModulePrefix } from '../core/network.ts';
import type { ArgumentProblem } from './define-method.ts';
import type { ModuleBits } from './quantizer.ts';

/** Bit-widths per module: a quantizer's defaults and its ordered overrides (reference 8.1 and 8.2). */

const bits = z
  .int({ error: 'Write a whole number of bits, or null for none.' })
  .min(1, { error: 'One bit is the least; write null to leave it in float.' })
  .max(32, { error: '32 bits are the most.' })
  .nullable();

const renamed: Readonly<Record<string, string>> = {
  acts: 'bits_activations',
  wts: 'bits_weights',
  bias: 'bits_bias',
};

const override = z.strictObject(
  {
    bits_activations: bits.optional().describe('Bits of the activations; null leaves them in float.'),
    bits_weights: bits.optional().describe('Bits of the weights; null leaves them in float.'),
    bits_bias: bits.optional().describe('Bits of the biases; null leaves them in float.'),
  },
  {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return undefined;
      const [key = ''] = (issue as { readonly keys?: readonly string[] }).keys ?? [];
      const now = renamed[key];
      return now === undefined
        ? `An override knows bits_activations, bits_weights and bits_bias, not \`${key}\`.`
        : `\`${key}\` is an old name. Write \`${now}\`.`;
    },
  },
);

export type Override = z.output<typeof override>;

/** The bit arguments of every training quantizer, with its own default for weights and activations. */
export function bitArguments(defaults: { readonly bias: number | null }) {
  return {
    bits_activations: bits.default(32).describe('Bits of the activations after each ReLU; null leaves them in float.'),
    bits_weights: bits.default(32).describe('Bits of the weights of convolutions and dense layers; null for float.'),
    bits_bias: bits.default(defaults.bias).describe('Bits of their biases; null leaves them in float.'),
    overrides: z
      .record(z.string(), override)
      .default({})
      .describe('Other bits for some modules: full-match patterns of module names in order, the first match counts.'),
  };
}

export const bitNotes = [
  'Patterns match the whole module name: `fc*` means f and any number of c, `fc.*` every name that starts with fc. An entry that is the exact name counts before any pattern; otherwise the first match counts, and entries are never merged.',
  '`null` means not quantized; a key that is missing keeps the default of the quantizer. 32 bits do not mean off: a ReLU is replaced all the same.',
  'Only ReLU modules react to `bits_activations`, only convolutions and dense layers to the other two. To spare a layer and the ReLU behind it, write two entries.',
  'A pattern with a capturing group `(…)` confuses Distiller, which then takes the wrong entry. Here it matches like any other.',
];

export interface BitRules {
  readonly bits_activations: number | null;
  readonly bits_weights: number | null;
  readonly bits_bias: number | null;
  /** By name of the module. */
  readonly overrides: Readonly<Record<string, Override>>;
}

/** Finds the override of a module name. The schedule has put names of modules in the place of patterns. */
export function overrideFinder<Entry>(
  overrides: Readonly<Record<string, Entry>>,
): (module: string) => Entry | undefined {
  const byName = new Map(Object.entries(overrides));
  return (module) => byName.get(withoutModulePrefix(module));
}

/** Bits of a module by its name; `holdsWeights` is true for convolutions and dense layers, false for all other types. */
export function bitsOfModule(rules: BitRules): (name: string, holdsWeights: boolean) => ModuleBits {
  const find = overrideFinder(rules.overrides);
  return (name, holdsWeights) => {
    const own = find(name);
    const pick = (value: number | null | undefined, otherwise: number | null): number | null =>
      value === undefined ? otherwise : value;
    return {
      module: name,
      activations: pick(own?.bits_activations, rules.bits_activations),
      weights: holdsWeights ? pick(own?.bits_weights, rules.bits_weights) : null,
      bias: holdsWeights ? pick(own?.bits_bias, rules.bits_bias) : null,
    };
  };
}

/** Bits of every layer of a network, in its order. */
export function planBits(rules: BitRules, network: Network): readonly ModuleBits[] {
  const bitsOf = bitsOfModule(rules);
  return network.layers.map((layer) => bitsOf(layer.name, isLinear(layer)));
}

/** The activation bits of a module that a training quantizer replaces: a ReLU with bits. Null for all others. */
export function replacedBits(rules: BitRules, network: Network, module: string): number | null {
  const layer = network.layers.find((candidate: Layer) => candidate.name === module);
  return layer?.kind === 'relu' ? bitsOfModule(rules)(module, false).activations : null;
}

/** Patterns that are no regular expressions, and hints about what their bits mean. */
export function checkBits(rules: BitRules): readonly ArgumentProblem[] {
  return [...Object.keys(rules.overrides).flatMap(checkPattern), ...checkThirtyTwo(rules)];
}

/** A pattern that is no regular expression. */
export function checkPattern(pattern: string): ArgumentProblem[] {
  try {
    RE2JS.compile(pattern);
    return [];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `\`${pattern}\` is no regular expression that runs in linear time (${reason}).`;
    return [{ argument: 'overrides', code: 'bad-pattern', message, severity: 'error' }];
  }
}

function checkThirtyTwo({ bits_activations }: BitRules): ArgumentProblem[] {
  if (bits_activations !== 32) return [];
  const message =
    '32 bits of activations are not off: each ReLU is still replaced by a quantized one. Write `bits_activations: null` to leave them in float.';
  return [{ argument: 'bits_activations', code: 'bits-not-off', message, severity: 'hint' }];
}
