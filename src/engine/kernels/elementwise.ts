import type { KernelProgram } from './dispatch-kernel.ts';
import { flatEntry, flatInvocation, spreadWorkgroups, storage, typeOf, widthOf } from './shader-text.ts';

/** How an operand meets the output: element by element, as one number, or as one number per index of the last axis. */
export type Spread = 'full' | 'scalar' | 'row';

export interface ElementwiseShape {
  /** Elements of the output. */
  readonly size: number;
  /** Length of its last axis. */
  readonly columns: number;
  readonly spreads: readonly Spread[];
}

export interface ElementwiseOperation {
  readonly name: string;
  /** WGSL expression of the operands x0, x1, ... and of `zero`, valid for f32 and vec4f. Comparisons are of type bool and vec4<bool>. */
  readonly expression: string;
  /** Booleans are stored as integers, as TensorFlow.js keeps them. */
  readonly isBoolean?: boolean;
}

const workgroupSize = 64;

/**
 * One expression over tensors, four elements at a time where the shape allows it. TensorFlow.js works out the position of
 * every single element of every operand as soon as one of them is broadcast.
 *
 * SwiftShader, two busy cores, bias of 64×24×24×8: TensorFlow.js 128 ms, this kernel 2 ms.
 */
export function elementwiseProgram(operation: ElementwiseOperation, shape: ElementwiseShape): KernelProgram {
  const { size, columns, spreads } = shape;
  const width = spreads.includes('row') ? widthOf(columns) : widthOf(size);
  const invocations = size / width;
  return {
    key: `elementwise ${operation.name} ${size} ${columns} ${spreads.join(' ')}`,
    workgroups: spreadWorkgroups(Math.ceil(invocations / workgroupSize)),
    shader: () => {
      const type = typeOf(width);
      const operands = spreads.map((spread, at) => {
        const length = { full: size, row: columns, scalar: 1 }[spread];
        return storage(at, `operand${at}`, 'read', { length, width: spread === 'scalar' ? 1 : width });
      });
      const loads = spreads.map((spread, at) => {
        const index = { full: 'index', row: `index % ${columns / width}u`, scalar: '0' }[spread];
        return `let x${at} = ${type}(operand${at}[${index}]);`;
      });
      const integers = width === 4 ? 'vec4i' : 'i32';
      const stored = operation.isBoolean === true ? integers : type;
      const value =
        operation.isBoolean === true
          ? `select(${stored}(0), ${stored}(1), ${operation.expression})`
          : operation.expression;
      return `
${operands.join('\n')}
@group(0) @binding(${spreads.length}) var<storage, read_write> output: array<${stored}, ${invocations}>;

${flatEntry(workgroupSize)} {
  ${flatInvocation('index', workgroupSize)}
  if (index >= ${invocations}u) { return; }
  ${loads.join('\n  ')}
  let zero = ${type}(0);
  output[index] = ${value};
}`;
    },
  };
}

/**
 * How an operand is spread over an output; null if it is broadcast in another way.
 *
 * @param operand Its shape.
 * @param output Shape of the output.
 */
export function spreadOf(operand: readonly number[], output: readonly number[]): Spread | null {
  const product = (shape: readonly number[]): number => shape.reduce((size, length) => size * length, 1);
  if (product(operand) === product(output)) return 'full';
  if (product(operand) === 1) return 'scalar';
  const isRow = operand.at(-1) === output.at(-1) && product(operand) === operand.at(-1);
  return isRow ? 'row' : null;
}
