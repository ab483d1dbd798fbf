import type { KernelProgram } from './dispatch-kernel.ts';
import { flatEntry, flatInvocation, spreadWorkgroups, storage, type Width, widthOf } from './shader-text.ts';

const workgroupSize = 64;

/**
 * PyTorch's SGD with momentum and weight decay, in place, for one parameter. Uniforms in the order of the struct.
 *
 * SwiftShader, two busy cores, 256×64: 6 dispatches and 1.4 ms by operations of TensorFlow.js, 0.6 ms by this kernel.
 */
export function sgdUpdateProgram(size: number, nesterov: boolean): KernelProgram {
  const buffers = ['weights', 'velocity'];
  const uniforms = ['learningRate', 'momentum', 'weightDecay'];
  const direction = nesterov ? 'g + u.momentum * v' : 'v';
  return updateProgram(
    `sgd-update ${size} ${Number(nesterov)}`,
    size,
    { buffers, uniforms },
    `
  let w = weights[index];
  let g = gradient[index] + u.weightDecay * w;
  let v = u.momentum * velocity[index] + g;
  velocity[index] = v;
  weights[index] = w - u.learningRate * (${direction});`,
  );
}

/**
 * PyTorch's Adam, in place, for one parameter; the bias corrections are in `stepSize` and `correction`.
 *
 * SwiftShader, two busy cores, 256×64: 13 dispatches and 3.1 ms by operations of TensorFlow.js, 0.7 ms by this kernel.
 */
export function adamUpdateProgram(size: number): KernelProgram {
  const buffers = ['weights', 'mean', 'variance'];
  const uniforms = ['stepSize', 'beta1', 'beta2', 'correction', 'epsilon', 'weightDecay'];
  return updateProgram(
    `adam-update ${size}`,
    size,
    { buffers, uniforms },
    `
  let w = weights[index];
  let g = gradient[index] + u.weightDecay * w;
  let m = u.beta1 * mean[index] + (1.0 - u.beta1) * g;
  let v = u.beta2 * variance[index] + (1.0 - u.beta2) * g * g;
  mean[index] = m;
  variance[index] = v;
  weights[index] = w - u.stepSize * m / (sqrt(v) / u.correction + u.epsilon);`,
  );
}

/** weights ← weights · mask, in place. */
export function maskUpdateProgram(size: number): KernelProgram {
  const body = 'weights[index] = weights[index] * gradient[index];';
  return updateProgram(`mask-update ${size}`, size, { buffers: ['weights'], uniforms: [] }, body);
}

interface Operands {
  /** Written in place, in this order from binding 0; `gradient` follows, then the uniforms. */
  readonly buffers: readonly string[];
  readonly uniforms: readonly string[];
}

function updateProgram(key: string, size: number, { buffers, uniforms }: Operands, body: string): KernelProgram {
  const width: Width = widthOf(size);
  const shape = { length: size, width };
  const fields = uniforms.map((name) => `${name}: f32,`).join(' ');
  return {
    key,
    workgroups: spreadWorkgroups(Math.ceil(size / width / workgroupSize)),
    shader: () => `
${buffers.map((name, binding) => storage(binding, name, 'read_write', shape)).join('\n')}
${storage(buffers.length, 'gradient', 'read', shape)}
${uniforms.length === 0 ? '' : `struct Uniforms { ${fields} }\n@group(0) @binding(${buffers.length + 1}) var<uniform> u: Uniforms;`}

${flatEntry(workgroupSize)} {
  ${flatInvocation('index', workgroupSize)}
  if (index >= ${size / width}u) { return; }
  ${body}
}`,
  };
}
