import { networkGraph } from './network-graph.ts';
import type { Layer, Network } from './network.ts';

/** What an early exit reads, and its two layers: `exits.0.flatten` and `exits.0.fc` for the first one. */
function exitLayers(index: number, module: string, lengths: readonly [features: number, classes: number]): Layer[] {
  const [inFeatures, outFeatures] = lengths;
  return [
    { name: `exits.${index}.flatten`, kind: 'flatten', inputs: [module] },
    { name: `exits.${index}.fc`, kind: 'dense', inFeatures, outFeatures, bias: true },
  ];
}

/** Modules that an exit can stand behind: all but the last one, which is the last answer itself, in the network's order. */
export function modulesForExits(network: Network): readonly string[] {
  return network.layers
    .slice(0, -1)
    .filter(({ kind }) => kind !== 'flatten')
    .map(({ name }) => name);
}

/**
 * A network with a further answer behind each of some modules: a dense classifier of all that the module gives
 * (Teerapittayanon et al. 2016, arXiv:1709.01686; reference 9.2). Its layers are called `exits.<i>.flatten` and
 * `exits.<i>.fc`, so that the names of all others stay; Distiller would rename the module to `<module>.branched_module`.
 *
 * @param modules Names among `modulesForExits`, each once, in the network's order.
 * @throws RangeError for other names, or if the network has exits or does not end in classes.
 */
export function attachExits(network: Network, modules: readonly string[]): Network {
  if (network.exits) throw new RangeError(`${network.name} has exits already`);
  const graph = networkGraph(network);
  const classes = [...graph.values()].at(-1)?.outputShape ?? [];
  if (classes.length !== 1) throw new RangeError(`${network.name} does not end in classes`);
  const possible = modulesForExits(network);
  const strange = modules.find((module) => !possible.includes(module));
  if (strange !== undefined) throw new RangeError(`There can be no exit behind ${strange}`);
  const exits = modules.map((_, index) => ({ name: `exit${index}`, layer: `exits.${index}.fc` }));
  let before: string | null = null;
  const layers = network.layers.flatMap((layer): readonly Layer[] => {
    // The layer behind a branch no longer stands behind what it reads.
    const linked: Layer = before === null ? layer : { inputs: [before], ...layer };
    const index = modules.indexOf(layer.name);
    before = index < 0 ? null : layer.name;
    if (index < 0) return [linked];
    const features = graph.get(layer.name)!.outputShape.reduce((product, length) => product * length, 1);
    return [linked, ...exitLayers(index, layer.name, [features, classes[0]!])];
  });
  return { ...network, layers, exits };
}
