import type { Diagnostic, SourceRange } from '../../schedule/diagnostics.ts';
import type { Preflight } from '../../schedule/preflight-types.ts';
import type { Schedule } from '../../schedule/schedule.ts';

/** A schedule file and what was found in it. */
export interface CheckedFile {
  readonly file: string;
  readonly ok: boolean;
  /** The YAML as plain values; null if it cannot be read. */
  readonly value: unknown;
  readonly diagnostics: readonly Diagnostic[];
  readonly schedule: Schedule | null;
  readonly promise: Preflight | null;
}

/** What `--json` prints of a file: lines and columns from 1, `timeline` null if there are errors. */
export function fileRecord({ file, ok, value, diagnostics, schedule, promise }: CheckedFile) {
  return {
    file,
    ok,
    value,
    diagnostics: diagnostics.map(({ code, severity, message, range, fixes }) => ({
      code,
      severity,
      message,
      range: plainRange(range),
      fixes: fixes.map((fix) => ({ title: fix.title, range: plainRange(fix.range), text: fix.text })),
    })),
    timeline: schedule && promise ? timelineRecord(schedule, promise) : null,
  };
}

function timelineRecord({ training }: Schedule, promise: Preflight) {
  const { lanes, ...curves } = promise;
  return {
    model: training.model,
    dataset: training.dataset,
    ...curves,
    policies: lanes.map(({ range, curve: _, ...lane }) => ({ ...lane, range: plainRange(range) })),
  };
}

function plainRange({ start, end }: SourceRange) {
  return {
    start: { line: start.line, column: start.column },
    end: { line: end.line, column: end.column },
  };
}
