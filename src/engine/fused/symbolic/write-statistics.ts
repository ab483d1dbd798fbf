import { each, lanes as components } from '../shader.ts';
import { type ReductionOperation, reductionOperations, type ShaderType } from './operations.ts';
import type { ParameterAxes } from './parameter-axes.ts';
import { type StatisticsStep, valueGradient } from './plan-statistics.ts';
import type { ReductionNode, ValueNode } from './value-graph.ts';
import { type Names, type Written, writeValues } from './write-shader.ts';

/**
 * Where a shader finds a parameter and what is known of it: `stats: array<f32>` from `base` on. Expressions must not read
 * names that statistics declare in their blocks: row, c4, q, i, p, t, part, a0, a1, …
 */
export interface ParameterSite {
  /** u32 expression. */
  readonly base: string;
  /** Of all names that are declared. */
  readonly prefix: string;
  /** vec4f expression of the weights at u32 expressions. */
  readonly weight4: (row: string, c4: string) => string;
  /** Number of the invocation in its workgroup, u32. */
  readonly lane: string;
  /** Invocations in the workgroup; `scratch: array<vec4f>` in workgroup memory has as many. */
  readonly lanes: number;
  /** Names of slots that were read before, by number. */
  readonly loaded?: ReadonlyMap<number, string>;
}

/** A place in the parameter, or among groups, where values are computed. */
export interface Place {
  readonly axes: readonly number[];
  /** Row along these axes, u32. */
  readonly row: string;
  readonly c4: string;
  /** vec4f of given tensors, where `axes` are all. */
  readonly given?: (name: string) => string;
}

/** Writes what reads and fills the slots of one parameter. */
export class StatisticsWriter {
  private readonly axes: ParameterAxes;
  private readonly slots: ReadonlyMap<ValueNode, number>;
  private readonly site: ParameterSite;

  constructor(axes: ParameterAxes, slots: ReadonlyMap<ValueNode, number>, site: ParameterSite) {
    this.axes = axes;
    this.slots = slots;
    this.site = site;
  }

  /** Values of formulas at a place; what is ready is read from slots. */
  values(roots: readonly ValueNode[], place: Place, ready: ReadonlySet<ValueNode>, suffix = ''): Written {
    const known: Names['known'] = (node) => {
      if (node.kind === 'source') return place.given?.(node.name) ?? null;
      return ready.has(node) ? this.read(node, place) : null;
    };
    const typeOf = (node: ValueNode): ShaderType => this.axes.typeOf(node);
    return writeValues(roots, { prefix: `${this.site.prefix}${suffix}`, typeOf, known });
  }

  /** Statements of the steps in order, for one workgroup; with barriers between them and at the end. */
  steps(steps: readonly StatisticsStep[], gradient4: ParameterSite['weight4'] | null): string {
    const given = (row: string, c4: string) => (name: string) =>
      name === valueGradient && gradient4 !== null ? gradient4(row, c4) : this.site.weight4(row, c4);
    return steps
      .map((step) => {
        const passes = step.passes.map((pass) => this.pass(pass, step, given));
        const formulas = step.formulas.map((nodes) => this.formulas(nodes, step));
        return [...passes, ...formulas, 'storageBarrier();'].join('\n');
      })
      .join('\n');
  }

  /** Statements of steps that need one invocation, since what they reduce was reduced elsewhere. */
  given(steps: readonly StatisticsStep[], reduced: (node: ReductionNode) => string): string {
    const place: Place = { axes: [], row: '0u', c4: '0u' };
    const done = new Set<ValueNode>();
    return steps
      .map(({ passes, formulas }, step) => {
        const stored = passes.flat().map((node) => this.store(node, '0u', reduced(node)));
        passes.flat().forEach((node) => done.add(node));
        const nodes = formulas.flat();
        const { statements, values } = this.values(nodes, place, new Set(done), `s${String(step)}_`);
        nodes.forEach((node) => done.add(node));
        return [...stored, statements, ...nodes.map((node, at) => this.store(node, '0u', values[at]!))].join('\n');
      })
      .join('\n');
  }

  private pass(
    nodes: readonly ReductionNode[],
    { ready }: StatisticsStep,
    given: (row: string, c4: string) => (name: string) => string,
  ): string {
    const { axes, site } = this;
    const [from, to] = [nodes[0]!.value.axes, nodes[0]!.axes];
    const [isVector, keepsLast] = [axes.isVector(from), axes.isVector(to)];
    const groups = axes.units(to);
    const items = axes.units(from) / groups;
    const parts = Math.max(1, Math.min(Math.floor(site.lanes / groups), items));
    const vectors = `${String(axes.vectors)}u`;
    const c4 = keepsLast ? `(q % ${vectors})` : `(i % ${vectors})`;
    const group = keepsLast ? `(q / ${vectors})` : 'q';
    const item = isVector && !keepsLast ? `(i / ${vectors})` : 'i';
    const row = axes.merge(from, (axis) => to.includes(axis), group, item);
    const isAll = from.length === axes.lengths.length;
    const place: Place = { axes: from, row: 'row', c4: 'c4', ...(isAll && { given: given('row', 'c4') }) };
    const type: ShaderType = isVector ? 'vec4f' : 'f32';
    const { statements, values } = this.values(
      nodes.map(({ value }) => value),
      place,
      ready,
    );
    const isCut = isVector && !keepsLast && axes.isPadded;
    const accumulators = nodes.map((node, at) => {
      const { identity, shader } = operationOf(node);
      const value = isCut ? `select(vec4f(${identity}), ${values[at]!}, ${axes.isInside('c4')})` : values[at]!;
      return {
        start: `var a${String(at)} = ${type}(${identity});`,
        add: `a${String(at)} = ${shader(`a${String(at)}`, value)};`,
        result: isVector && !keepsLast ? acrossVector(node, `a${String(at)}`) : `a${String(at)}`,
      };
    });
    const loop = (first: string, step: string): string => `for (var i = ${first}; i < ${String(items)}u; i += ${step}) {
        let row = ${row};
        ${isVector ? `let c4 = ${c4};` : ''}
        ${statements}
        ${accumulators.map(({ add }) => add).join('\n')}
      }`;
    const starts = accumulators.map(({ start }) => start).join('\n');
    const results = accumulators.map(({ result }) => result);
    if (parts === 1) {
      return `for (var q = ${site.lane}; q < ${String(groups)}u; q += ${String(site.lanes)}u) {
      ${starts}
      ${loop('0u', '1u')}
      ${nodes.map((node, at) => this.store(node, 'q', results[at]!)).join('\n')}
    }`;
    }
    return `{
      let q = ${site.lane} % ${String(groups)}u;
      let part = ${site.lane} / ${String(groups)}u;
      ${starts}
      if (part < ${String(parts)}u) { ${loop('part', `${String(parts)}u`)} }
      ${this.combine(nodes, results, { groups, parts, keepsLast })}
    }`;
  }

  /** Makes one of the results of `parts` invocations per group, in the same order at all times. */
  private combine(
    nodes: readonly ReductionNode[],
    results: readonly string[],
    { groups, parts, keepsLast }: { readonly groups: number; readonly parts: number; readonly keepsLast: boolean },
  ): string {
    const size = keepsLast ? 1 : 4;
    const width = Math.min(parts, Math.max(8, Math.ceil(Math.sqrt(parts))));
    const rounds = Array.from({ length: Math.ceil(nodes.length / size) }, (_, round) => {
      const own = nodes.slice(round * size, (round + 1) * size);
      const given = results.slice(round * size, (round + 1) * size);
      const packed = keepsLast ? given[0]! : `vec4f(${each(4, (at) => `${given[at] ?? '0f'},`)})`;
      const both = combineVectors(own, keepsLast);
      const other = (part: string): string => `scratch[q + ${String(groups)}u * ${part}]`;
      const stored = own.map((node, at) => this.store(node, 'q', keepsLast ? 't' : `t.${components[at]!}`)).join('\n');
      const gather = `if (part < ${String(width)}u) {
        var t = scratch[${this.site.lane}];
        for (var p = part + ${String(width)}u; p < ${String(parts)}u; p += ${String(width)}u) { t = ${both('t', other('p'))}; }
        scratch[${this.site.lane}] = t;
      }
      workgroupBarrier();`;
      return `scratch[${this.site.lane}] = ${packed};
      workgroupBarrier();
      ${width < parts ? gather : ''}
      if (part == 0u) {
        var t = scratch[q];
        for (var p = 1u; p < ${String(width)}u; p += 1u) { t = ${both('t', other('p'))}; }
        ${stored}
      }
      workgroupBarrier();`;
    });
    return rounds.join('\n');
  }

  private formulas(nodes: readonly ValueNode[], { ready }: StatisticsStep): string {
    const { axes, site } = this;
    const own = nodes[0]!.axes;
    const isVector = axes.isVector(own);
    const vectors = `${String(axes.vectors)}u`;
    const place: Place = { axes: own, row: 'row', c4: 'c4' };
    const { statements, values } = this.values(nodes, place, ready);
    return `for (var q = ${site.lane}; q < ${String(axes.units(own))}u; q += ${String(site.lanes)}u) {
      let row = ${isVector ? `q / ${vectors}` : 'q'};
      ${isVector ? `let c4 = q % ${vectors};` : ''}
      ${statements}
      ${nodes.map((node, at) => this.store(node, 'q', values[at]!)).join('\n')}
    }`;
  }

  private store(node: ValueNode, unit: string, value: string): string {
    if (!this.axes.isVector(node.axes)) return `stats[${this.at(node, unit)}] = ${value};`;
    return each(4, (at) => `stats[${this.at(node, `${unit} * 4u`)} + ${String(at)}u] = ${value}.${components[at]!};`);
  }

  private read(node: ValueNode, place: Place): string {
    const { axes } = this;
    const loaded = node.axes.length === 0 ? this.site.loaded?.get(this.slots.get(node)!) : undefined;
    if (loaded !== undefined) return loaded;
    const row = axes.project(place.axes, place.row, node.axes);
    if (!axes.isVector(node.axes)) return `stats[${this.at(node, row)}]`;
    const start = this.at(node, `((${row}) * ${String(axes.vectors)}u + ${place.c4}) * 4u`);
    return `vec4f(${each(4, (at) => `stats[${start} + ${String(at)}u],`)})`;
  }

  private at(node: ValueNode, unit: string): string {
    return `${this.site.base} + ${String(this.slots.get(node)!)}u + ${unit}`;
  }
}

function operationOf(node: ReductionNode): ReductionOperation {
  return reductionOperations[node.operation];
}

function acrossVector(node: ReductionNode, value: string): string {
  const { shader } = operationOf(node);
  const pair = (a: string, b: string): string => `(${shader(`${value}.${a}`, `${value}.${b}`)})`;
  return shader(pair('x', 'y'), pair('z', 'w'));
}

/** How two vectors become one: each a reduction of its own, or its components up to four. */
function combineVectors(nodes: readonly ReductionNode[], isWhole: boolean): (a: string, b: string) => string {
  const isSame = nodes.every(({ operation }) => operation === nodes[0]!.operation);
  if (isWhole || isSame) return (a, b) => operationOf(nodes[0]!).shader(a, b);
  return (a, b) => {
    const parts = nodes.map((node, at) => {
      const own = components[at]!;
      return operationOf(node).shader(`${a}.${own}`, `${b}.${own}`);
    });
    return `vec4f(${each(4, (at) => `${parts[at] ?? '0f'},`)})`;
  };
}
