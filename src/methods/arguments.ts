import { z } from 'zod';
import type { RampWindow } from '../core/gradual-sparsity.ts';
import type { ArgumentProblem } from './define-method.ts';
import type { PolicyWindow } from './policy-window.ts';

/** Argument schemas and checks that several methods share. Each method adds its own `.describe()`. */

/** A list of parameter names, or one name. Distiller takes a string for a list of characters; here it is one name. */
export const parameterNames = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)], {
  error: 'Write the name of a parameter or a list of names, like [conv1.weight, fc1.weight].',
});

/** The names of a list that may have been written as one string. */
export function nameList(names: string | readonly string[]): readonly string[] {
  return typeof names === 'string' ? [names] : names;
}

/** A share from 0 to 1. */
export const fraction = z
  .number({ error: 'Write a share from 0 to 1, like 0.8.' })
  .min(0, { error: 'A sparsity lies in 0 to 1.' })
  .max(1, { error: 'A sparsity lies in 0 to 1; write 0.8 for 80 %.' });

/** The entry of a map for a name, else its default `*`. */
export function ownOrDefault(map: Readonly<Record<string, number>>, name: string): number | undefined {
  return map[name] ?? map['*'];
}

/** The window of a method that divides by the frequency, which a policy with a list of epochs does not have. */
export function rampWindow({ startingEpoch, endingEpoch, frequency }: PolicyWindow): RampWindow {
  if (frequency === null) throw new RangeError('A ramp needs a frequency; a list of epochs has none.');
  return { startingEpoch, endingEpoch, frequency };
}

/** A window that a ramp can run over: a frequency, and two active epochs or more if `minimum` is 2. */
export function checkRampWindow(window: PolicyWindow, minimum: 1 | 2): readonly ArgumentProblem[] {
  const { startingEpoch, endingEpoch, frequency } = window;
  if (frequency === null) {
    const message =
      'A list of epochs has no frequency, which this ramp divides by. Write `starting_epoch`, `ending_epoch` and `frequency`.';
    return [{ argument: 'epochs', code: 'needs-frequency', message, severity: 'error' }];
  }
  if (minimum === 2 && endingEpoch - startingEpoch - 1 < frequency) {
    const message = `Epochs ${startingEpoch} to ${endingEpoch} every ${frequency} hold one activation; the curve needs two or more. Raise \`ending_epoch\` or lower \`frequency\`.`;
    return [{ argument: 'ending_epoch', code: 'too-few-epochs', message, severity: 'error' }];
  }
  return [];
}

/** A choice by lot that is drawn more than once: what a new draw releases starts from zero (reference 4.13). */
export function checkDrawnOnce({ startingEpoch, endingEpoch, frequency }: PolicyWindow): readonly ArgumentProblem[] {
  if (frequency === null || endingEpoch - startingEpoch <= frequency) return [];
  const message = `The lot is drawn anew every ${frequency === 1 ? 'epoch' : `${frequency} epochs`} from ${startingEpoch} to ${endingEpoch}. Filters that a new draw releases start from zero, and trained ones go for them. Draw once, or rank filters by their size.`;
  return [{ argument: 'frequency', code: 'drawn-anew', message, severity: 'warning' }];
}

/** The two ends of a gradual curve. */
export function checkRisingSparsity(args: {
  initial_sparsity: number;
  final_sparsity: number;
}): readonly ArgumentProblem[] {
  if (args.final_sparsity > args.initial_sparsity) return [];
  const message = `\`final_sparsity\` is ${args.final_sparsity}, not above \`initial_sparsity\`, ${args.initial_sparsity}. Sparsity only grows.`;
  return [{ argument: 'final_sparsity', code: 'sparsity-does-not-rise', message, severity: 'error' }];
}
