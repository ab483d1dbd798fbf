import type { ParameterPlace } from '../parameter-layout.ts';

/**
 * WGSL that declares `row` and `c4` of the vector `index` of the arena within its parameter; rows are counted without filling.
 * A row of filling becomes some row of the parameter: its weights are zero and stay so.
 */
export function rowText({ offset, vectors, group, filledGroup, rowCount }: ParameterPlace): string {
  const filled = `((index - ${String(offset)}u) / ${String(vectors)}u)`;
  const row =
    group === filledGroup
      ? filled
      : `(${filled} / ${String(filledGroup)}u * ${String(group)}u + ${filled} % ${String(filledGroup)}u)`;
  return `let row = min(${row}, ${String(rowCount - 1)}u);
  let c4 = (index - ${String(offset)}u) % ${String(vectors)}u;`;
}
