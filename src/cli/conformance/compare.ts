import { isTensor } from './vector-file.ts';

export interface Tolerance {
  readonly atol: number;
  readonly rtol: number;
}

/**
 * The first difference between what was computed and what was recorded, as a sentence with its path; null if there is none.
 * Only what is recorded is compared. A number may differ by atol + rtol · |recorded|, everything else must be equal. In a
 * record with a list `ignore`, those flat positions of its tensors are left out: they hang on the last bit of float32.
 */
export function firstDifference(got: unknown, expected: unknown, tolerance: Tolerance, path = ''): string | null {
  const at = path === '' ? 'the result' : path;
  if (typeof expected === 'number') return differentNumber(got, expected, tolerance, at);
  if (typeof expected !== 'object' || expected === null) {
    return got === expected ? null : `${at} is ${show(got)}, recorded ${show(expected)}`;
  }
  if (typeof got !== 'object' || got === null) return `${at} is ${show(got)}, recorded ${show(expected)}`;
  if (Array.isArray(expected)) return differentList(got, expected, tolerance, at);
  return differentRecord(got as Record<string, unknown>, expected as Record<string, unknown>, tolerance, path);
}

function differentNumber(got: unknown, expected: number, { atol, rtol }: Tolerance, at: string): string | null {
  if (typeof got === 'number' && Math.abs(got - expected) <= atol + rtol * Math.abs(expected)) return null;
  return `${at} is ${show(got)}, recorded ${expected}`;
}

function differentList(got: object, expected: readonly unknown[], tolerance: Tolerance, at: string): string | null {
  if (!Array.isArray(got) || got.length !== expected.length) {
    const length = Array.isArray(got) ? `${got.length} entries` : 'no list';
    return `${at} has ${length}, recorded ${expected.length} entries`;
  }
  for (const [index, value] of expected.entries()) {
    const difference = firstDifference((got as unknown[])[index], value, tolerance, `${at}[${index}]`);
    if (difference !== null) return difference;
  }
  return null;
}

function differentRecord(
  got: Record<string, unknown>,
  expected: Record<string, unknown>,
  tolerance: Tolerance,
  path: string,
): string | null {
  const ignored = new Set(Array.isArray(expected['ignore']) ? (expected['ignore'] as number[]) : []);
  for (const [key, value] of Object.entries(expected)) {
    if (key === 'ignore' && !('ignore' in got)) continue;
    const found = ignored.size > 0 && isTensor(value) ? patched(got[key], value, ignored) : got[key];
    const difference = firstDifference(found, value, tolerance, path === '' ? key : `${path}.${key}`);
    if (difference !== null) return difference;
  }
  return null;
}

/** The computed tensor with the recorded numbers at ignored positions. */
function patched(got: unknown, expected: { readonly data: readonly number[] }, ignored: ReadonlySet<number>): unknown {
  if (!isTensor(got)) return got;
  return {
    shape: got.shape,
    data: got.data.map((value, index) => (ignored.has(index) ? expected.data[index] : value)),
  };
}

function show(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? 'absent' : text.slice(0, 80);
}
