import type { ShaderType } from './operations.ts';
import type { ValueNode } from './value-graph.ts';

/**
 * How the numbers of a parameter lie in rows of vectors: a row for each position along all axes but the last, and the
 * last axis in vectors of four, filled up with zeros. Numbers per group (of fewer axes) lie likewise: those that vary along
 * the last axis in vectors, others one by one.
 */
export class ParameterAxes {
  readonly lengths: readonly number[];
  readonly columns: number;
  readonly vectors: number;
  private readonly last: number;

  constructor(lengths: readonly number[]) {
    this.lengths = lengths;
    this.last = lengths.length - 1;
    this.columns = lengths.at(-1) ?? 1;
    this.vectors = Math.ceil(this.columns / 4);
  }

  get all(): readonly number[] {
    return this.lengths.map((_, axis) => axis);
  }

  /** Whether the last vector of a row has numbers that are none of the parameter's. */
  get isPadded(): boolean {
    return this.columns % 4 !== 0;
  }

  isVector(axes: readonly number[]): boolean {
    return axes.includes(this.last);
  }

  typeOf(node: ValueNode): ShaderType {
    return this.isVector(node.axes) ? 'vec4f' : 'f32';
  }

  rowAxes(axes: readonly number[]): readonly number[] {
    return axes.filter((axis) => axis !== this.last);
  }

  /** Rows along some axes. */
  rows(axes: readonly number[]): number {
    return this.rowAxes(axes).reduce((product, axis) => product * this.lengths[axis]!, 1);
  }

  /** Vectors, or numbers, along some axes. */
  units(axes: readonly number[]): number {
    return this.rows(axes) * (this.isVector(axes) ? this.vectors : 1);
  }

  /** WGSL that is true for those numbers of vector `c4` of a row that belong to the parameter. */
  isInside(c4: string): string {
    return `(vec4u(${c4} * 4u) + vec4u(0u, 1u, 2u, 3u)) < vec4u(${String(this.columns)}u)`;
  }

  /** WGSL of the row along the axes `to`, from the row along `from`, which has these and more. */
  project(from: readonly number[], row: string, to: readonly number[]): string {
    const runs = this.runs(from, (axis) => to.includes(axis));
    const strides = stridesOf(runs.map(({ length }) => length));
    const kept = runs.flatMap((run, at) => (run.chosen ? [{ ...run, stride: strides[at]!, isFirst: at === 0 }] : []));
    const target = stridesOf(kept.map(({ length }) => length));
    return total(kept.map((run, at) => times(partOf(row, run), target[at]!)));
  }

  /** WGSL of the row along `axes`, from the row along those that are chosen and the row along the others. */
  merge(axes: readonly number[], isChosen: (axis: number) => boolean, chosen: string, others: string): string {
    const runs = this.runs(axes, isChosen);
    const strides = stridesOf(runs.map(({ length }) => length));
    const terms = runs.map((run, at) => {
      const same = runs.flatMap((other, place) => (other.chosen === run.chosen ? [place] : []));
      const within = stridesOf(same.map((place) => runs[place]!.length));
      const place = same.indexOf(at);
      const source = run.chosen ? chosen : others;
      return times(partOf(source, { ...run, stride: within[place]!, isFirst: place === 0 }), strides[at]!);
    });
    return total(terms);
  }

  /** Neighbouring row axes that are chosen, or not, as one. */
  private runs(axes: readonly number[], isChosen: (axis: number) => boolean): readonly Run[] {
    const runs: { chosen: boolean; length: number }[] = [];
    for (const axis of this.rowAxes(axes)) {
      const length = this.lengths[axis]!;
      const before = runs.at(-1);
      if (before?.chosen === isChosen(axis)) before.length *= length;
      else runs.push({ chosen: isChosen(axis), length });
    }
    return runs;
  }
}

interface Run {
  readonly chosen: boolean;
  readonly length: number;
}

function stridesOf(lengths: readonly number[]): readonly number[] {
  return lengths.map((_, at) => lengths.slice(at + 1).reduce((product, length) => product * length, 1));
}

const times = (text: string, factor: number): string => (factor === 1 ? text : `${text} * ${String(factor)}u`);
const total = (terms: readonly string[]): string => (terms.length === 0 ? '0u' : terms.join(' + '));

function partOf(row: string, run: Run & { readonly stride: number; readonly isFirst: boolean }): string {
  const divided = run.stride === 1 ? row : `(${row} / ${String(run.stride)}u)`;
  return run.isFirst ? divided : `(${divided} % ${String(run.length)}u)`;
}
