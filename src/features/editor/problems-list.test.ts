import { describe, expect, it } from 'vitest';
import type { Diagnostic, Severity } from '../../schedule/diagnostics.ts';
import { factAndReason } from './message-text.tsx';
import { countWords, gravest, inTextOrder } from './problem-order.ts';

function problem(severity: Severity, offset: number): Diagnostic {
  const place = { line: 1, column: offset + 1, offset };
  return { code: `at-${offset}`, severity, message: 'Words.', range: { start: place, end: place }, fixes: [] };
}

describe('factAndReason', () => {
  it('splits after the first sentence', () => {
    expect(factAndReason('Unknown pruner `agp_1` in policy 2. Defined: `agp`.')).toEqual({
      fact: 'Unknown pruner `agp_1` in policy 2.',
      reason: 'Defined: `agp`.',
    });
  });

  it('does not split inside of names and numbers', () => {
    expect(factAndReason('Pattern `a. b` matches no module. Use `fc.*`.').fact).toBe(
      'Pattern `a. b` matches no module.',
    );
    expect(factAndReason('`final_sparsity` is 1.2. It lies in 0 to 1.').fact).toBe('`final_sparsity` is 1.2.');
    expect(factAndReason('One sentence without a stop')).toEqual({ fact: 'One sentence without a stop', reason: '' });
  });
});

describe('problem order', () => {
  it('follows the text, the graver first at one place', () => {
    const ordered = inTextOrder([problem('error', 9), problem('hint', 2), problem('error', 2)]);
    expect(ordered.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      'error at-2',
      'hint at-2',
      'error at-9',
    ]);
  });

  it('shows the first error before an earlier warning', () => {
    expect(gravest([problem('hint', 1), problem('warning', 2), problem('error', 3), problem('error', 4)])).toBe(2);
    expect(gravest([])).toBe(-1);
  });

  it('shows an error with a fix before its consequences', () => {
    const range = problem('error', 5).range;
    const mendable = { ...problem('error', 5), fixes: [{ title: 'Use `a`', range, text: 'a' }] };
    expect(gravest([problem('error', 1), mendable, problem('warning', 9)])).toBe(1);
  });

  it('counts by severity', () => {
    expect(countWords([problem('error', 1), problem('warning', 2), problem('error', 3)])).toBe('2 errors, 1 warning');
    expect(countWords([])).toBe('No problems');
  });
});
