import { networkGraph, type GraphNode } from './network-graph.ts';
import type { Network } from './network.ts';

/** Work of one convolution or dense layer for one input (reference 11.2). Biases and sparsity are not counted. */
export interface LayerWork {
  readonly layer: string;
  readonly kind: 'conv2d' | 'dense';
  /** [height, width] of a convolution's kernel, else null. */
  readonly kernelSize: readonly [number, number] | null;
  /** Shapes without the batch, and how many values they hold. */
  readonly inputShape: readonly number[];
  readonly inputVolume: number;
  readonly outputShape: readonly number[];
  readonly outputVolume: number;
  readonly weightCount: number;
  /** Multiply-accumulates: output volume · in · kernel area, or the weights of a dense layer. */
  readonly macs: number;
}

export interface ComputeSummary {
  readonly layers: readonly LayerWork[];
  readonly totalMacs: number;
}

/** Multiply-accumulates and volumes of every convolution and dense layer of a network, in its order. */
export function summarizeCompute(network: Network): ComputeSummary {
  const layers = [...networkGraph(network).values()].flatMap(workOf);
  return { layers, totalMacs: layers.reduce((sum, { macs }) => sum + macs, 0) };
}

function workOf({ layer, inputShapes, outputShape }: GraphNode): LayerWork[] {
  if (layer.kind !== 'conv2d' && layer.kind !== 'dense') return [];
  const inputShape = inputShapes[0]!;
  const shared = {
    layer: layer.name,
    inputShape,
    inputVolume: volume(inputShape),
    outputShape,
    outputVolume: volume(outputShape),
  };
  if (layer.kind === 'dense') {
    const weightCount = layer.inFeatures * layer.outFeatures;
    return [{ ...shared, kind: layer.kind, kernelSize: null, weightCount, macs: weightCount }];
  }
  const perOutput = volume(layer.kernelSize) * layer.inChannels;
  return [
    {
      ...shared,
      kind: layer.kind,
      kernelSize: layer.kernelSize,
      weightCount: perOutput * layer.outChannels,
      macs: shared.outputVolume * perOutput,
    },
  ];
}

const volume = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);
