import type { Diagnostic } from './diagnostics.ts';
import { parseSchedule } from './parse-schedule.ts';
import { scheduleData, type SentSchedule } from './schedule-data.ts';
import type { Zoo } from './zoo-port.ts';

/** Reads a text for whoever trains it, who then needs neither the text nor a parser. */
export function sendSchedule(text: string, zoo: Zoo): SentSchedule {
  const parsed = parseSchedule(text, zoo);
  if (parsed.ok) return { ok: true, value: scheduleData(parsed.value) };
  return { ok: false, message: firstError(parsed.diagnostics) };
}

function firstError(diagnostics: readonly Diagnostic[]): string {
  const first = diagnostics.find(({ severity }) => severity === 'error');
  return first === undefined
    ? 'The schedule cannot be read.'
    : `Line ${String(first.range.start.line)}: ${first.message}`;
}
