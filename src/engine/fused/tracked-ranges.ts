import type { ActivationQuantizer } from '../../methods/quantizer.ts';
import type { Recorder } from './recorder.ts';
import { type Bound, extremeLane, hoisted, larger, smaller } from './shader.ts';
import type { ActivationExtreme, ActivationProgram, ActivationSources } from './symbolic/activation-program.ts';
import { programs } from './symbolic-programs.ts';

/** Quantized activations of one module: what is computed, and where its numbers are. */
export interface TrackedModule {
  readonly module: string;
  readonly training: ActivationProgram;
  readonly inference: ActivationProgram;
  /** Position of its first extreme. */
  readonly extremes: number;
  /** Positions of tracked state and learned scalars. */
  readonly state: ReadonlyMap<string, number>;
  readonly learned: ReadonlyMap<string, number>;
}

/** All quantized activations of a network: extremes lie in one buffer of u32, tracked and learned scalars in one of f32. */
export interface TrackedRanges {
  readonly modules: ReadonlyMap<string, TrackedModule>;
  readonly initialExtremes: Uint32Array;
  readonly initialScalars: Float32Array;
}

export interface RangeMemory {
  readonly ranges: TrackedRanges;
  /**
   * atomic<u32>, numbers in the order of the values: extremes of activations in the running step, then from `weightExtremes`
   * on the smallest and the largest weight of tracked parameters as the last step has left them, or 0 as the largest if
   * somebody has seen to them.
   */
  readonly extremes: Bound;
  readonly weightExtremes: number;
  /** f32 */
  readonly scalars: Bound;
  /** f32, parallel to `scalars`: gradients of the learned ones. */
  readonly learnedGradients: Bound;
}

/** What the buffers are called in a kernel. */
export interface RangeNames {
  readonly extremes: string;
  readonly scalars: string;
}

const neutral = { min: 0xffff_ffff, max: 0 } as const;

/** Null if a quantizer has no fused form. To be called after `loadPrograms` if there are any. */
export function planRanges(quantizers: ReadonlyMap<string, ActivationQuantizer>): TrackedRanges | null {
  const modules = new Map<string, TrackedModule>();
  const extremes: number[] = [];
  const scalars: number[] = [];
  const put = (name: string, initial: number): [string, number] => [name, scalars.push(initial) - 1];
  for (const [module, quantizer] of quantizers) {
    const { traceActivation } = programs();
    const [training, inference] = [traceActivation(quantizer, true), traceActivation(quantizer, false)];
    if (training === null || inference === null || inference.extremes.length > 0) return null;
    const state = new Map(Object.entries(quantizer.state).map(([name, initial]) => put(name, initial)));
    const learned = new Map(quantizer.learned.map(({ name, initial }) => put(name, initial)));
    modules.set(module, { module, training, inference, extremes: extremes.length, state, learned });
    extremes.push(...training.extremes.map(({ kind }) => neutral[kind]));
  }
  return { modules, initialExtremes: Uint32Array.from(extremes), initialScalars: Float32Array.from(scalars) };
}

export function allocateRanges(recorder: Recorder, ranges: TrackedRanges, trackedParameters = 0): RangeMemory {
  const { initialExtremes, initialScalars } = ranges;
  const weightExtremes = initialExtremes.length;
  const extremes = recorder.allocate('extremes', 'atomic<u32>', weightExtremes + 2 * trackedParameters);
  const scalars = recorder.allocate('tracked scalars', 'f32', initialScalars.length);
  if (initialExtremes.length > 0) recorder.write(extremes, initialExtremes);
  if (initialScalars.length > 0) recorder.write(scalars, initialScalars);
  const learnedGradients = recorder.allocate('gradients of learned scalars', 'f32', initialScalars.length);
  return { ranges, extremes, weightExtremes, scalars, learnedGradients };
}

/** Values for `RangeMemory.scalars` by `<module>.<name>`; those that are absent start anew. */
export function packScalars(ranges: TrackedRanges, values: ReadonlyMap<string, number>): Float32Array {
  const packed = ranges.initialScalars.slice();
  for (const [name, at] of scalarPlaces(ranges)) packed[at] = values.get(name) ?? packed[at]!;
  return packed;
}

/** Learned scalars and tracked state by `<module>.<name>`. */
export function unpackScalars(ranges: TrackedRanges, packed: Float32Array): ReadonlyMap<string, number> {
  return new Map(scalarPlaces(ranges).map(([name, at]) => [name, packed[at]!]));
}

/** Positions of all scalars by `<module>.<name>`. */
function scalarPlaces({ modules }: TrackedRanges): readonly (readonly [string, number])[] {
  return [...modules.values()].flatMap(({ module, state, learned }) =>
    [...learned, ...state].map(([name, at]) => [`${module}.${name}`, at] as const),
  );
}

const bitsOf = new Uint32Array(1);
const numberOf = new Float32Array(bitsOf.buffer);

/** As the function of that name in `rangeDeclarations`. */
function orderOf(value: number): number {
  numberOf[0] = value;
  const bits = bitsOf[0]!;
  return (bits >= 0x8000_0000 ? ~bits : bits | 0x8000_0000) >>> 0;
}

/** Numbers in the order of the values for the smallest and the largest of some. */
export function extremesOf(values: Float32Array): Uint32Array {
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return Uint32Array.of(orderOf(least), orderOf(most));
}

/** WGSL of functions that the texts below rely on. */
export const rangeDeclarations = `
fn orderOf(value: f32) -> u32 {
  let bits = bitcast<u32>(value);
  return select(bits | 0x80000000u, ~bits, bits >= 0x80000000u);
}
fn valueOf(order: u32) -> f32 {
  return bitcast<f32>(select(~order, order & 0x7fffffffu, order >= 0x80000000u));
}`;

function sourcesOf({ extremes, state, learned }: TrackedModule, names: RangeNames): ActivationSources {
  const scalar = (at: number | undefined): string => `${names.scalars}[${hoisted('scalar', at!)}]`;
  return {
    extreme: (index) => `valueOf(atomicLoad(&${names.extremes}[${hoisted('extremes', extremes)} + ${String(index)}u]))`,
    state: (name) => scalar(state.get(name)),
    learned: (name) => scalar(learned.get(name)),
  };
}

/** Statements that a program's other texts of that scope rely on; all extremes must be known. */
export function scalarsText(module: TrackedModule, names: RangeNames, isTraining: boolean, scope: string): string {
  const program = isTraining ? module.training : module.inference;
  return program.scalars(sourcesOf(module, names), scope);
}

/** Statements that take vectors of an activation into account, once per invocation. Every lane of a vector must count. */
export function observeText(module: TrackedModule, names: RangeNames, values: readonly string[]): string {
  const { begin, take, end } = observing(module, names);
  return [begin, ...values.map(take), end].join('\n');
}

const noneSeen = { min: '3.4028234663852886e38f', max: '-3.4028234663852886e38f' } as const;

/** The same piece by piece: what comes before all vectors, what takes one into account, and what comes behind them. */
export function observing(
  { training, extremes }: TrackedModule,
  names: RangeNames,
): { readonly begin: string; readonly take: (value: string) => string; readonly end: string } {
  const own = (index: number): string => `extreme${String(index)}`;
  const forEach = (text: (extreme: ActivationExtreme, index: number) => string): string =>
    training.extremes.map(text).join('\n');
  return {
    begin: forEach(({ kind }, index) => `var ${own(index)} = vec4f(${noneSeen[kind]});`),
    take: (value) =>
      forEach(({ kind, of }, index) => {
        const { statements, value: seen } = of(value, `v${String(index)}_`);
        const next = (kind === 'max' ? larger : smaller)('seen', own(index));
        return `{ ${statements}\nlet seen = ${seen}; ${own(index)} = ${next}; }`;
      }),
    end: forEach(({ kind }, index) => {
      const [sign, atomic] = kind === 'min' ? ['<', 'atomicMin'] : ['>', 'atomicMax'];
      const to = `${names.extremes}[${hoisted('extremes', extremes)} + ${String(index)}u]`;
      // Most see nothing new, and need not wait for each other.
      return `{ ${extremeLane(kind, own(index))}
  let order = orderOf(${own(index)}Lane); if (order ${sign} atomicLoad(&${to})) { ${atomic}(&${to}, order); } }`;
    }),
  };
}

/** Statements for one invocation at the end of a step: the tracked state moves on, extremes start anew. */
export function commitText({ modules }: TrackedRanges, names: RangeNames): string {
  return [...modules.values()]
    .map((module) => {
      const scope = 'commit';
      const next = Object.entries(module.training.nextState(scope));
      const state = next.map(([name, value]) => `${names.scalars}[${String(module.state.get(name))}u] = ${value};`);
      const resets = module.training.extremes.map(
        ({ kind }, index) =>
          `atomicStore(&${names.extremes}[${String(module.extremes + index)}u], ${String(neutral[kind])}u);`,
      );
      return `{\n${scalarsText(module, names, true, scope)}\n${state.join('\n')}\n${resets.join('\n')}\n}`;
    })
    .join('\n');
}
