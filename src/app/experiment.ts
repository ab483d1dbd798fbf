import type { ParameterSpec } from '../core/network.ts';
import { networkParameters } from '../core/network.ts';
import type { Diagnostic } from '../schedule/diagnostics.ts';
import { parseSchedule } from '../schedule/parse-schedule.ts';
import { preflight } from '../schedule/preflight.ts';
import type { Preflight } from '../schedule/preflight-types.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { zoo } from '../zoo/zoo.ts';

/** A text and what follows from it. */
export interface Experiment {
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
  /** null if the text has errors. */
  readonly schedule: Schedule | null;
  readonly promise: Preflight | null;
  readonly parameters: readonly ParameterSpec[];
}

/** Of the last texts: a drag and its release, an edit and its undo read the same text several times. */
const recent: Experiment[] = [];

/** Reads a text: pure, a few milliseconds. */
export function readExperiment(text: string): Experiment {
  const known = recent.find((experiment) => experiment.text === text);
  if (known) return known;
  const experiment = readAnew(text);
  recent.unshift(experiment);
  recent.length = Math.min(recent.length, 4);
  return experiment;
}

function readAnew(text: string): Experiment {
  const parsed = parseSchedule(text, zoo);
  if (!parsed.ok) return { text, diagnostics: parsed.diagnostics, schedule: null, promise: null, parameters: [] };
  return {
    text,
    diagnostics: parsed.diagnostics,
    schedule: parsed.value,
    promise: preflight(parsed.value),
    parameters: networkParameters(parsed.value.network),
  };
}

/** Why the experiment cannot be trained, as a sentence; undefined if it can. */
export function trainingBlock({ diagnostics }: Experiment): string | undefined {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
  const first = errors[0];
  if (first === undefined) return undefined;
  const others = errors.length === 1 ? '' : `, and ${errors.length - 1} more`;
  return `The schedule has an error in line ${first.range.start.line}${others}. The list of problems says what to do.`;
}
