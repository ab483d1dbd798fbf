import type { ActivationProgram } from './activation-program.ts';
import type { ParameterProgram } from './parameter-program.ts';
import type { ParameterSite } from './write-statistics.ts';

/**
 * A complete shader for one workgroup that computes everything a program has, for comparisons with references.
 *
 * | binding | array<f32> | |
 * |---|---|---|
 * | 0 | weights | vectors as in the training step, or the activation |
 * | 1 | gradient | of the same length |
 * | 2 | stats | slots; of an activation its scalars |
 * | 3 | results | see below |
 */
export interface WrappedShader {
  readonly text: string;
  readonly statsLength: number;
  readonly resultLength: number;
}

const workgroupSize = 64;

const head = (stats: number, results: number): string => `
@group(0) @binding(0) var<storage, read> weights: array<vec4f>;
@group(0) @binding(1) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> stats: array<f32, ${String(stats)}>;
@group(0) @binding(3) var<storage, read_write> results: array<vec4f, ${String(results)}>;
var<workgroup> scratch: array<vec4f, ${String(workgroupSize)}>;
@compute @workgroup_size(${String(workgroupSize)})
fn main(@builtin(local_invocation_index) lane: u32) {`;

/** Results: the values (the mask of a threshold follows), then the gradients. Slots start at `base`. */
export function wrapParameterForTest(program: ParameterProgram, rows: number, columns: number): WrappedShader {
  const base = 3;
  const vectors = Math.ceil(columns / 4);
  const length = rows * vectors;
  const at: ParameterSite = {
    base: `${String(base)}u`,
    prefix: 'n',
    weight4: (row, c4) => `weights[(${row}) * ${String(vectors)}u + ${c4}]`,
    lane: 'lane',
    lanes: workgroupSize,
  };
  const gradient4: ParameterSite['weight4'] = (row, c4) => `gradient[(${row}) * ${String(vectors)}u + ${c4}]`;
  const vector = {
    w: 'weights[index]',
    g: 'gradient[index]',
    row: `index / ${String(vectors)}u`,
    c4: `index % ${String(vectors)}u`,
  };
  const parts = [program.value?.(at, vector) ?? null, program.mask?.(at, vector) ?? null, program.gradient(at, vector)];
  const writes = parts.map((emitted, part) =>
    emitted === null ? '' : `{ ${emitted.statements}\nresults[index + ${String(part * length)}u] = ${emitted.value}; }`,
  );
  const statsLength = base + program.slotCount + 1;
  const text = `${head(statsLength, 3 * length)}
  ${program.statistics?.(at) ?? ''}
  ${program.gradientStatistics?.(at, gradient4) ?? ''}
  for (var index = lane; index < ${String(length)}u; index += ${String(workgroupSize)}u) {
    ${writes.join('\n')}
  }
}`;
  return { text, statsLength, resultLength: 12 * length };
}

/** `stats`: state, learned scalars, then the next state. Results: outputs, gradients, addends of learned gradients. */
export function wrapActivationForTest(
  program: ActivationProgram,
  length: number,
  names: { readonly state: readonly string[]; readonly learned: readonly string[] },
): WrappedShader {
  const scalars = [...names.state, ...names.learned];
  const extremes = program.extremes.map(({ kind, of }, at) => {
    const { statements, value } = of('weights[i]', `e${String(at)}`);
    const own = `extreme${String(at)}`;
    return `var ${own} = vec4f(weights[0].x);
    { let i = 0u; ${statements}\n ${own} = ${value}; }
    for (var i = 1u; i < ${String(length)}u; i++) { ${statements}\n ${own} = ${kind}(${own}, ${value}); }
    let single${String(at)} = ${kind}(${kind}(${own}.x, ${own}.y), ${kind}(${own}.z, ${own}.w));`;
  });
  const sources = {
    extreme: (at: number) => `single${String(at)}`,
    state: (name: string) => `stats[${String(scalars.indexOf(name))}]`,
    learned: (name: string) => `stats[${String(scalars.indexOf(name))}]`,
  };
  const parts = [
    program.output('weights[index]', 's', 'o'),
    program.gradient('weights[index]', 'gradient[index]', 's', 'g'),
    ...program.learned.map(({ gradient }, at) => gradient('weights[index]', 'gradient[index]', 's', `l${String(at)}`)),
  ];
  const writes = parts.map(
    ({ statements, value }, part) => `${statements}\nresults[index + ${String(part * length)}u] = ${value};`,
  );
  const next = Object.entries(program.nextState('s')).map(
    ([name, value]) => `stats[${String(scalars.length + names.state.indexOf(name))}] = ${value};`,
  );
  const statsLength = scalars.length + names.state.length + 1;
  const text = `${head(statsLength, parts.length * length)}
  if (lane > 0u) { return; }
  ${extremes.join('\n')}
  ${program.scalars(sources, 's')}
  for (var index = 0u; index < ${String(length)}u; index++) {
    ${writes.join('\n')}
  }
  ${next.join('\n')}
}`;
  return { text, statsLength, resultLength: 4 * parts.length * length };
}
