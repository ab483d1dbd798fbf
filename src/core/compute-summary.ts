import { networkGraph, type GraphNode } from './network-graph.ts';
import { isLinear, kernelShape, type LinearLayer, type Network } from './network.ts';

/** Work of one convolution or dense layer for one input (reference 11.2). Biases and sparsity are not counted. */
export interface LayerWork {
  readonly layer: string;
  readonly kind: LinearLayer['kind'];
  /** [height, width] of a convolution's kernel, else null. */
  readonly kernelSize: readonly [number, number] | null;
  /** Shapes without the batch, and how many values they hold. */
  readonly inputShape: readonly number[];
  readonly inputVolume: number;
  readonly outputShape: readonly number[];
  readonly outputVolume: number;
  readonly weightCount: number;
  /** Multiply-accumulates: output volume · in · kernel area, where in is 1 for a depthwise layer; or a dense layer's weights. */
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
  if (!isLinear(layer)) return [];
  const inputShape = inputShapes[0]!;
  const shape = kernelShape(layer);
  const weightCount = volume(shape);
  const outputVolume = volume(outputShape);
  const isDense = layer.kind === 'dense';
  const work = {
    layer: layer.name,
    kind: layer.kind,
    kernelSize: isDense ? null : layer.kernelSize,
    inputShape,
    inputVolume: volume(inputShape),
    outputShape,
    outputVolume,
    weightCount,
    macs: isDense ? weightCount : outputVolume * volume(shape.slice(0, -1)),
  };
  return [work];
}

const volume = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);
