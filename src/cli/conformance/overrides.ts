import { type Layer, type LayerKind, type Network, withoutModulePrefix } from '../../core/network.ts';
import { createInstance } from '../../methods/create-instance.ts';
import { resolveOverrides } from '../../methods/match-modules.ts';
import { bitsOfModule, type BitRules } from '../../methods/override-rules.ts';
import type { Adapters } from './adapter.ts';
import type { Fields } from './vector-file.ts';

/** The area `quantizer_overrides`. */

const quantizers = {
  dorefa: { name: 'DorefaQuantizer', replacement: 'ClippedLinearQuantization' },
  wrpn: { name: 'WRPNQuantizer', replacement: 'ClippedLinearQuantization' },
  pact: { name: 'PACTQuantizer', replacement: 'LearnedClippedLinearQuantization' },
  linear_qat: { name: 'QuantAwareTrainRangeLinearQuantizer', replacement: 'FakeQuantizationWrapper' },
} as const;

/** [name, type] of a case. */
type Module = readonly [string, string];

/** Parameters of a module by its type, in order. */
const parameterNames: Readonly<Record<string, readonly string[]>> = {
  conv: ['weight', 'bias'],
  convnb: ['weight'],
  linear: ['weight', 'bias'],
  embedding: ['weight'],
  bn: ['weight', 'bias'],
};
const holdsQuantizedWeights = (type: string): boolean => type !== 'bn' && type in parameterNames;

/** The modules with the containers that dotted names imply, the root first. */
function withContainers(modules: readonly Module[]): readonly Module[] {
  const seen = new Map<string, string>([['', 'container']]);
  for (const [name, type] of modules) {
    const parts = name.split('.');
    parts.slice(0, -1).forEach((_, depth) => {
      const container = parts.slice(0, depth + 1).join('.');
      if (!seen.has(container)) seen.set(container, 'container');
    });
    seen.set(name, type);
  }
  return [...seen];
}

const kinds: Readonly<Record<string, LayerKind>> = { relu: 'relu', conv: 'conv2d', convnb: 'conv2d', linear: 'dense' };

/** What the quantizer needs of a layer to decide whether to replace it: its name and kind. */
function networkOf(modules: readonly Module[]): Network {
  const layers = modules.map(([name, type]) => ({ name, kind: kinds[type] ?? 'flatten' }) as Layer);
  return { name: 'case', inputShape: [], layers };
}

function rulesOf(args: Fields, modules: readonly Module[]): BitRules {
  const overrides = args.get<readonly (readonly [string, object])[]>('overrides');
  const names = modules.map(([name]) => withoutModulePrefix(name));
  const rules = args.pick('bits_activations', 'bits_weights', 'bits_bias') as unknown as Omit<BitRules, 'overrides'>;
  return { ...rules, overrides: resolveOverrides(Object.fromEntries(overrides), names) };
}

export const overrides: Adapters = {
  quantizer_bits: ({ args }) => {
    const { name: className, replacement } = quantizers[args.get<keyof typeof quantizers>('quantizer')];
    const modules = args.get<readonly Module[]>('modules');
    const rules = rulesOf(args, withContainers(modules));
    const quantizer = createInstance('quantizer', className, rules);
    const bitsOf = bitsOfModule(rules);
    const bits = withContainers(modules).map(([name, type]) => bitsOf(name, holdsQuantizedWeights(type)));
    const toQuantize = modules.flatMap(([name, type]) => {
      const { weights, bias } = bitsOf(name, holdsQuantizedWeights(type));
      const named = (parameterNames[type] ?? []).map((own) => [name, own, own === 'bias' ? bias : weights] as const);
      return named.filter(([, , width]) => width !== null);
    });
    const network = networkOf(modules);
    const replaced = modules.flatMap(([name]) => {
      const activation = quantizer.replaceModule(network, name);
      return activation === null
        ? []
        : [{ name, learned: activation.learned.map((scalar) => `${name}.${scalar.name}`) }];
    });
    const isQuantized = (module: string, own: string): boolean =>
      toQuantize.some(([name, parameter]) => name === module && parameter === own);
    const parameters = modules.flatMap(([name, type]) =>
      (parameterNames[type] ?? []).map((own) => `${name}.${isQuantized(name, own) ? 'float_' : ''}${own}`),
    );
    const learned = replaced.flatMap((module) => module.learned);
    return {
      module_bits: Object.fromEntries(
        bits.map(({ module, activations, weights, bias }) => [module, { acts: activations, wts: weights, bias }]),
      ),
      params_to_quantize: toQuantize,
      replaced: Object.fromEntries(replaced.map(({ name }) => [name, replacement])),
      param_groups: learned.length > 0 ? [parameters.length, learned.length] : [parameters.length],
      parameter_names: [...parameters, ...learned].sort(),
    };
  },
};
