import { readFileSync } from 'node:fs';
import type { Diagnostic } from '../../schedule/diagnostics.ts';
import { withModelOfFileName } from '../../schedule/file-name-model.ts';
import { parseSchedule } from '../../schedule/parse-schedule.ts';
import type { Schedule } from '../../schedule/schedule.ts';
import { zoo } from '../../zoo/zoo.ts';

interface ReadableSchedule {
  readonly text: string;
  readonly schedule: Schedule;
}

/**
 * A schedule that can be trained, read before a browser is started for it; null, after a line for each problem on standard
 * error, of one that cannot.
 *
 * @param says Severities that are worth a line.
 */
export function readSchedule(
  file: string,
  says: readonly Diagnostic['severity'][] = ['error'],
): ReadableSchedule | null {
  const written = readText(file);
  if (written === null) return null;
  const text = withModelOfFileName(written, file, zoo);
  const parsed = parseSchedule(text, zoo);
  for (const diagnostic of parsed.diagnostics) {
    if (says.includes(diagnostic.severity)) console.error(diagnosticLine(file, diagnostic));
  }
  return parsed.ok ? { text, schedule: parsed.value } : null;
}

/** What a file holds; null, after a line about it, if it cannot be read. */
export function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    console.error(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}

function diagnosticLine(file: string, { severity, code, message, range }: Diagnostic): string {
  return `${file}:${range.start.line}:${range.start.column} ${severity} ${code}: ${message}`;
}
