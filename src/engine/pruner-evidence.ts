import * as tf from '@tensorflow/tfjs-core';
import { activationBehind } from '../core/activation-behind.ts';
import { networkParameters, type Layer, type Network } from '../core/network.ts';
import type { MethodDefinition, PrunerDefinition } from '../methods/define-method.ts';
import type { Pruner } from '../methods/pruner.ts';
import type { Checkpoint } from '../protocol/epoch-memory.ts';
import type { Policy } from '../schedule/schedule.ts';
import { type ActivationStatistics, ActivationTallies } from './activation-tallies.ts';

/** A pruner that wants to know more than weights, and of which parameters. */
interface Need {
  readonly policy: Extract<Policy, { kind: 'pruner' }>;
  readonly parameters: readonly string[];
}

/**
 * What pruners rank by besides weights: activations of the training epoch, and gradients of the last step. Both are only
 * looked at while a policy stands in the file that will want them.
 */
export class PrunerEvidence {
  private readonly needs: { readonly activations: readonly Need[]; readonly gradient: readonly Need[] };
  /** Activation by the layer that it reads. */
  private readonly activations: ReadonlyMap<string, string>;
  private watched: ReadonlySet<string> = new Set();
  private keptGradients: ReadonlySet<string> = new Set();
  private readonly tallies = new ActivationTallies();
  private readonly gradients = new Map<string, tf.Tensor>();
  private earlier: Checkpoint['evidence'] = { gradients: [], activations: [] };

  constructor(policies: readonly Policy[], network: Network) {
    this.needs = {
      activations: findNeeds(policies, network, 'activations'),
      gradient: findNeeds(policies, network, 'gradient'),
    };
    const layers = this.needs.activations.flatMap(({ parameters }) => parameters.map(layerOf));
    this.activations = new Map(
      layers.flatMap((layer): [string, string][] => {
        const activation = activationBehind(network, layer);
        return activation === null ? [] : [[layer, activation]];
      }),
    );
  }

  /** What earlier epochs have seen of activations is forgotten; gradients stay. */
  beginEpoch(epoch: number): void {
    const wanting = (needs: readonly Need[]): readonly string[] =>
      needs.filter(({ policy }) => isWantedIn(policy, epoch)).flatMap(({ parameters }) => parameters);
    const layers = wanting(this.needs.activations).map(layerOf);
    this.watched = new Set(layers.flatMap((layer) => this.activations.get(layer) ?? []));
    this.keptGradients = new Set(wanting(this.needs.gradient));
    this.tallies.clear();
    this.earlier = { ...this.earlier, activations: [] };
  }

  /** Whether something is looked at in this epoch. */
  get isWatching(): boolean {
    return this.watched.size + this.keptGradients.size > 0;
  }

  /** Takes the output of a layer in a training forward pass into account. */
  readonly observe = (layer: Layer, output: tf.Tensor): void => {
    if (this.watched.has(layer.name)) this.tallies.add(layer.name, output);
  };

  /** Takes the gradients of a step into account; they stay with the caller. */
  keepGradients(gradientOf: (parameter: string) => tf.Tensor | undefined): void {
    for (const parameter of this.keptGradients) {
      const gradient = gradientOf(parameter);
      if (gradient === undefined) continue;
      this.gradients.get(parameter)?.dispose();
      this.gradients.set(parameter, tf.keep(tf.clone(gradient)));
    }
  }

  /** Per output channel of a layer, what the activation behind it was like; null if nothing was seen. */
  async readActivations(layer: string): Promise<ActivationStatistics | null> {
    const seen = await this.tallies.read(this.activations.get(layer) ?? '');
    return seen ?? this.earlier.activations.find(({ name }) => name === layer) ?? null;
  }

  /** Of the last step; null before the first. */
  async readGradient(parameter: string): Promise<Float32Array | null> {
    const gradient = this.gradients.get(parameter);
    if (gradient !== undefined) return Float32Array.from(await gradient.data());
    return this.earlier.gradients.find(({ name }) => name === parameter)?.values ?? null;
  }

  /** Copies of all that was seen, for `restore`. */
  async readAll(): Promise<Checkpoint['evidence']> {
    const parameters = this.needs.gradient.flatMap(({ parameters }) => parameters);
    const gradients = await Promise.all(
      [...new Set(parameters)].map(async (name) => ({ name, values: await this.readGradient(name) })),
    );
    const activations = await Promise.all(
      [...this.activations.keys()].map(async (name) => ({ name, seen: await this.readActivations(name) })),
    );
    return {
      gradients: gradients.flatMap(({ name, values }) => (values === null ? [] : [{ name, values }])),
      activations: activations.flatMap(({ name, seen }) => (seen === null ? [] : [{ name, ...seen }])),
    };
  }

  /** What was seen in epochs that were trained before, until something newer is. */
  restore(evidence: Checkpoint['evidence']): void {
    this.earlier = evidence;
  }

  /** Forgets everything, as the network has other shapes now. */
  forget(): void {
    this.tallies.clear();
    tf.dispose([...this.gradients.values()]);
    this.gradients.clear();
    this.earlier = { gradients: [], activations: [] };
  }
}

/** What a method wants to know besides weights. */
export function needsOf(definition: MethodDefinition): NonNullable<PrunerDefinition['needs']> {
  return definition.kind === 'pruner' ? (definition.needs ?? []) : [];
}

function findNeeds(policies: readonly Policy[], network: Network, what: 'activations' | 'gradient'): readonly Need[] {
  return policies.flatMap((policy): Need[] => {
    if (policy.kind !== 'pruner') return [];
    const { definition, args } = policy.component;
    if (!needsOf(definition).includes(what)) return [];
    const pruner = definition.create(args) as Pruner;
    const touched = networkParameters(network).filter((spec) => pruner.touches(spec, policy.args.levels));
    return [{ policy, parameters: touched.map(({ name }) => name) }];
  });
}

/** A policy asks at the beginning of its epochs, or within them. */
function isWantedIn({ epochs, args }: Need['policy'], epoch: number): boolean {
  const last = Math.max(-1, ...epochs);
  return epoch < last || (epoch === last && (args.mini_batch_pruning_frequency > 0 || args.skip_first_minibatch));
}

function layerOf(parameter: string): string {
  return parameter.slice(0, parameter.lastIndexOf('.'));
}
