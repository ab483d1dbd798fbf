import { parameterAlignment, type ParameterPlace } from '../parameter-layout.ts';

/**
 * WGSL that declares `row` and `c4` of the vector `index` of the arena within its parameter; rows are counted without filling.
 * A row of filling becomes some row of the parameter: its weights are zero and stay so.
 *
 * @param reader What reads them: what it does not mention is left out, as divisions are dear.
 */
export function rowText({ offset, vectors, group, filledGroup, rowCount }: ParameterPlace, reader = 'row c4'): string {
  const filled = `((index - ${String(offset)}u) / ${String(vectors)}u)`;
  const row =
    group === filledGroup
      ? filled
      : `(${filled} / ${String(filledGroup)}u * ${String(group)}u + ${filled} % ${String(filledGroup)}u)`;
  return [
    ...(/\brow\b/.test(reader) ? [`let row = min(${row}, ${String(rowCount - 1)}u);`] : []),
    ...(/\bc4\b/.test(reader) ? [`let c4 = (index - ${String(offset)}u) % ${String(vectors)}u;`] : []),
  ].join('\n');
}

/** WGSL for the blocks of the arena, one per workgroup `group`, that a parameter has. */
export function forParameter({ offset, rows, vectors }: ParameterPlace, text: string): string {
  const first = offset / parameterAlignment;
  const last = first + Math.ceil((rows * vectors) / parameterAlignment);
  // A loop without a turn is skipped also by devices that run through all branches.
  return `for (var turn = select(0u, 1u, group >= ${String(first)}u && group < ${String(last)}u); turn > 0u; turn--) {
  ${text}
}`;
}

/** WGSL for each vector `index` of the block `group`, which invocations share evenly. */
export function eachVector(lanes: number, text: string, count = `${String(parameterAlignment)}u`): string {
  return `for (var inside = lane; inside < ${count}; inside += ${String(lanes)}u) {
    let index = group * ${String(parameterAlignment)}u + inside;
    ${text}
  }`;
}
