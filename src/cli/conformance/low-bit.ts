import * as tf from '@tensorflow/tfjs-core';
import { createInstance } from '../../methods/create-instance.ts';
import type { Quantizer } from '../../methods/quantizer.ts';
import { clippedActivation, learnedClipActivation } from '../../methods/low-bit.ts';
import type { Adapter, Adapters } from './adapter.ts';
import { downloadNumber, upload } from './device.ts';
import { parameterOf } from './layout.ts';
import { outputAndGradient } from './quantization.ts';

/** The area `quant_lowbit`. Element by element, so the layout does not matter. */

function weightsOf(name: string): Adapter {
  return ({ args, inputs }, { math }) => {
    const quantizer: Quantizer = createInstance('quantizer', name, {});
    const { spec } = parameterOf('fc.weight', inputs.tensor('w'));
    const bits = args.number('num_bits');
    return outputAndGradient((w) => quantizer.quantizeParameter(math, w, spec, bits).values, inputs, 'w');
  };
}

export const lowBit: Adapters = {
  dorefa_weight: weightsOf('DorefaQuantizer'),
  wrpn_weight: weightsOf('WRPNQuantizer'),
  clipped_activation: ({ args, inputs }, { math }) => {
    const activation = clippedActivation(args.number('num_bits'), args.number('clip_val'));
    const context = { training: true, learned: {}, state: {} };
    return outputAndGradient((x) => activation.forward(math, x, context).output, inputs, 'x');
  },
  pact_activation: async ({ args, inputs }, { math }) => {
    const clip = args.number('clip_val');
    const activation = learnedClipActivation(args.number('num_bits'), { initial: clip, weightDecay: null });
    const forward = (x: tf.Tensor, learned: tf.Tensor): tf.Tensor =>
      activation.forward(math, x, { training: true, learned: { clip_val: learned }, state: {} }).output;
    const result = await outputAndGradient((x) => forward(x, tf.scalar(clip)), inputs, 'x');
    const [x, dy] = [inputs.tensor('x'), inputs.tensor('grad_output')];
    const gradient = tf.tidy(() => {
      const input = upload(x.shape, x.data);
      return tf.grad((learned) => forward(input, learned))(tf.scalar(clip), upload(dy.shape, dy.data));
    });
    return { ...result, grad_clip_val: await downloadNumber(gradient) };
  },
};
